"""How long things took: bands of finished visits per stage, and points of a scatter drawn or sampled.

Percentiles interpolate linearly (NumPy "linear"), as everywhere. Seconds are on the clock asked for.
"""

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import FloatArray, IntArray

PERCENTS = (50, 85, 95)
SLOWEST_SHARE = 0.25
"""Of a sample so large a part is kept for the slowest, which are what a scatter is looked at for."""


@dataclass(frozen=True)
class Bands:
    """Percentiles of `n` durations in seconds; None where nothing was measured."""

    n: int
    p50: float | None = None
    p85: float | None = None
    p95: float | None = None


def bands_of(seconds: FloatArray) -> Bands:
    """The bands of some durations."""
    if not len(seconds):
        return Bands(0)
    p50, p85, p95 = np.percentile(seconds, PERCENTS).tolist()
    return Bands(len(seconds), p50, p85, p95)


def bands_by_place(place: IntArray, seconds: FloatArray, count: int) -> list[Bands]:
    """The bands of each place 0 to `count` - 1; one stable sort."""
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(count + 1))
    sorted_seconds = seconds[order]
    return [bands_of(sorted_seconds[slice(*bounds[at : at + 2])]) for at in range(count)]


def older_than(seconds: FloatArray, limit: float | None) -> int:
    """How many durations are longer than a limit; 0 where there is none."""
    return 0 if limit is None else int((seconds > limit).sum())


def sample_points(seconds: FloatArray, limit: int) -> IntArray:
    """Indices of at most `limit` points, rising: the slowest, and of the others every k-th; all where they are few.

    The same points give the same sample: nothing is drawn by lot.
    """
    count = len(seconds)
    if count <= limit:
        return np.arange(count)
    slow = int(limit * SLOWEST_SHARE)
    slowest = np.argsort(-seconds, kind="stable")[:slow]
    is_slow = np.zeros(count, dtype=np.bool_)
    is_slow[slowest] = True
    others = np.flatnonzero(~is_slow)
    kept = others[np.linspace(0, len(others) - 1, limit - slow).astype(np.int64)]
    return np.union1d(slowest, kept)
