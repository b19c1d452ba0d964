"""Seeded sprint instances: the backlogs of `backlogs`, with teams, and sprints that hold a share of the work."""

from __future__ import annotations

import numpy as np

from planner.domain.sprints.planning import SprintInstance, linear_earnings, make_sprint_instance
from tests.bench.backlogs import FIBONACCI, make_backlog

ELSEWHERE = 0.3
"""Share of a capability's stories that another team than its own takes."""

UNEVEN = 0.2
"""Capacity differs so much from sprint to sprint: holidays and leave."""


def make_sprint_backlog(
    stories: int, *, sprints: int, teams: int, seed: int, share: float = 0.7, per_story: float = 1.0
) -> SprintInstance:
    """``share``: capacity of all sprints over all points, per team."""
    backlog, random = make_backlog(stories, seed=seed, per_story=per_story), np.random.default_rng(seed + 1_000)
    home = random.integers(0, teams, len(backlog.cost_of_delay) + 1)
    is_elsewhere = (backlog.capability_of_story < 0) | (random.random(stories) < ELSEWHERE)
    team = np.where(is_elsewhere, random.integers(0, teams, stories), home[backlog.capability_of_story])
    load = np.bincount(team, weights=backlog.points, minlength=teams)[:, np.newaxis]
    even = random.uniform(1 - UNEVEN, 1 + UNEVEN, (teams, sprints))
    return make_sprint_instance(
        points=backlog.points,
        team=team,
        capability=backlog.capability_of_story,
        earn=linear_earnings(backlog.cost_of_delay, sprints),
        capacity=np.maximum(FIBONACCI.max(), np.round(load * share / sprints * even)),
        dependencies=zip(backlog.prerequisite.tolist(), backlog.dependent.tolist(), strict=True),
    )
