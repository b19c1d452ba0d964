"""Velocity, and the points a team can take on. `definitions.md`, "Sprint".

P50 and P15 are quantiles (linear interpolation, NumPy "linear") of the points done in the last completed sprints,
scaled by the hours available in the sprint ahead relative to the usual hours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

MOST_SPRINTS = 6
_PLACES = Decimal("0.1")


@dataclass(frozen=True)
class FinishedSprint:
    """A completed sprint: points done, and the team's hours in it where they are known."""

    points: Decimal
    hours: Decimal | None = None


@dataclass(frozen=True)
class PointsCapacity:
    """Points a team can take on. ``p50``: reached in half of such sprints; ``p15``: missed in 15 of 100 only.

    ``n``: sprints it rests on. ``scale``: available over usual hours, 1 where either is unknown. ``reason``: why there
    is none, or what to keep in mind; empty where there is nothing to say.
    """

    p50: Decimal | None
    p15: Decimal | None
    n: int
    usual_hours: Decimal | None = None
    scale: Decimal = Decimal(1)
    reason: str = ""


def points_capacity(history: Sequence[FinishedSprint], available_hours: Decimal | None = None) -> PointsCapacity:
    """The points a team can take on, from its completed sprints, the newest last; the last `MOST_SPRINTS` count.

    ``available_hours``: the team's hours in the sprint ahead. Without a completed sprint it is unknown.
    """
    last = list(history)[-MOST_SPRINTS:]
    if not last:
        return PointsCapacity(None, None, 0, reason="unknown: no completed sprint yet")
    usual = _usual_hours(last)
    is_scaled = usual is not None and usual > 0 and available_hours is not None
    scale = available_hours / usual if is_scaled and available_hours is not None and usual else Decimal(1)
    p50, p15 = (_quantile([sprint.points for sprint in last], share, scale) for share in (0.50, 0.15))
    return PointsCapacity(p50, p15, len(last), usual, scale, _caution(len(last), is_scaled))


def _usual_hours(sprints: Sequence[FinishedSprint]) -> Decimal | None:
    """The median of the hours of sprints that know theirs."""
    known = [float(sprint.hours) for sprint in sprints if sprint.hours is not None]
    return Decimal(repr(float(np.median(known)))) if known else None


def _quantile(points: Sequence[Decimal], share: float, scale: Decimal) -> Decimal:
    quantile = float(np.quantile([float(each) for each in points], share))
    return (Decimal(repr(quantile)) * scale).quantize(_PLACES)


def _caution(n: int, is_scaled: bool) -> str:
    told = ["few sprints: read it with care"] if n < 3 else []
    if not is_scaled:
        told.append("not scaled: the hours of past sprints or of this one are unknown")
    return "; ".join(told)
