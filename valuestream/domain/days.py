"""Days of a time zone: which day an instant falls on, and when a day begins and ends.

`definitions.md`, "Time": days are bucketed in the workspace's time zone. The table of midnights makes a
million instants one binary search, through every change to and from summer time.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from planner.domain.arrays import IntArray
from valuestream.domain.calendar import EPOCH, to_microseconds


def day_of(instant: datetime, zone: str) -> date:
    """The day an instant falls on."""
    return instant.astimezone(ZoneInfo(zone)).date()


def start_of_day(day: date, zone: str) -> datetime:
    """The instant a day begins: midnight, or what follows it where the clocks skip midnight."""
    return datetime.combine(day, time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    """The last instant of a day: one microsecond before the next one begins."""
    return start_of_day(day + timedelta(days=1), zone) - timedelta(microseconds=1)


def days_of(instants: IntArray, zone: str) -> IntArray:
    """The days of many instants (microseconds since 1970 UTC), as proleptic ordinals (`date.fromordinal`)."""
    if not len(instants):
        return np.empty(0, dtype=np.int64)
    years = range(_year(int(instants.min())) - 1, _year(int(instants.max())) + 2)
    midnights = np.concatenate([_midnights(zone, year) for year in years])
    first = date(years[0], 1, 1).toordinal()
    return np.searchsorted(midnights, instants, side="right") - 1 + first


def _year(instant: int) -> int:
    return (EPOCH + timedelta(microseconds=instant)).year


@lru_cache(maxsize=512)
def _midnights(zone: str, year: int) -> IntArray:
    days = range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
    return np.array([to_microseconds(start_of_day(date.fromordinal(day), zone)) for day in days], dtype=np.int64)
