"""Sprints over HTTP: list, draft, change, start, complete, delete."""

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
from common.api.bodies import LARGEST_ID, body_of, read_body, take_version
from common.api.describing import WORKSPACE, describe, id_filter
from common.api.queries import read_ids, read_word
from common.clock import utc_now
from common.errors import InvalidInput
from planner.api import examples, sprint_examples
from planner.api.actors import actor_of
from planner.api.serializers.plan import (
    NewSprint,
    SprintChange,
    SprintCompletion,
    SprintEntrySerializer,
    SprintSerializer,
)
from planner.api.serializers.sprint_figures import BurnSerializer, SprintReportSerializer
from planner.api.serializers.teams import AtVersion, NextSprints
from planner.api.views.listing import WorkspaceList
from planner.domain.vocabulary import SprintState
from planner.models import Sprint, SprintEntry
from planner.selectors.fetch import get_sprint_for
from planner.selectors.listing import list_sprints
from planner.selectors.sprint_entries import list_entries
from planner.selectors.sprint_figures import burn_of, report_of
from planner.services.sprint_reopening import reopen_sprint
from planner.services.sprint_series import add_next_sprints
from planner.services.sprints import complete_sprint, create_sprint, delete_sprint, start_sprint, update_sprint

STATES = [state.value for state in SprintState]
STATE = OpenApiParameter("state", OpenApiTypes.STR, enum=STATES)


class SprintList(WorkspaceList[Sprint]):
    """The sprints of a workspace."""

    serializer_class = SprintSerializer

    @describe(
        "sprints_list",
        "List sprints",
        parameters=[WORKSPACE, id_filter("team", "team"), STATE],
        example=examples.SPRINT,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return sprints of all teams, or of one."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Sprint]:
        """Return the sprints that pass the filters."""
        sprints = list_sprints(workspace=workspace).filter(**read_ids(self.request, ["team"]))
        state = read_word(self.request, "state", STATES)
        return sprints.filter(state=state) if state else sprints

    @describe(
        "sprints_create",
        "Draft a sprint",
        body=NewSprint,
        answer=SprintSerializer,
        status=201,
        body_example={"name": "Sprint 9", "team": 1, "start_date": "2026-03-02", "end_date": "2026-03-13"},
        example=examples.SPRINT,
    )
    def post(self, request: Request) -> Response:
        """Draft a sprint of a team, or (without one) of the whole workspace."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_SPRINT)
        fields = read_body(body=body, shape=NewSprint, workspace_id=workspace.pk)
        sprint = create_sprint(workspace=workspace, actor=actor_of(request), now=utc_now(), **fields)
        return Response(SprintSerializer(sprint).data, status=201)


class SprintDetail(APIView):
    """One sprint."""

    @describe("sprints_retrieve", "Read a sprint", answer=SprintSerializer, example=examples.SPRINT)
    def get(self, request: Request, sprint_id: int) -> Response:
        """Return a sprint; its stories are `GET /stories/?sprint=`."""
        sprint = get_sprint_for(user=user_of(request), sprint_id=sprint_id, action=Action.VIEW)
        return Response(SprintSerializer(sprint).data)

    @describe(
        "sprints_partial_update",
        "Change a sprint",
        body=SprintChange,
        answer=SprintSerializer,
        body_example={"goal": "Agents rebook without calling back"},
        example=examples.SPRINT,
    )
    def patch(self, request: Request, sprint_id: int) -> Response:
        """Change what is named; starting and completing have calls of their own."""
        sprint = get_sprint_for(user=user_of(request), sprint_id=sprint_id, action=Action.EDIT_SPRINT)
        fields = read_body(body=body_of(request), shape=SprintChange, workspace_id=sprint.workspace_id)
        version = take_version(fields)
        sprint = update_sprint(sprint=sprint, changes=fields, version=version, actor=actor_of(request), now=utc_now())
        return Response(SprintSerializer(sprint).data)

    @describe("sprints_destroy", "Delete a sprint", status=204)
    def delete(self, request: Request, sprint_id: int) -> Response:
        """Delete a sprint that was never started; its stories stay in the backlog."""
        sprint = get_sprint_for(user=user_of(request), sprint_id=sprint_id, action=Action.EDIT_SPRINT)
        delete_sprint(sprint=sprint, actor=actor_of(request), now=utc_now())
        return Response(status=204)


class SprintStart(APIView):
    """The start of a sprint."""

    @describe(
        "sprints_start",
        "Start a sprint",
        body=AtVersion,
        answer=SprintSerializer,
        body_example={"version": 2},
        example=examples.SPRINT,
    )
    def post(self, request: Request, sprint_id: int) -> Response:
        """Start a sprint; the points in it now are kept for good as its initial planned velocity."""
        sprint = get_sprint_for(user=user_of(request), sprint_id=sprint_id, action=Action.EDIT_SPRINT)
        version = take_version(read_body(body=body_of(request), shape=AtVersion, workspace_id=sprint.workspace_id))
        sprint = start_sprint(sprint=sprint, actor=actor_of(request), now=utc_now(), version=version)
        return Response(SprintSerializer(sprint).data)


class SprintReopen(APIView):
    """The way back from a start."""

    @describe(
        "sprints_reopen",
        "Take a start back",
        body=AtVersion,
        answer=SprintSerializer,
        body_example={"version": 3},
        example={**examples.SPRINT, "state": "PLANNED"},
    )
    def post(self, request: Request, sprint_id: int) -> Response:
        """Make a sprint that was started by mistake a planned one; 409 once one of its stories has changed since."""
        sprint = get_sprint_for(user=user_of(request), sprint_id=sprint_id, action=Action.EDIT_SPRINT)
        version = take_version(read_body(body=body_of(request), shape=AtVersion, workspace_id=sprint.workspace_id))
        sprint = reopen_sprint(sprint=sprint, actor=actor_of(request), now=utc_now(), version=version)
        return Response(SprintSerializer(sprint).data)


class SprintSeries(APIView):
    """The next sprints in one go."""

    @describe(
        "sprints_next",
        "Add the next sprints",
        body=NextSprints,
        answer=SprintSerializer(many=True),
        status=201,
        body_example={"team": 1, "count": 3},
        example=examples.SPRINT,
    )
    def post(self, request: Request) -> Response:
        """Plan sprints that follow the last one in its rhythm; their names count on."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_SPRINT)
        fields = {"team": None, **read_body(body=body, shape=NextSprints, workspace_id=workspace.pk)}
        count = fields["count"]
        if isinstance(count, bool) or not isinstance(count, int):
            raise InvalidInput("Send how many, a whole number.", field="count")
        made = add_next_sprints(workspace=workspace, actor=actor_of(request), now=utc_now(), **fields)
        return Response(SprintSerializer(made, many=True).data, status=201)


class SprintComplete(APIView):
    """The end of a sprint."""

    @describe(
        "sprints_complete",
        "Complete a sprint",
        body=SprintCompletion,
        answer=SprintSerializer,
        body_example={"move_open_to": 10, "outcomes": {"101": None}},
        example=examples.SPRINT,
    )
    def post(self, request: Request, sprint_id: int) -> Response:
        """Complete a sprint; each open story carries over into another one, or leaves for the backlog."""
        sprint = get_sprint_for(user=user_of(request), sprint_id=sprint_id, action=Action.EDIT_SPRINT)
        fields = read_body(body=body_of(request), shape=SprintCompletion, workspace_id=sprint.workspace_id)
        fields["version"] = take_version(fields)
        fields["outcomes"] = _read_outcomes(fields.get("outcomes"), workspace_id=sprint.workspace_id)
        sprint = complete_sprint(sprint=sprint, actor=actor_of(request), now=utc_now(), **fields)
        return Response(SprintSerializer(sprint).data)


class SprintEntries(APIView):
    """The stories that were in a sprint."""

    @describe(
        "sprints_entries",
        "List what a sprint committed to",
        answer=SprintEntrySerializer(many=True),
        example=sprint_examples.SPRINT_ENTRY,
    )
    def get(self, request: Request, sprint_id: int) -> Response:
        """Return the stories committed when the sprint started and, once it is over, what became of each story."""
        sprint = get_sprint_for(user=user_of(request), sprint_id=sprint_id, action=Action.VIEW)
        entries: list[SprintEntry] = list_entries(sprint=sprint)
        return Response(SprintEntrySerializer(entries, many=True).data)


class SprintBurnDown(APIView):
    """A sprint day by day."""

    @describe(
        "sprints_burn_down", "Read a sprint's burn-down", answer=BurnSerializer, example=sprint_examples.BURN_DOWN
    )
    def get(self, request: Request, sprint_id: int) -> Response:
        """Return scope, done and remaining at the end of each day, in points, hours and money."""
        sprint = get_sprint_for(user=user_of(request), sprint_id=sprint_id, action=Action.VIEW)
        return Response(BurnSerializer(burn_of(sprint=sprint, now=utc_now())).data)


class SprintReportView(APIView):
    """What became of a sprint."""

    @describe(
        "sprints_report", "Read a sprint's report", answer=SprintReportSerializer, example=sprint_examples.SPRINT_REPORT
    )
    def get(self, request: Request, sprint_id: int) -> Response:
        """Return what was committed, added, taken out and done, what moves on, and which capabilities were finished."""
        sprint = get_sprint_for(user=user_of(request), sprint_id=sprint_id, action=Action.VIEW)
        return Response(SprintReportSerializer(report_of(sprint=sprint, now=utc_now())).data)


def _read_outcomes(given: Any, *, workspace_id: int) -> dict[int, Sprint | None]:
    """The sprints that single stories go to, by the story's id."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise InvalidInput("Send an object: the id of a sprint, or null, by the id of a story.", field="outcomes")
    wanted = {pk for pk in given.values() if isinstance(pk, int) and 0 < pk <= LARGEST_ID}
    sprints = Sprint.objects.filter(workspace=workspace_id).in_bulk(list(wanted))
    errors = {
        f"outcomes.{story}"[:200]: ["Send the id of a sprint of this workspace, or null."]
        for story, pk in given.items()
        if not story.isdecimal() or not (pk is None or (isinstance(pk, int) and pk in sprints))
    }
    if errors:
        raise InvalidInput(field_errors=errors)
    return {int(story): sprints[pk] if pk is not None else None for story, pk in given.items()}
