"""What it is worth to know one cost of delay better before the order is decided.

The expected value of perfect information (Howard, 1966) on one unit, all others at their means: what its best
place would save on average if its cost of delay were known, less what the best place without knowing saves.
A unit moves alone: earlier with all points it adds at its place, later with those that no later unit needs.
"""

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.scoring import Backlog
from planner.domain.value.confidence import Effort, UncertainCosts, effort_of_order

NODES = 15


def value_of_learning(
    backlog: Backlog, order: IntArray, costs: UncertainCosts, *, frozen: BoolArray | None = None
) -> FloatArray:
    """Expected saving per unit, money a week x points, shape (units,): 0 for a certain cost, NaN outside ``order``.

    ``order``: valued units, best first. Raises DependencyCycleError.
    """
    worth = np.full(len(costs.mean), np.nan)
    if len(order):
        worth[order] = learning_by_place(costs.of_units(order), effort_of_order(backlog, order, frozen=frozen))
    return worth


def learning_by_place(costs: UncertainCosts, effort: Effort, places: IntArray | None = None) -> FloatArray:
    """E(best saving) - best E(saving) over the gaps that any of the nodes prefers. Shape (places of the order,).

    ``costs`` and ``effort``: over the places of an order. ``places``: only these are looked at; others stay 0.
    """
    worth = np.zeros(len(costs.mean))
    moving = np.flatnonzero(~costs.is_certain)
    if places is not None:
        moving = moving[np.isin(moving, places)]
    nodes = _nodes(costs.of_units(moving))
    gaps = _preferred_gaps(costs.mean, effort, nodes, moving)
    savings = [_saving(costs.mean, effort, moving, gaps[:, choice]) for choice in range(gaps.shape[1])]
    best = np.zeros_like(nodes)
    best_mean = np.zeros(len(moving))
    for per_cost, constant in savings:
        saving = per_cost[:, np.newaxis] * nodes + constant[:, np.newaxis]
        np.maximum(best, saving, out=best)
        np.maximum(best_mean, saving.mean(axis=1), out=best_mean)
    worth[moving] = np.maximum(best.mean(axis=1) - best_mean, 0.0)
    return worth


def _nodes(costs: UncertainCosts) -> FloatArray:
    """Equally likely costs, shape (units, NODES): the middles of as many slices, scaled to keep the mean."""
    from scipy.special import gammaincinv

    middles = (np.arange(NODES) + 0.5) / NODES
    nodes = gammaincinv(costs.shape[:, np.newaxis], middles) * costs.scale[:, np.newaxis]
    average = np.maximum(nodes.mean(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    return np.asarray(nodes / average * costs.mean[:, np.newaxis], dtype=np.float64)


def _preferred_gaps(mean: FloatArray, effort: Effort, nodes: FloatArray, moving: IntArray) -> IntArray:
    """Where the unit would stand at each node by the ratios of the blocks of the order; shape of ``nodes``."""
    starts, ratios = concave_blocks(effort.added, mean)
    points = effort.added[moving][:, np.newaxis]
    wanted = np.divide(nodes, points, out=np.full_like(nodes, np.inf), where=points > 0)
    return np.asarray(starts[np.searchsorted(-ratios, -wanted, side="right")], dtype=np.int64)


def concave_blocks(points: FloatArray, costs: FloatArray) -> tuple[IntArray, FloatArray]:
    """Places at which the blocks of falling ratio cost / points begin (with the end), and their ratios.

    Neighbours are pooled while the later ratio is the greater: the upper hull of the value-over-effort curve.
    """
    stack: list[tuple[int, float, float]] = []
    for place, (effort, cost) in enumerate(zip(points.tolist(), costs.tolist(), strict=True)):
        start = place
        while stack and cost * stack[-1][1] >= stack[-1][2] * effort:
            start, more, worth = stack.pop()
            effort, cost = effort + more, cost + worth  # noqa: PLW2901 (the pooled block)
        stack.append((start, effort, cost))
    starts = np.array([*(start for start, _, _ in stack), len(points)], dtype=np.int64)
    ratios = np.array([cost / effort if effort > 0 else np.inf for _, effort, cost in stack], dtype=np.float64)
    return starts, ratios


def _saving(mean: FloatArray, effort: Effort, moving: IntArray, gaps: IntArray) -> tuple[FloatArray, FloatArray]:
    """What moving each unit into a gap saves, as (factor of its own cost, constant); gaps count the order as it is."""
    points_before = np.concatenate(([0.0], np.cumsum(effort.added)))
    costs_before = np.concatenate(([0.0], np.cumsum(mean)))
    earlier = gaps <= moving
    start, end = np.where(earlier, gaps, moving + 1), np.where(earlier, moving, np.maximum(gaps, moving + 1))
    passed_points = points_before[end] - points_before[start]
    passed_costs = costs_before[end] - costs_before[start]
    per_cost = np.where(earlier, passed_points, -passed_points)
    constant = np.where(earlier, -effort.added[moving], effort.own[moving]) * passed_costs
    return per_cost, constant
