"""Capacity in hours: working days, allocation, holidays, leave and the focus factor."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.capacity.calendars import (
    Leave,
    WorkPattern,
    check_sprint_dates,
    list_days,
    share_on_leave,
    working_days,
)
from planner.domain.capacity.hours import Member, hours_by_day, team_capacity
from planner.domain.capacity.problems import CapacityProblem

MONDAY, FRIDAY_WEEK_AFTER = date(2026, 6, 8), date(2026, 6, 19)
EIGHT, FULL, FOCUS = Decimal(8), Decimal(1), Decimal("0.8")


def member(*leaves: Leave, allocation: str = "1", holidays: frozenset[date] = frozenset()) -> Member:
    return Member(1, "Priya", EIGHT, Decimal(allocation), WorkPattern(holidays=holidays), leaves)


def hours_of(*members: Member, focus: Decimal = FULL) -> Decimal:
    return team_capacity(members, MONDAY, FRIDAY_WEEK_AFTER, focus).hours


def test_a_team_worked_out_by_hand() -> None:
    """Two weeks with one holiday: 9 days x 8 h = 72 h; half time with a day off: 72 x 0.5 - 4 = 32 h."""
    holidays = frozenset({date(2026, 6, 11)})
    amara = Member(2, "Amara", EIGHT, Decimal("0.5"), WorkPattern(holidays=holidays), (Leave(MONDAY, MONDAY),))
    team = team_capacity([member(holidays=holidays), amara], MONDAY, FRIDAY_WEEK_AFTER, FOCUS)
    assert [each.working_days for each in team.members] == [9, 9]
    assert [each.working_hours for each in team.members] == [72, 72]
    assert [each.leave_hours for each in team.members] == [0, 4]
    assert team.available_hours == 104
    assert [each.hours for each in team.members] == [Decimal("57.6"), Decimal("25.6")]
    assert team.hours == Decimal("83.2")


def test_half_days_take_half() -> None:
    assert hours_of(member(Leave(MONDAY, MONDAY + timedelta(days=1), Decimal("0.5")))) == 72


def test_a_leave_longer_than_the_sprint_takes_all_of_it_and_no_more() -> None:
    assert hours_of(member(Leave(date(2026, 1, 1), date(2026, 12, 31)))) == 0


def test_leave_on_days_without_work_takes_nothing() -> None:
    weekend = Leave(date(2026, 6, 13), date(2026, 6, 14))
    assert hours_of(member(weekend, holidays=frozenset({MONDAY}))) == 72
    assert hours_of(member(Leave(MONDAY, MONDAY), holidays=frozenset({MONDAY}))) == 72


def test_leaves_that_meet_on_a_day_take_it_once() -> None:
    day = Leave(MONDAY, MONDAY)
    assert hours_of(member(day, day, Leave(MONDAY, MONDAY, Decimal("0.5")))) == 72
    assert share_on_leave([day, day], MONDAY) == 1


def test_a_team_of_nobody_has_no_hours() -> None:
    assert hours_of() == 0


def test_the_rest_of_a_sprint_begins_today() -> None:
    rest = team_capacity([member()], date(2026, 6, 18), FRIDAY_WEEK_AFTER, FULL)
    assert rest.hours == 16


def test_weekdays_are_those_of_the_pattern() -> None:
    sunday_to_thursday = WorkPattern(frozenset({6, 0, 1, 2, 3}))
    assert len(working_days(sunday_to_thursday, MONDAY, FRIDAY_WEEK_AFTER)) == 9
    assert working_days(sunday_to_thursday, date(2026, 6, 12), date(2026, 6, 13)) == []


def test_a_leave_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(CapacityProblem, match="on or after the day it starts") as refused:
        Leave(MONDAY, MONDAY - timedelta(days=1))
    assert refused.value.field == "end_date"


@pytest.mark.parametrize("share", ["0", "-0.5", "1.5"])
def test_a_leave_takes_some_of_a_day_and_no_more(share: str) -> None:
    with pytest.raises(CapacityProblem) as refused:
        Leave(MONDAY, MONDAY, Decimal(share))
    assert refused.value.field == "share"


@pytest.mark.parametrize(
    ("hours", "allocation", "field"),
    [("0", "1", "hours_per_day"), ("25", "1", "hours_per_day"), ("8", "0", "allocation"), ("8", "1.1", "allocation")],
)
def test_hours_and_shares_that_cannot_be_are_refused(hours: str, allocation: str, field: str) -> None:
    with pytest.raises(CapacityProblem) as refused:
        Member(1, "Priya", Decimal(hours), Decimal(allocation))
    assert refused.value.field == field


def test_a_focus_factor_is_a_share() -> None:
    with pytest.raises(CapacityProblem, match=r"80 % is 0\.8"):
        hours_of(member(), focus=Decimal(80))


@pytest.mark.parametrize(
    ("first", "last", "field", "told"),
    [
        (date(2026, 6, 8), date(2026, 6, 7), "end_date", "A sprint ends on or after the day it starts"),
        (date(2026, 6, 8), date(2026, 9, 30), "end_date", "at most 91 days"),
        (date(2026, 7, 3), date(2026, 7, 10), "start_date", "overlap “Sprint 24” (2026-06-22 to 2026-07-03)"),
        (date(2026, 6, 15), date(2026, 6, 22), "end_date", "overlap “Sprint 24”"),
        (date(2026, 6, 15), date(2026, 7, 22), "end_date", "overlap “Sprint 24”"),
    ],
)
def test_dates_of_a_sprint_that_cannot_be_are_refused(first: date, last: date, field: str, told: str) -> None:
    with pytest.raises(CapacityProblem) as refused:
        check_sprint_dates(first, last, [("Sprint 24", date(2026, 6, 22), date(2026, 7, 3))])
    assert told in refused.value.message
    assert refused.value.field == field


def test_a_sprint_of_one_day_between_two_others_is_fine() -> None:
    others = [("before", date(2026, 6, 1), date(2026, 6, 5)), ("after", date(2026, 6, 7), date(2026, 6, 9))]
    check_sprint_dates(date(2026, 6, 6), date(2026, 6, 6), others)


DATES = st.dates(date(2026, 6, 1), date(2026, 7, 10))
LEAVES = st.lists(
    st.builds(
        lambda first, length, share: Leave(first, first + timedelta(days=length), share),
        DATES,
        st.integers(0, 20),
        st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("0.25")]),
    ),
    max_size=4,
)


@settings(deadline=None)
@given(LEAVES, st.sampled_from(["0.25", "0.5", "1"]))
def test_leave_never_takes_more_than_there_is_and_days_add_up(leaves: list[Leave], allocation: str) -> None:
    somebody = member(*leaves, allocation=allocation)
    whole = hours_of(member(allocation=allocation))
    assert 0 <= hours_of(somebody) <= whole
    days = list(list_days(MONDAY, FRIDAY_WEEK_AFTER))
    assert sum(hours_by_day([somebody], days, FULL)) == hours_of(somebody)


@settings(deadline=None)
@given(LEAVES, DATES)
def test_two_halves_of_a_sprint_are_the_whole(leaves: list[Leave], cut: date) -> None:
    cut = min(max(cut, MONDAY), FRIDAY_WEEK_AFTER - timedelta(days=1))
    team = [member(*leaves)]
    before = team_capacity(team, MONDAY, cut, FULL).hours
    after = team_capacity(team, cut + timedelta(days=1), FRIDAY_WEEK_AFTER, FULL).hours
    assert before + after == hours_of(*team)
