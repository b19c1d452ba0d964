"""A good order of a block with many units: greedy by value per remaining point, then moves of single units.

Trying all orders is out of reach here, so the order is not proved to be the best; the bound of the block says how
far it can be at most. Blocks of this size arise where stories have several dependencies each.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.domain.arrays import BoolArray, FloatArray, IntArray, sum_by
from planner.domain.ordering.jobs import Jobs
from planner.domain.ordering.needs import layer_needs

LARGEST_MATRIX = 2**24
"""Units x jobs up to which single units are moved: 16 MB, and about a second for a pass."""
MOST_PASSES = 10
SMALLEST_GAIN = 1e-12
"""Of a cost: less is rounding."""


@dataclass(frozen=True)
class _Block:
    """``needed_by``: per job the units that need it, as packed bits. ``waits``: [unit, unit that must come before]."""

    value: FloatArray
    points: FloatArray
    job_of_unit: IntArray
    needed_by: npt.NDArray[np.uint8]
    waits: BoolArray
    place: IntArray

    def units_of(self, jobs: IntArray) -> BoolArray:
        """Shape (jobs, units): which of the units need each job."""
        return np.unpackbits(self.needed_by[jobs], axis=1, count=len(self.value)).view(np.bool_)

    def jobs_of(self, unit: int, among: IntArray) -> IntArray:
        """Those of the jobs that the unit needs."""
        is_needed = (self.needed_by[among, unit >> 3] >> (7 - (unit & 7))) & 1 == 1
        chosen: IntArray = among[is_needed]
        return chosen


def order_large(jobs: Jobs, members: IntArray, place: IntArray) -> IntArray:
    """The units among ``members`` (the jobs of one block) in a good order; ``place``: of each unit, for ties."""
    block = _make_block(jobs, members, place)
    order = _order_greedily(block)
    if len(order) * len(block.points) <= LARGEST_MATRIX:
        order = _move_units(block, order)
    return members[block.job_of_unit[order]]


def _make_block(jobs: Jobs, members: IntArray, place: IntArray) -> _Block:
    number = np.full(len(jobs.value), -1)
    number[members] = np.arange(len(members))
    inside = (number[jobs.needer] >= 0) & (number[jobs.needed] >= 0)
    units = np.flatnonzero(members < len(jobs.units))
    bits = np.zeros((len(members), -(-len(units) // 8)), dtype=np.uint8)
    bits[units, np.arange(len(units)) >> 3] = 128 >> (np.arange(len(units)) & 7)
    for needer, needed in layer_needs(len(members), number[jobs.needer[inside]], number[jobs.needed[inside]]):
        by_needed = np.argsort(needed, kind="stable")
        reached, starts = np.unique(needed[by_needed], return_index=True)
        bits[reached] |= np.bitwise_or.reduceat(bits[needer[by_needed]], starts, axis=0)
    value, points = jobs.value[members[units]], jobs.points[members]
    waits = np.unpackbits(bits[units], axis=1, count=len(units)).view(np.bool_).T & ~np.eye(len(units), dtype=np.bool_)
    return _Block(value, points, units, bits, waits, place[members[units]])


def _order_greedily(block: _Block) -> IntArray:
    """Always the unit with the most value per point that is left to do for it; ties by the present order."""
    left = np.arange(len(block.points))
    remaining = _points_per_unit(block, left)
    is_open = np.ones(len(block.value), dtype=np.bool_)
    waiting_for = block.waits.sum(axis=1)
    by_place = np.argsort(block.place, kind="stable")
    order: list[int] = []
    while len(order) < len(block.value):
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(block.value > 0, block.value / np.maximum(remaining, 0.0), 0.0)
        ratio[~is_open | (waiting_for > 0)] = -1.0
        unit = int(by_place[np.argmax(ratio[by_place])])
        order.append(unit)
        is_open[unit] = False
        waiting_for -= block.waits[:, unit]
        done = block.jobs_of(unit, left)
        remaining -= _points_per_unit(block, done)
        left = np.setdiff1d(left, done, assume_unique=True)
    return np.array(order, dtype=np.int64)


def _points_per_unit(block: _Block, jobs: IntArray) -> FloatArray:
    """Points of those of the jobs that each unit needs; a few jobs at a time, to stay small in memory."""
    total = np.zeros(len(block.value))
    for start in range(0, len(jobs), 1024):
        piece = jobs[start : start + 1024]
        total += block.points[piece] @ block.units_of(piece)
    return total


def _move_units(block: _Block, order: IntArray) -> IntArray:
    """Take out one unit after another and put it where it costs least, until nothing is gained or enough is done."""
    needs = block.units_of(np.arange(len(block.points)))
    first = _first_places(needs, order)
    for _ in range(MOST_PASSES):
        is_moved = False
        for unit in order.tolist():
            at = int(np.flatnonzero(order == unit)[0])
            others = np.delete(order, at)
            first = _take_out(needs, first, others, at)
            best = _best_place(block, unit, first, needs[:, unit], others, at)
            order = np.insert(others, best, unit)
            first = np.where(first >= best, first + 1, first)
            first[needs[:, unit]] = np.minimum(first[needs[:, unit]], best)
            is_moved |= best != at
        if not is_moved:
            break
    return order


def _first_places(needs: BoolArray, order: IntArray) -> IntArray:
    """For each job the place of the first unit that needs it; ``len(order)`` for none."""
    in_order = np.ones((len(needs), len(order) + 1), dtype=np.bool_)
    in_order[:, :-1] = needs[:, order]
    first: IntArray = np.argmax(in_order, axis=1)
    return first


def _take_out(needs: BoolArray, first: IntArray, others: IntArray, at: int) -> IntArray:
    """The first places among the others, once the unit at the place is out: new only for jobs that it did."""
    orphaned = np.flatnonzero(first == at)
    without = np.where(first > at, first - 1, first)
    without[orphaned] = at + _first_places(needs[orphaned], others[at:])
    return without


def _best_place(block: _Block, unit: int, first: IntArray, is_mine: BoolArray, others: IntArray, at: int) -> int:
    """The place for the unit at which all together costs least; ``at``, where it stands, unless one is cheaper.

    Before the i-th of the others it delays each later one by those of its own jobs that nobody has done by then.
    """
    places = len(others) + 1
    done = np.append(0.0, np.cumsum(sum_by(first, block.points, places)[:-1]))
    mine = sum_by(first[is_mine], block.points[is_mine], places)
    missing = mine.sum() - np.append(0.0, np.cumsum(mine[:-1]))
    delayed = block.value[others] * missing[1:]
    cost = block.value[unit] * (done + missing) + np.append(np.cumsum(delayed[::-1])[::-1], 0.0)
    cost[_is_barred(block, others, unit)] = np.inf
    best = int(np.argmin(cost))
    return best if cost[best] < cost[at] * (1 - SMALLEST_GAIN) else at


def _is_barred(block: _Block, others: IntArray, unit: int) -> BoolArray:
    """The places before a unit that must come first, and behind one that must come later."""
    places = np.arange(len(others) + 1)
    after: IntArray = np.flatnonzero(block.waits[unit, others])
    before: IntArray = np.flatnonzero(block.waits[others, unit])
    too_early, too_late = places <= after.max(initial=-1), places > before.min(initial=len(others))
    return np.asarray(too_early | too_late)
