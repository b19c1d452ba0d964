"""The workflow over HTTP: list, add, change, reorder, delete states."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, read_body
from common.api.describing import WORKSPACE, describe
from common.api.queries import read_id
from common.clock import utc_now
from planner.api import examples
from planner.api.actors import actor_of
from planner.api.serializers.plan import NewState, StateChange, StateOrder, StateRemoval, StateSerializer
from planner.api.views.listing import WorkspaceList
from planner.models import State
from planner.selectors.fetch import get_state_for
from planner.selectors.listing import list_states
from planner.services.states import create_state, delete_state, reorder_states, update_state

MOVE_TO = OpenApiParameter("move_to", OpenApiTypes.INT, description="The state its stories go to.")


class StateList(WorkspaceList[State]):
    """The workflow of a workspace."""

    serializer_class = StateSerializer

    @describe("states_list", "List workflow states", parameters=[WORKSPACE], example=examples.FULL_STATE)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the workflow's states by id; `position` is their order."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[State]:
        """Return the workspace's states."""
        return list_states(workspace=workspace)

    @describe(
        "states_create",
        "Add a state",
        body=NewState,
        answer=StateSerializer,
        status=201,
        body_example={"name": "Acceptance", "category": "IN_PROGRESS", "position": 5},
        example=examples.FULL_STATE,
    )
    def post(self, request: Request) -> Response:
        """Add a state; the default value stream map gains a block for it."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_WORKFLOW)
        fields = read_body(body=body, shape=NewState, workspace_id=workspace.pk)
        state = create_state(workspace=workspace, actor=actor_of(request), now=utc_now(), **fields)
        return Response(StateSerializer(state).data, status=201)


class StateReorder(APIView):
    """The order of the workflow."""

    @describe(
        "states_reorder",
        "Reorder the workflow",
        body=StateOrder,
        answer=StateSerializer(many=True),
        body_example={"states": [1, 2, 3, 5, 4, 6]},
    )
    def post(self, request: Request) -> Response:
        """Put the workflow's states into this order: every one of them, each once."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_WORKFLOW)
        fields = read_body(body=body, shape=StateOrder, workspace_id=workspace.pk)
        states = reorder_states(workspace=workspace, actor=actor_of(request), now=utc_now(), **fields)
        return Response(StateSerializer(states, many=True).data)


class StateDetail(APIView):
    """One state."""

    @describe("states_retrieve", "Read a state", answer=StateSerializer, example=examples.FULL_STATE)
    def get(self, request: Request, state_id: int) -> Response:
        """Return a workflow state."""
        state = get_state_for(user=user_of(request), state_id=state_id, action=Action.VIEW)
        return Response(StateSerializer(state).data)

    @describe(
        "states_partial_update",
        "Change a state",
        body=StateChange,
        answer=StateSerializer,
        body_example={"name": "Doing"},
        example=examples.FULL_STATE,
    )
    def patch(self, request: Request, state_id: int) -> Response:
        """Change name or category. Stories in the state count as its new category from now on."""
        state = get_state_for(user=user_of(request), state_id=state_id, action=Action.EDIT_WORKFLOW)
        fields = read_body(body=body_of(request), shape=StateChange, workspace_id=state.workspace_id)
        state = update_state(state=state, changes=fields, actor=actor_of(request), now=utc_now())
        return Response(StateSerializer(state).data)

    @describe("states_destroy", "Delete a state", status=204, parameters=[MOVE_TO])
    def delete(self, request: Request, state_id: int) -> Response:
        """Delete a state; `?move_to=` names the state its stories go to. Without it stories forbid the deletion."""
        state = get_state_for(user=user_of(request), state_id=state_id, action=Action.EDIT_WORKFLOW)
        asked = {"move_to": read_id(request, "move_to")}
        fields = read_body(body=asked, shape=StateRemoval, workspace_id=state.workspace_id)
        delete_state(state=state, actor=actor_of(request), now=utc_now(), **fields)
        return Response(status=204)
