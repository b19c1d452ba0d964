"""Working time: how much of an interval falls inside the workspace's hours. `definitions.md`, "Time".

Every working day is one interval of instants, from the local time work starts to the local time it
ends, so that a change to summer time shortens or lengthens only the day it falls in. Time worked before
an instant is then one lookup in a table of the days with their running total, and an interval the
difference of two.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np

from planner.domain.arrays import FloatArray, IntArray

MICROSECONDS = 1_000_000
DAY_SECONDS = 86_400
WEEK_SECONDS = 7 * DAY_SECONDS
MIDNIGHT = time(0)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ElapsedTime(Protocol):
    """A clock: how long intervals last, and how long a week is, on it."""

    @property
    def week_seconds(self) -> float:
        """Seconds that make one week on this clock."""

    def elapsed_seconds(self, start: IntArray, end: IntArray) -> FloatArray:
        """Seconds from ``start`` to ``end``, microseconds since 1970 UTC; 0 where the end is not after the start."""


@dataclass(frozen=True)
class EveryHour:
    """The 24x7 clock."""

    week_seconds: float = WEEK_SECONDS

    def elapsed_seconds(self, start: IntArray, end: IntArray) -> FloatArray:
        """Seconds from ``start`` to ``end``, 0 where the end is not after the start."""
        seconds: FloatArray = np.maximum(end - start, 0) / MICROSECONDS
        return seconds


@dataclass(frozen=True)
class WorkCalendar:
    """The working-time clock of a workspace.

    ``zone``: IANA name. ``weekdays``: 0 is Monday. Work runs from ``starts`` to ``ends`` local time; an
    end at midnight is the end of the day. Raises ValueError for hours that are empty or cross midnight.
    """

    zone: str
    weekdays: frozenset[int]
    starts: time
    ends: time
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Refuse hours this table cannot hold."""
        if self.ends != MIDNIGHT and self.ends <= self.starts:
            raise ValueError("work must end after it starts, on the same day")

    @property
    def week_seconds(self) -> float:
        """Working seconds of a week without holidays; 1 where nobody ever works, to keep ratios defined."""
        closing = _seconds_of_day(self.ends) or DAY_SECONDS
        return max(1.0, len(self.weekdays) * (closing - _seconds_of_day(self.starts)))

    def working_seconds(self, start: IntArray, end: IntArray) -> FloatArray:
        """Working seconds from ``start`` to ``end``, arrays of microseconds since 1970 UTC, shape (intervals,)."""
        start, end = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)
        if not start.size:
            return np.zeros(start.shape)
        opens, closes = self._table(int(start.min()), int(max(start.max(), end.max())))
        worked = _worked_before(end, opens, closes) - _worked_before(start, opens, closes)
        seconds: FloatArray = np.maximum(worked, 0) / MICROSECONDS
        return seconds

    def elapsed_seconds(self, start: IntArray, end: IntArray) -> FloatArray:
        """The same: what makes the calendar a clock."""
        return self.working_seconds(start, end)

    def _table(self, first: int, last: int) -> tuple[IntArray, IntArray]:
        """Opening and closing instants of all working days that may meet [first, last]."""
        years = range(_year(first - DAY_SECONDS * MICROSECONDS), _year(last + DAY_SECONDS * MICROSECONDS) + 1)
        tables = [_working_days(self, year) for year in years]
        return np.concatenate([opens for opens, _ in tables]), np.concatenate([closes for _, closes in tables])


def to_microseconds(instant: datetime) -> int:
    """Microseconds since 1970 UTC of an aware datetime, exactly."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def _seconds_of_day(local: time) -> float:
    return timedelta(hours=local.hour, minutes=local.minute, seconds=local.second).total_seconds()


def _year(microseconds: int) -> int:
    return (EPOCH + timedelta(microseconds=microseconds)).year


def _worked_before(instant: IntArray, opens: IntArray, closes: IntArray) -> IntArray:
    """Working microseconds from the start of the table to each instant."""
    if not len(opens):
        return np.zeros(instant.shape, dtype=np.int64)
    total = np.concatenate([[0], np.cumsum(closes - opens)])
    day = np.searchsorted(opens, instant, side="right") - 1
    today = np.maximum(day, 0)
    worked_today = np.clip(instant - opens[today], 0, closes[today] - opens[today])
    return np.where(day < 0, 0, total[today] + worked_today)


@lru_cache(maxsize=512)
def _working_days(calendar: WorkCalendar, year: int) -> tuple[IntArray, IntArray]:
    """Opening and closing instants of the working days of a year (of the local calendar)."""
    zone = ZoneInfo(calendar.zone)
    first = date(year, 1, 1).toordinal()
    days = [date.fromordinal(ordinal) for ordinal in range(first, date(year, 12, 31).toordinal() + 1)]
    wanted = [day for day in days if day.weekday() in calendar.weekdays and day not in calendar.holidays]
    worked = [day for day in wanted if _exists(day, zone)]
    opens = [_instant(day, calendar.starts, zone) for day in worked]
    closes = [_closing(day, calendar.ends, zone) for day in worked]
    return np.array(opens, dtype=np.int64), np.array(closes, dtype=np.int64)


def _exists(day: date, zone: ZoneInfo) -> bool:
    """Whether the zone has such a day: Samoa's clocks went from 29 to 31 December 2011."""
    noon = datetime.combine(day, time(12), tzinfo=zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day


def _closing(day: date, ends: time, zone: ZoneInfo) -> int:
    return _instant(day + timedelta(days=1), MIDNIGHT, zone) if ends == MIDNIGHT else _instant(day, ends, zone)


def _instant(day: date, local: time, zone: ZoneInfo) -> int:
    """Microseconds since 1970 UTC of a local time; one skipped by summer time counts by the offset before it."""
    return to_microseconds(datetime.combine(day, local, tzinfo=zone))
