"""Work done in drawn futures: on which day each story, capability and dollar comes.

Estimates err, and they err together: a team that takes everything for easier than it is does so for every story.
So the effort of a story in a run is points x own error x common error, both lognormal with mean 1. Without the
common factor the total of 300 stories lies within 5 % of its mean in 80 % of the runs, which nobody has ever seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from valuestream.domain.forecasting.throughput import Futures, check_history, draw_futures

RUNS = 10_000
OWN_SIGMA, COMMON_SIGMA = 0.5, 0.15
"""Standard deviations of the logarithm of an estimate's own error and of the one all share."""
MOST_DAYS = 1_300
"""Five years of working days; what is not done by then is "later"."""
WORKDAYS_PER_WEEK = 5
_BEYOND_MEAN = 2.5
_FEWEST_DAYS = 60


@dataclass(frozen=True)
class Work:
    """What is left to do, in the order it will be done. `points` above 0, `unit`: each story's capability, both (n,).

    `value_per_week`: what each capability earns from the day all its stories are done, shape (units,).
    """

    points: FloatArray
    unit: IntArray
    value_per_week: FloatArray


@dataclass(frozen=True)
class Forecast:
    """Days counted in working days from the first one ahead (0); `days` of them were looked at.

    `story_day` (runs, n) and `unit_day` (runs, units): the day it is done; `days` itself means later than that.
    """

    story_day: IntArray
    unit_day: IntArray
    days: int

    def quantiles_of_unit(self, unit: int, shares: Sequence[float]) -> list[int | None]:
        """The day by which a capability is done in these shares of the runs; None where that is later than looked."""
        return _quantiles(self.unit_day[:, unit], shares, self.days)

    def quantiles_of_all(self, shares: Sequence[float]) -> list[int | None]:
        """The day by which everything is done."""
        return _quantiles(self.story_day.max(axis=1, initial=0), shares, self.days)

    def chance_by(self, unit: int, day: int) -> float:
        """The share of runs in which a capability is done at the end of this day."""
        return float((self.unit_day[:, unit] <= day).mean())


@dataclass(frozen=True)
class ValueByDate:
    """Dollars earned by the end of given days: one row for each share asked for, shape (shares, days asked)."""

    live_per_week: FloatArray
    earned: FloatArray


def forecast_work(
    work: Work,
    daily: FloatArray,
    *,
    rng: np.random.Generator,
    runs: int = RUNS,
    own_sigma: float = OWN_SIGMA,
    common_sigma: float = COMMON_SIGMA,
) -> Forecast:
    """Let the work be done in `runs` futures drawn from the points done on each past working day.

    Raises ThinHistory (`throughput`).
    """
    check_history(daily)
    days = days_to_look(float(work.points.sum()), daily)
    futures = draw_futures(daily, days=days, runs=runs, rng=rng)
    effort = draw_effort(work.points, runs, own_sigma=own_sigma, common_sigma=common_sigma, rng=rng)
    story_day = days_when(effort, futures)
    return Forecast(story_day, _last_of_units(story_day, work), days)


def days_to_look(points: float, daily: FloatArray) -> int:
    """How far ahead to look so that nearly every run ends within."""
    mean_days = points / float(daily.mean())
    return int(min(max(mean_days * _BEYOND_MEAN, _FEWEST_DAYS), MOST_DAYS))


def draw_effort(
    points: FloatArray, runs: int, *, own_sigma: float, common_sigma: float, rng: np.random.Generator
) -> FloatArray:
    """Effort up to and including each story with the errors of its estimate, shape (runs, n)."""
    own = rng.standard_normal((runs, len(points)), dtype=np.float32)
    common = rng.standard_normal((runs, 1), dtype=np.float32)
    error = np.exp(own_sigma * own + common_sigma * common - (own_sigma**2 + common_sigma**2) / 2)
    return np.cumsum(error * points.astype(np.float32), axis=1, dtype=np.float64)


def days_when(effort: FloatArray, futures: Futures) -> IntArray:
    """The first day at whose end so much effort was done, shape of `effort`; `futures.days` where none is."""
    found = np.empty(effort.shape, dtype=np.int64)
    for run, (needed, done) in enumerate(zip(effort, futures.done, strict=True)):
        found[run] = done.searchsorted(needed)
    return found


def _last_of_units(story_day: IntArray, work: Work) -> IntArray:
    """A capability is done with its last story: the greatest day within each run. One without stories is done now."""
    found = np.zeros((len(story_day), len(work.value_per_week)), dtype=np.int64)
    order = np.argsort(work.unit, kind="stable")
    units, first = np.unique(work.unit[order], return_index=True)
    if len(units):
        found[:, units] = np.maximum.reduceat(story_day[:, order], first, axis=1)
    return found


def value_by_date(forecast: Forecast, work: Work, days: IntArray, shares: Sequence[float]) -> ValueByDate:
    """What is live and what was earned by the end of each of these days, at these shares of the runs.

    Drawn jointly: a late run is late for every capability, so the quantile of the sum is no sum of quantiles. A share
    of 0.15 is the amount that 85 of 100 runs reach.
    """
    live = np.empty((len(forecast.unit_day), len(days)))
    earned = np.empty_like(live)
    for place, day in enumerate(days):
        ago = np.clip(day - forecast.unit_day, -1, None) + 1
        live[:, place] = (ago > 0) @ work.value_per_week
        earned[:, place] = ago @ (work.value_per_week / WORKDAYS_PER_WEEK)
    levels = list(shares)
    return ValueByDate(np.quantile(live, levels, axis=0), np.quantile(earned, levels, axis=0))


def _quantiles(days: IntArray, shares: Sequence[float], looked: int) -> list[int | None]:
    """Whole days, rounded up to the one by which at least that share is done."""
    found = np.quantile(days, list(shares), method="inverted_cdf").astype(int).tolist()
    return [day if day < looked else None for day in found]
