"""What an order earns: value live over effort and over time, and how sure the gain over another order is.

All orders are compared on one instance: the valued units with work left, their stories and what those need,
and the running sprint's stories first. So every course ends at the same point, and only the order differs.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from planner.domain.value.confidence import draw_costs

MOST_CURVE_POINTS = 400
MOST_DRAWN = 4_000_000
MOST_DRAWS, LEAST_DRAWS = 2_000, 200


@dataclass(frozen=True)
class Course:
    """How valued units get done in one order. Shape (units,): ``cost_of_delay`` money a week; instants in points.

    Units are numbered alike in every course of an instance. ``begun_at``: when work on the unit's own stories starts.
    """

    cost_of_delay: FloatArray
    begun_at: FloatArray
    finished_at: FloatArray

    @cached_property
    def total_points(self) -> float:
        """The effort until all is done."""
        return float(self.finished_at.max(initial=0.0))

    @cached_property
    def total_cost(self) -> float:
        """Total cost of delay, money a week x points."""
        return float((self.cost_of_delay * self.finished_at).sum())

    @cached_property
    def value(self) -> float:
        """All value once live, money a week."""
        return float(self.cost_of_delay.sum())


@dataclass(frozen=True)
class LiveCurve:
    """A staircase: from each ``effort`` (points, rising) on, ``share`` (0-1) of all value is live."""

    effort: FloatArray
    share: FloatArray


def live_curve(course: Course, *, most_points: int = MOST_CURVE_POINTS) -> LiveCurve:
    """Value live over effort, from 0; a long curve is thinned where it changes least."""
    order = np.argsort(course.finished_at, kind="stable")
    effort = np.concatenate([[0.0], course.finished_at[order]])
    live = np.concatenate([[0.0], np.cumsum(course.cost_of_delay[order])])
    share = live / course.value if course.value > 0 else np.zeros(len(live))
    kept = _landmarks(effort, share, most_points)
    return LiveCurve(effort[kept], share[kept])


def _landmarks(effort: FloatArray, share: FloatArray, most_points: int) -> IntArray:
    """Indexes of at most so many points, evenly along the curve, both ends among them."""
    if len(effort) <= most_points:
        return np.arange(len(effort))
    way = np.arange(len(effort)) / len(effort) * 1e-9 + share + effort / max(float(effort[-1]), 1e-9)
    return np.unique(np.searchsorted(way, np.linspace(0.0, way[-1], most_points)).clip(max=len(effort) - 1))


def share_live_at(course: Course, part: float) -> float:
    """Share of all value (0-1) that is live after this part (0-1) of the effort; 0 where nothing is worth anything."""
    if course.value <= 0:
        return 0.0
    is_live = course.finished_at <= part * course.total_points
    return float(course.cost_of_delay[is_live].sum() / course.value)


def count_at(course: Course, part: float) -> tuple[int, int]:
    """Units that are finished, and units begun and not finished, after this part (0-1) of the effort."""
    effort = part * course.total_points
    is_done = course.finished_at <= effort
    return int(is_done.sum()), int(((course.begun_at < effort) & ~is_done).sum())


def weeks_live(course: Course, *, week: float, points_per_week: float) -> FloatArray:
    """How many weeks each unit has been earning at the end of this week."""
    return np.maximum(week - course.finished_at / points_per_week, 0.0)


def earned_by(course: Course, weeks: FloatArray, *, points_per_week: float) -> FloatArray:
    """Money earned by the end of each week: cost of delay x weeks live. Weeks may be fractions."""
    order = np.argsort(course.finished_at, kind="stable")
    live_from = course.finished_at[order] / points_per_week
    value = np.concatenate([[0.0], np.cumsum(course.cost_of_delay[order])])
    delayed = np.concatenate([[0.0], np.cumsum(course.cost_of_delay[order] * live_from)])
    is_live = np.searchsorted(live_from, weeks, side="right")
    return np.asarray(value[is_live] * weeks - delayed[is_live])


def gain_interval(
    gained_weeks: FloatArray, mean: FloatArray, low: FloatArray, high: FloatArray, *, seed: int = 7
) -> tuple[float, float]:
    """The 10 % and 90 % points of the money that one order earns more than another, by what values may turn out.

    ``gained_weeks``: how much longer each unit is live. Each cost of delay is drawn as `draw_costs` does,
    independently of the others; the same seed answers the same question alike.
    """
    matters = (gained_weeks != 0) & (mean > 0)
    draws = int(np.clip(MOST_DRAWN // max(matters.sum(), 1), LEAST_DRAWS, MOST_DRAWS))
    values = draw_costs(mean[matters], low[matters], high[matters], draws, seed)
    low_gain, high_gain = np.quantile(values @ gained_weeks[matters], [0.1, 0.9])
    return float(low_gain), float(high_gain)
