"""The best order of a few units, by trying every set of them (Held and Karp, 1962; here with shared points)."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from planner.domain.arrays import FloatArray, IntArray, sum_by

MOST_TRIED = 13
"""Units of a part that is ordered exactly: 2^13 sets."""
LARGEST_TABLE = 2**21
"""Cells worked on at once: 16 MB a table."""


@dataclass(frozen=True)
class Tables:
    """Parts with the same number k of units, one row each; ``points[row, mask]``: to finish the units of the mask.

    Bit u of a mask stands for the part's unit u. ``value`` has shape (rows, k). ``needs``: per part and unit the mask
    of units that must come before.
    """

    value: FloatArray
    points: FloatArray
    needs: IntArray


def best_orders(tables: Tables) -> IntArray:
    """For each row the units in the order that costs least, shape (rows, k).

    Of equally good orders the one with the lower numbered units first is taken.
    """
    rows, k = tables.value.shape
    most = max(1, LARGEST_TABLE >> k)
    pieces = [_order_rows(tables, slice(start, start + most)) for start in range(0, rows, most)]
    return np.concatenate([*pieces, np.zeros((0, k), dtype=np.int64)])


def _order_rows(tables: Tables, rows: slice) -> IntArray:
    value, points, needs = tables.value[rows], tables.points[rows], tables.needs[rows]
    k = value.shape[1]
    cost = np.full(points.shape, np.inf)
    cost[:, 0] = 0.0
    last = np.zeros(points.shape, dtype=np.int64)
    is_pinned = bool(needs.any())
    for masks in _masks_by_size(k):
        for unit in range(k):
            having = masks[(masks >> unit) & 1 == 1]
            candidate = cost[:, having ^ (1 << unit)] + value[:, unit, None] * points[:, having]
            if is_pinned:
                candidate[(needs[:, unit, None] & ~having) != 0] = np.inf
            is_better = candidate <= cost[:, having]
            cost[:, having] = np.where(is_better, candidate, cost[:, having])
            last[:, having] = np.where(is_better, unit, last[:, having])
    return _walk_back(last, k)


@cache
def _masks_by_size(k: int) -> list[IntArray]:
    """The masks of 1, 2, ... k units."""
    masks = np.arange(1 << k)
    size = np.bitwise_count(masks)
    return [masks[size == number] for number in range(1, k + 1)]


def _walk_back(last: IntArray, k: int) -> IntArray:
    """The order that led to the full mask."""
    rows = np.arange(len(last))
    mask = np.full(len(last), (1 << k) - 1)
    order = np.zeros((len(last), k), dtype=np.int64)
    for place in range(k - 1, -1, -1):
        order[:, place] = last[rows, mask]
        mask ^= 1 << order[:, place]
    return order


def points_of_sets(points: FloatArray, row: IntArray, needed_by: IntArray, rows: int, k: int) -> FloatArray:
    """Points of the union of what the units of each mask need, shape (rows, 2^k).

    Job j of row ``row[j]`` is needed by the units of the mask ``needed_by[j]``. What a mask does not need is
    what only units outside it need: sums over subsets, one unit after another (Yates, 1937).
    """
    size = 1 << k
    needed_only_by = sum_by(row * size + needed_by, points, rows * size).reshape(rows, size)
    for unit in range(k):
        halves = needed_only_by.reshape(rows, -1, 2, 1 << unit)
        halves[:, :, 1] += halves[:, :, 0]
    return needed_only_by[:, -1:] - needed_only_by[:, ::-1]
