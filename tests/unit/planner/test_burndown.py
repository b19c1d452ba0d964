"""Burn-down, forecast and report of a sprint: a worked example, and laws that hold for any history."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.capacity.burn_events import Amounts, Change, SprintEvent, replay, sum_done, sum_scope, total
from planner.domain.capacity.burndown import Burn, burn_series, day_end
from planner.domain.capacity.calendars import EVERY_WEEK, working_days
from planner.domain.capacity.forecasts import Left, forecast_sprint
from planner.domain.capacity.report import FinishedCapability, SprintReport, sprint_report

FIRST, LAST = date(2026, 6, 8), date(2026, 6, 12)
START, END = datetime(2026, 6, 8, 8, tzinfo=UTC), datetime(2026, 6, 12, 18, tzinfo=UTC)
WORKDAYS = working_days(EVERY_WEEK, FIRST, LAST)


def amounts(points: int, hours: int = 0, dollars: int = 0) -> Amounts:
    return Amounts(Decimal(points), Decimal(hours), Decimal(dollars))


def event(
    day: int, story: int, change: Change, size: Amounts | None = None, hours_left: int | None = None
) -> SprintEvent:
    at = datetime(2026, 6, day, 12, tzinfo=UTC)
    left = None if hours_left is None else Decimal(hours_left)
    return SprintEvent(at, story, change, size or Amounts(), left)


HISTORY = [
    event(5, 1, Change.ADDED, amounts(5, 20, 1000)),
    event(5, 2, Change.ADDED, amounts(3, 10, 500)),
    event(5, 3, Change.ADDED, amounts(2, 8, 200)),
    event(8, 1, Change.WORKED, hours_left=12),
    event(9, 2, Change.DONE),
    event(9, 4, Change.ADDED, amounts(8, 30, 0)),
    event(9, 5, Change.ADDED, amounts(1)),
    event(10, 3, Change.REMOVED),
    event(10, 1, Change.ESTIMATED, amounts(8, 24, 1000)),
    event(11, 2, Change.REOPENED),
    event(11, 5, Change.REMOVED),
    event(12, 1, Change.DONE),
]


def burn(
    events: Sequence[SprintEvent], as_of: datetime = END, zone: str = "UTC", ended_at: datetime | None = None
) -> Burn:
    return burn_series(
        events,
        first=FIRST,
        last=LAST,
        zone=zone,
        started_at=START,
        as_of=as_of,
        workdays=WORKDAYS,
        ended_at=ended_at,
    )


def points_of(series: Burn, name: str) -> list[int | None]:
    ends = [getattr(day, name) for day in series.days]
    return [None if each is None else int(each.points) for each in ends]


def test_the_commitment_is_what_was_in_it_at_the_start() -> None:
    assert burn(HISTORY).committed == amounts(10, 38, 1700)


def test_points_day_by_day() -> None:
    series = burn(HISTORY)
    assert points_of(series, "scope") == [10, 19, 20, 19, 19]
    assert points_of(series, "done") == [0, 3, 3, 0, 8]
    assert points_of(series, "remaining") == [10, 16, 17, 19, 11]


def test_hours_fall_as_they_are_worked_and_money_as_stories_are_done() -> None:
    left = [day.remaining for day in burn(HISTORY).days]
    assert [each and each.hours for each in left] == [30, 50, 42, 52, 40]
    assert [each and each.dollars for each in left] == [1700, 1200, 1000, 1500, 500]


def test_days_ahead_are_not_known_and_today_is_as_of_now() -> None:
    series = burn(HISTORY, as_of=datetime(2026, 6, 9, 13, tzinfo=UTC))
    assert points_of(series, "remaining") == [10, 16, None, None, None]


def test_the_past_does_not_change_when_the_future_comes() -> None:
    then = burn(HISTORY, as_of=datetime(2026, 6, 10, 23, tzinfo=UTC))
    assert then.days[:3] == burn(HISTORY).days[:3]


def test_a_day_ends_at_midnight_of_the_workspace() -> None:
    late = [*HISTORY[:3], SprintEvent(datetime(2026, 6, 9, 2, tzinfo=UTC), 1, Change.DONE)]
    assert points_of(burn(late, zone="America/New_York"), "done")[0] == 5
    assert points_of(burn(late), "done")[0] == 0
    assert day_end(FIRST, "America/New_York") == datetime(2026, 6, 9, 4, tzinfo=UTC)


def test_an_event_at_midnight_belongs_to_the_next_day() -> None:
    midnight = [*HISTORY[:3], SprintEvent(datetime(2026, 6, 9, tzinfo=UTC), 1, Change.DONE)]
    assert points_of(burn(midnight), "done")[:2] == [0, 5]


def test_the_ideal_line_falls_on_working_days_only() -> None:
    without_wednesday = [day for day in WORKDAYS if day != date(2026, 6, 10)]
    series = burn_series(
        HISTORY, first=FIRST, last=LAST, zone="UTC", started_at=START, as_of=END, workdays=without_wednesday
    )
    assert [day.ideal.points for day in series.days] == [Decimal("7.5"), 5, 5, Decimal("2.5"), 0]
    assert [day.is_workday for day in series.days] == [True, True, False, True, True]


def test_without_a_working_day_the_ideal_falls_at_the_end() -> None:
    series = burn_series(HISTORY, first=FIRST, last=LAST, zone="UTC", started_at=START, as_of=END, workdays=[])
    assert [day.ideal.points for day in series.days] == [10, 10, 10, 10, 0]


def test_hours_left_above_the_estimate_are_more_scope() -> None:
    standing = replay([*HISTORY[:1], event(8, 1, Change.WORKED, hours_left=25)])[1]
    assert [standing.scope.hours, standing.remaining.hours, standing.done.hours] == [25, 25, 0]


def report() -> SprintReport:
    finished = [
        FinishedCapability("CAP-1", "Customs", Decimal(900), Decimal("40000.50")),
        FinishedCapability("CAP-2", "Unvalued", None, None),
    ]
    return sprint_report(HISTORY, started_at=START, ended_at=END, capabilities=finished)


def test_the_report_says_what_became_of_each_story() -> None:
    told = report()
    assert told.committed.story_ids == (1, 2, 3)
    assert told.added.story_ids == (4,)
    assert told.removed.story_ids == (3,)
    assert told.came_and_went == (5,)
    assert told.done.story_ids == (1,)
    assert told.not_done.story_ids == (2, 4)


def test_the_report_has_three_velocities_and_what_moves_on() -> None:
    told = report()
    assert [told.initial_planned_points, told.planned_points, told.actual_points] == [10, 19, 8]
    assert told.carry_over_points == 11
    assert told.re_estimated == amounts(3, 4)


def test_the_report_counts_what_was_earned_and_what_nobody_valued() -> None:
    told = report()
    assert [told.value_per_week, told.business_value, told.unvalued] == [900, Decimal("40000.50"), 1]


def test_stories_that_move_on_as_the_sprint_is_completed_were_in_it_to_the_end() -> None:
    moved = [*HISTORY, *(SprintEvent(END, story, Change.REMOVED) for story in (2, 4))]
    assert sprint_report(moved, started_at=START, ended_at=END) == sprint_report(
        HISTORY, started_at=START, ended_at=END
    )
    assert burn(moved, ended_at=END) == burn(HISTORY)


def test_what_comes_in_as_the_sprint_starts_is_committed() -> None:
    told = sprint_report([SprintEvent(START, 1, Change.ADDED, amounts(5))], started_at=START, ended_at=END)
    assert told.committed.story_ids == (1,)
    assert told.added.story_ids == ()


def test_a_story_without_points_is_named() -> None:
    unestimated = SprintEvent(START, 7, Change.ADDED, Amounts(), is_estimated=False)
    assert sprint_report([unestimated], started_at=START, ended_at=END).unestimated_ids == (7,)


def test_a_story_that_comes_back_is_added_once_again() -> None:
    events = [*HISTORY[:1], event(9, 1, Change.REMOVED), event(10, 1, Change.ADDED, amounts(3))]
    told = sprint_report(events, started_at=START, ended_at=END)
    assert told.added.story_ids == told.removed.story_ids == ()
    assert told.re_estimated.points == -2


LEFT = [Left(1, Decimal(3)), Left(2, None), Left(3, Decimal(5)), Left(4, Decimal(1))]


def test_a_forecast_names_what_will_not_finish() -> None:
    """4 points in 2 days: 2 a day, 6 in the 3 days left; 3 fit, 3 + 5 do not, nor what comes after."""
    told = forecast_sprint(done_points=Decimal(4), left=LEFT, workdays=WORKDAYS, today=date(2026, 6, 10))
    assert [told.pace_per_day, told.expected_points, told.days_left] == [2, 6, 3]
    assert told.unfinished_ids == (3, 4)
    assert told.unfinished_points == 6
    assert told.unestimated_ids == (2,)


def test_a_day_that_is_over_counts() -> None:
    told = forecast_sprint(
        done_points=Decimal(6), left=LEFT, workdays=WORKDAYS, today=date(2026, 6, 10), is_today_over=True
    )
    assert [told.pace_per_day, told.expected_points] == [2, 4]


def test_before_the_first_day_is_over_the_forecast_is_unknown() -> None:
    told = forecast_sprint(done_points=Decimal(0), left=LEFT, workdays=WORKDAYS, today=FIRST)
    assert told.pace_per_day is None
    assert told.unfinished_points is None
    assert told.reason == "unknown: no working day of this sprint is over yet"


def test_when_nothing_is_left_nothing_is_unfinished() -> None:
    told = forecast_sprint(done_points=Decimal(9), left=[], workdays=WORKDAYS, today=LAST)
    assert [told.unfinished_points, told.unfinished_ids] == [0, ()]


SIZES = st.builds(amounts, st.integers(0, 20), st.integers(0, 60), st.integers(0, 5000))
EVENTS = st.lists(
    st.builds(
        SprintEvent,
        st.integers(-24, 110).map(lambda hour: START + timedelta(hours=hour)),
        st.integers(1, 6),
        st.sampled_from(Change),
        SIZES,
        st.none() | st.integers(0, 60).map(Decimal),
        st.booleans(),
        st.booleans(),
    ),
    max_size=40,
).map(lambda events: sorted(events, key=lambda each: each.at))


@settings(deadline=None)
@given(EVENTS)
def test_scope_is_done_and_remaining_of_each_story_and_of_all(events: list[SprintEvent]) -> None:
    standings = replay(events)
    remaining = total(standing.remaining for standing in standings.values())
    assert sum_scope(standings) == sum_done(standings) + remaining
    for standing in standings.values():
        assert min(standing.done.points, standing.done.hours, standing.done.dollars) >= 0


@settings(deadline=None)
@given(EVENTS)
def test_the_last_day_is_the_whole_history_and_days_follow_from_each_other(events: list[SprintEvent]) -> None:
    series = burn(events, as_of=END)
    standings = replay([each for each in events if each.at <= END])
    assert series.days[-1].scope == sum_scope(standings)
    assert series.days[-1].done == sum_done(standings)
    assert series.days[-1].ideal == Amounts()


@settings(deadline=None)
@given(EVENTS)
def test_the_report_adds_up(events: list[SprintEvent]) -> None:
    told = sprint_report(events, started_at=START, ended_at=END)
    came = told.committed.amounts + told.added.amounts - told.removed.amounts + told.re_estimated
    assert came == told.done.amounts + told.not_done.amounts
    parts = [*told.done.story_ids, *told.not_done.story_ids]
    assert sorted(parts) == sorted({*told.committed.story_ids, *told.added.story_ids} - {*told.removed.story_ids})


@pytest.mark.parametrize("name", ["points", "hours", "dollars"])
@settings(deadline=None)
@given(events=EVENTS)
def test_the_report_and_the_chart_agree(name: str, events: list[SprintEvent]) -> None:
    told, series = sprint_report(events, started_at=START, ended_at=END), burn(events, ended_at=END)
    assert getattr(told.committed.amounts, name) == getattr(series.committed, name)
    assert getattr(told.done.amounts, name) == getattr(series.days[-1].done, name)
