"""Value that does not wait evenly: what a decomposition, which needs one figure a week, makes of it.

Sidney's decomposition takes the cost of delay as a straight line: each week later costs the same. Two profiles of
`planner.domain.value.model` are no straight lines, and are met half way:

- SHORT_LIFE: the weekly value w falls to nothing at ``life`` weeks, so finishing at week C loses w (C - C^2 / 2 life).
  Taken is the average slope over the weeks of the plan (``weekly_weights``): right on the whole, too low for what
  stands at the front and too high for what stands at the end.
- DEADLINE: finished later, nothing is earned at all. Up to then a week costs as much as a steady week; the fall
  itself is looked at after the order is made (``meet_deadlines``), one unit at a time.

Neither is proved to be the best, and the plan's lower bound is one of the straight lines, not of the cliffs.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.ordering.pinning import Arc
from planner.domain.ordering.plans import Plan, price_order
from planner.domain.scoring import Backlog, completion_of_order


def weekly_weights(cost_of_delay: FloatArray, life_weeks: FloatArray, plan_weeks: float) -> FloatArray:
    """Cost of delay per week to order by, of units that may be short-lived; all arrays have shape (units,).

    ``life_weeks``: NaN where the value does not run out. Average slope of the loss over a plan of D weeks:
    w (1 - D / 2L) where D is less than the life L, else w L / 2D; w itself where nothing runs out.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        within = 1.0 - plan_weeks / (2.0 * life_weeks)
        beyond = life_weeks / (2.0 * plan_weeks)
    share = np.where(plan_weeks < life_weeks, within, beyond)
    return cost_of_delay * np.where(np.isnan(life_weeks), 1.0, share)


def share_of(weights: FloatArray, cost_of_delay: FloatArray) -> FloatArray:
    """What part of the cost of delay each weight is; 1 where there is none."""
    share = np.ones(len(weights))
    return np.divide(weights, cost_of_delay, out=share, where=cost_of_delay > 0)


def meet_deadlines(
    backlog: Backlog,
    plan: Plan,
    *,
    deadline_weeks: FloatArray,
    at_stake: FloatArray,
    points_per_week: float,
    arcs: Iterable[Arc] = (),
    frozen: BoolArray | None = None,
) -> Plan:
    """Move up units that would miss their deadline, each to the latest place that meets it, where that pays.

    ``deadline_weeks``: per unit, from now; NaN for none. ``at_stake``: money per unit that is lost when it is
    finished later. Earliest deadline first; a unit moves when what it saves, less what is lost where it makes others
    miss theirs, is more than the delay it causes. A unit that can't be in time, or for which a pin bars the way,
    stays where it is.
    """
    pairs = list(arcs)
    limits = deadline_weeks * points_per_week
    order = plan.order
    late = order[plan.completed_at > limits[order]]
    for unit in late[np.argsort(limits[late], kind="stable")].tolist():
        candidate = _in_time(backlog, order, unit, float(limits[unit]), frozen)
        if candidate is not None and _obeys(candidate, pairs):
            costs = [_loss(backlog, one, limits, at_stake * points_per_week, frozen) for one in (order, candidate)]
            order = candidate if costs[1] < costs[0] else order
    block_of_unit = dict(zip(plan.order.tolist(), plan.block_of.tolist(), strict=True))
    block_of = np.array([block_of_unit[unit] for unit in order.tolist()], dtype=np.int64)
    return price_order(backlog, order, frozen, bound=plan.lower_bound, block_of=block_of)


def _in_time(backlog: Backlog, order: IntArray, unit: int, limit: float, frozen: BoolArray | None) -> IntArray | None:
    """The order with the unit at the latest place at which it is finished by ``limit`` points; None for nowhere."""
    others = order[order != unit]
    earliest, latest = (
        0,
        int(np.flatnonzero(order == unit)[0]),
    )  # in time at ``earliest``, if at all; late at ``latest``
    found = None
    while earliest < latest:
        place = (earliest + latest) // 2
        candidate = np.insert(others, place, unit)
        if completion_of_order(backlog, candidate[: place + 1], frozen=frozen)[-1] <= limit:
            found, earliest = candidate, place + 1
        else:
            latest = place
    return found


def _loss(
    backlog: Backlog, order: IntArray, limits: FloatArray, at_stake: FloatArray, frozen: BoolArray | None
) -> float:
    """Total cost of delay plus what is lost by missed deadlines; money per week x points."""
    completed_at = completion_of_order(backlog, order, frozen=frozen)
    return float(
        (backlog.cost_of_delay[order] * completed_at).sum() + at_stake[order[completed_at > limits[order]]].sum()
    )


def _obeys(order: IntArray, arcs: Sequence[Arc]) -> bool:
    place = {unit: at for at, unit in enumerate(order.tolist())}
    return all(place[one] < place[other] for one, other in arcs if one in place and other in place)
