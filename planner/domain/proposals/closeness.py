"""Groups of neighbours that the estimates can't tell: inside them the order stays as people made it."""

from collections.abc import Iterable

from planner.domain.arrays import IntArray
from planner.domain.value.confidence import CloseGroup


def settle_close(order: IntArray, before: IntArray, groups: Iterable[CloseGroup]) -> tuple[IntArray, list[CloseGroup]]:
    """The order with every close group in people's order inside, and the groups with their units in that order.

    ``before``: the same units in people's order.
    """
    place_before = {unit: place for place, unit in enumerate(before.tolist())}
    settled, listed = order.copy(), []
    for group in groups:
        units = tuple(sorted(group.units, key=place_before.__getitem__))
        settled[group.start : group.start + len(units)] = units
        listed.append(group._replace(units=units))
    return settled, listed
