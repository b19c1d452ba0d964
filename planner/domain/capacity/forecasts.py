"""What will not finish in a sprint at the pace it has had so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.domain.capacity.burn_events import ZERO

_PLACES = Decimal("0.01")


@dataclass(frozen=True)
class Left:
    """A story that is not done, as far as the forecast is concerned; ``points`` None: not estimated."""

    story_id: int
    points: Decimal | None


@dataclass(frozen=True)
class Forecast:
    """Points expected by the end of the sprint. None: unknown, and ``reason`` says why.

    ``unfinished_ids``: stories, in the order given, that don't fit into ``expected_points`` any more; those without
    an estimate are in ``unestimated_ids`` and in neither sum.
    """

    pace_per_day: Decimal | None
    expected_points: Decimal | None
    unfinished_points: Decimal | None
    unfinished_ids: tuple[int, ...] = ()
    unestimated_ids: tuple[int, ...] = ()
    days_left: int = 0
    reason: str = ""


def forecast_sprint(
    *, done_points: Decimal, left: Sequence[Left], workdays: Sequence[date], today: date, is_today_over: bool = False
) -> Forecast:
    """Forecast a running sprint. ``left``: stories not done, in the order they are worked on.

    The pace is points done per working day gone; today counts as gone only where it is over. ``workdays``: those of
    the whole sprint.
    """
    gone = sum(day < today or (day == today and is_today_over) for day in workdays)
    days_left = len(workdays) - gone
    unestimated = tuple(story.story_id for story in left if story.points is None)
    if not gone:
        reason = "unknown: no working day of this sprint is over yet"
        return Forecast(None, None, None, unestimated_ids=unestimated, days_left=days_left, reason=reason)
    pace = done_points / gone
    expected = (pace * days_left).quantize(_PLACES)
    unfinished = _list_unfinished(left, expected)
    points = sum((story.points or ZERO for story in unfinished), ZERO)
    ids = tuple(story.story_id for story in unfinished)
    return Forecast(pace.quantize(_PLACES), expected, points, ids, unestimated, days_left)


def _list_unfinished(left: Sequence[Left], room: Decimal) -> list[Left]:
    """Stories after the one that is no longer finished, it included: work is not started out of order."""
    used = ZERO
    for number, story in enumerate(left):
        used += story.points or ZERO
        if used > room:
            return [each for each in left[number:] if each.points is not None]
    return []
