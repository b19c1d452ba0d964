"""One workspace's settings over HTTP. Making one takes a backlog and is the planner's (planner.api)."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import examples
from accounts.api.scope import user_of
from accounts.api.serializers import WorkspaceChange, WorkspaceSerializer
from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.selectors.people import list_workspaces_with_role
from accounts.services.workspaces import update_workspace
from common.api.bodies import body_of, check_body
from common.api.describing import describe
from common.clock import utc_now


def shown(request: Request, workspace: Workspace) -> dict[str, object]:
    """Return a workspace as its member sees it."""
    mine = list_workspaces_with_role(user=user_of(request)).get(pk=workspace.pk)
    return dict(WorkspaceSerializer(mine).data)


class WorkspaceDetail(APIView):
    """One workspace."""

    @describe("workspaces_retrieve", "Read a workspace", answer=WorkspaceSerializer, example=examples.WORKSPACE)
    def get(self, request: Request, workspace: str) -> Response:
        """Return a workspace (by id or key) with its settings and the caller's role."""
        found = get_workspace_for(user=user_of(request), workspace=workspace, action=Action.VIEW)
        return Response(shown(request, found))

    @describe(
        "workspaces_partial_update",
        "Change a workspace's settings",
        body=WorkspaceChange,
        answer=WorkspaceSerializer,
        body_example={"cost_per_point": "950.00", "holiday_country": "NO"},
        example=examples.WORKSPACE,
    )
    def patch(self, request: Request, workspace: str) -> Response:
        """Change what is named. Estimates keep the horizon and the rate they were made with."""
        found = get_workspace_for(user=user_of(request), workspace=workspace, action=Action.MANAGE_WORKSPACE)
        fields = check_body(body=body_of(request), shape=WorkspaceChange)
        found = update_workspace(workspace=found, changes=fields, actor_id=user_of(request).pk, now=utc_now())
        return Response(shown(request, found))
