"""Imports over HTTP: send a file, follow its job, read what was refused."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.scope import user_of, workspace_of
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from common.api.describing import WORKSPACE, describe
from common.api.examples import JOB
from common.api.jobs import JobSerializer
from common.clock import utc_now
from integrations.api import examples
from integrations.api.serializers import ImportRefusalSerializer, ImportRunSerializer, ImportUploadSerializer
from integrations.formats.items import Subtasks
from integrations.models import ImportRefusal, ImportRun
from integrations.request_size import refuse_oversize
from integrations.selectors.imports import get_run_for, list_refusals, list_runs
from integrations.services.uploads import start_import


class ImportListView(ListAPIView[ImportRun]):
    """A workspace's imports, newest first; POST sends a new one."""

    serializer_class = ImportRunSerializer
    parser_classes = [MultiPartParser]
    newest_first = True

    def get_queryset(self) -> QuerySet[ImportRun]:
        """Return the imports of the workspace asked for."""
        return list_runs(workspace=workspace_of(self.request)).select_related("workspace")

    @describe("imports_list", "List imports", parameters=[WORKSPACE], example=examples.IMPORT)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a workspace's imports with their jobs and counts, the newest first."""
        return super().get(request, *args, **kwargs)

    @describe(
        "imports_create",
        "Import a file",
        body={"multipart/form-data": ImportUploadSerializer},
        answer=JobSerializer,
        status=202,
        example=JOB,
    )
    def post(self, request: Request) -> Response:
        """Send a file as multipart/form-data; answers at once with the job that reads it."""
        refuse_oversize(request)
        sent = request.data
        refuse_oversize(request)
        workspace = get_workspace_for(
            user=user_of(request),
            workspace=sent.get("workspace") or request.query_params.get("workspace"),
            action=Action.IMPORT,
        )
        _, job = start_import(
            workspace=workspace,
            file=request.FILES.get("file"),
            format_name=str(sent.get("format", "")),
            subtasks=str(sent.get("subtasks") or Subtasks.STORIES.value),
            user=user_of(request),
            now=utc_now(),
        )
        body = JobSerializer(job, context={"request": request}).data
        return Response(body, status=202, headers={"Location": body["url"]})


class ImportDetailView(RetrieveAPIView[ImportRun]):
    """One import with its counts."""

    serializer_class = ImportRunSerializer

    @describe("imports_retrieve", "Read an import", example=examples.IMPORT)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return an import with its job and the counts of what is in so far."""
        return super().get(request, *args, **kwargs)

    def get_object(self) -> ImportRun:
        """Return the import asked for."""
        return get_run_for(user=user_of(self.request), run_id=self.kwargs["run_id"], action=Action.VIEW)


class ImportRefusalListView(ListAPIView[ImportRefusal]):
    """What an import refused, in the file's order."""

    serializer_class = ImportRefusalSerializer

    @describe("imports_refusals_list", "List what an import refused", example=examples.REFUSAL)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return every refused row with its place in the file and the reason, in the file's order."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[ImportRefusal]:
        """Return the refusals of the import asked for."""
        if getattr(self, "swagger_fake_view", False):
            return ImportRefusal.objects.none()
        run = get_run_for(user=user_of(self.request), run_id=self.kwargs["run_id"], action=Action.VIEW)
        return list_refusals(run=run)
