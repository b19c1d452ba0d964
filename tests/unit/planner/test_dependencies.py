"""Dependencies: cycles are found and named, orders obey them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.dependencies import (
    DependencyCycleError,
    find_cycle,
    successors_by_id,
    topological_order,
)

dependencies = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25)


def is_cycle(cycle: list[int], edges: set[tuple[int, int]]) -> bool:
    return all(edge in edges for edge in zip(cycle, [*cycle[1:], cycle[0]], strict=True))


def test_a_dependency_that_closes_a_cycle_names_it_from_its_predecessor_on() -> None:
    assert find_cycle(successors_by_id([(1, 2), (2, 3)]), 3, 1) == [3, 1, 2]


def test_a_story_cannot_depend_on_itself() -> None:
    assert find_cycle({}, 4, 4) == [4]


def test_the_shortest_cycle_is_named() -> None:
    assert find_cycle(successors_by_id([(1, 2), (2, 3), (1, 3)]), 3, 1) == [3, 1]


def test_a_dependency_that_closes_nothing_is_let_through() -> None:
    assert find_cycle(successors_by_id([(1, 2), (2, 3)]), 1, 3) is None


def test_a_chain_of_100_000_is_walked_without_recursion() -> None:
    chain = successors_by_id((item, item + 1) for item in range(100_000))
    cycle = find_cycle(chain, 100_000, 0)
    assert cycle is not None
    assert len(cycle) == 100_001


@given(dependencies)
def test_adding_only_what_closes_no_cycle_never_makes_one(wanted: list[tuple[int, int]]) -> None:
    accepted: list[tuple[int, int]] = []
    for predecessor, successor in wanted:
        cycle = find_cycle(successors_by_id(accepted), predecessor, successor)
        if cycle is None:
            accepted.append((predecessor, successor))
        else:
            assert is_cycle(cycle, {*accepted, (predecessor, successor)})
    order = topological_order(range(10), accepted)
    assert sorted(order) == list(range(10))
    assert all(order.index(one) < order.index(other) for one, other in accepted)


def cycle_or_order(wanted: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    try:
        return [], topological_order(range(10), wanted)
    except DependencyCycleError as refused:
        return refused.cycle, []


@given(dependencies)
def test_an_order_is_refused_only_with_a_real_cycle(wanted: list[tuple[int, int]]) -> None:
    cycle, order = cycle_or_order(wanted)
    assert is_cycle(cycle, set(wanted)) if cycle else sorted(order) == list(range(10))


def test_free_items_keep_their_order() -> None:
    assert topological_order([5, 3, 4], []) == [5, 3, 4]


def test_dependencies_on_other_items_are_left_out() -> None:
    assert topological_order([2, 1], [(9, 2), (1, 9)]) == [2, 1]


def test_the_error_says_the_cycle() -> None:
    with pytest.raises(DependencyCycleError, match="cycle: "):
        topological_order([1, 2], [(1, 2), (2, 1)])
