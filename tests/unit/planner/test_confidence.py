"""How sure an order is: pairs, groups, what learning is worth, and which input matters."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import numpy as np
import pytest
import scipy.special  # noqa: F401 (its first import is no part of any measured time)
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.arrays import FloatArray
from planner.domain.scoring import Backlog, cost_of_order
from planner.domain.sequencing import plan_order
from planner.domain.value.confidence import (
    MOST_IN_GROUP,
    Z_80,
    UncertainCosts,
    close_groups,
    draw_costs,
    effort_of_order,
    probability_above,
)
from planner.domain.value.learning import value_of_learning
from planner.domain.value.model import parse_model
from planner.domain.value.sensitivity import places_at, weigh_inputs
from tests.unit.planner.instances import backlog, instances, jobs


def costs_of(*bounds: tuple[float, float, float]) -> UncertainCosts:
    """(low, mean, high) of each unit."""
    low, mean, high = np.array(bounds, dtype=float).reshape(-1, 3).T
    return UncertainCosts(mean, low, high)


def spread(listed: Backlog, below: float = 0.6, above: float = 1.5) -> UncertainCosts:
    """Every cost uncertain by the same factors."""
    mean = listed.cost_of_delay
    return UncertainCosts(mean, mean * below, mean * above)


certain_or_not = st.tuples(st.floats(0.1, 1e6), st.floats(0, 2)).map(
    lambda pair: (pair[0], pair[0] * (1 + pair[1] / 2), pair[0] * (1 + pair[1]))
)
sizes = st.floats(0, 100)


@given(certain_or_not, certain_or_not, sizes, sizes)
def test_one_is_above_the_other_or_the_other_above_the_one(
    one: tuple[float, float, float], other: tuple[float, float, float], points: float, others_points: float
) -> None:
    first, second = costs_of(one), costs_of(other)
    p, q = np.array([points]), np.array([others_points])
    forth, back = probability_above(first, second, p, q), probability_above(second, first, q, p)
    assert forth + back == pytest.approx(1, abs=1e-6)
    assert 0 <= forth[0] <= 1


def test_the_probability_is_that_of_the_draws() -> None:
    first, second = costs_of((50, 100, 170)), costs_of((60, 80, 110))
    drawn = [draw_costs(one.mean, one.low, one.high, 200_000, seed) for one, seed in ((first, 1), (second, 2))]
    counted = float(np.mean(drawn[0] / 5 > drawn[1] / 3.5))
    told = probability_above(first, second, np.array([5.0]), np.array([3.5]))[0]
    assert told == pytest.approx(counted, abs=0.004)


@pytest.mark.parametrize(("cost", "expected"), [(90.0, 0.0), (110.0, 1.0), (100.0, 0.5)])
def test_two_certain_costs_leave_no_doubt(cost: float, expected: float) -> None:
    one, other = costs_of((cost, cost, cost)), costs_of((100, 100, 100))
    assert probability_above(one, other, np.ones(1), np.ones(1))[0] == expected


def test_a_certain_cost_stands_above_an_uncertain_one_as_often_as_it_is_the_greater() -> None:
    uncertain, certain = costs_of((50, 100, 170)), costs_of((95, 95, 95))
    drawn = draw_costs(uncertain.mean, uncertain.low, uncertain.high, 200_000)
    told = probability_above(certain, uncertain, np.ones(1), np.ones(1))[0]
    assert told == pytest.approx(float(np.mean(drawn < 95)), abs=0.004)


@given(certain_or_not)
def test_draws_keep_the_mean_and_never_go_below_zero(bounds: tuple[float, float, float]) -> None:
    low, mean, high = bounds
    drawn = draw_costs(np.array([mean]), np.array([low]), np.array([high]), 4_000)[:, 0]
    assert drawn.min() >= 0
    assert drawn.mean() == pytest.approx(mean, rel=0.08)
    assert drawn.std() == pytest.approx((high - low) / Z_80, rel=0.15, abs=1e-4 * mean)


def test_eight_in_ten_draws_fall_between_the_bounds() -> None:
    drawn = draw_costs(np.array([100.0]), np.array([75.0]), np.array([127.0]), 100_000)
    assert np.percentile(drawn, [10, 90]) == pytest.approx([75, 127], rel=0.02)


def test_the_same_seed_draws_the_same_and_unknown_stays_unknown() -> None:
    figures = np.array([5.0, np.nan]), np.array([4.0, np.nan]), np.array([7.0, np.nan])
    one, two = draw_costs(*figures, 3, 7), draw_costs(*figures, 3, 7)
    assert np.array_equal(one, two, equal_nan=True)
    assert np.isnan(one[:, 1]).all()


@given(instances())
def test_groups_are_runs_of_the_order_and_never_overlap(listed: Backlog) -> None:
    order = plan_order(listed).order
    end = 0
    for group in close_groups(listed, order, spread(listed)):
        assert group.start >= end
        end = group.start + len(group.units)
        assert 2 <= len(group.units) <= MOST_IN_GROUP
        assert list(group.units) == order[group.start : end].tolist()
        assert 0 <= group.another_wins <= 1


@given(instances())
def test_a_group_is_priced_as_looking_at_all_its_orders_prices_it(listed: Backlog) -> None:
    order = plan_order(listed).order
    for start, units, worst_cost, _ in close_groups(listed, order, spread(listed)):
        end = start + len(units)
        totals = [cost_of_order(listed, [*order[:start], *inner, *order[end:]]) for inner in permutations(units)]
        assert worst_cost == pytest.approx(max(totals) - min(totals), abs=1e-6)


@given(instances())
def test_certain_costs_that_differ_make_no_group(listed: Backlog) -> None:
    order = plan_order(listed).order
    effort = effort_of_order(listed, order)
    for group in close_groups(listed, order, spread(listed, 1, 1)):
        one = group.start
        ratio = listed.cost_of_delay[order] * 1.0
        assert ratio[one] * effort.added[one + 1] == ratio[one + 1] * effort.not_shared_with_next[one]


def test_a_held_unit_joins_no_group() -> None:
    alike = jobs([10, 10, 10], [1, 1, 1], [])
    order = np.arange(3)
    assert [group.units for group in close_groups(alike, order, spread(alike))] == [(0, 1, 2)]
    assert not close_groups(alike, order, spread(alike), held=[1])


def test_what_two_units_share_is_no_reason_to_tell_them_apart() -> None:
    shared = backlog([8, 1, 1], [-1, 0, 1], [10, 10], [(0, 1), (0, 2)])
    [group] = close_groups(shared, np.array([0, 1]), spread(shared))
    assert group.worst_cost == 0


@given(instances())
def test_learning_is_never_worth_less_than_nothing(listed: Backlog) -> None:
    order = plan_order(listed).order
    worth = value_of_learning(listed, order, spread(listed))
    assert (worth[order] >= 0).all()
    assert np.isnan(np.delete(worth, order)).all()


@given(instances())
def test_a_certain_cost_teaches_nothing(listed: Backlog) -> None:
    order = plan_order(listed).order
    assert (value_of_learning(listed, order, spread(listed, 1, 1))[order] == 0).all()


def test_learning_about_one_of_two_is_worth_what_drawing_says() -> None:
    pair = jobs([100, 90], [5, 5], [])
    costs = costs_of((50, 100, 170), (90, 90, 90))
    drawn = draw_costs(costs.mean, costs.low, costs.high, 200_000)[:, 0]
    expected = float(np.mean(np.maximum(90 - drawn, 0) * 5))
    assert value_of_learning(pair, np.array([0, 1]), costs)[0] == pytest.approx(expected, rel=0.03)


def test_an_enabler_is_not_moved_away_from_the_unit_behind_that_needs_it() -> None:
    shared = backlog([20, 1, 1], [-1, 0, 1], [10, 100], [(0, 1), (0, 2)])
    effort = effort_of_order(shared, np.array([0, 1]))
    assert effort.added.tolist() == [21, 1]
    assert effort.own.tolist() == [1, 1]
    assert effort.not_shared_with_next.tolist() == [1, 1]


def model_of(**inputs: object) -> object:
    """Time savings with the given inputs, the others certain."""
    given_inputs = {"users": 100, "uses_per_week": 10, "minutes_saved": 6, "hourly_cost": 50, "adoption": 0.5} | inputs
    return {"sources": [{"kind": "TIME_SAVINGS", "inputs": given_inputs}]}


def test_the_only_uncertain_input_explains_all() -> None:
    [weight] = weigh_inputs(parse_model(model_of(users={"low": 50, "likely": 100, "high": 150})))
    assert weight.spec.name == "users"
    assert weight.share == pytest.approx(1)
    assert [weight.cost_at_low, weight.cost_at_high] == pytest.approx([1250, 3750])


def test_shares_are_those_of_the_draws_and_add_up_to_no_more_than_one() -> None:
    model = parse_model(
        model_of(
            users={"low": 80, "likely": 100, "high": 130},
            minutes_saved={"low": 2, "likely": 6, "high": 12},
            adoption={"low": "0.3", "likely": "0.5", "high": "0.6"},
        )
    )
    weights = weigh_inputs(model)
    assert [weight.spec.name for weight in weights] == ["minutes_saved", "adoption", "users"]
    assert 0.9 < sum(weight.share for weight in weights) <= 1
    drawn: dict[str, FloatArray] = {}
    random = np.random.default_rng(5)
    for weight in weights:
        low, likely, high = (float(getattr(weight.estimate, point)) for point in ("low", "likely", "high"))
        rise, fall = 1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low)
        drawn[weight.spec.name] = low + (high - low) * random.beta(rise, fall, 200_000)
    whole = np.prod(list(drawn.values()), axis=0)
    for weight in weights:
        correlation = np.corrcoef(drawn[weight.spec.name], whole)[0, 1]
        assert weight.share == pytest.approx(correlation**2, abs=0.02)


def test_one_offs_and_certain_inputs_are_not_weighed() -> None:
    cost = {"low": 1, "likely": 5, "high": 9}
    assert not weigh_inputs(
        parse_model({"sources": [{"kind": "AVOIDED_COST", "one_off": True, "inputs": {"cost": cost}}]})
    )
    assert not weigh_inputs(parse_model(model_of(users=Decimal(5))))


def test_a_unit_stands_where_its_cost_of_delay_puts_it() -> None:
    listed = jobs([50, 40, 30, 20, 10], [1] * 5, [])
    effort = effort_of_order(listed, np.arange(5))
    places = places_at(effort, listed.cost_of_delay, 2, np.array([5.0, 15.0, 30.0, 45.0, 99.0]))
    assert places.tolist() == [4, 3, 2, 1, 0]


@given(instances(), st.integers(0, 7))
def test_a_dearer_unit_never_stands_lower(listed: Backlog, pick: int) -> None:
    order = plan_order(listed).order
    if not len(order):
        return
    place = pick % len(order)
    costs = np.array([0.0, 1, 5, 10, 50, 500])
    places = places_at(effort_of_order(listed, order), listed.cost_of_delay[order], place, costs)
    assert (np.diff(places) <= 0).all()
    assert ((places >= 0) & (places < len(order))).all()
