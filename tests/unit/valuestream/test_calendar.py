"""Working time, against a reference that looks at the local clock every minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuestream.domain.calendar import EveryHour, WorkCalendar, to_microseconds

WEEKDAYS = frozenset(range(5))
OFFICE = WorkCalendar("Europe/Paris", WEEKDAYS, time(9), time(17))


def seconds(calendar: WorkCalendar, start: datetime, end: datetime) -> float:
    worked = calendar.working_seconds(np.array([to_microseconds(start)]), np.array([to_microseconds(end)]))
    return float(worked[0])


def minute_by_minute(calendar: WorkCalendar, start: datetime, end: datetime) -> float:
    zone, minutes = ZoneInfo(calendar.zone), 0
    while start < end:
        local = start.astimezone(zone)
        is_worked_day = local.weekday() in calendar.weekdays and local.date() not in calendar.holidays
        is_before_end = calendar.ends == time(0) or local.time() < calendar.ends
        minutes += is_worked_day and calendar.starts <= local.time() and is_before_end
        start += timedelta(minutes=1)
    return minutes * 60.0


def paris(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Paris"))


calendars = st.builds(
    WorkCalendar,
    st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
    st.frozensets(st.integers(0, 6)),
    st.sampled_from([time(0), time(6), time(9, 30)]),
    st.sampled_from([time(12), time(17, 45), time(0)]),
    st.frozensets(st.dates(date(2025, 3, 25), date(2025, 4, 8)), max_size=3),
)
around_spring = st.integers(0, 14 * 24 * 60).map(
    lambda minutes: datetime(2025, 3, 26, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(calendars, around_spring, st.integers(0, 3 * 24 * 60))
def test_working_time_is_what_a_look_at_the_clock_every_minute_finds(
    calendar: WorkCalendar, start: datetime, minutes: int
) -> None:
    end = start + timedelta(minutes=minutes)
    assert seconds(calendar, start, end) == minute_by_minute(calendar, start, end)


@given(calendars, st.lists(around_spring, min_size=3, max_size=3))
def test_working_time_adds_up_over_adjacent_intervals(calendar: WorkCalendar, instants: list[datetime]) -> None:
    start, middle, end = sorted(instants)
    parts = seconds(calendar, start, middle) + seconds(calendar, middle, end)
    assert parts == seconds(calendar, start, end)


def test_a_night_and_a_weekend_are_not_worked() -> None:
    assert seconds(OFFICE, paris(2026, 3, 6, 16), paris(2026, 3, 9, 10)) == 2 * 3600


def test_a_holiday_is_not_worked() -> None:
    off = WorkCalendar("Europe/Paris", WEEKDAYS, time(9), time(17), frozenset({date(2026, 5, 1)}))
    assert seconds(off, paris(2026, 4, 30, 16), paris(2026, 5, 4, 10)) == 2 * 3600


@pytest.mark.parametrize(("day", "hours"), [(29, 23), (28, 24)])
def test_the_day_summer_time_begins_has_23_hours(day: int, hours: int) -> None:
    always = WorkCalendar("Europe/Paris", frozenset(range(7)), time(0), time(0))
    assert seconds(always, paris(2026, 3, day), paris(2026, 3, day + 1)) == hours * 3600


def test_a_day_that_a_zone_skipped_is_not_worked() -> None:
    samoa, zone = WorkCalendar("Pacific/Apia", WEEKDAYS, time(9), time(17)), ZoneInfo("Pacific/Apia")
    start, end = datetime(2011, 12, 29, 17, tzinfo=zone), datetime(2012, 1, 2, 9, tzinfo=zone)
    assert seconds(samoa, start, end) == 0


def test_an_interval_over_new_year_uses_both_years() -> None:
    assert seconds(OFFICE, paris(2025, 12, 31, 12), paris(2026, 1, 1, 12)) == 8 * 3600


def test_an_interval_that_ends_before_it_starts_lasts_nothing() -> None:
    assert seconds(OFFICE, paris(2026, 3, 6, 16), paris(2026, 3, 5, 9)) == 0
    assert EveryHour().elapsed_seconds(np.array([5]), np.array([3])).tolist() == [0]


def test_no_intervals_give_no_durations() -> None:
    assert OFFICE.working_seconds(np.array([], dtype=int), np.array([], dtype=int)).tolist() == []


def test_nobody_ever_working_is_no_error() -> None:
    never = WorkCalendar("UTC", frozenset(), time(9), time(17))
    assert seconds(never, paris(2026, 3, 1), paris(2026, 4, 1)) == 0
    assert never.week_seconds == 1


@pytest.mark.parametrize(("starts", "ends", "hours"), [(time(9), time(17), 40), (time(18), time(0), 30)])
def test_a_week_of_work_is_its_hours(starts: time, ends: time, hours: int) -> None:
    assert WorkCalendar("UTC", WEEKDAYS, starts, ends).week_seconds == hours * 3600


@pytest.mark.parametrize("ends", [time(9), time(8)])
def test_hours_that_cross_midnight_are_refused(ends: time) -> None:
    with pytest.raises(ValueError, match="same day"):
        WorkCalendar("UTC", WEEKDAYS, time(9), ends)
