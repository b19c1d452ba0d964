"""A good order of a block with many units: greedy by value per remaining point, then moves of single units."""

import numpy as np

from planner.domain.arrays import IntArray
from planner.domain.jobs import Jobs
from planner.domain.needs import layer_needs


def order_large(jobs: Jobs, members: IntArray, place: IntArray) -> IntArray:
    """The units among ``members`` (jobs of one block), in a good order."""
    number = np.full(len(jobs.value), -1)
    number[members] = np.arange(len(members))
    inside = (number[jobs.needer] >= 0) & (number[jobs.needed] >= 0)
    needer, needed = number[jobs.needer[inside]], number[jobs.needed[inside]]
    units = np.flatnonzero(members < len(jobs.units))
    needs = np.zeros((len(members), len(units)), dtype=np.bool_)
    needs[units, np.arange(len(units))] = True
    for above, below in layer_needs(len(members), needer, needed):
        np.logical_or.at(needs, below, needs[above])
    left = jobs.points[members]
    order: list[int] = []
    value = jobs.value[members[units]]
    open_ = np.ones(len(units), dtype=np.bool_)
    waits = needs[units].T & ~np.eye(len(units), dtype=np.bool_)
    while open_.any():
        remaining = left @ needs
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(remaining > 0, value / remaining, np.inf)
        may = open_ & ~(waits & open_).any(axis=1)
        best = np.lexsort((place[members[units]], -np.where(may, ratio, -1.0)))[0]
        order.append(int(members[units[best]]))
        open_[best] = False
        left = np.where(needs[:, best], 0.0, left)
    return np.array(order, dtype=np.int64)
