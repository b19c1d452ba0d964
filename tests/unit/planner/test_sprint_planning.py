"""Sprint plans: never above the optimum, always feasible, certified, the same again, and they hold what is held."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.dependencies import DependencyCycleError
from planner.domain.sprints.bounding import certify, tighten
from planner.domain.sprints.network import Network
from planner.domain.sprints.planning import (
    InvalidSprintInstance,
    Progress,
    SprintInstance,
    fill_time,
    improve_plan,
    linear_earnings,
    make_sprint_instance,
    plan_sprints,
    price_placement,
    resume_plan,
)
from tests.bench.sprint_backlogs import make_sprint_backlog
from tests.unit.planner.sprint_instances import most_earned, sprint_instance, sprint_instances

nan = np.nan
ALMOST = 1e-6


@settings(max_examples=150, deadline=None)
@given(sprint_instances())
def test_a_plan_is_feasible_and_between_what_is_earned_and_the_optimum_and_the_bound(instance: SprintInstance) -> None:
    plan = plan_sprints(instance, iterations=300, seed=1)
    price, optimum = price_placement(instance, plan.placement), most_earned(instance)
    assert price.violations == ()
    assert plan.value == price.value
    assert plan.value <= optimum + ALMOST
    assert plan.bound >= optimum - ALMOST


@settings(max_examples=60, deadline=None)
@given(sprint_instances())
def test_branching_lowers_the_bound_but_never_below_the_optimum(instance: SprintInstance) -> None:
    network = Network(instance)
    bound = certify(network).bound
    assert most_earned(instance) - ALMOST <= tighten(network, bound, 0.0) <= bound


def test_branching_closes_much_of_a_gap() -> None:
    """Three of 5 points and sprints of 8: the program cuts the second to have it half done by the first sprint."""
    instance = sprint_instance([5, 5, 5], [0, 1, 2], [10, 10, 10], [[8, 8]])
    assert certify(Network(instance)).bound == pytest.approx(46)
    assert plan_sprints(instance).bound == pytest.approx(40)


def test_small_plans_are_almost_always_the_optimum() -> None:
    instances = [make_sprint_backlog(16, sprints=4, teams=2, seed=seed, share=1.3) for seed in range(12)]
    shares = [plan_sprints(one, iterations=500, seed=1).value / most_earned(one) for one in instances]
    assert np.mean(shares) >= 0.99


@settings(max_examples=100, deadline=None)
@given(sprint_instances(with_fixed=True))
def test_what_is_held_stays_and_breaks_only_rules_it_broke_itself(instance: SprintInstance) -> None:
    plan = plan_sprints(instance, iterations=100, seed=1)
    held = np.flatnonzero(instance.fixed >= 0)
    assert [plan.placement[story] for story in held] == instance.fixed[held].tolist()
    alone = price_placement(instance, instance.fixed.tolist()).violations
    news = [one for one in price_placement(instance, plan.placement).violations if one not in alone]
    assert all(getattr(one, "dependent", None) in held for one in news)
    assert plan.value <= plan.bound + ALMOST


@settings(max_examples=100, deadline=None)
@given(sprint_instances(with_fixed=True))
def test_frozen_sprints_and_skipped_stories_are_left_alone(instance: SprintInstance) -> None:
    plan = plan_sprints(instance, iterations=100, seed=1)
    free = [sprint for story, sprint in enumerate(plan.placement) if instance.fixed[story] < 0 and sprint >= 0]
    assert all(sprint >= instance.frozen_sprints for sprint in free)
    out = np.flatnonzero(instance.is_skipped & (instance.fixed < 0)).tolist()
    assert all(plan.placement[story] == -1 for story in out)


@settings(max_examples=50, deadline=None)
@given(sprint_instances(), st.integers(0, 5))
def test_improving_is_never_worse_and_stays_feasible(instance: SprintInstance, seed: int) -> None:
    plan = plan_sprints(instance, iterations=5, seed=1)
    better = improve_plan(instance, plan, iterations=50, seed=seed)
    assert better.value >= plan.value
    assert price_placement(instance, better.placement).violations == ()


@settings(max_examples=50, deadline=None)
@given(sprint_instances())
def test_filling_by_time_is_feasible_and_earns_no_more_than_the_bound(instance: SprintInstance) -> None:
    price = price_placement(instance, fill_time(instance))
    assert price.violations == ()
    assert price.value <= plan_sprints(instance, iterations=20, seed=1).bound + ALMOST


def test_the_same_question_has_the_same_answer() -> None:
    instance = make_sprint_backlog(80, sprints=5, teams=3, seed=3)
    assert plan_sprints(instance, iterations=800, seed=4) == plan_sprints(instance, iterations=800, seed=4)


def test_a_finished_capability_beats_two_begun_ones() -> None:
    instance = sprint_instance([5, 5, 5, 5], [0, 0, 1, 1], [10, 9], [[10, 10]])
    plan = plan_sprints(instance, iterations=50)
    assert plan.finished_in == (0, 1)
    assert plan.value == 10 * 2 + 9 * 1
    assert plan.value_by_sprint == (20.0, 9.0)
    assert plan.at_least == pytest.approx(1.0)


def test_another_team_hands_over_in_an_earlier_sprint_and_the_same_team_need_not() -> None:
    other = sprint_instance([1, 1], [-1, 0], [10], [[5, 5], [5, 5]], [0, 1], [(0, 1)])
    same = sprint_instance([1, 1], [-1, 0], [10], [[5, 5], [5, 5]], [1, 1], [(0, 1)])
    assert plan_sprints(other, iterations=10).placement == (0, 1)
    assert plan_sprints(same, iterations=10).placement == (0, 0)


def test_room_that_is_needed_early_is_left_by_placing_late() -> None:
    """Capability 0 waits for another team anyway; its own long story must not take the first sprint from 1."""
    instance = sprint_instance([3, 3, 3], [0, 0, 1], [9, 5], [[3, 3], [0, 3]], [0, 1, 0])
    plan = plan_sprints(instance, iterations=100)
    assert plan.placement == (1, 1, 0)
    assert plan.value == 9 * 1 + 5 * 2


def test_points_that_nobody_estimated_count_the_assumed_size() -> None:
    unknown = sprint_instance([nan], [0], [1], [[3, 5]], assumed_points=4)
    assert plan_sprints(unknown, iterations=1).placement == (1,)


def test_done_stories_take_nothing_and_unvalued_ones_what_is_left() -> None:
    instance = sprint_instance(
        [9, 3, 3, 3, 1], [0, 0, 1, 1, -1], [nan, 5], [[3, 4]], is_done=[True, False, True, False, False]
    )
    plan = plan_sprints(instance, iterations=10)
    assert plan.placement == (-1, 1, -1, 0, 1)
    assert plan.finished_in == (1, 0)
    assert plan.value == 10


def test_a_capability_done_before_the_plan_adds_nothing_to_it() -> None:
    plan = plan_sprints(sprint_instance([1], [0], [5], [[3]], is_done=[True]), iterations=10)
    assert (plan.value, plan.bound, plan.finished_in, plan.at_least) == (0.0, 0.0, (-2,), 1.0)


def test_earnings_need_not_be_linear() -> None:
    earn = np.array([[100.0, 100, 0], [60, 50, 40]])
    instance = make_sprint_instance(points=[3, 3], team=[0, 0], capability=[0, 1], earn=earn, capacity=[[3, 3, 3]])
    assert plan_sprints(instance, iterations=20).finished_in == (1, 0)


def test_more_held_than_fits_takes_room_from_nobody_else() -> None:
    instance = sprint_instance([8, 3], [0, 1], [9, 1], [[5, 5]], fixed={0: 0})
    plan = plan_sprints(instance, iterations=20)
    assert plan.placement == (0, 1)
    assert plan.value == 9 * 2 + 1


def test_what_a_held_story_needs_comes_before_it_whatever_it_earns() -> None:
    instance = sprint_instance([3, 1, 3], [-1, 0, 1], [1, 99], [[3, 3]], needs=[(0, 1)], fixed={1: 0}, frozen_sprints=0)
    assert plan_sprints(instance, iterations=20).placement[0] == -1  # 1 point is held, 3 no longer fit beside it
    roomy = sprint_instance([2, 1, 3], [-1, 0, 1], [1, 99], [[3, 3]], needs=[(0, 1)], fixed={1: 0})
    assert plan_sprints(roomy, iterations=20).placement == (0, 0, 1)


def test_progress_is_reported_and_may_end_the_search() -> None:
    instance = make_sprint_backlog(120, sprints=5, teams=2, seed=1)
    plan = plan_sprints(instance, iterations=0)
    seen: list[Progress] = []

    def stop(progress: Progress) -> bool:
        seen.append(progress)
        return len(seen) < 2

    better = improve_plan(instance, plan, iterations=100_000, seed=2, on_progress=stop)
    assert [one.iterations_done for one in seen] == [500, 1_000]
    assert better.value > plan.value


def test_a_stored_placement_is_taken_up_and_improved() -> None:
    instance = make_sprint_backlog(60, sprints=4, teams=2, seed=1, share=0.4)
    stored = fill_time(instance)
    plan = resume_plan(instance, stored)
    assert plan.placement == stored
    assert improve_plan(instance, plan, iterations=500, seed=1).value > plan.value


def test_an_empty_backlog_has_an_empty_plan() -> None:
    plan = plan_sprints(sprint_instance([], [], [], [[5, 5]]))
    assert (plan.placement, plan.value, plan.bound) == ((), 0.0, 0.0)


def test_a_circle_is_refused_by_name() -> None:
    with pytest.raises(DependencyCycleError) as refused:
        sprint_instance([1, 1], [0, 0], [1], [[5]], needs=[(0, 1), (1, 0)])
    assert sorted(refused.value.cycle) == [0, 1]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"team": [1]}, "team without capacity"),
        ({"points": [-1.0]}, "from 0 to"),
        ({"capacity": [[nan]]}, "from 0 to"),
        ({"fixed": {0: 1}}, "held in a sprint"),
        ({"frozen_sprints": 2}, "frozen"),
        ({"team": [0, 0]}, "same stories"),
        ({"earn": np.array([[-1.0]])}, "Earnings"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, object], says: str) -> None:
    content = {
        "points": [1.0],
        "team": [0],
        "capability": [0],
        "earn": linear_earnings(np.array([1.0]), 1),
        "capacity": [[5.0]],
    }
    with pytest.raises(InvalidSprintInstance, match=says):
        make_sprint_instance(**{**content, **changes})  # type: ignore[arg-type]
