"""The orders that people make without a decomposition, to compare with: capabilities sorted, or stories sorted."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from planner.domain.scoring import Backlog, stories_in_order


def order_by_static_cd3(backlog: Backlog) -> IntArray:
    """Capabilities by value per point of their own stories, whatever they need."""
    own = np.array([backlog.counted_points[stories].sum() for stories in backlog.own_stories])
    return np.argsort(-backlog.cost_of_delay / np.maximum(own, 1e-9), kind="stable")


def order_by_value(backlog: Backlog) -> IntArray:
    """Capabilities by value alone."""
    return np.argsort(-backlog.cost_of_delay, kind="stable")


def order_by_marginal_cd3(backlog: Backlog) -> IntArray:
    """Always the capability with the most value per point that is left to do for it, prerequisites and all."""
    closures = [np.array(stories_in_order(backlog, [unit])[0], dtype=np.int64) for unit in _units(backlog)]
    needing: list[list[int]] = [[] for _ in backlog.points]
    for unit, closure in enumerate(closures):
        for story in closure.tolist():
            needing[story].append(unit)
    left = np.array([backlog.counted_points[closure].sum() for closure in closures])
    is_left, is_undone = np.ones(len(closures), dtype=np.bool_), np.ones(len(backlog.points), dtype=np.bool_)
    order = []
    while is_left.any():
        ratio = np.where(is_left, backlog.cost_of_delay / np.maximum(left, 1e-9), -1.0)
        unit = int(np.argmax(ratio))
        order.append(unit)
        is_left[unit] = False
        for story in closures[unit][is_undone[closures[unit]]].tolist():
            is_undone[story] = False
            left[needing[story]] -= backlog.counted_points[story]
    return np.array(order, dtype=np.int64)


def _units(backlog: Backlog) -> range:
    return range(len(backlog.cost_of_delay))


def story_wsjf(backlog: Backlog) -> FloatArray:
    """What a field of a tracker holds: an equal share of the capability's value, per point of the story."""
    value = np.append(backlog.cost_of_delay, 0.0)[backlog.capability_of_story]
    number = np.bincount(backlog.capability_of_story + 1)[backlog.capability_of_story + 1]
    return value / number / np.maximum(backlog.counted_points, 1e-9)


def stories_sorted(backlog: Backlog) -> IntArray:
    """Stories by that field, as they stand: what is not ready waits."""
    return np.argsort(-story_wsjf(backlog), kind="stable")


def stories_pulled(backlog: Backlog) -> IntArray:
    """Stories by that field, each with its prerequisites pulled in before it."""
    is_done = np.zeros(len(backlog.points), dtype=np.bool_)
    order: list[int] = []
    for first in stories_sorted(backlog).tolist():
        stack = [(first, False)]
        while stack:
            story, is_ready = stack.pop()
            if is_done[story]:
                continue
            if is_ready:
                is_done[story] = True
                order.append(story)
                continue
            stack.append((story, True))
            stack.extend((earlier, False) for earlier in backlog.open_prerequisites[story])
    return np.array(order, dtype=np.int64)
