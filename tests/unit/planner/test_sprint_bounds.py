"""The certificate: never below the optimum, whatever plan it is asked for, and what it rules out no plan has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.arrays import FloatArray
from planner.domain.sprints import bounding, programs
from planner.domain.sprints.bounding import certify, tighten
from planner.domain.sprints.deciding import Rooms
from planner.domain.sprints.network import Network
from planner.domain.sprints.planning import (
    SprintInstance,
    improve_plan,
    plan_sprints,
    price_placement,
)
from tests.bench.sprint_backlogs import make_sprint_backlog
from tests.unit.planner.sprint_instances import most_earned, sprint_instance, sprint_instances

ALMOST = 1e-6

A_HAIR = 0.0005
TEMPTING = [near - A_HAIR for near in bounding.LONG_TARGETS]
"""Plans of so much of the optimum ask for the proof that nothing earns a hair less than the optimum."""


@settings(max_examples=200, deadline=None)
@given(sprint_instances(), st.sampled_from([0.5, *TEMPTING, 1.0]), st.booleans())
def test_no_proof_goes_below_the_optimum(instance: SprintInstance, share: float, is_long: bool) -> None:
    """Plans worse than the optimum ask for a proof of what isn't so."""
    network, optimum = Network(instance), most_earned(instance)
    bound = certify(network).bound
    assert optimum - ALMOST <= tighten(network, bound, share * optimum, is_long=is_long) <= bound


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("share", [*TEMPTING, 1.0])
def test_no_proof_goes_below_the_optimum_of_a_backlog(seed: int, share: float) -> None:
    instance = make_sprint_backlog(22, sprints=4, teams=2, seed=seed, share=0.8)
    network, optimum = Network(instance), most_earned(instance)
    bound = certify(network).bound
    assert tighten(network, bound, share * optimum, is_long=True) >= optimum - ALMOST


def done_by_sprint(instance: SprintInstance, placement: tuple[int, ...]) -> FloatArray:
    """1 where a candidate is done by a sprint."""
    finished = np.array(price_placement(instance, placement).finished_in)[Network(instance).candidates]
    is_done = (finished[:, np.newaxis] >= 0) & (finished[:, np.newaxis] <= np.arange(instance.sprints))
    return is_done.astype(np.float64)


@settings(max_examples=150, deadline=None)
@given(sprint_instances(with_fixed=True), st.integers(0, 2**32))
def test_what_follows_from_a_part_of_a_plan_is_true_of_the_plan(instance: SprintInstance, seed: int) -> None:
    done = done_by_sprint(instance, plan_sprints(instance, iterations=20, seed=1).placement)
    random = np.random.default_rng(seed)
    least, most = done * random.integers(0, 2, done.shape), np.maximum(done, random.integers(0, 2, done.shape))
    if len(done):
        assert Rooms(Network(instance)).follow(least, most)
        assert (least <= done).all()
        assert (done <= most).all()


def test_what_does_not_fit_beside_what_must_be_done_is_ruled_out() -> None:
    instance = sprint_instance([5, 5, 3], [0, 1, 2], [10, 10, 10], [[8, 8]])
    least, most = np.array([[1.0, 0], [0, 0], [0, 0]]), np.ones((3, 2))
    assert Rooms(Network(instance)).follow(least, most)
    assert least.tolist() == [[1, 1], [0, 0], [0, 0]]
    assert most.tolist() == [[1, 1], [0, 1], [1, 1]]


def test_a_story_that_two_wait_for_takes_its_room_once() -> None:
    instance = sprint_instance([6, 1, 1], [-1, 0, 1], [10, 10], [[8]], needs=[(0, 1), (0, 2)])
    assert Rooms(Network(instance)).follow(np.ones((2, 1)), np.ones((2, 1)))


def test_what_another_team_needs_must_fit_a_sprint_earlier() -> None:
    """Two hand-overs of 5 points and room for one before each sprint: not both are done by the second."""
    team, needs = [0, 1, 0, 1], [(0, 1), (2, 3)]
    instance = sprint_instance([5, 1, 5, 1], [-1, 0, -1, 1], [10, 10], [[5, 5, 5], [5, 5, 5]], team, needs)
    must = np.array([[0.0, 1, 1], [0, 1, 1]])
    assert not Rooms(Network(instance)).follow(must, np.ones((2, 3)))
    must[1, 1] = 0
    assert Rooms(Network(instance)).follow(must, np.ones((2, 3)))


def test_a_proof_closes_what_the_program_leaves_open() -> None:
    instance = make_sprint_backlog(300, sprints=8, teams=3, seed=12, share=0.4)
    network, plan = Network(instance), plan_sprints(instance)
    assert plan.value / certify(network).bound < 0.85
    assert plan.at_least > 0.93


def test_improving_tightens_the_bound_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounding, "MOST_PROGRAMS", 12)
    instance = make_sprint_backlog(120, sprints=6, teams=2, seed=3, share=0.4)
    plan = plan_sprints(instance, iterations=1_000)
    better = improve_plan(instance, plan, iterations=100, seed=2)
    assert better.bound < plan.bound
    assert better.value >= plan.value


def test_an_improvement_that_is_stopped_keeps_its_bound() -> None:
    instance = make_sprint_backlog(120, sprints=5, teams=2, seed=4, share=0.5)
    plan = plan_sprints(instance, iterations=300)
    assert improve_plan(instance, plan, iterations=2_000, seed=2, on_progress=lambda _: False).bound == plan.bound


def test_programs_answer_alike_warm_and_cold(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(make_sprint_backlog(60, sprints=4, teams=2, seed=1, share=0.5))
    warm = certify(network).bound
    monkeypatch.setattr(programs, "SOLVER", "scipy.optimize.moved")
    assert certify(network).bound == pytest.approx(warm)
    assert tighten(network, warm, 0.9 * warm) <= warm


@pytest.mark.parametrize("kind", [programs.WarmProgram, programs.ColdProgram])
def test_a_program_without_a_solution_says_so(kind: type[programs.WarmProgram | programs.ColdProgram]) -> None:
    from scipy.sparse import csr_array

    program = kind(np.array([1.0]), csr_array(np.array([[1.0]])), np.array([0.5]))
    found = program.solve(np.array([0.0]), np.array([1.0]))
    assert found is not None
    assert (found.values.tolist(), found.prices.tolist()) == ([0.5], [1.0])
    with pytest.raises(programs.Impossible):
        program.solve(np.array([1.0]), np.array([1.0]))
