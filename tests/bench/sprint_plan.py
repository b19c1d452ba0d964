"""The sprint planner: how near it comes to the best plan known, how near its certificate, and what it costs.

One line per size and share of the work that the sprints hold, over seeded instances. Best known is the most that
any search has found, kept in `sprint_best_known.json`: `plan_sprints` with more steps and other seeds. A search
that finds more belongs there: it lowers the ratio here, as it should.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from planner.domain.sprints.planning import SprintInstance, SprintPlan, fill_time, plan_sprints, price_placement
from tests.bench.measuring import measure
from tests.bench.sprint_backlogs import make_sprint_backlog

SHAPES = {300: (8, 3), 1_000: (12, 6)}
"""Sprints and teams for so many stories; other sizes take the first."""

UNKNOWN = {"0.7": [0.0] * 5}
"""Share and instances of sizes where no best is known: only the certificate and the time are told of them."""

PERCENT = 100


@dataclass(frozen=True)
class Outcome:
    """Percentages of the best known, of the bound and of the plan, and CPU seconds of one plan."""

    of_best: float
    certified: float
    by_time_of_plan: float
    cpu_s: float


def measure_sprint_plan(stories: int) -> Iterator[str]:
    """A JSON line per share of the work that fits."""
    known = json.loads(Path(__file__).with_name("sprint_best_known.json").read_text())
    for share, best in known.get(str(stories), UNKNOWN).items():
        yield _measure_share(stories, float(share), best)


def _measure_share(stories: int, share: float, best: list[float]) -> str:
    sprints, teams = SHAPES.get(stories, SHAPES[300])
    instances = [
        make_sprint_backlog(stories, sprints=sprints, teams=teams, seed=seed, share=share) for seed in range(len(best))
    ]
    outcomes = [_try(instance, most) for instance, most in zip(instances, best, strict=True)]
    return measure(
        "sprint_plan",
        n=stories,
        operation=_plan_one(instances),
        repeat=3,
        warm_up=0,
        sprints=sprints,
        teams=teams,
        share=share,
        instances=len(instances),
        is_best_known=bool(best[0]),
        of_best_known_percent=_spread([one.of_best for one in outcomes]),
        certified_percent=_spread([one.certified for one in outcomes]),
        fill_time_of_plan_percent=_spread([one.by_time_of_plan for one in outcomes]),
        plan_cpu_s=_spread([one.cpu_s for one in outcomes]),
    )


def _plan_one(instances: list[SprintInstance]) -> Callable[[int], SprintPlan]:
    return lambda number: plan_sprints(instances[number % len(instances)])


def _try(instance: SprintInstance, best: float) -> Outcome:
    """Plan as the page does."""
    started = time.process_time()
    plan = plan_sprints(instance)
    cpu_s = time.process_time() - started
    by_time = price_placement(instance, fill_time(instance)).value
    return Outcome(
        of_best=PERCENT * plan.value / max(best, plan.value),
        certified=PERCENT * plan.at_least,
        by_time_of_plan=PERCENT * by_time / plan.value,
        cpu_s=cpu_s,
    )


def _spread(figures: list[float]) -> dict[str, float]:
    found = {"min": min(figures), "median": statistics.median(figures), "max": max(figures)}
    return {name: round(figure, 2) for name, figure in found.items()}
