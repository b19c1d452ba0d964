"""Saved views of the backlog over HTTP."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, read_body
from common.api.describing import WORKSPACE, describe
from common.clock import utc_now
from planner.api import examples
from planner.api.serializers.bulk import NewView, ViewChange, ViewSerializer
from planner.api.views.listing import WorkspaceList
from planner.models import SavedView
from planner.selectors.saved_views import check_sharing, get_saved_view_for, list_saved_views
from planner.services.saved_views import delete_view, save_view, update_view


class ViewList(WorkspaceList[SavedView]):
    """The views that the caller sees."""

    serializer_class = ViewSerializer

    @describe("views_list", "List saved views", parameters=[WORKSPACE], example=examples.VIEW)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the caller's own views, and those that others share."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[SavedView]:
        """Return the views of the workspace that the caller sees."""
        return list_saved_views(workspace=workspace, user=user_of(self.request))

    @describe(
        "views_create",
        "Save a view",
        body=NewView,
        answer=ViewSerializer,
        status=201,
        body_example={"name": "Harbour, not estimated", "question": "f=team:is:Harbour&f=points:empty"},
        example=examples.VIEW,
    )
    def post(self, request: Request) -> Response:
        """Keep a question to the backlog under a name of the caller's own. To share it takes the right to edit."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.VIEW)
        fields = {"question": "", **read_body(body=body, shape=NewView, workspace_id=workspace.pk)}
        check_sharing(user=user_of(request), workspace_id=workspace.pk, is_shared=fields.get("is_shared"))
        view = save_view(workspace=workspace, owner=user_of(request), now=utc_now(), **fields)
        return Response(ViewSerializer(view).data, status=201)


class ViewDetail(APIView):
    """One view."""

    @describe("views_retrieve", "Read a saved view", answer=ViewSerializer, example=examples.VIEW)
    def get(self, request: Request, view_id: int) -> Response:
        """Return a view of the caller's own, or one that is shared."""
        return Response(ViewSerializer(get_saved_view_for(user=user_of(request), view_id=view_id)).data)

    @describe(
        "views_partial_update",
        "Change a saved view",
        body=ViewChange,
        answer=ViewSerializer,
        body_example={"is_shared": True},
        example=examples.VIEW,
    )
    def patch(self, request: Request, view_id: int) -> Response:
        """Rename or share it, or give it another question. Others' shared views take the right to edit the plan."""
        view = get_saved_view_for(user=user_of(request), view_id=view_id, is_changed=True)
        fields = read_body(body=body_of(request), shape=ViewChange, workspace_id=view.workspace_id)
        shares = fields.get("is_shared")
        check_sharing(user=user_of(request), workspace_id=view.workspace_id, is_shared=shares, view=view)
        return Response(ViewSerializer(update_view(view=view, changes=fields)).data)

    @describe("views_destroy", "Delete a saved view", status=204)
    def delete(self, request: Request, view_id: int) -> Response:
        """Delete it; the work it showed stays."""
        delete_view(view=get_saved_view_for(user=user_of(request), view_id=view_id, is_changed=True))
        return Response(status=204)
