"""Days of a time zone."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuestream.domain.calendar import to_microseconds
from valuestream.domain.days import day_of, days_of, end_of_day, start_of_day

ZONES = ["UTC", "Europe/Oslo", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Apia", "Africa/Cairo"]
INSTANTS = st.datetimes(datetime(1999, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware


@given(st.lists(INSTANTS, min_size=1, max_size=20), st.sampled_from(ZONES))
def test_many_instants_fall_on_the_days_that_single_ones_fall_on(instants: list[datetime], zone: str) -> None:
    found = days_of(np.array([to_microseconds(one) for one in instants]), zone)
    assert [date.fromordinal(day) for day in found.tolist()] == [day_of(one, zone) for one in instants]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", [date(2011, 12, 29), date(2018, 11, 4), date(2024, 4, 26), date(2026, 3, 29)])
def test_a_day_ends_a_microsecond_before_the_next_begins(zone: str, day: date) -> None:
    assert end_of_day(day, zone) + timedelta(microseconds=1) == start_of_day(day + timedelta(days=1), zone)
    assert day_of(end_of_day(day, zone), zone) == day


def test_no_instants_have_no_days() -> None:
    assert days_of(np.empty(0, dtype=np.int64), "UTC").tolist() == []
