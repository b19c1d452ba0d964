"""Working days, leave, and the dates of sprints. Days are those of the workspace; the last one is included."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from planner.domain.capacity.problems import CapacityProblem

LONGEST_SPRINT_DAYS = 91
LONGEST_LEAVE_DAYS = 1_096
MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True)
class WorkPattern:
    """When somebody works: weekdays (Monday is 0), but not on holidays."""

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Whether it is a working day."""
        return day.weekday() in self.weekdays and day not in self.holidays


EVERY_WEEK = WorkPattern()
"""Monday to Friday, without holidays."""


@dataclass(frozen=True)
class Leave:
    """Days away, ``share`` of each: 1 for whole days, 0.5 for half days.

    Raises CapacityProblem for one that ends before it starts, is longer than three years, or has no share.
    """

    first: date
    last: date
    share: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        """Refuse what is no leave."""
        if self.last < self.first:
            message = f"A leave ends on or after the day it starts; this one starts on {self.first} and ends before it."
            raise CapacityProblem(message, field="end_date")
        if (self.last - self.first).days >= LONGEST_LEAVE_DAYS:
            raise CapacityProblem(f"Enter a leave of at most {LONGEST_LEAVE_DAYS:,} days.", field="end_date")
        if not 0 < self.share <= 1:
            raise CapacityProblem("Enter which share of each day is off, above 0 and up to 1.", field="share")


def list_days(first: date, last: date) -> Iterator[date]:
    """All days from the first to the last; none where the last is before the first."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def working_days(pattern: WorkPattern, first: date, last: date) -> list[date]:
    """The working days from the first to the last day."""
    return [day for day in list_days(first, last) if pattern.is_workday(day)]


def share_on_leave(leaves: Iterable[Leave], day: date) -> Decimal:
    """Which share of a day somebody is away, 0 to 1; leaves that meet on a day add up to the whole day at most."""
    return min(Decimal(1), sum((leave.share for leave in leaves if leave.first <= day <= leave.last), Decimal(0)))


def check_sprint_dates(first: date, last: date, others: Sequence[tuple[str, date, date]] = ()) -> None:
    """Refuse a sprint that ends before it starts, is too long, or overlaps another one of its team.

    ``others``: name, first and last day of each. Raises CapacityProblem.
    """
    if last < first:
        message = f"A sprint ends on or after the day it starts; choose an end from {first} on."
        raise CapacityProblem(message, field="end_date")
    if (last - first).days >= LONGEST_SPRINT_DAYS:
        raise CapacityProblem(f"A sprint is at most {LONGEST_SPRINT_DAYS} days long.", field="end_date")
    for name, start, end in others:
        if start <= last and first <= end:
            message = f"These days overlap “{name}” ({start} to {end}); choose days before or after it."
            raise CapacityProblem(message, field="start_date" if start <= first else "end_date")
