"""Capacity in hours. `definitions.md`, "Sprint".

Sum over members of working hours in the sprint x allocation - leave, times the team's focus factor. Leave takes
from the allocated hours: somebody half on the team who is away for a day takes half a day from it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.domain.capacity.calendars import EVERY_WEEK, Leave, WorkPattern, share_on_leave, working_days
from planner.domain.capacity.problems import CapacityProblem

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Member:
    """Somebody's part in a team: hours of a whole working day, and the share of them (0 to 1) for this team."""

    id: int
    name: str
    hours_per_day: Decimal
    allocation: Decimal = Decimal(1)
    pattern: WorkPattern = EVERY_WEEK
    leaves: tuple[Leave, ...] = ()

    def __post_init__(self) -> None:
        """Refuse hours and shares that can't be."""
        if not 0 < self.hours_per_day <= 24:
            raise CapacityProblem("Enter hours a day above 0 and up to 24.", field="hours_per_day")
        if not 0 < self.allocation <= 1:
            raise CapacityProblem("Enter an allocation above 0 and up to 1; half time is 0.5.", field="allocation")


@dataclass(frozen=True)
class MemberCapacity:
    """What somebody brings to a sprint: ``working_hours`` x allocation - ``leave_hours`` = ``allocated_hours``.

    ``hours`` are those times the team's focus factor. ``working_days`` are days of the calendar without leave taken
    off; ``leave_days`` may be halves.
    """

    id: int
    name: str
    working_days: int
    leave_days: Decimal
    working_hours: Decimal
    leave_hours: Decimal
    allocated_hours: Decimal
    hours: Decimal


@dataclass(frozen=True)
class TeamCapacity:
    """A team's hours in a sprint, and who brings them."""

    members: tuple[MemberCapacity, ...]
    focus_factor: Decimal

    @property
    def hours(self) -> Decimal:
        """Hours for planned work."""
        return sum((member.hours for member in self.members), Decimal(0))

    @property
    def available_hours(self) -> Decimal:
        """Hours before the focus factor."""
        return sum((member.allocated_hours for member in self.members), Decimal(0))


def team_capacity(members: Iterable[Member], first: date, last: date, focus_factor: Decimal) -> TeamCapacity:
    """A team's capacity from the first to the last day; for the rest of a running sprint, ``first`` is today.

    ``focus_factor``: the share, above 0 and up to 1, of working hours that goes into planned work. Hours are exact to
    the cent of an hour. Raises CapacityProblem.
    """
    if not 0 < focus_factor <= 1:
        raise CapacityProblem("Enter a focus factor above 0 and up to 1; 80 % is 0.8.", field="focus_factor")
    return TeamCapacity(tuple(_of_member(member, first, last, focus_factor) for member in members), focus_factor)


def _of_member(member: Member, first: date, last: date, focus_factor: Decimal) -> MemberCapacity:
    days = working_days(member.pattern, first, last)
    leave_days = sum((share_on_leave(member.leaves, day) for day in days), Decimal(0))
    working_hours = len(days) * member.hours_per_day
    leave_hours = leave_days * member.hours_per_day * member.allocation
    allocated = working_hours * member.allocation - leave_hours
    return MemberCapacity(
        id=member.id,
        name=member.name,
        working_days=len(days),
        leave_days=leave_days,
        working_hours=working_hours,
        leave_hours=leave_hours.quantize(_CENT),
        allocated_hours=allocated.quantize(_CENT),
        hours=(allocated * focus_factor).quantize(_CENT),
    )


def hours_by_day(members: Sequence[Member], days: Sequence[date], focus_factor: Decimal) -> list[Decimal]:
    """The team's hours on each of these days."""
    return [sum((_on_day(member, day) for member in members), Decimal(0)) * focus_factor for day in days]


def _on_day(member: Member, day: date) -> Decimal:
    if not member.pattern.is_workday(day):
        return Decimal(0)
    return member.hours_per_day * member.allocation * (1 - share_on_leave(member.leaves, day))
