"""What a team's work went to: amounts per period and group, the largest groups named and the rest together."""

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import FloatArray, IntArray, sum_by


@dataclass(frozen=True)
class WorkMix:
    """Amounts, shape (periods, groups). `groups`: what each column stands for, largest first; `others` is the rest.

    Every amount is in exactly one cell: columns and `others` add up to the whole.
    """

    groups: IntArray
    amounts: FloatArray
    others: FloatArray

    @property
    def totals(self) -> FloatArray:
        """The whole of each period."""
        whole: FloatArray = self.amounts.sum(axis=1) + self.others
        return whole


def mix_work(
    period: IntArray, group: IntArray, amount: FloatArray, *, periods: int, group_count: int, most: int
) -> WorkMix:
    """Amounts by period (0 to `periods` - 1) and group (0 to `group_count` - 1); at most `most` groups are named."""
    table = sum_by(period * group_count + group, amount, periods * group_count).reshape(periods, group_count)
    whole = table.sum(axis=0)
    present = np.flatnonzero(np.bincount(group, minlength=group_count))
    ranked = present[np.argsort(-whole[present], kind="stable")]
    named, rest = ranked[:most], ranked[most:]
    return WorkMix(named, table[:, named], table[:, rest].sum(axis=1))
