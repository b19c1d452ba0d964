"""What a team can take on, over HTTP: capacity of sprints or of any days, and velocity."""

from datetime import date

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import user_of
from accounts.policies import Action
from common.api.describing import describe
from common.api.queries import read_text
from common.clock import utc_now
from common.errors import InvalidInput
from planner.api import team_examples
from planner.api.serializers.teams import CapacitySerializer, VelocitySerializer
from planner.domain.capacity.calendars import check_sprint_dates
from planner.domain.capacity.problems import CapacityProblem
from planner.selectors.capacity import capacities_of, capacity_of, window_of
from planner.selectors.fetch import get_team_for
from planner.selectors.pins import today_of
from planner.selectors.sprints import current_sprint, next_sprints
from planner.selectors.velocity import velocity_of

FIRST = OpenApiParameter("first", OpenApiTypes.DATE, description="First day; with `last`: of these days instead.")
LAST = OpenApiParameter("last", OpenApiTypes.DATE, description="Last day, included.")


class TeamCapacityView(APIView):
    """What a team can take on."""

    @describe(
        "teams_capacity",
        "Read a team's capacity",
        answer=CapacitySerializer(many=True),
        parameters=[FIRST, LAST],
        example=team_examples.CAPACITY,
    )
    def get(self, request: Request, team_id: int) -> Response:
        """Return hours (person by person) and points in the running sprint and those ahead that have days."""
        team = get_team_for(user=user_of(request), team_id=team_id, action=Action.VIEW)
        window = _window(request)
        if window is not None:
            return Response(
                CapacitySerializer([capacity_of(team=team, first=window[0], last=window[1])], many=True).data
            )
        today = today_of(workspace=team.workspace, now=utc_now())
        running = current_sprint(workspace=team.workspace, team=team, today=today)
        sprints = [*([running] if running else []), *next_sprints(workspace=team.workspace, team=team)]
        dated = [sprint for sprint in sprints if window_of(sprint)]
        return Response(CapacitySerializer(capacities_of(team=team, sprints=dated), many=True).data)


class TeamVelocityView(APIView):
    """A team's velocity."""

    @describe("teams_velocity", "Read a team's velocity", answer=VelocitySerializer, example=team_examples.VELOCITY)
    def get(self, request: Request, team_id: int) -> Response:
        """Return initial planned, planned and actual points of the last completed sprints, and P50 and P15 of them."""
        team = get_team_for(user=user_of(request), team_id=team_id, action=Action.VIEW)
        velocity = velocity_of(team=team)
        told = {"team": team, "p50": velocity.usual.p50, "p15": velocity.usual.p15, "sprints": velocity.sprints}
        return Response(VelocitySerializer(told).data)


def _window(request: Request) -> tuple[date, date] | None:
    given = {name: read_text(request, name) for name in ("first", "last")}
    if not any(given.values()):
        return None
    first, last = (_day(given[name], name) for name in ("first", "last"))
    try:
        check_sprint_dates(first, last)
    except CapacityProblem as problem:
        field = "first" if problem.field == "start_date" else "last"
        raise InvalidInput(problem.message, field=field) from None
    return first, last


def _day(text: str | None, name: str) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise InvalidInput("Send a day, such as 2026-03-31.", field=name) from None
