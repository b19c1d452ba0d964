"""From parts to the whole order: the best order inside each part, its blocks, and blocks by falling value per point."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.ordering.improving import order_large
from planner.domain.ordering.jobs import Jobs
from planner.domain.ordering.needs import layer_needs
from planner.domain.ordering.sidney import Parts
from planner.domain.ordering.subsets import MOST_TRIED, Tables, best_orders, points_of_sets


@dataclass(frozen=True)
class Blocks:
    """``order``: the units, as jobs, best first. ``block_of``: number of the block at each place.

    Per block: ``value``, ``points``, and ``least_inside``: what finishing its units costs at least, counted from
    its beginning. The last is the optimum of a block that was ordered by trying all sets.
    """

    order: IntArray
    block_of: IntArray
    value: FloatArray
    points: FloatArray
    least_inside: FloatArray


@dataclass
class _Run:
    """Units that stay together, in order; value and points of all, and the least cost inside.

    ``tie``: where it stands among runs of the same ratio: first place of its units in the present order, but not
    before the run it follows.
    """

    units: list[int]
    value: float
    points: float
    least_inside: float
    tie: int = 0

    @property
    def ratio(self) -> float:
        """Value per point; infinite for what takes no points, but nothing for what earns nothing."""
        if self.value <= 0:
            return 0.0
        return self.value / self.points if self.points > 0 else np.inf

    def belongs_to(self, before: "_Run") -> bool:
        """Whether this is worth more per point than what comes right before it, or comes free with it."""
        return self.points <= 0 or self.value * before.points > before.value * self.points


def order_parts(jobs: Jobs, parts: Parts, place: IntArray) -> Blocks:
    """Order every part, read off its blocks, and merge them. ``place``: of each unit in the present order, for ties."""
    small, large = _sizes(jobs, parts)
    runs = [*_runs_of_small(jobs, parts, small, place), *_runs_of_large(jobs, parts, large, place)]
    runs.sort(key=lambda run: (-run.ratio, run.tie))
    return Blocks(
        order=np.array([unit for run in runs for unit in run.units], dtype=np.int64),
        block_of=np.repeat(np.arange(len(runs)), [len(run.units) for run in runs]),
        value=np.array([run.value for run in runs]),
        points=np.array([run.points for run in runs]),
        least_inside=np.array([run.least_inside for run in runs]),
    )


def _sizes(jobs: Jobs, parts: Parts) -> tuple[IntArray, IntArray]:
    """The parts that are ordered exactly, and the others."""
    units = np.bincount(parts.part_of_job[: len(jobs.units)], minlength=len(parts.slack))
    return np.flatnonzero((units > 0) & (units <= MOST_TRIED)), np.flatnonzero(units > MOST_TRIED)


def _runs_of_small(jobs: Jobs, parts: Parts, small: IntArray, place: IntArray) -> Iterator[_Run]:
    part = parts.part_of_job
    number = len(jobs.units)
    size = np.bincount(part[:number], minlength=len(parts.slack))
    by_part = np.lexsort((place, part[:number]))
    starts = np.cumsum(size) - size
    bit = np.zeros(number, dtype=np.int64)
    bit[by_part] = np.arange(number) - np.repeat(starts, size)
    mask = _needed_by(jobs, part, bit, size[part] <= MOST_TRIED)
    for k in np.unique(size[small]).tolist():
        chosen = small[size[small] == k]
        members = by_part[starts[chosen][:, None] + np.arange(k)]
        row_of_part = np.full(len(parts.slack), -1)
        row_of_part[chosen] = np.arange(len(chosen))
        row = row_of_part[part]
        listed = row >= 0
        points = points_of_sets(jobs.points[listed], row[listed], mask[listed], len(chosen), k)
        needs = _units_needed(jobs, row, bit, members.shape)
        order = best_orders(Tables(jobs.value[members], points, needs))
        units = np.take_along_axis(members, order, axis=1)
        completed = np.take_along_axis(points, np.cumsum(1 << order, axis=1), axis=1)
        added = np.diff(completed, axis=1, prepend=0.0)
        for one, value, more in zip(units.tolist(), jobs.value[units].tolist(), added.tolist(), strict=True):
            yield from _with_ties(_read_off(one, value, more), place)


def _needed_by(jobs: Jobs, part: IntArray, bit: IntArray, is_small: BoolArray) -> IntArray:
    """Per job the mask of the units of its own part that need it, directly or not; 0 in large parts."""
    mask = np.zeros(len(part), dtype=np.int64)
    units = np.flatnonzero(is_small[: len(bit)])
    mask[units] = 1 << bit[units]
    inside = (part[jobs.needer] == part[jobs.needed]) & is_small[jobs.needer]
    for needer, needed in layer_needs(len(part), jobs.needer[inside], jobs.needed[inside]):
        np.bitwise_or.at(mask, needed, mask[needer])
    return mask


def _units_needed(jobs: Jobs, row: IntArray, bit: IntArray, shape: tuple[int, ...]) -> IntArray:
    """Per row and unit the mask of units that a pin wants before it."""
    needs = np.zeros(shape, dtype=np.int64)
    pinned = (jobs.needed < len(jobs.units)) & (row[jobs.needer] >= 0) & (row[jobs.needer] == row[jobs.needed])
    needer, needed = jobs.needer[pinned], jobs.needed[pinned]
    np.bitwise_or.at(needs, (row[needer], bit[needer]), 1 << bit[needed])
    return needs


def _read_off(units: list[int], values: list[float], added: list[float]) -> list[_Run]:
    """The blocks of a best order: as long as what follows is worth more per point, it belongs to what came before."""
    runs: list[_Run] = []
    for unit, value, points in zip(units, values, added, strict=True):
        run = _Run([unit], value, points, value * points)
        while runs and run.belongs_to(runs[-1]):
            before = runs.pop()
            inside = before.least_inside + before.points * run.value + run.least_inside
            run = _Run(before.units + run.units, before.value + run.value, before.points + run.points, inside)
        runs.append(run)
    return runs


def _with_ties(runs: Iterable[_Run], place: IntArray) -> Iterator[_Run]:
    """The runs of one part, ties set."""
    before = None
    for run in runs:
        run.tie = int(place[run.units].min())
        if before is not None and before.ratio <= run.ratio:
            run.tie = max(run.tie, before.tie)
        before = run
        yield run


def _runs_of_large(jobs: Jobs, parts: Parts, large: IntArray, place: IntArray) -> Iterator[_Run]:
    for part in large.tolist():
        members = np.flatnonzero(parts.part_of_job == part)
        order = order_large(jobs, members, place)
        value, points = float(jobs.value[members].sum()), float(jobs.points[members].sum())
        run = _Run(order.tolist(), value, points, _least_inside(jobs.value[order], points, parts.slack[part]))
        yield from _with_ties([run], place)


def _least_inside(value: FloatArray, points: float, slack: float) -> float:
    """No beginning of a block is worth more per point than the whole, up to the slack of the cut.

    So the k-th unit is not finished before ``points x (share of value finished with it - slack)``.
    """
    total = float(value.sum())
    return points * (total + float((value**2).sum()) / total) / 2 - slack * total * points if total > 0 else 0.0
