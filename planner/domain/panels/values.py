"""What a filter compares with: text, figures, days, days relative to today, and whoever looks at the panel."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from planner.domain.vocabulary import Labelled

MOST_DAYS = 3_660


@dataclass(frozen=True)
class Text:
    """Text, or the name of a state, person, team, sprint or option."""

    text: str


@dataclass(frozen=True)
class Number:
    """A number or an amount of money in the workspace's currency."""

    value: Decimal


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    yes: bool


@dataclass(frozen=True)
class Day:
    """A day of the calendar."""

    day: date


class Anchor(Labelled):
    """Where a relative day is counted from; all but the first and the sprint's ends are spans of days."""

    TODAY = "today", "today"
    THIS_WEEK = "this_week", "this week"
    LAST_WEEK = "last_week", "last week"
    NEXT_WEEK = "next_week", "next week"
    THIS_MONTH = "this_month", "this month"
    LAST_MONTH = "last_month", "last month"
    NEXT_MONTH = "next_month", "next month"
    THIS_QUARTER = "this_quarter", "this quarter"
    LAST_QUARTER = "last_quarter", "last quarter"
    NEXT_QUARTER = "next_quarter", "next quarter"
    THIS_YEAR = "this_year", "this year"
    LAST_YEAR = "last_year", "last year"
    NEXT_YEAR = "next_year", "next year"
    SPRINT_START = "sprint_start", "sprint start"
    SPRINT_END = "sprint_end", "sprint end"


@dataclass(frozen=True)
class RelativeDay:
    """A day, or a span of days, that moves with today or with the sprint of the viewer's team."""

    anchor: Anchor
    days: int = 0


class Special(Labelled):
    """Who, or what, depends on whoever looks."""

    ME = "me", "me"
    MY_TEAM = "my_team", "my team"
    CURRENT_SPRINT = "current_sprint", "my team's current sprint"
    NEXT_SPRINT = "next_sprint", "my team's next sprint"


FilterValue = Text | Number | Flag | Day | RelativeDay | Special


@dataclass(frozen=True)
class Surroundings:
    """What relative days are counted from: today in the workspace, and the current sprint of the viewer's team."""

    today: date
    sprint_start: date | None = None
    sprint_end: date | None = None


@dataclass(frozen=True)
class DaySpan:
    """Days from the first to the last, both included."""

    first: date
    last: date


def resolve_days(value: Day | RelativeDay, surroundings: Surroundings) -> DaySpan | None:
    """The days that are meant; None where there is no current sprint to count from.

    "After" a span is after its last day, "before" it is before its first, "is" within it.
    """
    if isinstance(value, Day):
        return DaySpan(value.day, value.day)
    span = _span(value.anchor, surroundings)
    shift = timedelta(days=value.days)
    return None if span is None else DaySpan(span.first + shift, span.last + shift)


def read_relative_day(written: str) -> RelativeDay | None:
    """A relative day such as "today", "-7d", "today+2w", "last month" or "sprint start+1d"; None for anything else.

    Raises ValueError for one that is too far away.
    """
    match = _RELATIVE.fullmatch(" ".join(written.casefold().replace("_", " ").split()))
    if match is None or not (match["anchor"] or match["sign"]):
        return None
    days = int(match["count"] or 0) * (7 if match["unit"] == "w" else 1) * (-1 if match["sign"] == "-" else 1)
    anchor, shift = _NAMES[match["anchor"] or "today"]
    if abs(days + shift) > MOST_DAYS:
        raise ValueError(f"write at most {MOST_DAYS:,} days from there.")
    return RelativeDay(anchor, days + shift)


def write_relative_day(value: RelativeDay) -> str:
    """The relative day as it is written in a filter."""
    return f"{value.anchor.label}{value.days:+d}d" if value.days else value.anchor.label


_NAMES = {
    **{anchor.label: (anchor, 0) for anchor in Anchor},
    "yesterday": (Anchor.TODAY, -1),
    "tomorrow": (Anchor.TODAY, 1),
}
_RELATIVE = re.compile(
    rf"(?P<anchor>{'|'.join(_NAMES)})?(?: ?(?P<sign>[+-]) ?(?P<count>\d{{1,6}}) ?(?P<unit>[dw])(?:ays?|eeks?)?)?",
    re.ASCII,
)


def _span(anchor: Anchor, around: Surroundings) -> DaySpan | None:
    if anchor is Anchor.TODAY:
        return DaySpan(around.today, around.today)
    if anchor in (Anchor.SPRINT_START, Anchor.SPRINT_END):
        day = around.sprint_start if anchor is Anchor.SPRINT_START else around.sprint_end
        return None if day is None else DaySpan(day, day)
    which, unit = anchor.value.split("_")
    return _SPANS[unit](around.today, {"last": -1, "this": 0, "next": 1}[which])


def _week(today: date, shift: int) -> DaySpan:
    """Weeks begin on Monday."""
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=shift)
    return DaySpan(monday, monday + timedelta(days=6))


def _months(today: date, shift: int, length: int) -> DaySpan:
    """A block of so many months of the calendar year."""
    first = (today.year * 12 + today.month - 1) // length * length + shift * length
    last = first + length - 1
    end = monthrange(last // 12, last % 12 + 1)[1]
    return DaySpan(date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, end))


_SPANS: Mapping[str, Callable[[date, int], DaySpan]] = {
    "week": _week,
    "month": lambda today, shift: _months(today, shift, 1),
    "quarter": lambda today, shift: _months(today, shift, 3),
    "year": lambda today, shift: _months(today, shift, 12),
}
