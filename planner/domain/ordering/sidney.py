"""Sidney's decomposition: which jobs come before which others in every best order.

Sidney (1975): a set of jobs that holds all it needs and has the greatest value per point comes first in a
best order. Take it away, and again. Found here from the middle (divide and conquer, as in Martinez-Legaz and
Nagih's parametric scheme): with V and P the value and points of a part, the subset that holds what it needs
and has the greatest ``value/V - points/P`` is found by a minimum cut (Picard, 1976). If that is above zero,
all of the subset comes before the rest and both are parts of their own; else the part is a block: no
beginning of it is worth more per point than the whole.

All parts of a level are cut at once, as one disconnected network. Capacities are whole numbers of at most
2^30 (the flow in SciPy is int32 and would overflow silently): exact while V x P in cents and hundredths of a
point is below that, else rounded to 2^-30 of the part's total. ``slack`` says by how much a block may be wrong.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.domain.arrays import BoolArray, FloatArray, IntArray, sum_by
from planner.domain.ordering.jobs import Jobs

Int32Array = npt.NDArray[np.int32]
LARGEST_FLOW = 2**30
UNLIMITED = 2**31 - 1
SMALLEST_GAIN = 1e-13
SMALLEST_STEP = 1e4
"""A cent a week for a hundredth of a point: the unit of ``value x points``."""


@dataclass(frozen=True)
class Parts:
    """``part_of_job``, and per part ``slack``: by how much a beginning's share of the part's value may be more
    than its share of the points. NaN where the part was not cut to the end, having few units.
    """

    part_of_job: IntArray
    slack: FloatArray


@dataclass(frozen=True)
class _Level:
    """The jobs still being cut: ``ids`` in the instance, ``part`` numbered from 0, needs inside parts only."""

    ids: IntArray
    part: IntArray
    value: FloatArray
    points: FloatArray
    needer: IntArray
    needed: IntArray


def decompose(jobs: Jobs, *, few: int) -> Parts:
    """Cut until every part is a block or has at most ``few`` units."""
    ids = np.arange(len(jobs.value))
    level = _Level(ids, np.zeros_like(ids), jobs.value, jobs.points, jobs.needer, jobs.needed)
    finished = []
    while len(level.ids):
        level = _split_unconnected(level)
        is_small = (np.bincount(level.part, weights=level.ids < len(jobs.units)) <= few)[level.part]
        finished.append(_finish(level, is_small, np.full(len(level.ids), np.nan)))
        level = _restrict(level, ~is_small, level.part)
        if not len(level.ids):
            break
        is_ahead, is_split, rounding = _cut(level)
        finished.append(_finish(level, ~is_split, rounding))
        level = _restrict(level, is_split, level.part * 2 + is_ahead)
    return _join(finished, len(ids))


def _split_unconnected(level: _Level) -> _Level:
    """Parts of which nothing needs the other are parts of their own: they mix by falling ratio."""
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(level.needer), dtype=np.int32)
    graph = _matrix(ones, (level.needer, level.needed), len(level.ids))
    part = connected_components(graph, directed=False)[1].astype(np.int64)
    return _Level(level.ids, part, level.value, level.points, level.needer, level.needed)


def _restrict(level: _Level, is_kept: BoolArray, part: IntArray) -> _Level:
    """The kept jobs, in new parts; needs between parts are met by the parts' order and fall away."""
    inside = is_kept[level.needer] & is_kept[level.needed] & (part[level.needer] == part[level.needed])
    number = np.cumsum(is_kept) - 1
    renumbered = np.unique(part[is_kept], return_inverse=True)[1]
    return _Level(
        level.ids[is_kept],
        renumbered,
        level.value[is_kept],
        level.points[is_kept],
        number[level.needer[inside]],
        number[level.needed[inside]],
    )


_Finished = tuple[IntArray, IntArray, FloatArray]


def _finish(level: _Level, is_finished: BoolArray, slack: FloatArray) -> _Finished:
    """Jobs, the first job of the part of each, and the slack of each one's part."""
    _, first, inverse = np.unique(level.part[is_finished], return_index=True, return_inverse=True)
    ids = level.ids[is_finished]
    return ids, ids[first][inverse], slack[is_finished]


def _join(finished: list[_Finished], count: int) -> Parts:
    """All parts, numbered by their first job."""
    first, slack = np.zeros(count, dtype=np.int64), np.zeros(count)
    for ids, first_of_part, slack_of_part in finished:
        first[ids], slack[ids] = first_of_part, slack_of_part
    firsts, part_of_job = np.unique(first, return_inverse=True)
    return Parts(part_of_job, slack[firsts])


def _shares(level: _Level) -> tuple[FloatArray, FloatArray]:
    """Per job value/V - points/P, and per part V x P."""
    parts = int(level.part.max()) + 1
    value, points = sum_by(level.part, level.value, parts), sum_by(level.part, level.points, parts)
    of_value = level.value / np.where(value > 0, value, 1.0)[level.part]
    of_points = level.points / np.where(points > 0, points, 1.0)[level.part]
    return of_value - of_points, value * points


def _cut(level: _Level) -> tuple[BoolArray, BoolArray, FloatArray]:
    """Per job: whether it is on the source's side of a minimum cut, whether that is a gain, and the part's rounding."""
    shares, product = _shares(level)
    scale = np.minimum(np.maximum(product * SMALLEST_STEP, 1.0), LARGEST_FLOW)[level.part]
    capacity = np.rint(shares * scale)
    is_ahead = _reached_by_surplus(level, capacity.astype(np.int32))
    parts = len(product)
    gain = sum_by(level.part, shares * is_ahead, parts)
    is_some = sum_by(level.part, ~is_ahead, parts) > 0
    too_low = sum_by(level.part, np.maximum(shares - capacity / scale, 0.0), parts)
    return is_ahead, ((gain > SMALLEST_GAIN) & is_some)[level.part], too_low[level.part]


def _reached_by_surplus(level: _Level, capacity: Int32Array) -> BoolArray:
    """Maximum flow from jobs with a surplus of value, through what they need, to jobs with a deficit."""
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    count = len(capacity)
    source, sink = count, count + 1
    rich, poor = np.flatnonzero(capacity > 0), np.flatnonzero(capacity < 0)
    tail = np.concatenate([np.full(len(rich), source), poor, level.needer])
    head = np.concatenate([rich, np.full(len(poor), sink), level.needed])
    limit = np.concatenate([capacity[rich], -capacity[poor], np.full(len(level.needer), UNLIMITED, dtype=np.int32)])
    # Both directions, so that the flow comes back in the same cells and can be taken from the capacities.
    cells = np.concatenate([tail, head]), np.concatenate([head, tail])
    network = _matrix(np.concatenate([limit, np.zeros_like(limit)]), cells, count + 2)
    left = network.copy()
    left.data = network.data - maximum_flow(network, source, sink).flow.data.astype(np.int32)
    left.eliminate_zeros()
    is_reached = np.zeros(count + 2, dtype=np.bool_)
    is_reached[breadth_first_order(left, source, return_predecessors=False)] = True
    return is_reached[:count]


def _matrix(cells: Int32Array, at: tuple[IntArray, IntArray], size: int) -> Any:
    """A square sparse matrix with sorted rows, zeros kept; SciPy's types disagree about which class a flow takes."""
    from scipy.sparse import csr_matrix

    matrix = csr_matrix((cells, at), shape=(size, size), dtype=np.int32)
    matrix.sort_indices()
    return matrix
