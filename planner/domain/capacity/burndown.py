"""Burn-down and burn-up: scope, done and remaining at the end of each day of a sprint. `definitions.md`, "Sprint".

Days end at 24:00 of the workspace's time zone. At every day's end scope = done + remaining.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from planner.domain.capacity.burn_events import Amounts, SprintEvent, Standings, replay, sum_done, sum_scope
from planner.domain.capacity.calendars import list_days


@dataclass(frozen=True)
class DayEnd:
    """The sprint at the end of a day (of today: as of now). ``scope`` and ``done`` are None for days ahead.

    ``ideal``: what would remain if the commitment were worked off evenly over the working days.
    """

    day: date
    is_workday: bool
    ideal: Amounts
    scope: Amounts | None = None
    done: Amounts | None = None

    @property
    def remaining(self) -> Amounts | None:
        """What is left."""
        return None if self.scope is None or self.done is None else self.scope - self.done


@dataclass(frozen=True)
class Burn:
    """A sprint's burn-down: what was committed at the start, and the end of each day."""

    committed: Amounts
    days: tuple[DayEnd, ...]


def burn_series(
    events: Sequence[SprintEvent],
    *,
    first: date,
    last: date,
    zone: str,
    started_at: datetime,
    as_of: datetime,
    workdays: Sequence[date],
    ended_at: datetime | None = None,
) -> Burn:
    """The series of a sprint from its first to its last day.

    ``events`` in order of time, those before the start too; ``as_of``: later events don't exist; ``workdays``: days
    the team works, any order. The commitment is what is in the sprint at ``started_at``. ``ended_at``: when it was
    completed; what happens then and after, such as stories moving on, is no part of it.
    """
    known = [event for event in events if event.at <= as_of and (ended_at is None or event.at < ended_at)]
    committed = sum_scope(replay(known, started_at))
    worked = set(workdays)
    days = list(list_days(first, last))
    ideals = _ideal_line(committed, [day in worked for day in days])
    facts = _list_facts(known, days, zone, as_of)
    ends = (DayEnd(day, day in worked, ideal, *fact) for day, ideal, fact in zip(days, ideals, facts, strict=True))
    return Burn(committed, tuple(ends))


def day_end(day: date, zone: str) -> datetime:
    """The instant a day ends: 24:00 local time."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _list_facts(
    events: Sequence[SprintEvent], days: Sequence[date], zone: str, as_of: datetime
) -> Iterator[tuple[Amounts | None, Amounts | None]]:
    """Scope and done at the end of each day that has begun; an event at midnight belongs to the next day."""
    standings: Standings = {}
    at = 0
    for day in days:
        if day_end(day - timedelta(days=1), zone) > as_of:
            yield None, None
            continue
        end = bisect_left(events, day_end(day, zone), lo=at, key=lambda event: event.at)
        standings, at = replay(events[at:end], standings=standings), end
        yield sum_scope(standings), sum_done(standings)


def _ideal_line(committed: Amounts, works: Sequence[bool]) -> Iterator[Amounts]:
    """What should remain after each day; without a working day all of it stays until the last."""
    count, worked = sum(works), 0
    for number, is_workday in enumerate(works, start=1):
        worked += is_workday
        share = Decimal(worked) / count if count else Decimal(number == len(works))
        yield committed - committed.scale(share)
