"""Short lives and deadlines beside straight lines."""

import numpy as np
import pytest

from planner.domain.sequencing import plan_order
from planner.domain.value.urgency import meet_deadlines, weekly_weights
from tests.unit.planner.instances import backlog, jobs, nan


def lost_by_finishing_at(week: float, weekly: float, life: float) -> float:
    """The value of the weeks before, falling in a straight line to nothing."""
    weeks = (np.arange(100_000) + 0.5) * week / 100_000
    return float(np.mean(weekly * np.maximum(0.0, 1 - weeks / life)) * week)


@pytest.mark.parametrize(("plan_weeks", "life"), [(10.0, 40.0), (40.0, 40.0), (80.0, 40.0)])
def test_the_weight_of_a_short_life_is_the_average_slope_of_what_is_lost(plan_weeks: float, life: float) -> None:
    weight = weekly_weights(np.array([100.0]), np.array([life]), plan_weeks)[0]
    assert weight == pytest.approx(lost_by_finishing_at(plan_weeks, 100, life) / plan_weeks, rel=1e-4)


def test_a_steady_value_weighs_what_it_is_and_an_unknown_one_stays_unknown() -> None:
    weights = weekly_weights(np.array([100.0, nan]), np.array([nan, 20.0]), 10)
    assert weights[0] == 100
    assert np.isnan(weights[1])


LISTED = jobs([90, 80, 10], [10, 10, 10], [])
"""Best first 0, 1, 2, finished at 10, 20, 30 points; a week is 10 points."""


def plan_with(deadlines: list[float], at_stake: list[float]) -> list[int]:
    plan = meet_deadlines(
        LISTED,
        plan_order(LISTED),
        deadline_weeks=np.array(deadlines),
        at_stake=np.array(at_stake),
        points_per_week=10,
    )
    order: list[int] = plan.order.tolist()
    return order


def test_a_unit_moves_up_to_the_latest_place_that_meets_its_deadline() -> None:
    assert plan_with([nan, nan, 2], [0, 0, 5_000]) == [0, 2, 1]
    assert plan_with([nan, nan, 1], [0, 0, 5_000]) == [2, 0, 1]


def test_it_moves_only_where_that_saves_more_than_it_delays() -> None:
    assert plan_with([nan, nan, 2], [0, 0, 71]) == [0, 2, 1]  # 1 waits a week for 80, 2 comes a week sooner for 10
    assert plan_with([nan, nan, 2], [0, 0, 69]) == [0, 1, 2]


def test_a_deadline_that_is_met_or_out_of_reach_moves_nothing() -> None:
    assert plan_with([nan, nan, 3], [0, 0, 5_000]) == [0, 1, 2]
    assert plan_with([nan, nan, 0.5], [0, 0, 5_000]) == [0, 1, 2]


def test_it_does_not_make_a_dearer_one_late_but_a_cheaper_one() -> None:
    assert plan_with([nan, 2, 2], [0, 9_000, 5_000]) == [0, 1, 2]
    assert plan_with([nan, 2, 2], [0, 4_000, 5_000]) == [0, 2, 1]


def test_no_pin_is_broken_for_a_deadline() -> None:
    kept = meet_deadlines(
        LISTED,
        plan_order(LISTED),
        deadline_weeks=np.array([nan, nan, 2.0]),
        at_stake=np.array([0.0, 0, 5_000]),
        points_per_week=10,
        arcs=[(1, 2)],
    )
    assert kept.order.tolist() == [0, 1, 2]


def test_work_that_is_needed_comes_along() -> None:
    listed = backlog([10, 5, 5], [0, 1, -1], [90, 1], [(2, 1)])
    plan = meet_deadlines(
        listed,
        plan_order(listed),
        deadline_weeks=np.array([nan, 1.0]),
        at_stake=np.array([0.0, 5_000]),
        points_per_week=10,
    )
    assert plan.order.tolist() == [1, 0]
    assert plan.completed_at.tolist() == [10, 20]
