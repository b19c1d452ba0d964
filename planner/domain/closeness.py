"""Groups of neighbours that the estimates can't tell: inside them the order stays as people made it."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import IntArray


@dataclass(frozen=True)
class CloseUnits:
    """Neighbours whose order is too close to call, in the order they get.

    ``spread``: money a week x points between their best and their worst order. ``other_wins``: share of draws in
    which another order than the best by the means would win.
    """

    units: tuple[int, ...]
    spread: float
    other_wins: float


def settle_close(
    order: IntArray, before: IntArray, groups: Iterable[CloseUnits], *, held: AbstractSet[int]
) -> tuple[IntArray, list[CloseUnits]]:
    """The order with every close group in people's order inside, and the groups in that order.

    ``before``: the same units in people's order. A group with a held unit keeps the order it got.
    """
    place_before = {unit: place for place, unit in enumerate(before.tolist())}
    place_in_order = {unit: place for place, unit in enumerate(order.tolist())}
    settled, listed = order.copy(), []
    for group in groups:
        places = sorted(place_in_order[unit] for unit in group.units)
        units = order[places].tolist()
        if held.isdisjoint(units):
            units.sort(key=place_before.__getitem__)
        settled[places] = units
        listed.append(replace(group, units=tuple(units)))
    return np.asarray(settled), listed
