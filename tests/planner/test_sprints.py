"""The life of a sprint: started once, completed once, its figures kept."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from planner.models import Capability, Sprint, SprintEntry
from planner.services.estimates import estimate_value
from planner.services.sprints import complete_sprint, create_sprint, delete_sprint, start_sprint, update_sprint
from planner.services.stories import delete_story, update_story
from planner.services.tasks import create_task
from planner.services.teams import create_team, delete_team
from tests.factories import (
    NOW,
    actor_of,
    direct_value,
    make_capability,
    make_story,
    make_workspace,
    state_named,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=14)


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


# What is committed, and what becomes of it


def entries(sprint: Sprint) -> dict[str, SprintEntry]:
    return {entry.title: entry for entry in SprintEntry.objects.filter(sprint=sprint)}


def test_a_start_keeps_every_story_as_it_was(workspace: Workspace) -> None:
    sprint = make_sprint(workspace)
    capability = make_capability(workspace)
    estimate_value(
        capability=capability, model=direct_value(100), reason="Counted.", actor=actor_of(workspace), now=NOW
    )
    worked = make_story(workspace, "worked", sprint=sprint, points=Decimal(3), capability=capability)
    make_story(workspace, "rough", sprint=sprint)
    make_story(workspace, "dropped", sprint=sprint, state=state_named(workspace, "Cancelled"))
    for hours in (Decimal(6), Decimal("2.5")):
        create_task(story=worked, title="T", hours_estimated=hours, actor=actor_of(workspace), now=NOW)
    sprint = start_sprint(sprint=sprint, actor=actor_of(workspace), now=NOW)
    update_story(story=worked, changes={"points": 8, "title": "renamed"}, actor=actor_of(workspace), now=NOW)
    kept = entries(sprint)
    assert set(kept) == {"worked", "rough"}
    assert (kept["worked"].points_at_start, kept["worked"].hours_at_start) == (Decimal(3), Decimal("8.5"))
    assert kept["worked"].value_at_start == Capability.objects.get(pk=capability.pk).business_value
    assert (kept["rough"].points_at_start, kept["rough"].hours_at_start) == (None, None)
    assert (sprint.initial_planned_hours, sprint.started_at) == (Decimal("8.5"), NOW)


def test_completing_keeps_what_became_of_every_story(workspace: Workspace) -> None:
    first, second = make_sprint(workspace, "One"), make_sprint(workspace, "Two")
    done, carried, returned, removed = (
        make_story(workspace, title, sprint=first, points=Decimal(2))
        for title in ("done", "carried", "returned", "removed")
    )
    start_sprint(sprint=first, actor=actor_of(workspace), now=NOW)
    make_story(workspace, "added", sprint=first, points=Decimal(5))
    actor = actor_of(workspace)
    update_story(story=done, changes={"state": state_named(workspace, "Done")}, actor=actor, now=NOW)
    update_story(story=removed, changes={"sprint": None}, actor=actor, now=NOW)
    first = complete_sprint(sprint=first, move_open_to=second, outcomes={returned.pk: None}, actor=actor, now=LATER)
    told = {title: (entry.is_committed, entry.outcome, entry.moved_to) for title, entry in entries(first).items()}
    assert told == {
        "done": (True, "DONE", None),
        "carried": (True, "CARRIED", second),
        "returned": (True, "RETURNED", None),
        "removed": (True, "REMOVED", None),
        "added": (False, "CARRIED", second),
    }
    assert entries(first)["added"].points_left == Decimal(5)
    assert first.completed_at == LATER
    carried.refresh_from_db()
    returned.refresh_from_db()
    assert (carried.sprint, returned.sprint) == (second, None)


def test_an_outcome_of_a_story_that_is_not_open_here_is_refused_and_nothing_moves(workspace: Workspace) -> None:
    first, second = make_sprint(workspace, "One"), make_sprint(workspace, "Two")
    story, stranger = make_story(workspace, sprint=first), make_story(workspace)
    start_sprint(sprint=first, actor=actor_of(workspace), now=NOW)
    with pytest.raises(InvalidInput) as refused:
        complete_sprint(
            sprint=first, move_open_to=second, outcomes={stranger.pk: None}, actor=actor_of(workspace), now=NOW
        )
    assert list(refused.value.errors) == [f"outcomes.{stranger.pk}"]
    story.refresh_from_db()
    first.refresh_from_db()
    assert (story.sprint, first.state) == (first, "IN_PROGRESS")


def test_a_deleted_story_stays_in_the_commitment(workspace: Workspace) -> None:
    sprint = make_sprint(workspace)
    story = make_story(workspace, "gone", sprint=sprint, points=Decimal(2))
    start_sprint(sprint=sprint, actor=actor_of(workspace), now=NOW)
    delete_story(story=story, actor=actor_of(workspace), now=NOW)
    complete_sprint(sprint=sprint, actor=actor_of(workspace), now=LATER)
    assert (entries(sprint)["gone"].story_id, entries(sprint)["gone"].outcome) == (None, "REMOVED")


def test_two_sprints_of_a_team_do_not_overlap(workspace: Workspace) -> None:
    days = {"start_date": date(2026, 3, 2), "end_date": date(2026, 3, 13)}
    make_sprint(workspace, "One", **days)
    with pytest.raises(InvalidInput) as refused:
        make_sprint(workspace, "Two", start_date=date(2026, 3, 13), end_date=date(2026, 3, 20))
    [message] = refused.value.errors["start_date"]
    assert message.startswith("Two (2026-03-13 to 2026-03-20) would overlap One (2026-03-02 to 2026-03-13)")
    team = create_team(workspace=workspace, name="Blue", actor=actor_of(workspace), now=NOW)
    other = make_sprint(workspace, "Blue one", team=team, **days)
    with pytest.raises(InvalidInput):
        update_sprint(sprint=other, changes={"team": None}, actor=actor_of(workspace), now=NOW)


def test_a_stale_sprint_is_not_changed(workspace: Workspace) -> None:
    sprint = make_sprint(workspace)
    update_sprint(sprint=sprint, changes={"goal": "Mine"}, version=1, actor=actor_of(workspace), now=NOW)
    with pytest.raises(Conflict) as refused:
        update_sprint(sprint=sprint, changes={"goal": "Yours"}, version=1, actor=actor_of(workspace), now=NOW)
    assert refused.value.code == "stale_version"
