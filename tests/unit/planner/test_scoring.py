"""Closures, CD3 and the total cost of delay, against the worked examples and brute force."""

from itertools import permutations
from math import fsum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.ordering.closures import score_capabilities
from planner.domain.scoring import Backlog, completion_of_order, cost_of_order, stories_in_order
from tests.unit.planner.instances import (
    FIRST_EXAMPLE,
    SECOND_EXAMPLE,
    backlog,
    closure_by_definition,
    cost_by_definition,
    instances,
    jobs,
    nan,
)


@pytest.mark.parametrize(("order", "expected"), [([0, 1, 2], 56), ([2, 0, 1], 67)])
def test_the_first_worked_example_holds(order: list[int], expected: int) -> None:
    assert cost_of_order(FIRST_EXAMPLE, order) == expected


@pytest.mark.parametrize(("order", "expected"), [([0, 1, 4, 5, 2, 6, 3], 1967), ([0, 1, 2, 4, 5, 6, 3], 1973)])
def test_the_second_worked_example_holds_for_optimum_and_greedy(order: list[int], expected: int) -> None:
    assert cost_of_order(SECOND_EXAMPLE, order) == expected


def test_no_order_of_the_worked_examples_beats_the_optimum() -> None:
    assert min(cost_of_order(FIRST_EXAMPLE, order) for order in permutations(range(3))) == 56
    assert min(cost_of_order(SECOND_EXAMPLE, order) for order in permutations(range(7))) == 1967


def test_a_closure_holds_prerequisites_of_prerequisites_once() -> None:
    shared = backlog([1, 2, 4, 8], [0, 0, -1, -1], [30], [(2, 0), (2, 1), (3, 2)])
    assert score_capabilities(shared).remaining_points.tolist() == [15]
    assert score_capabilities(shared).cd3.tolist() == [2]


def test_done_stories_drop_out_with_what_they_once_needed() -> None:
    finished = backlog([1, 2, 4], [0, -1, -1], [3], [(1, 0), (2, 1)], done=(1,))
    assert score_capabilities(finished).remaining_points.tolist() == [1]


def test_optional_stories_are_no_part_of_the_closure() -> None:
    assert score_capabilities(backlog([1, 2], [0, 0], [3], optional=(1,))).remaining_points.tolist() == [1]


def test_an_unestimated_story_counts_the_mean_of_the_estimated_open_ones() -> None:
    scores = score_capabilities(backlog([2, 4, 90, nan], [1, 1, 1, 0], [12, 1], done=(2,)))
    assert scores.remaining_points.tolist() == [3, 6]


def test_where_nothing_is_estimated_a_story_counts_one_point() -> None:
    assert score_capabilities(backlog([nan, nan], [0, 0], [8])).cd3.tolist() == [4]


def test_unvalued_and_finished_capabilities_have_no_cd3() -> None:
    scores = score_capabilities(backlog([1, 1], [0, 1], [nan, 5], done=(1,)))
    assert np.isnan(scores.cd3).all()


def test_stories_without_points_to_do_have_no_cd3() -> None:
    assert np.isnan(score_capabilities(backlog([0], [0], [5])).cd3).all()


def test_stories_are_pulled_in_before_what_needs_them_and_only_once() -> None:
    shared = backlog([1, 1, 1, 1], [0, 1, -1, 0], [1, 1], [(2, 0), (2, 1)])
    assert stories_in_order(shared, [1, 0]) == [[2, 1], [0, 3]]


def test_unvalued_capabilities_take_time_but_add_no_cost() -> None:
    assert cost_of_order(jobs([nan, 10], [3, 1], []), [0, 1]) == 40


@st.composite
def backlogs(draw: st.DrawFn) -> Backlog:
    count = draw(st.integers(1, 8))
    earlier = [(one, other) for other in range(count) for one in range(other)]
    return backlog(
        draw(st.lists(st.sampled_from([1.0, 2.0, 3.0, nan]), min_size=count, max_size=count)),
        draw(st.lists(st.integers(-1, 2), min_size=count, max_size=count)),
        [5.0, 7.0, nan],
        draw(st.lists(st.sampled_from(earlier), max_size=10)) if earlier else [],
        tuple(draw(st.sets(st.integers(0, count - 1)))),
    )


@given(backlogs())
def test_closures_are_those_of_the_definition(listed: Backlog) -> None:
    expected = [fsum(listed.counted_points[list(closure_by_definition(listed, c))]) for c in range(3)]
    assert score_capabilities(listed).remaining_points.tolist() == pytest.approx(expected, abs=1e-6)


@given(backlogs(), st.permutations([0, 1, 2]))
def test_an_order_of_stories_has_each_once_and_obeys_dependencies(listed: Backlog, order: list[int]) -> None:
    stories = [story for added in stories_in_order(listed, order) for story in added]
    assert len(stories) == len(set(stories))
    assert set(stories) == set().union(*(closure_by_definition(listed, c) for c in range(3)))
    for one, other in zip(listed.prerequisite.tolist(), listed.dependent.tolist(), strict=True):
        if one in stories and other in stories:
            assert stories.index(one) < stories.index(other)


@given(instances(), st.permutations(range(5)), st.sets(st.integers(0, 7)))
def test_an_order_costs_what_the_definition_says(listed: Backlog, order: list[int], frozen: set[int]) -> None:
    units = [unit for unit in order if unit < len(listed.cost_of_delay)]
    mask = np.isin(np.arange(len(listed.points)), list(frozen))
    assert cost_of_order(listed, units, frozen=mask) == cost_by_definition(listed, tuple(units), mask)


def test_a_unit_that_needs_nothing_but_frozen_work_is_finished_with_it() -> None:
    frozen = np.array([False, True, True, False])
    listed = backlog([8, 1, 2, 4], [0, 1, -1, 0], [5, 1], [(3, 2)])
    assert completion_of_order(listed, [1, 0], frozen=frozen).tolist() == [7, 15]
