"""Pins and what enablers are worth."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.ordering.enablers import unblocked_value
from planner.domain.scoring import Backlog
from planner.domain.sequencing import ContradictoryPinsError, plan_order
from tests.unit.planner.instances import FIRST_EXAMPLE, Pairs, backlog, instances, jobs, least_cost, nan

pairs_of_five = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=4)


def rising(pairs: Pairs, units: list[int]) -> Pairs:
    return [(one, other) for one, other in pairs if one < other and one in units and other in units]


@given(instances(), pairs_of_five)
def test_with_pins_no_order_that_keeps_them_costs_less(listed: Backlog, pairs: Pairs) -> None:
    units = plan_order(listed).order.tolist()
    arcs = rising(pairs, units)
    plan = plan_order(listed, arcs=arcs)
    order = plan.order.tolist()
    assert all(order.index(one) < order.index(other) for one, other in arcs)
    assert plan.total == pytest.approx(least_cost(listed, units, arcs))
    assert plan.lower_bound == pytest.approx(plan.total)


@given(instances(), pairs_of_five)
def test_lifting_a_pin_never_costs_more(listed: Backlog, pairs: Pairs) -> None:
    arcs = rising(pairs, plan_order(listed).order.tolist())
    assert plan_order(listed, arcs=arcs[1:]).total <= plan_order(listed, arcs=arcs).total + 1e-9


def test_pins_hold_in_a_large_block() -> None:
    listed = backlog([1.0] * 16 + [5.0], [*range(16), -1], [2.0] * 16, [(16, story) for story in range(16)])
    arcs = [(unit + 1, unit) for unit in range(15)]
    assert plan_order(listed, arcs=arcs).order.tolist() == list(range(15, -1, -1))


def test_a_pin_holds_by_way_of_a_unit_without_value() -> None:
    listed = jobs([1, nan, 9], [1, 1, 1], [])
    assert plan_order(listed, arcs=[(0, 1), (1, 2)]).order.tolist() == [0, 2]


@given(instances(), st.dictionaries(st.integers(0, 4), st.integers(1, 5)), pairs_of_five)
def test_places_are_held_or_refused_with_a_pair(listed: Backlog, places: dict[int, int], pairs: Pairs) -> None:
    units = plan_order(listed).order.tolist()
    arcs = rising(pairs, units)
    if not is_possible(units, arcs, places):
        with pytest.raises(ContradictoryPinsError) as caught:
            plan_order(listed, arcs=arcs, places=places)
        assert set(caught.value.pair) <= set(units)
        return
    order = plan_order(listed, arcs=arcs, places=places).order.tolist()
    assert sorted(order) == sorted(units)
    assert all(order.index(one) < order.index(other) for one, other in arcs)
    assert all(order.index(unit) == min(place, len(order)) - 1 for unit, place in places.items() if unit in order)


def is_possible(units: list[int], arcs: Pairs, places: dict[int, int]) -> bool:
    held = {unit: min(place, len(units)) - 1 for unit, place in places.items() if unit in units}
    return any(
        all(order.index(unit) == place for unit, place in held.items())
        and all(order.index(one) < order.index(other) for one, other in arcs)
        for order in permutations(units)
    )


def test_a_held_place_leaves_the_others_in_their_order() -> None:
    listed = jobs([9, 8, 7, 6], [1, 1, 1, 1], [])
    plan = plan_order(listed, places={3: 2})
    assert plan.order.tolist() == [0, 3, 1, 2]
    assert plan.lower_bound == plan_order(listed).lower_bound


@pytest.mark.parametrize(
    ("arcs", "places", "pair"),
    [
        ([(0, 1), (1, 0)], {}, {0, 1}),
        ([(0, 1), (1, 2), (2, 0)], {}, None),
        ([], {0: 1, 1: 1}, {0, 1}),
        ([(0, 1)], {0: 3, 1: 1}, {0, 1}),
        ([(0, 1)], {1: 1}, {0, 1}),
        ([(0, 1)], {0: 3}, {0, 1}),
    ],
)
def test_contradictory_pins_name_a_pair(arcs: Pairs, places: dict[int, int], pair: set[int] | None) -> None:
    with pytest.raises(ContradictoryPinsError) as caught:
        plan_order(jobs([1, 2, 3], [1, 1, 1], []), arcs=arcs, places=places)
    assert len(set(caught.value.pair)) == 2
    assert pair is None or set(caught.value.pair) == pair


def test_an_enabler_is_worth_what_waits_for_it() -> None:
    value = unblocked_value(FIRST_EXAMPLE, plan_order(FIRST_EXAMPLE))
    assert value.per_week.tolist() == [20, 0, 0]
    assert value.total.tolist() == [26, 0, 0]  # a point earlier for A, B and C: 1 + 20 + 5


def test_a_story_needed_by_its_own_capability_alone_unblocks_nothing() -> None:
    listed = backlog([1, 2], [0, 0], [5], [(0, 1)])
    assert unblocked_value(listed, plan_order(listed)).total.tolist() == [0, 0]


@given(instances())
def test_looking_for_a_better_order_without_the_story_never_finds_less(listed: Backlog) -> None:
    plan = plan_order(listed)
    floor, looked = unblocked_value(listed, plan), unblocked_value(listed, plan, replanned=8)
    assert np.all(looked.total >= floor.total)
    assert np.all((floor.per_week > 0) | (floor.total == 0))
