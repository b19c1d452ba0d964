"""Leave alone what gains next to nothing: an order that people know is worth something too."""

from collections.abc import Iterable, Mapping

import numpy as np

from planner.domain.arrays import BoolArray, IntArray
from planner.domain.pinning import Arc, apply_pins, arcs_between
from planner.domain.plans import Plan, price_order
from planner.domain.scoring import Backlog, cost_of_order
from planner.domain.subsequences import longest_increasing


def keep_close(
    backlog: Backlog,
    present: IntArray,
    plan: Plan,
    threshold: float,
    *,
    arcs: Iterable[Arc] = (),
    places: Mapping[int, int] | None = None,
    frozen: BoolArray | None = None,
) -> Plan:
    """The plan with those moves undone that gain less than ``threshold`` (money per week x points).

    A unit has moved when it is outside the longest run of units that keep their order (longest increasing
    subsequence). Undone, it stands right behind the nearest unit before it in ``present`` that has not moved, or no
    longer. They are tried in the present order, one after another.
    """
    pairs = arcs_between(plan.order, arcs)
    order, total = plan.order, plan.total
    moved = _moved_units(order, present)
    anchor = None
    for unit in present[np.isin(present, order)].tolist():
        if unit not in moved:
            anchor = unit
            continue
        candidate = apply_pins(_put_behind(order, unit, anchor), pairs, places or {})
        cost = cost_of_order(backlog, candidate, frozen=frozen)
        if cost - total < threshold:
            order, total, anchor = candidate, cost, unit
    block_of_unit = dict(zip(plan.order.tolist(), plan.block_of.tolist(), strict=True))
    block_of = np.array([block_of_unit[unit] for unit in order.tolist()], dtype=np.int64)
    return price_order(backlog, order, frozen, bound=plan.lower_bound, block_of=block_of)


def _moved_units(order: IntArray, present: IntArray) -> set[int]:
    """Units outside a longest run that keeps its order; units that ``present`` lacks stay."""
    place = {unit: at for at, unit in enumerate(present.tolist())}
    listed = np.array([unit for unit in order.tolist() if unit in place], dtype=np.int64)
    stays = longest_increasing(np.array([place[unit] for unit in listed.tolist()], dtype=np.int64))
    return set(listed[~stays].tolist())


def _put_behind(order: IntArray, unit: int, anchor: int | None) -> IntArray:
    others = order[order != unit]
    at = 0 if anchor is None else int(np.flatnonzero(others == anchor)[0]) + 1
    return np.insert(others, at, unit)
