"""What can stay where it is when one order becomes another: the longest increasing subsequence."""

from bisect import bisect_left

import numpy as np

from planner.domain.arrays import BoolArray, IntArray


def longest_increasing(values: IntArray) -> BoolArray:
    """Mask of one longest strictly increasing subsequence (Fredman, 1975: patience sorting, n log n)."""
    ends: list[int] = []
    end_at: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values.tolist()):
        pile = bisect_left(ends, value)
        before.append(end_at[pile - 1] if pile else -1)
        if pile == len(ends):
            ends.append(value)
            end_at.append(index)
        else:
            ends[pile], end_at[pile] = value, index
    mask = np.zeros(len(values), dtype=np.bool_)
    index = end_at[-1] if end_at else -1
    while index >= 0:
        mask[index] = True
        index = before[index]
    return mask
