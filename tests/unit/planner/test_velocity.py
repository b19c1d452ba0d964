"""Points a team can take on: quantiles of its last sprints, scaled by the hours ahead."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.capacity.velocity import MOST_SPRINTS, FinishedSprint, points_capacity


def sprints(*points: int, hours: int | None = None) -> list[FinishedSprint]:
    return [FinishedSprint(Decimal(each), None if hours is None else Decimal(hours)) for each in points]


def test_without_a_completed_sprint_it_is_unknown() -> None:
    capacity = points_capacity([], Decimal(100))
    assert (capacity.p50, capacity.p15, capacity.n) == (None, None, 0)
    assert capacity.reason == "unknown: no completed sprint yet"


def test_worked_out_by_hand() -> None:
    """Sorted 20, 24, 30, 34, 40: the middle is 30, and 15 % lies 0.6 of the way from 20 to 24."""
    capacity = points_capacity(sprints(30, 24, 40, 20, 34, hours=100), Decimal(100))
    assert (capacity.p50, capacity.p15, capacity.n) == (Decimal("30.0"), Decimal("22.4"), 5)
    assert capacity.scale == 1
    assert not capacity.reason


def test_fewer_hours_mean_fewer_points() -> None:
    capacity = points_capacity(sprints(20, 20, 20, hours=200), Decimal(150))
    assert capacity.usual_hours == 200
    assert capacity.scale == Decimal("0.75")
    assert capacity.p50 == 15


def test_the_usual_hours_are_the_middle_of_those_known() -> None:
    history = [*sprints(10, hours=10), *sprints(10, hours=100), *sprints(10, hours=120), *sprints(10)]
    assert points_capacity(history, Decimal(50)).usual_hours == 100
    assert points_capacity(history, Decimal(50)).p50 == 5


def test_a_sprint_in_which_nobody_is_there_has_no_points() -> None:
    assert points_capacity(sprints(10, 20, 30, hours=100), Decimal(0)).p50 == 0


@pytest.mark.parametrize("available", [None, Decimal(100)])
def test_it_is_not_scaled_where_hours_are_unknown_and_says_so(available: Decimal | None) -> None:
    capacity = points_capacity(sprints(10, 20, 30), available)
    assert capacity.p50 == 20
    assert capacity.reason == "not scaled: the hours of past sprints or of this one are unknown"


def test_sprints_without_any_hours_do_not_divide_by_zero() -> None:
    assert points_capacity(sprints(10, 20, 30, hours=0), Decimal(50)).p50 == 20


def test_few_sprints_are_said_to_be_few() -> None:
    assert points_capacity(sprints(10, hours=10), Decimal(10)).reason == "few sprints: read it with care"


def test_only_the_last_ones_count() -> None:
    capacity = points_capacity(sprints(*[1000] * MOST_SPRINTS, *[10] * MOST_SPRINTS))
    assert capacity.p50 == 10
    assert capacity.n == MOST_SPRINTS


@settings(deadline=None)
@given(st.lists(st.integers(0, 200), min_size=1, max_size=MOST_SPRINTS))
def test_quantiles_are_those_of_numpy_and_in_order(points: list[int]) -> None:
    capacity = points_capacity(sprints(*points))
    assert capacity.p50 is not None
    assert capacity.p15 is not None
    assert min(points) <= capacity.p15 <= capacity.p50 <= max(points)
    assert float(capacity.p15) == pytest.approx(float(np.quantile(points, 0.15)), abs=0.051)
