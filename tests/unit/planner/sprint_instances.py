"""Sprint instances for tests: drawn by hypothesis, and solved exactly as an integer program written from the rules."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from planner.domain.arrays import FloatArray
from planner.domain.sprints.planning import SprintInstance, linear_earnings, make_sprint_instance

Pairs = list[tuple[int, int]]


def sprint_instance(
    points: list[float],
    capability: list[int],
    cost_of_delay: list[float],
    capacity: list[list[float]],
    team: list[int] | None = None,
    needs: Pairs = [],  # noqa: B006
    **more: Any,
) -> SprintInstance:
    """``needs``: pairs (prerequisite, dependent); everything is team 0's unless said."""
    return make_sprint_instance(
        points=points,
        team=team or [0] * len(points),
        capability=capability,
        earn=linear_earnings(np.array(cost_of_delay, dtype=float), len(capacity[0])),
        capacity=capacity,
        dependencies=needs,
        **more,
    )


@st.composite
def sprint_instances(draw: st.DrawFn, *, with_fixed: bool = False) -> SprintInstance:
    """Up to 7 stories, 4 capabilities, 2 teams, 4 sprints; sprints without capacity and free stories come up too."""
    stories, units = draw(st.integers(1, 7)), draw(st.integers(1, 4))
    teams, sprints = draw(st.integers(1, 2)), draw(st.integers(1, 4))
    earlier = [(one, other) for other in range(stories) for one in range(other)]
    sprint = st.integers(0, sprints - 1)
    return sprint_instance(
        draw(st.lists(st.sampled_from([0.0, 1, 2, 3, 5]), min_size=stories, max_size=stories)),
        draw(st.lists(st.integers(-1, units - 1), min_size=stories, max_size=stories)),
        draw(st.lists(st.sampled_from([0.0, 1, 2, 6, 9, 20]), min_size=units, max_size=units)),
        draw(
            st.lists(
                st.lists(st.sampled_from([0.0, 2, 3, 5, 8]), min_size=sprints, max_size=sprints),
                min_size=teams,
                max_size=teams,
            )
        ),
        draw(st.lists(st.integers(0, teams - 1), min_size=stories, max_size=stories)),
        draw(st.lists(st.sampled_from(earlier), max_size=6)) if earlier else [],
        fixed=draw(st.dictionaries(st.integers(0, stories - 1), sprint, max_size=2)) if with_fixed else {},
        frozen_sprints=draw(st.integers(0, 1)) if with_fixed else 0,
        skipped=draw(st.lists(st.integers(0, stories - 1), max_size=1)) if with_fixed else [],
    )


class _Program:
    """Rows over (stories then capabilities) x sprints: sums of weights that may not be more than a limit."""

    def __init__(self, lines: int, sprints: int) -> None:
        self.shape = (lines, sprints)
        self.rows: list[FloatArray] = []
        self.limits: list[float] = []

    def limit(self, weights: dict[tuple[int, int], float], most: float) -> None:
        row = np.zeros(self.shape)
        for place, weight in weights.items():
            row[place] = weight
        self.rows.append(row.ravel())
        self.limits.append(most)

    def most(self, gain: FloatArray) -> float:
        constraints = LinearConstraint(np.array(self.rows), -np.inf, np.array(self.limits))
        whole = np.ones(gain.size, dtype=np.int64)
        answer = milp(-gain.ravel(), constraints=constraints, bounds=Bounds(0, 1), integrality=whole)
        assert answer.fun is not None
        return -float(answer.fun)


def most_earned(instance: SprintInstance) -> float:
    """The optimum by HiGHS. [i, s]: story i is in sprint s; [stories + c, s]: capability c is finished by sprint s.

    Only for instances without fixed placements.
    """
    stories, sprints = len(instance.points), instance.sprints
    program = _Program(stories + len(instance.earn), sprints)
    for story in range(stories):
        program.limit({(story, sprint): 1 for sprint in range(sprints)}, 1)
    _limit_capacity(program, instance)
    for before, after in instance.open_pairs:
        lag = int(instance.team[before] != instance.team[after])
        for sprint in range(sprints):
            _limit_by(program, [(after, late) for late in range(sprint + 1)], before, sprint - lag)
    _limit_finishes(program, instance)
    gain = np.zeros(program.shape)
    gain[stories:] = instance.earn
    gain[stories:, :-1] -= instance.earn[:, 1:]
    return program.most(gain)


def _limit_capacity(program: _Program, instance: SprintInstance) -> None:
    for team in range(len(instance.capacity)):
        own = np.flatnonzero(instance.team == team).tolist()
        for sprint in range(instance.sprints):
            weights = {(story, sprint): float(instance.points[story]) for story in own}
            program.limit(weights, float(instance.capacity[team, sprint]))


def _limit_finishes(program: _Program, instance: SprintInstance) -> None:
    for unit in range(len(instance.earn)):
        line = len(instance.points) + unit
        own = np.flatnonzero(instance.is_required & (instance.capability == unit)).tolist()
        for sprint in range(instance.sprints):
            program.limit({(line, sprint): 1}, 1 if own else 0)
            for story in own:
                _limit_by(program, [(line, sprint)], story, sprint)


def _limit_by(program: _Program, places: list[tuple[int, int]], story: int, sprint: int) -> None:
    """The places add up to no more than: the story is done by the sprint."""
    done = {(story, early): -1.0 for early in range(sprint + 1)}
    program.limit(dict.fromkeys(places, 1.0) | done, 0)
