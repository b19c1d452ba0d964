"""Whether a history is one history: a change in the middle of it makes every forecast from it doubtful.

Pettitt's test (1979, "A non-parametric approach to the change-point problem") on the amounts of whole weeks: it asks
of every week whether what came after it ranks otherwise than what came before, and takes the one where that is
plainest. It needs no shape of distribution, so one very good week doesn't trip it.
"""

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import FloatArray

WEEK_DAYS = 5
LEAST_WEEKS = 8
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Shift:
    """Where a history changed. `day`: the first working day of the new times; amounts are per week of five days.

    `p`: how often an even history would look like this by chance.
    """

    day: int
    before: float
    after: float
    p: float


def find_shift(daily: FloatArray) -> Shift | None:
    """The plainest change of level in the amounts done on each past working day; None where there is none to see."""
    weeks = len(daily) // WEEK_DAYS
    if weeks < LEAST_WEEKS:
        return None
    skipped = len(daily) - weeks * WEEK_DAYS
    sums = daily[skipped:].reshape(weeks, WEEK_DAYS).sum(axis=1)
    statistic = np.abs(2 * np.cumsum(_ranks(sums))[:-1] - np.arange(1, weeks) * (weeks + 1))
    last = int(statistic.argmax())
    p = min(2 * float(np.exp(-6 * statistic[last] ** 2 / (weeks**3 + weeks**2))), 1.0)
    if p >= SIGNIFICANT:
        return None
    return Shift(skipped + (last + 1) * WEEK_DAYS, float(sums[: last + 1].mean()), float(sums[last + 1 :].mean()), p)


def _ranks(values: FloatArray) -> FloatArray:
    """Ranks from 1; equal values share their mean rank."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks: FloatArray = (np.cumsum(count) - (count - 1) / 2)[place]
    return ranks
