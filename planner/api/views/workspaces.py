"""Workspaces over HTTP: list and make. Settings of one are in accounts.api."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import examples
from accounts.api.scope import user_of
from accounts.api.serializers import NewWorkspace, WorkspaceSerializer
from accounts.api.views.workspaces import shown
from accounts.models import Workspace
from accounts.selectors.people import list_workspaces_with_role
from common.api.bodies import body_of, check_body
from common.api.describing import describe
from common.clock import utc_now
from planner.services.workspaces import create_workspace


class WorkspaceList(ListAPIView[Workspace]):
    """The caller's workspaces."""

    serializer_class = WorkspaceSerializer

    @describe("workspaces_list", "List workspaces", example=examples.WORKSPACE)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the workspaces the caller belongs to, with their role in each."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Workspace]:
        """Return the caller's workspaces."""
        if getattr(self, "swagger_fake_view", False):
            return Workspace.objects.none()
        return list_workspaces_with_role(user=user_of(self.request))

    @describe(
        "workspaces_create",
        "Make a workspace",
        body=NewWorkspace,
        answer=WorkspaceSerializer,
        status=201,
        body_example={"name": "Acme", "key": "ACME"},
        example=examples.WORKSPACE,
    )
    def post(self, request: Request) -> Response:
        """Make an empty workspace with a default workflow and value stream map; the caller becomes its owner."""
        fields = check_body(body=body_of(request), shape=NewWorkspace)
        workspace = create_workspace(owner=user_of(request), now=utc_now(), **fields)
        return Response(shown(request, workspace), status=201)
