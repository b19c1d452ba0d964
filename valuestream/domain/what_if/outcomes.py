"""What a played scenario comes to: dollars and stories delivered, how long they took, what waiting cost."""

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray
from valuestream.domain.what_if.draws import Draws
from valuestream.domain.what_if.playing import Played

LOW, HIGH = 0.05, 0.95
"""Ranges hold nine runs of ten."""


@dataclass(frozen=True)
class Range:
    """The middle of the runs, and where nine of ten lie."""

    low: float
    middle: float
    high: float


def range_of(runs: FloatArray) -> Range | None:
    """The range of a figure over the runs in which it is known; None where it is known in fewer than half of them."""
    known = runs[np.isfinite(runs)]
    if 2 * len(known) < len(runs) or not len(known):
        return None
    low, middle, high = np.quantile(known, [LOW, 0.5, HIGH]).tolist()
    return Range(low, middle, high)


@dataclass(frozen=True)
class Outcome:
    """A scenario's figures, one of each run. Money in cents; NaN where not known.

    `value_by_week` (runs, weeks): delivered by the end of each week. By station: `idle_cost_at`, `worked_weeks`.
    """

    delivered_value: FloatArray
    throughput_per_week: FloatArray
    lead_p50_weeks: FloatArray
    lead_p85_weeks: FloatArray
    value_held: FloatArray
    idle_cost: FloatArray
    idle_cost_at: FloatArray
    worked_weeks: FloatArray
    value_by_week: FloatArray


def conclude_outcomes(played: Played, draws: Draws, *, weeks: float) -> list[Outcome]:
    """The outcome of each scenario, in their order."""
    return [_outcome(played, draws, scenario, weeks) for scenario in range(len(played.left_at))]


def _outcome(played: Played, draws: Draws, scenario: int, weeks: float) -> Outcome:
    released_at = _released_at(played.left_at[scenario], draws.release_weeks)
    out = released_at <= weeks
    inside = played.entered[scenario] & ~played.dropped[scenario] & ~out
    lead = np.where(out, released_at, np.nan) - np.where(out, draws.born_at, 0.0)
    p50, p85 = _quantiles(lead, (0.5, 0.85))
    idle = played.idle_cost[scenario]
    return Outcome(
        delivered_value=np.where(out, draws.value, 0.0).sum(axis=1),
        throughput_per_week=out.sum(axis=1) / weeks,
        lead_p50_weeks=p50,
        lead_p85_weeks=p85,
        value_held=np.where(inside, draws.value, 0.0).sum(axis=1),
        idle_cost=idle.sum(axis=1),
        idle_cost_at=idle,
        worked_weeks=played.worked_weeks[scenario],
        value_by_week=_value_by_week(released_at, out, draws.value, weeks),
    )


def _released_at(left_at: FloatArray, release_weeks: FloatArray) -> FloatArray:
    """When each story is out: the n-th to leave the last station waits the n-th drawn time."""
    order = np.argsort(left_at, axis=1, kind="stable")
    released = np.empty_like(left_at)
    np.put_along_axis(released, order, np.take_along_axis(left_at, order, axis=1) + release_weeks, axis=1)
    return np.where(left_at < 0, np.maximum(released, 0.0), released)


def _quantiles(known: FloatArray, shares: tuple[float, ...]) -> list[FloatArray]:
    """Linear quantiles of each row over what is not NaN; NaN for a row of nothing else."""
    ordered, count = np.sort(known, axis=1), np.isfinite(known).sum(axis=1)
    last = np.maximum(count - 1, 0)
    rows = np.arange(len(known))
    found = []
    for share in shares:
        at = share * last
        below = np.floor(at).astype(np.int64)
        above = np.minimum(below + 1, last)
        low, high = ordered[rows, below], ordered[rows, above]
        found.append(np.where(count > 0, low + (high - low) * (at - below), np.nan))
    return found


def _value_by_week(released_at: FloatArray, out: BoolArray, value: FloatArray, weeks: float) -> FloatArray:
    last = max(1, int(np.ceil(weeks)))
    week = np.clip(np.ceil(np.where(out, released_at, 1.0)) - 1, 0, last - 1).astype(np.int64)
    key = np.arange(len(week))[:, None] * last + week
    sums = np.bincount(key[out], weights=value[out], minlength=len(week) * last)
    by_week: FloatArray = np.cumsum(sums.reshape(len(week), last), axis=1)
    return by_week
