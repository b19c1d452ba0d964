"""How far off at most a sprint plan is said to be, over shares of the work that the sprints hold.

One line per share: percentages over 20 seeded instances by the linear program alone and with the proof, of the plan
that is shown at once. CPU is of the whole plan.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator

import numpy as np

from planner.domain.sprints.bounding import certify
from planner.domain.sprints.network import Network
from planner.domain.sprints.planning import plan_sprints
from tests.bench.sprint_backlogs import make_sprint_backlog
from tests.bench.sprint_plan import PERCENT, SHAPES

SHARES = (0.4, 0.5, 0.6, 0.7, 0.9, 1.2)
INSTANCES = 20
WITHIN = 6.0
"""Percent that people are promised."""


def measure_sprint_certificate(stories: int) -> Iterator[str]:
    """A JSON line per share."""
    for share in SHARES:
        tried = [_try(stories, share, seed) for seed in range(INSTANCES)]
        by_program, proved, cpu_s = zip(*tried, strict=True)
        yield json.dumps(
            {
                "name": "sprint_certificate",
                "n": stories,
                "share": share,
                "instances": INSTANCES,
                "gap_by_program_percent": _spread(by_program),
                "gap_percent": _spread(proved),
                "within_6_percent": sum(gap <= WITHIN for gap in proved),
                "plan_cpu_s": _spread(cpu_s),
            }
        )


def _try(stories: int, share: float, seed: int) -> tuple[float, float, float]:
    """Gaps by the program alone and as certified, percent, and CPU seconds."""
    sprints, teams = SHAPES.get(stories, SHAPES[300])
    instance = make_sprint_backlog(stories, sprints=sprints, teams=teams, seed=seed, share=share)
    started = time.process_time()
    plan = plan_sprints(instance)
    cpu_s = time.process_time() - started
    by_program = 1 - plan.value / certify(Network(instance)).bound
    return PERCENT * by_program, PERCENT * (1 - plan.at_least), cpu_s


def _spread(figures: tuple[float, ...]) -> dict[str, float]:
    found = {
        "min": min(figures),
        "median": statistics.median(figures),
        "p90": float(np.quantile(figures, 0.9)),
        "max": max(figures),
    }
    return {name: round(figure, 2) for name, figure in found.items()}
