"""The money-optimal order: the worked examples, every small instance by brute force, and laws on large ones."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain import sequencing
from planner.domain.dependencies import DependencyCycleError
from planner.domain.ordering import improving
from planner.domain.scoring import Backlog, cost_of_order
from planner.domain.sequencing import lower_bound, plan_order, plan_stories
from tests.bench.backlogs import make_backlog
from tests.bench.naive_orders import order_by_marginal_cd3
from tests.unit.planner.instances import (
    FIRST_EXAMPLE,
    SECOND_EXAMPLE,
    Pairs,
    backlog,
    instances,
    jobs,
    least_cost,
    many_jobs,
    nan,
)


def test_the_first_worked_example_takes_the_enabler_first() -> None:
    plan = plan_order(FIRST_EXAMPLE)
    assert plan.order.tolist() == [0, 1, 2]
    assert plan.total == plan.lower_bound == 56
    assert plan.completed_at.tolist() == [1, 2, 3]
    assert plan.block_of.tolist() == [0, 0, 1]


def test_the_second_worked_example_interleaves_the_chains() -> None:
    plan = plan_order(SECOND_EXAMPLE)
    assert plan.order.tolist() == [0, 1, 4, 5, 2, 6, 3]
    assert plan.total == plan.lower_bound == 1967


@pytest.mark.parametrize("few", [0, 10], ids=["cut to blocks", "small parts tried"])
@given(listed=instances())
def test_no_order_of_a_small_instance_costs_less(few: int, listed: Backlog) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sequencing, "FEW_UNITS", few)
        plan = plan_order(listed)
    assert plan.total == pytest.approx(least_cost(listed, plan.order.tolist()))
    assert plan.lower_bound == pytest.approx(plan.total)


@given(
    st.lists(st.sampled_from([0.0, 1, 2, 6, 20]), min_size=8, max_size=8),
    st.lists(st.sampled_from([0.0, 1, 2, 3, 8]), min_size=8, max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12),
)
@settings(max_examples=30, deadline=None)
def test_no_order_of_eight_jobs_costs_less(weights: list[float], points: list[float], pairs: Pairs) -> None:
    listed = jobs(weights, points, [(one, other) for one, other in pairs if one < other])
    assert plan_order(listed).total == pytest.approx(least_cost(listed, list(range(8))))


@given(instances(), st.sets(st.integers(0, 7)))
def test_frozen_stories_come_first_and_the_rest_is_still_the_best(listed: Backlog, stories: set[int]) -> None:
    frozen = np.isin(np.arange(len(listed.points)), list(stories))
    plan = plan_order(listed, frozen=frozen)
    assert plan.total == pytest.approx(least_cost(listed, plan.order.tolist(), frozen=frozen))
    assert plan.lower_bound == pytest.approx(plan.total)


@given(instances(most_units=6))
def test_an_order_has_each_valued_unfinished_unit_once(listed: Backlog) -> None:
    has_work = {unit for unit in listed.capability_of_story.tolist() if unit >= 0}
    assert sorted(plan_order(listed).order.tolist()) == sorted(has_work)


@given(instances(), st.sampled_from([0.5, 4.0, 1024.0]))
def test_another_currency_changes_no_order(listed: Backlog, rate: float) -> None:
    dearer = Backlog(**{**vars_of(listed), "cost_of_delay": listed.cost_of_delay * rate})
    assert plan_order(dearer).order.tolist() == plan_order(listed).order.tolist()


def vars_of(listed: Backlog) -> dict[str, np.ndarray]:
    return {name: getattr(listed, name) for name in Backlog.__dataclass_fields__}


@given(st.permutations(range(6)))
def test_ties_keep_the_present_order(present: list[int]) -> None:
    assert plan_order(jobs([2] * 6, [1] * 6, []), present=np.array(present)).order.tolist() == present


@given(st.permutations(range(16)))
@settings(max_examples=10)
def test_ties_keep_the_present_order_in_a_large_block(present: list[int]) -> None:
    shared = backlog([1.0] * 16 + [5.0], [*range(16), -1], [2.0] * 16, [(16, story) for story in range(16)])
    assert plan_order(shared, present=np.array(present)).order.tolist() == present


@pytest.mark.parametrize(("stories", "per_story"), [(400, 0.5), (400, 1.0), (2_000, 1.5), (1_500, 3.0)])
def test_a_large_order_lies_between_the_bound_and_the_greedy_one(stories: int, per_story: float) -> None:
    listed = make_backlog(stories, per_story=per_story, enablers=0.2)
    plan = plan_order(listed)
    assert sorted(plan.order.tolist()) == list(range(len(listed.cost_of_delay)))
    assert plan.total == pytest.approx(cost_of_order(listed, plan.order))
    assert plan.lower_bound <= plan.total
    assert plan.total <= cost_of_order(listed, marginal_greedy(listed)) * (1 + 1e-12)
    assert plan.gap <= (0.001 if per_story <= 1 else 0.05)


def marginal_greedy(listed: Backlog) -> list[int]:
    order: list[int] = order_by_marginal_cd3(listed).tolist()
    return order


def test_moving_single_units_makes_the_greedy_order_of_a_block_better(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = many_jobs(60, seed=3, share_of_needs=0.3)
    improved = plan_order(listed)
    monkeypatch.setattr(improving, "LARGEST_MATRIX", 0)
    greedy = plan_order(listed)
    assert np.bincount(greedy.block_of).max() > 13
    assert improved.lower_bound == greedy.lower_bound <= improved.total < greedy.total


def test_the_bound_of_a_large_block_holds_where_its_optimum_is_known() -> None:
    listed = many_jobs(8, seed=5, share_of_needs=0.2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("planner.domain.ordering.blocks.MOST_TRIED", 1)
        patch.setattr(sequencing, "FEW_UNITS", 1)
        plan = plan_order(listed)
    best = least_cost(listed, list(range(8)))
    assert plan.lower_bound <= best <= plan.total


def test_blocks_come_by_falling_value_per_point() -> None:
    listed = make_backlog(600)
    plan = plan_order(listed)
    added = np.diff(plan.completed_at, prepend=0.0)
    value = np.bincount(plan.block_of, weights=listed.cost_of_delay[plan.order])
    ratio = value / np.bincount(plan.block_of, weights=added)
    assert all(one >= other * (1 - 1e-9) for one, other in pairwise(ratio))


def test_what_takes_no_points_comes_first_and_what_earns_nothing_last() -> None:
    assert plan_order(jobs([0, 5, 1, 9], [1, 1, 0, 3], [])).order.tolist() == [2, 1, 3, 0]


def test_an_enabler_that_earns_nothing_comes_with_what_it_enables() -> None:
    assert plan_order(jobs([5, 0, 3], [2, 1, 4], [(1, 2)])).order.tolist() == [0, 1, 2]


def test_unvalued_and_finished_units_are_kept_out() -> None:
    listed = backlog([1, 1, 1, 1], [0, 1, 2, 3], [nan, 4, 5, 6], done=(2,), optional=(3,))
    assert plan_order(listed).order.tolist() == [1]


def test_nothing_to_order_is_an_order() -> None:
    plan = plan_order(backlog([], [], []))
    assert plan.order.tolist() == []
    assert (plan.total, plan.lower_bound, plan.gap) == (0, 0, 0)


def test_a_circle_of_dependencies_is_named() -> None:
    with pytest.raises(DependencyCycleError) as caught:
        plan_order(jobs([1, 1, 1, 1], [1, 1, 1, 1], [(0, 1), (1, 2), (2, 1)]))
    assert sorted(caught.value.cycle) == [1, 2]


@pytest.mark.parametrize("bad", [-1.0, np.inf])
def test_a_cost_of_delay_that_is_no_amount_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="cost of delay"):
        plan_order(jobs([1, bad], [1, 1], []))


def test_the_largest_values_and_points_overflow_nothing() -> None:
    count = 2_000
    needs = [(story, story + 1) for story in range(0, count - 1, 3)]
    weights = (10.0**12 * (1 + np.arange(count) % 97 / 97)).tolist()
    plan = plan_order(jobs(weights, [10_000.0 - story % 89 for story in range(count)], needs))
    assert plan.lower_bound <= plan.total == pytest.approx(plan.lower_bound, rel=1e-9)
    assert np.isfinite(plan.total)


def test_a_long_chain_is_no_trouble() -> None:
    count = 3_000
    chain = jobs([1.0] * count, [1.0] * count, [(story, story + 1) for story in range(count - 1)])
    assert plan_order(chain).order.tolist() == list(range(count))


@given(instances())
def test_stories_of_a_plan_are_all_there_and_after_what_they_need(listed: Backlog) -> None:
    stories = plan_stories(listed, plan_order(listed)).tolist()
    assert sorted(stories) == list(range(len(listed.points)))
    for one, other in zip(listed.prerequisite.tolist(), listed.dependent.tolist(), strict=True):
        assert stories.index(one) < stories.index(other)


def test_the_bound_stands_alone_too() -> None:
    assert lower_bound(SECOND_EXAMPLE) == 1967
