"""Imports over HTTP: send a file, follow its job, read what was refused."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of
from common.api.jobs import JobSerializer
from common.clock import utc_now
from integrations.api.serializers import ImportRefusalSerializer, ImportRunSerializer, ImportUploadSerializer
from integrations.models import ImportRefusal, ImportRun
from integrations.selectors.imports import get_run_for, list_refusals, list_runs
from integrations.services.uploads import start_import
from integrations.web.sizes import refuse_oversize

_WORKSPACE = OpenApiParameter("workspace", str, description="Id or key; not needed by a user who has one.")


class ImportListView(ListAPIView[ImportRun]):
    """A workspace's imports, newest first; POST sends a new one."""

    serializer_class = ImportRunSerializer
    parser_classes = [MultiPartParser]
    newest_first = True

    def get_queryset(self) -> QuerySet[ImportRun]:
        """Return the imports of the workspace asked for."""
        workspace = get_workspace_for(
            user=reader_of(self.request), workspace=self.request.query_params.get("workspace"), action=Action.VIEW
        )
        return list_runs(workspace=workspace).select_related("workspace")

    @extend_schema(operation_id="imports_list", parameters=[_WORKSPACE])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List imports."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="imports_create",
        request={"multipart/form-data": ImportUploadSerializer},
        responses={202: JobSerializer},
    )
    def post(self, request: Request) -> Response:
        """Send a file; answers at once with the job that reads it."""
        refuse_oversize(request)
        sent = request.data
        refuse_oversize(request)
        workspace = get_workspace_for(
            user=reader_of(request),
            workspace=sent.get("workspace") or request.query_params.get("workspace"),
            action=Action.IMPORT,
        )
        _, job = start_import(
            workspace=workspace,
            file=request.FILES.get("file"),
            format_name=str(sent.get("format", "")),
            user=reader_of(request),
            now=utc_now(),
        )
        body = JobSerializer(job, context={"request": request}).data
        return Response(body, status=202, headers={"Location": body["url"]})


class ImportDetailView(RetrieveAPIView[ImportRun]):
    """One import with its counts."""

    serializer_class = ImportRunSerializer

    def get_object(self) -> ImportRun:
        """Return the import asked for."""
        return get_run_for(user=reader_of(self.request), run_id=self.kwargs["run_id"], action=Action.VIEW)


class ImportRefusalListView(ListAPIView[ImportRefusal]):
    """What an import refused, in the file's order."""

    serializer_class = ImportRefusalSerializer

    def get_queryset(self) -> QuerySet[ImportRefusal]:
        """Return the refusals of the import asked for."""
        if getattr(self, "swagger_fake_view", False):
            return ImportRefusal.objects.none()
        run = get_run_for(user=reader_of(self.request), run_id=self.kwargs["run_id"], action=Action.VIEW)
        return list_refusals(run=run)
