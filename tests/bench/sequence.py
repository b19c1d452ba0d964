"""The money-optimal order at several shapes of backlog, and what the orders people make cost beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from planner.domain.scoring import Backlog, completion_of_order
from planner.domain.sequencing import Plan, completion_of_story_order, plan_order
from tests.bench.backlogs import make_backlog
from tests.bench.measuring import measure
from tests.bench.naive_orders import (
    order_by_marginal_cd3,
    order_by_static_cd3,
    order_by_value,
    stories_pulled,
    stories_sorted,
)

SHAPES: list[dict[str, float | bool]] = [
    {"per_story": 0.5},
    {"per_story": 1.0},
    {"per_story": 1.5},
    {"per_story": 3.0},
    {"per_story": 1.0, "enablers": 0.2},
    {"per_story": 1.0, "is_uniform": True},
]
COMPARED = {"per_story": 1.0}
EFFORTS = (0.25, 0.5, 0.75)


def measure_sequence(stories: int) -> Iterator[str]:
    """One JSON line per shape; the orders people make at one dependency a story."""
    for shape in SHAPES:
        backlog = _make(stories, shape)
        plan = plan_order(backlog)
        more = {"orders": compare_orders(backlog, plan)} if shape == COMPARED else {}
        yield measure(
            "sequence",
            n=stories,
            operation=_replan(backlog),
            repeat=3,
            warm_up=0,
            **shape,
            dependencies=len(backlog.dependent),
            gap_percent=round(plan.gap * 100, 5),
            largest_block=int(np.bincount(plan.block_of).max()),
            **more,
        )


def _replan(backlog: Backlog) -> Callable[[int], Plan]:
    """Order a backlog of which nothing is remembered from the time before."""
    return lambda _: plan_order(replace(backlog))


def _make(stories: int, shape: dict[str, float | bool]) -> Backlog:
    return make_backlog(
        stories,
        per_story=shape["per_story"],
        enablers=shape.get("enablers", 0.07),
        is_uniform=bool(shape.get("is_uniform", False)),
    )


def compare_orders(backlog: Backlog, plan: Plan) -> dict[str, dict[str, float | list[float]]]:
    """Per order: its total cost of delay beside the plan's, and the share of value live along the effort."""
    by_unit = {
        "money_optimal": plan.order,
        "marginal_greedy": order_by_marginal_cd3(backlog),
        "static_cd3": order_by_static_cd3(backlog),
        "value_only": order_by_value(backlog),
    }
    by_story = {"story_wsjf_pulled": stories_pulled(backlog), "story_wsjf_next_ready": stories_sorted(backlog)}
    completed = {name: _completed(backlog, order) for name, order in by_unit.items()}
    completed |= {name: completion_of_story_order(backlog, order) for name, order in by_story.items()}
    effort = float(plan.completed_at[-1])
    return {name: _report(backlog, at, plan.total, effort) for name, at in completed.items()}


def _completed(backlog: Backlog, order: IntArray) -> FloatArray:
    completed = np.zeros(len(backlog.cost_of_delay))
    completed[order] = completion_of_order(backlog, order)
    return completed


def _report(backlog: Backlog, completed: FloatArray, best: float, effort: float) -> dict[str, float | list[float]]:
    value = backlog.cost_of_delay
    live = [round(float(value[completed <= share * effort].sum() / value.sum()), 3) for share in EFFORTS]
    return {"cost_ratio": round(float((value * completed).sum()) / best, 3), "live": live}
