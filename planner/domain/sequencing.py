"""The money-optimal order: which unit to finish first, second, ... so that waiting costs least.

A unit (a capability, or a story of its own) earns ``cost_of_delay`` a week once all it needs is done, so the
total cost of delay is the sum of cost of delay x completion. Finding the order that makes it least is
1|prec|sum w C, NP-hard in general (Lawler, 1978; Lenstra and Rinnooy Kan, 1978), but not here in practice:

1. ``jobs``: units and the stories that they share; all else is merged into its unit.
2. ``sidney``: minimum cuts part the jobs into blocks whose order is settled.
3. ``blocks``: up to 13 units of a part are ordered by trying all sets, larger blocks by improving a good order.
4. Blocks by falling value per point, ties by the present order; then pins.

Hysteresis is a matter of proposing, not of the order: `closeness` leaves alone what is too close to call, and
`proposing` does not choose a move that saves next to nothing.

The blocks also give a lower bound: no order of the instance can cost less, so a page may say "at most x %
from the best possible". Explained for people in `docs/algorithms/sequencing.md`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import BoolArray, IntArray
from planner.domain.dependencies import topological_order
from planner.domain.ordering.blocks import Blocks, order_parts
from planner.domain.ordering.jobs import Jobs, make_jobs, ranked_units
from planner.domain.ordering.pinning import Arc, ContradictoryPinsError, apply_pins, arcs_between
from planner.domain.ordering.plans import Plan, price_order
from planner.domain.ordering.sidney import decompose
from planner.domain.ordering.story_order import completion_of_story_order
from planner.domain.scoring import Backlog, completion_of_order, cost_of_order, stories_in_order, worked_first

__all__ = [
    "ContradictoryPinsError",
    "Plan",
    "Settled",
    "completion_of_order",
    "completion_of_story_order",
    "cost_of_order",
    "lower_bound",
    "plan_order",
    "plan_stories",
    "settle_order",
]

FEW_UNITS = 10
"""Parts with no more units are not cut further: trying all sets is faster."""


@dataclass(frozen=True)
class Settled:
    """The best order of the ranked units under pairs alone, from which held places make plans (`hold`)."""

    backlog: Backlog
    order: IntArray
    arcs: Sequence[Arc]
    frozen: BoolArray | None
    bound: float
    block_of_unit: IntArray

    def hold(self, places: Mapping[int, int]) -> Plan:
        """The plan with these places held (unit -> place among the ranked units, from 1), in one pass.

        Raises ContradictoryPinsError (a pair of units).
        """
        order = apply_pins(self.order, self.arcs, places)
        return price_order(self.backlog, order, self.frozen, bound=self.bound, block_of=self.block_of_unit[order])


def plan_order(
    backlog: Backlog,
    *,
    arcs: Iterable[Arc] = (),
    places: Mapping[int, int] | None = None,
    frozen: BoolArray | None = None,
    present: IntArray | None = None,
) -> Plan:
    """Order the units that are valued and unfinished so that their total cost of delay is least.

    ``arcs``: pairs (unit before, unit after) that pins ask for. ``places``: unit -> place held among the ranked
    units, from 1. ``frozen``: mask over stories that are worked first whatever the order. ``present``: all units in
    the present human order, by which ties are broken. Raises DependencyCycleError (indexes of stories),
    ContradictoryPinsError (a pair of units), ValueError for a negative or infinite cost of delay.
    """
    return settle_order(backlog, arcs=arcs, frozen=frozen, present=present).hold(places or {})


def settle_order(
    backlog: Backlog,
    *,
    arcs: Iterable[Arc] = (),
    frozen: BoolArray | None = None,
    present: IntArray | None = None,
) -> Settled:
    """All of `plan_order` but the held places, for whoever tries many of them. Raises as `plan_order`."""
    units = ranked_units(backlog)
    pairs = arcs_between(units, arcs)
    place = _present_places(len(backlog.cost_of_delay), present)
    jobs = make_jobs(backlog, pairs, frozen)
    blocks = order_parts(jobs, decompose(jobs, few=FEW_UNITS), place[units])
    block_of_unit = np.zeros(len(place), dtype=np.int64)
    block_of_unit[units[blocks.order]] = blocks.block_of
    bound = _bound(backlog, jobs, blocks, frozen)
    return Settled(backlog, units[blocks.order], pairs, frozen, bound, block_of_unit)


def lower_bound(backlog: Backlog, *, arcs: Iterable[Arc] = (), frozen: BoolArray | None = None) -> float:
    """What no order of the ranked units can cost less than; money per week x points."""
    return plan_order(backlog, arcs=arcs, frozen=frozen).lower_bound


def plan_stories(backlog: Backlog, plan: Plan) -> IntArray:
    """All open stories: those the plan needs, unit after unit, then the rest by index, each after what it needs.

    Stories of a unit that is finished at the same moment as others may stand anywhere before that moment.
    """
    needed = [story for added in stories_in_order(backlog, plan.order.tolist()) for story in added]
    is_left = backlog.is_open.copy()
    is_left[needed] = False
    rest = backlog.is_open[backlog.prerequisite] & is_left[backlog.dependent] & is_left[backlog.prerequisite]
    pairs = zip(backlog.prerequisite[rest].tolist(), backlog.dependent[rest].tolist(), strict=True)
    return np.array([*needed, *topological_order(np.flatnonzero(is_left).tolist(), pairs)], dtype=np.int64)


def _present_places(count: int, present: IntArray | None) -> IntArray:
    """Place of each unit in the present order; units that are not in it come last, in order of index."""
    place = np.arange(count) + count
    if present is not None:
        place[present] = np.arange(len(present))
    return place


def _bound(backlog: Backlog, jobs: Jobs, blocks: Blocks, frozen: BoolArray | None) -> float:
    """Sum over blocks of V_b x points before b, and what its units cost at least counted from there."""
    before = np.cumsum(blocks.points) - blocks.points
    first = float(backlog.counted_points[worked_first(backlog, frozen)].sum())
    return float((blocks.value * (first + before) + blocks.least_inside).sum())
