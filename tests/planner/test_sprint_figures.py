"""Burn-down and report of real sprints, read from the logs of their stories."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Workspace
from common.errors import Conflict
from planner.domain.capacity.burn_events import Amounts, Change
from planner.models import Sprint, Story
from planner.selectors.sprint_figures import burn_of, report_of
from planner.selectors.sprint_history import load_histories
from planner.services.estimates import estimate_value
from planner.services.sprints import complete_sprint, create_sprint, start_sprint
from planner.services.stories import update_story
from planner.services.tasks import create_task, update_task
from tests.factories import actor_of, direct_value, make_capability, make_story, make_workspace, state_named

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)


def on(day: int, hour: int = 12) -> datetime:
    """Noon of so many days after the sprint began."""
    return MONDAY.replace(hour=hour) + timedelta(days=day)


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("BRN", now=on(-10))


@pytest.fixture
def sprint(workspace: Workspace) -> Sprint:
    """Two weeks from Monday on, with two stories of 5 and 3 points; the first has 8 hours of tasks."""
    sprint = create_sprint(
        workspace=workspace,
        name="S",
        start_date=date(2026, 3, 2),
        end_date=date(2026, 3, 13),
        actor=actor_of(workspace),
        now=on(-5),
    )
    first = story(workspace, "first", sprint=sprint, points=Decimal(5))
    create_task(story=first, title="T", hours_estimated=Decimal(8), actor=actor_of(workspace), now=on(-3))
    story(workspace, "second", sprint=sprint, points=Decimal(3))
    return start_sprint(sprint=sprint, actor=actor_of(workspace), now=MONDAY)


def story(workspace: Workspace, title: str, *, day: int = -4, **fields: object) -> Story:
    return make_story(workspace, title, now=on(day), **fields)


def edit(title: str, day: int, **changes: object) -> None:
    found = Story.objects.get(title=title)
    update_story(story=found, changes=changes, actor=actor_of(found.workspace), now=on(day))


def remaining(sprint: Sprint, *, as_of: datetime) -> list[Decimal | None]:
    """Points left at the end of each day."""
    days = burn_of(sprint=sprint, now=as_of).days
    return [day.remaining.points if day.remaining is not None else None for day in days]


def test_points_burn_down_as_stories_are_done_and_days_ahead_are_not_known(sprint: Sprint) -> None:
    edit("second", 2, state=state_named(sprint.workspace, "Done"))
    assert remaining(sprint, as_of=on(3)) == [8, 8, 5, 5, *[None] * 8]
    assert burn_of(sprint=sprint, now=on(3)).committed.points == 8


def test_what_is_added_taken_out_estimated_anew_and_reopened_shows_on_its_day(sprint: Sprint) -> None:
    story(sprint.workspace, "late", points=Decimal(2))
    edit("late", 1, sprint=sprint)
    edit("first", 2, points=Decimal(13))
    edit("second", 3, state=state_named(sprint.workspace, "Done"))
    edit("second", 4, state=state_named(sprint.workspace, "Review"))
    edit("late", 7, sprint=None)
    assert remaining(sprint, as_of=on(8))[:9] == [8, 10, 18, 15, 18, 18, 18, 16, 16]


def test_hours_follow_what_the_log_tells_of_tasks(sprint: Sprint) -> None:
    task = Story.objects.get(title="first").tasks.get()
    update_task(task=task, changes={"hours_left": Decimal("2.5")}, actor=actor_of(sprint.workspace), now=on(1))
    days = burn_of(sprint=sprint, now=on(2)).days
    assert [day.remaining.hours for day in days[:3] if day.remaining is not None] == [8, Decimal("2.5"), Decimal("2.5")]


def test_a_replay_of_the_past_is_what_was_seen_then(sprint: Sprint) -> None:
    edit("second", 2, state=state_named(sprint.workspace, "Done"))
    then = remaining(sprint, as_of=on(3, 20))
    edit("first", 5, points=Decimal(21))
    assert remaining(sprint, as_of=on(3, 20)) == then


def test_the_report_adds_up_and_stays_when_stories_move_on(workspace: Workspace, sprint: Sprint) -> None:
    following = create_sprint(workspace=workspace, name="Next", actor=actor_of(workspace), now=on(0))
    story(workspace, "late", day=1, points=Decimal(2), sprint=sprint)
    edit("second", 3, state=state_named(workspace, "Done"))
    before = report_of(sprint=sprint, now=on(11))
    done = complete_sprint(sprint=sprint, move_open_to=following, actor=actor_of(workspace), now=on(11))
    report = report_of(sprint=done, now=on(30))
    assert report == before
    assert [report.initial_planned_points, report.planned_points, report.actual_points] == [
        Decimal(8),
        Decimal(10),
        Decimal(3),
    ]
    assert report.carry_over_points == 7
    sums = report.committed.amounts + report.added.amounts - report.removed.amounts + report.re_estimated
    assert sums == report.done.amounts + report.not_done.amounts


def test_a_capability_finished_in_the_sprint_is_told_with_its_money(workspace: Workspace, sprint: Sprint) -> None:
    capability = make_capability(workspace, title="Pay by invoice")
    estimate_value(
        capability=capability, model=direct_value(100), reason="Counted.", actor=actor_of(workspace), now=on(0)
    )
    edit("second", 1, capability=capability)
    assert report_of(sprint=sprint, now=on(2)).capabilities == ()
    edit("second", 3, state=state_named(workspace, "Done"))
    report = report_of(sprint=sprint, now=on(4))
    assert ([each.title for each in report.capabilities], report.value_per_week) == (["Pay by invoice"], Decimal(100))
    assert report.done.amounts.dollars == report.business_value


def test_a_story_born_in_the_sprint_is_added_at_its_birth(workspace: Workspace, sprint: Sprint) -> None:
    story(workspace, "new", day=2, points=Decimal(1), sprint=sprint)
    added = [event for event in load_histories([sprint])[sprint.pk].events if event.at == on(2)]
    assert [(event.change, event.amounts) for event in added] == [(Change.ADDED, Amounts(Decimal(1)))]


def test_what_never_started_has_no_report(workspace: Workspace) -> None:
    sprint = create_sprint(workspace=workspace, name="Later", actor=actor_of(workspace), now=on(0))
    with pytest.raises(Conflict) as refused:
        report_of(sprint=sprint, now=on(1))
    assert refused.value.code == "sprint_not_started"
    with pytest.raises(Conflict) as refused:
        burn_of(sprint=sprint, now=on(1))
    assert refused.value.code == "sprint_without_days"


def test_what_is_done_after_the_last_day_is_in_the_drawing_as_in_the_report(
    workspace: Workspace, sprint: Sprint
) -> None:
    edit("second", 14, state=state_named(workspace, "Done"))
    ended = complete_sprint(sprint=sprint, actor=actor_of(workspace), now=on(15))
    days = burn_of(sprint=ended, now=on(30)).days
    assert (days[-1].day, days[-1].done and days[-1].done.points) == (date(2026, 3, 17), Decimal(3))
    assert [day.ideal.points for day in days[-5:]] == [0] * 5, "the even pace ends with the days planned"
    assert report_of(sprint=ended, now=on(30)).actual_points == 3
