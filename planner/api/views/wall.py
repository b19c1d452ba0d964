"""A sprint's wall in figures, over HTTP."""

from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import user_of, workspace_of
from common.api.describing import WORKSPACE, describe
from common.api.queries import read_id
from common.clock import utc_now
from common.errors import NotFound
from planner.api.serializers.tasks import WallSerializer
from planner.api.wall_examples import WALL
from planner.domain.vocabulary import StateCategory, TaskState
from planner.models import Sprint, Story
from planner.selectors.wall import Wall, WallFilter, load_wall
from planner.selectors.wall_money import Reach, list_reaches, reach_of_story, sum_release
from planner.selectors.wall_people import build_crew, load_teams
from planner.selectors.wall_sprints import choose_sprint, days_of, list_wall_sprints

SPRINT = OpenApiParameter("sprint", OpenApiTypes.INT, description="The sprint's id; without it the running one.")
OPEN = (StateCategory.TODO.value, StateCategory.IN_PROGRESS.value)


class WallView(APIView):
    """What hangs on the wall of a sprint."""

    @describe(
        "wall_retrieve",
        "Read a sprint's wall",
        answer=WallSerializer,
        parameters=[WORKSPACE, SPRINT],
        example=WALL,
    )
    def get(self, request: Request) -> Response:
        """Return days, points, hours and people of a sprint, and how far each capability is from its dollars.

        Half-done capabilities release nothing: `still_to_release` counts those whose open required stories are all
        in this sprint. Hours are of open tasks; a person's capacity is that of the working days left.
        """
        workspace = workspace_of(request)
        sprints = list_wall_sprints(workspace=workspace)
        sprint = choose_sprint(sprints=sprints, user=user_of(request), sprint_id=read_id(request, "sprint"))
        if sprint is None:
            raise NotFound("This workspace has no sprint yet: draft one first.")
        sprint.workspace = workspace
        return Response(WallSerializer(_figures(sprint)).data)


def _figures(sprint: Sprint) -> dict[str, Any]:
    now = utc_now()
    wall, crews = load_wall(sprint=sprint, kept=WallFilter()), load_teams(sprint=sprint)
    days = days_of(sprint=sprint, now=now, crews=crews)
    reaches = list_reaches(sprint=sprint, stories=wall.stories)
    release = sum_release([*reaches.values(), *(reach_of_story(one) for one in wall.stories if not one.capability_id)])
    crew = build_crew(wall=wall, days=days, crews=crews)
    still = [story for story in wall.stories if story.category in OPEN]
    return {
        "sprint": sprint,
        "goal": sprint.goal,
        "working_days": days.total,
        "working_days_left": days.left,
        "stories": len(wall.stories),
        "blocked": sum(story.blocked for story in still),
        "points_left": _points(still),
        "points_committed": sprint.initial_planned_points,
        "hours_left": wall.hours_left(),
        "released": release.released,
        "still_to_release": release.still,
        "columns": [_column(wall, state) for state in TaskState],
        "people": [
            {"person": load.person, "hours_left": load.hours, "capacity": load.capacity, "over": load.over}
            for load in crew.people
        ],
        "lanes": [_lane(reach) for reach in reaches.values()],
    }


def _points(stories: list[Story]) -> Decimal:
    return sum((story.points for story in stories if story.points is not None), Decimal(0))


def _column(wall: Wall, state: TaskState) -> dict[str, Any]:
    loads = [load for (_, word), load in wall.loads.items() if word == state.value]
    hours = sum((load.hours for load in loads), Decimal(0))
    return {"state": state.value, "tasks": sum(load.tasks for load in loads), "hours_left": hours}


def _lane(reach: Reach) -> dict[str, Any]:
    return {
        "capability": reach.capability,
        "business_value": reach.business_value,
        "cost_of_delay": reach.cost_of_delay,
        "required_stories": reach.total,
        "done": reach.done,
        "to_go": reach.to_go,
        "here": reach.here,
        "opens_here": reach.opens_here,
        "released_at": reach.released_at,
    }
