"""The life of a sprint: started once, completed once, its figures kept."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from planner.models import Sprint
from planner.services.sprints import complete_sprint, create_sprint, delete_sprint, start_sprint, update_sprint
from planner.services.stories import update_story
from planner.services.teams import create_team, delete_team
from tests.factories import (
    NOW,
    actor_of,
    make_story,
    make_workspace,
    state_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("PLN")


def make_sprint(workspace: Workspace, name: str = "Sprint 1", **fields: Any) -> Sprint:
    return create_sprint(workspace=workspace, name=name, actor=actor_of(workspace), now=NOW, **fields)


def test_a_start_keeps_the_points_in_the_sprint_for_good(workspace: Workspace) -> None:
    sprint = make_sprint(workspace)
    for points in (Decimal(3), Decimal("2.5"), None):
        story = make_story(workspace, sprint=sprint, points=points)
    sprint = start_sprint(sprint=sprint, actor=actor_of(workspace), now=NOW)
    update_story(story=story, changes={"points": 8}, actor=actor_of(workspace), now=NOW)
    sprint.refresh_from_db()
    assert (sprint.state, sprint.initial_planned_points, sprint.start_date) == (
        "IN_PROGRESS",
        Decimal("5.5"),
        NOW.date(),
    )


def test_a_sprint_starts_once(workspace: Workspace) -> None:
    sprint = start_sprint(sprint=make_sprint(workspace), actor=actor_of(workspace), now=NOW)
    with pytest.raises(Conflict) as refused:
        start_sprint(sprint=sprint, actor=actor_of(workspace), now=NOW)
    assert refused.value.code == "sprint_started"


def test_a_team_has_one_sprint_in_progress(workspace: Workspace) -> None:
    team = create_team(workspace=workspace, name="Blue", actor=actor_of(workspace), now=NOW)
    first, second = (make_sprint(workspace, name, team=team) for name in ("One", "Two"))
    start_sprint(sprint=first, actor=actor_of(workspace), now=NOW)
    with pytest.raises(Conflict) as refused:
        start_sprint(sprint=second, actor=actor_of(workspace), now=NOW)
    assert (refused.value.code, "One" in refused.value.message) == ("sprint_running", True)


def test_open_stories_carry_over(workspace: Workspace) -> None:
    first, second = make_sprint(workspace, "One"), make_sprint(workspace, "Two")
    left = make_story(workspace, sprint=first)
    done = make_story(workspace, sprint=first, state=state_named(workspace, "Done"))
    start_sprint(sprint=first, actor=actor_of(workspace), now=NOW)
    complete_sprint(sprint=first, move_open_to=second, actor=actor_of(workspace), now=NOW)
    left.refresh_from_db()
    done.refresh_from_db()
    assert (left.sprint, done.sprint) == (second, first)


def test_a_started_sprint_is_not_deleted(workspace: Workspace) -> None:
    sprint = start_sprint(sprint=make_sprint(workspace), actor=actor_of(workspace), now=NOW)
    with pytest.raises(Conflict):
        delete_sprint(sprint=sprint, actor=actor_of(workspace), now=NOW)


def test_a_sprint_does_not_end_before_it_starts(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_sprint(workspace, start_date=date(2026, 3, 9), end_date=date(2026, 3, 2))
    assert set(refused.value.errors) == {"end_date"}


def test_a_sprints_life_is_not_typed(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput) as refused:
        update_sprint(sprint=make_sprint(workspace), changes={"state": "COMPLETED"}, actor=actor_of(workspace), now=NOW)
    assert set(refused.value.errors) == {"state"}


def test_a_sprint_starts_on_the_workspaces_day(workspace: Workspace) -> None:
    workspace.time_zone = "Pacific/Auckland"
    workspace.save(update_fields=["time_zone"])
    late = datetime(2026, 3, 2, 20, tzinfo=UTC)
    sprint = start_sprint(sprint=make_sprint(workspace), actor=actor_of(workspace), now=late)
    assert sprint.start_date == date(2026, 3, 3)


def test_a_team_with_started_sprints_is_not_deleted(workspace: Workspace) -> None:
    team = create_team(workspace=workspace, name="Blue", actor=actor_of(workspace), now=NOW)
    start_sprint(sprint=make_sprint(workspace, team=team), actor=actor_of(workspace), now=NOW)
    with pytest.raises(Conflict, match="started sprints"):
        delete_team(team=team, actor=actor_of(workspace), now=NOW)


def test_a_team_goes_with_the_sprints_it_only_planned(workspace: Workspace) -> None:
    team = create_team(workspace=workspace, name="Blue", actor=actor_of(workspace), now=NOW)
    story = make_story(workspace, team=team, sprint=make_sprint(workspace, team=team))
    delete_team(team=team, actor=actor_of(workspace), now=NOW)
    story.refresh_from_db()
    assert (story.team, story.sprint, Sprint.objects.count()) == (None, None, 0)
