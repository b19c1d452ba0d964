"""Value live over effort and time, and how sure a gain is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.arrays import FloatArray
from planner.domain.comparison import (
    Course,
    count_at,
    earned_by,
    gain_interval,
    live_curve,
    share_live_at,
    weeks_live,
)


def floats(*values: float) -> FloatArray:
    return np.array(values, dtype=np.float64)


def course(*units: tuple[float, float]) -> Course:
    """Units as (cost of delay, finished at), each begun when the one before is finished."""
    finished = floats(*(at for _, at in units))
    begun = floats(*(max((other for _, other in units if other < at), default=0.0) for _, at in units))
    return Course(floats(*(weekly for weekly, _ in units)), begun, finished)


EXAMPLE = course((20, 2), (5, 3), (1, 1))
units = st.lists(st.tuples(st.floats(0.1, 1e6), st.floats(0.0, 1e4)), min_size=1, max_size=30)


def test_the_worked_example_costs_56() -> None:
    assert (EXAMPLE.total_cost, EXAMPLE.value, EXAMPLE.total_points) == (56, 26, 3)


def test_a_curve_climbs_where_something_is_finished() -> None:
    curve = live_curve(EXAMPLE)
    assert curve.effort.tolist() == [0, 1, 2, 3]
    assert curve.share.tolist() == pytest.approx([0, 1 / 26, 21 / 26, 1])


def test_shares_count_what_is_finished_by_then() -> None:
    assert share_live_at(EXAMPLE, 0.25) == 0
    assert share_live_at(EXAMPLE, 0.5) == pytest.approx(1 / 26)
    assert share_live_at(EXAMPLE, 2 / 3) == pytest.approx(21 / 26)
    assert share_live_at(EXAMPLE, 1) == 1


def test_nothing_worth_anything_has_no_share() -> None:
    assert [share_live_at(course(), 0.5), share_live_at(course((0, 3)), 1)] == [0, 0]
    assert live_curve(course()).share.tolist() == [0]


def test_units_are_finished_begun_or_waiting() -> None:
    assert [count_at(EXAMPLE, part) for part in (0, 0.5, 1)] == [(0, 0), (1, 1), (3, 0)]


def test_money_is_earned_from_the_day_of_finishing() -> None:
    earned = earned_by(EXAMPLE, floats(0, 1, 2.5, 10), points_per_week=1)
    assert earned.tolist() == [0, 0, 20 * 0.5 + 1 * 1.5, 20 * 8 + 5 * 7 + 1 * 9]


@given(units, st.floats(0.5, 500), st.floats(0, 300))
def test_earned_is_cost_of_delay_times_weeks_live(found: list[tuple[float, float]], pace: float, week: float) -> None:
    one = course(*found)
    live = weeks_live(one, week=week, points_per_week=pace)
    assert earned_by(one, floats(week), points_per_week=pace)[0] == pytest.approx(
        float((one.cost_of_delay * live).sum()), rel=1e-6, abs=1e-3
    )


@given(units, units, st.floats(0.5, 500))
def test_once_all_is_live_orders_differ_by_their_cost_of_delay(
    found: list[tuple[float, float]], instants: list[tuple[float, float]], pace: float
) -> None:
    number = min(len(found), len(instants))
    first = course(*found[:number])
    second = Course(first.cost_of_delay, first.begun_at, course(*instants[:number]).finished_at)
    late = floats(max(first.total_points, second.total_points) / pace + 1)
    gain = earned_by(first, late, points_per_week=pace) - earned_by(second, late, points_per_week=pace)
    assert gain[0] == pytest.approx((second.total_cost - first.total_cost) / pace, rel=1e-6, abs=1e-2)


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    random = np.random.default_rng(1)
    long = Course(
        random.lognormal(8, 1.3, 10_000), np.zeros(10_000), np.cumsum(random.integers(1, 30, 10_000)).astype(np.float64)
    )
    whole, thin = live_curve(long, most_points=20_000), live_curve(long)
    assert len(whole.effort) == 10_001
    assert len(thin.effort) <= 400
    assert (thin.effort[0], thin.share[0], thin.effort[-1]) == (0, 0, long.total_points)
    assert thin.share[-1] == pytest.approx(1)
    at = np.interp(whole.effort, thin.effort, thin.share)
    assert np.abs(at - whole.share).max() < 0.01


def test_a_gain_without_ranges_is_certain() -> None:
    mean = floats(10, 20)
    assert gain_interval(floats(2, -1), mean, mean, mean) == (0, 0)
    assert gain_interval(floats(), floats(), floats(), floats()) == (0, 0)


def test_the_interval_of_one_unit_is_the_range_people_gave() -> None:
    low, high = gain_interval(floats(2), floats(100), floats(90), floats(110))
    assert low == pytest.approx(180, rel=0.02)
    assert high == pytest.approx(220, rel=0.02)


def test_units_that_gain_nothing_do_not_widen_the_interval() -> None:
    mean, low, high = floats(100, 1e9), floats(90, 1), floats(110, 5e9)
    alone = gain_interval(floats(2), mean[:1], low[:1], high[:1])
    assert gain_interval(floats(2, 0), mean, low, high) == alone


def test_the_same_question_has_the_same_interval() -> None:
    random = np.random.default_rng(2)
    mean = random.lognormal(8, 1, 5_000)
    question = (random.normal(0, 5, 5_000), mean, mean * 0.5, mean * 1.7)
    assert gain_interval(*question) == gain_interval(*question)
