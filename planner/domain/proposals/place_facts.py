"""Why a unit stands where the money-optimal order has it, as facts, for every place at once."""

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.ordering.plans import Plan
from planner.domain.scoring import Backlog, first_places, worked_first


@dataclass(frozen=True)
class PlaceFacts:
    """Over the places of a plan.

    ``points``: what the unit adds itself to the work before it. ``block_rate``: cost of delay a week per point of the
    units whose order is settled together (its Sidney block). ``swap_cost``: what exchanging it with the next one
    adds to the total, money a week x points; NaN at the last place. ``needs_place``: the latest place before it
    whose unit takes a story that it needs, -1 for none.
    """

    points: FloatArray
    block_rate: FloatArray
    swap_cost: FloatArray
    needs_place: IntArray


def explain_places(backlog: Backlog, plan: Plan, frozen: BoolArray | None = None) -> PlaceFacts:
    """The facts of every place of a plan, in a few passes over the needs."""
    number = len(plan.order)
    place = first_places(backlog, plan.order)
    points = np.where(worked_first(backlog, frozen), 0.0, backlog.counted_points)
    added: FloatArray = np.bincount(place, weights=points, minlength=number + 1)[:number].astype(np.float64)
    value = backlog.cost_of_delay[plan.order]
    return PlaceFacts(
        points=added,
        block_rate=_block_rates(plan.block_of, value, added),
        swap_cost=_swap_costs(value, added, _shared_with_next(backlog, plan.order, place, points)),
        needs_place=_needs_places(backlog, plan.order, place),
    )


def _block_rates(block_of: IntArray, value: FloatArray, added: FloatArray) -> FloatArray:
    values, points = (np.bincount(block_of, weights=weights) for weights in (value, added))
    rates = np.divide(values, points, out=np.full(len(values), np.inf), where=points > 0)
    return np.asarray(rates[block_of])


def _swap_costs(value: FloatArray, added: FloatArray, shared: FloatArray) -> FloatArray:
    """The first of two waits for what the second adds; the second no longer for what only the first needs."""
    costs = np.full(len(value), np.nan)
    costs[:-1] = value[:-1] * added[1:] - value[1:] * (added[:-1] - shared[:-1])
    return costs


def _shared_with_next(backlog: Backlog, order: IntArray, place: IntArray, points: FloatArray) -> FloatArray:
    """For each place, the points it takes that the unit at the next place needs as well."""
    place_of_unit = np.full(len(backlog.cost_of_delay) + 1, -2)
    place_of_unit[order] = np.arange(len(order))
    owner = np.where(backlog.is_own, place_of_unit[backlog.capability_of_story], -2)
    is_shared = owner == place + 1
    for dependent, prerequisite in backlog.needs_by_layer:
        by_next = (place[dependent] == place[prerequisite] + 1) & (place[dependent] < len(order))
        by_next |= (place[dependent] == place[prerequisite]) & is_shared[dependent]
        np.logical_or.at(is_shared, prerequisite, by_next)
    shared = np.bincount(place[is_shared], weights=points[is_shared], minlength=len(order) + 1)
    return shared[: len(order)].astype(np.float64)


def _needs_places(backlog: Backlog, order: IntArray, place: IntArray) -> IntArray:
    """By the needs between stories, and by a unit's own stories that an earlier one has taken."""
    needs = np.full(len(order) + 1, -1)
    dependent, prerequisite = backlog.dependent, backlog.prerequisite
    is_earlier = backlog.is_open[dependent] & backlog.is_open[prerequisite] & (place[prerequisite] < place[dependent])
    np.maximum.at(needs, place[dependent[is_earlier]], place[prerequisite[is_earlier]])
    place_of_unit = np.full(len(backlog.cost_of_delay) + 1, len(order))
    place_of_unit[order] = np.arange(len(order))
    own = np.flatnonzero(backlog.is_own)
    owner = place_of_unit[backlog.capability_of_story[own]]
    is_taken = place[own] < owner
    np.maximum.at(needs, owner[is_taken], place[own[is_taken]])
    return needs[: len(order)]
