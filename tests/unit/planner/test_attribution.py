"""A capability's dollars shared out: exactly, by points, to the cent."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.value.attribution import attribute_values, attributed_values

points = st.one_of(st.none(), st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 100.0]))
cents = st.integers(0, 10**17)


def test_shares_follow_the_points() -> None:
    assert attributed_values(100_00, [1, 3, Decimal("0.5"), Decimal("0.5")]) == [20_00, 60_00, 10_00, 10_00]


def test_shares_are_equal_where_none_is_estimated_and_the_first_gets_the_odd_cent() -> None:
    assert attributed_values(100, [None, None, None]) == [34, 33, 33]


def test_an_unestimated_story_has_no_share_beside_estimated_ones() -> None:
    assert attributed_values(100, [None, 2, 2]) == [0, 50, 50]


def test_shares_are_equal_where_all_points_are_zero() -> None:
    assert attributed_values(100, [0, None]) == [50, 50]


def test_a_capability_without_stories_has_no_shares() -> None:
    assert attributed_values(100, []) == []


@given(cents, st.lists(points, min_size=1, max_size=30))
def test_shares_add_up_to_the_value_exactly(value: int, figures: list[float | None]) -> None:
    assert sum(attributed_values(value, figures)) == value


@given(cents, st.lists(points, min_size=1, max_size=30))
def test_each_share_is_within_a_cent_of_the_exact_one(value: int, figures: list[float | None]) -> None:
    known = [Fraction(figure or 0) for figure in figures]
    weights = known if any(known) else [Fraction(1)] * len(known)
    exact = [value * weight / sum(weights) for weight in weights]
    shares = attributed_values(value, figures)
    assert all(abs(share - wanted) < 1 for share, wanted in zip(shares, exact, strict=True))


@given(st.lists(st.tuples(cents, st.lists(points, max_size=5)), min_size=1, max_size=6))
def test_many_capabilities_at_once_are_each_shared_as_alone(backlog: list[tuple[int, list[float | None]]]) -> None:
    capability = [place for place, (_, figures) in enumerate(backlog) for _ in figures]
    known = [np.nan if figure is None else figure for _, figures in backlog for figure in figures]
    shares = attribute_values(
        np.array([value for value, _ in backlog]),
        np.array(capability, dtype=np.int64),
        np.array(known, dtype=float),
    )
    assert shares.tolist() == [share for value, figures in backlog for share in attributed_values(value, figures)]


def test_optional_stories_and_stories_without_capability_have_no_share() -> None:
    shares = attribute_values(
        np.array([90]), np.array([0, 0, -1]), np.array([1.0, 1.0, 1.0]), np.array([True, False, True])
    )
    assert shares.tolist() == [90, 0, 0]


@pytest.mark.parametrize(("value", "figure"), [(-1, 1.0), (1, -1.0), (1, 1e9)])
def test_what_cannot_be_shared_exactly_is_refused(value: int, figure: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        attributed_values(value, [figure])
