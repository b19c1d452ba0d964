"""What needs what, in layers: a story after everything that needs it, so that arrays can be carried downwards.

A layer is as long as arrays are wide: the loop over layers runs in Python, the work inside it in NumPy.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from planner.domain.arrays import IntArray
from planner.domain.dependencies import DependencyCycleError, topological_order

Layers = list[tuple[IntArray, IntArray]]
"""Per layer the needs (needer, needed) whose needed end lies in it; every needer lies in an earlier layer."""


def layer_needs(count: int, needer: IntArray, needed: IntArray) -> Layers:
    """Needs among ``count`` items, by the length of the longest chain of needers above the needed item.

    Raises DependencyCycleError naming indexes, a prerequisite before what needs it.
    """
    depth = np.zeros(count, dtype=np.int64)
    placed = 0
    for number, layer in enumerate(_peel(count, needer, needed)):
        depth[layer] = number
        placed += len(layer)
    if placed < count:
        topological_order(range(count), zip(needed.tolist(), needer.tolist(), strict=True))
        raise DependencyCycleError([])  # unreachable: what can't be peeled holds a cycle
    order = np.argsort(depth[needed], kind="stable")
    bounds = np.searchsorted(depth[needed][order], np.arange(1, placed and int(depth.max()) + 2)).tolist()
    return [(needer[order[one:end]], needed[order[one:end]]) for one, end in pairwise(bounds)]


def _peel(count: int, needer: IntArray, needed: IntArray) -> Iterator[IntArray]:
    """Kahn (1962), a whole layer at a time: the items nothing left needs."""
    by_needer = np.argsort(needer, kind="stable")
    below = needed[by_needer]
    starts = np.searchsorted(needer[by_needer], np.arange(count + 1))
    waiting = np.bincount(needed, minlength=count)
    layer = np.flatnonzero(waiting == 0)
    while len(layer):
        yield layer
        reached = below[ranges(starts[layer], starts[layer + 1])]
        np.subtract.at(waiting, reached, 1)
        layer = np.unique(reached[waiting[reached] == 0])


def ranges(starts: IntArray, ends: IntArray) -> IntArray:
    """The whole numbers of the half-open ranges, one range after another."""
    lengths = ends - starts
    offsets = np.repeat(ends - np.cumsum(lengths), lengths)
    return offsets + np.arange(len(offsets))
