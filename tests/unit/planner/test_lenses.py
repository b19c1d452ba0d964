"""Lenses sort units by one figure each; what has none keeps people's order."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from planner.domain.arrays import BoolArray, FloatArray
from planner.domain.lenses import LENS_RULES, LISTING_LENSES, order_stories, order_units, put_first, score_stories
from planner.domain.scoring import Backlog
from planner.domain.vocabulary import Lens

NAN = np.nan
SORTING = [lens for lens in LISTING_LENSES if lens is not Lens.MONEY]


def floats(*values: float) -> FloatArray:
    return np.array(values, dtype=np.float64)


def backlog(costs: list[float], stories: list[tuple[int, float]], *, optional: tuple[int, ...] = ()) -> Backlog:
    """Units of these costs of delay; stories as (unit, points)."""
    return Backlog(
        points=floats(*(points for _, points in stories)),
        is_required=np.array([story not in optional for story in range(len(stories))], dtype=np.bool_),
        is_open=np.ones(len(stories), dtype=np.bool_),
        capability_of_story=np.array([unit for unit, _ in stories], dtype=np.int64),
        prerequisite=np.array([], dtype=np.int64),
        dependent=np.array([], dtype=np.int64),
        cost_of_delay=floats(*costs),
    )


@dataclass
class Units:
    """Four units of one story each; the last is finished. Figures as a test sets them."""

    backlog: Backlog = field(default_factory=lambda: backlog([8, NAN, 9, 7], [(0, 4), (1, 1), (2, 3)]))
    has_work: BoolArray = field(default_factory=lambda: np.array([True, True, True, False]))
    estimated_cost: FloatArray = field(default_factory=lambda: floats(8, NAN, 9, 7))
    closure_points: FloatArray = field(default_factory=lambda: floats(4, 1, 3, 0))
    investment: FloatArray = field(default_factory=lambda: floats(400, 100, 300, 0))
    business_value: FloatArray = field(default_factory=lambda: floats(800, NAN, 500, 900))
    created_at: FloatArray = field(default_factory=lambda: floats(3, 1, 2, 0))
    sponsor_votes: FloatArray = field(default_factory=lambda: floats(0, 5, 0, 6))
    developer_votes: FloatArray = field(default_factory=lambda: floats(1, 0, 1, 2))
    feedback_weight: FloatArray = field(default_factory=lambda: floats(0, 0, 2, 0))
    wsjf: FloatArray = field(default_factory=lambda: floats(NAN, 5, NAN, 7))
    rice: FloatArray = field(default_factory=lambda: floats(2, NAN, 2, 1))


PRESENT = np.array([2, 0, 1, 3])


@pytest.mark.parametrize(
    ("lens", "order", "rated"),
    [
        (Lens.MANUAL, [2, 0, 1, 3], 4),
        (Lens.CD3, [2, 0, 1, 3], 2),  # 3 a point, 2 a point; then unvalued and finished
        (Lens.VALUE, [0, 2, 1, 3], 2),
        (Lens.ROI, [0, 2, 1, 3], 2),  # 1.0 and 0.67
        (Lens.WSJF, [3, 1, 2, 0], 2),
        (Lens.RICE, [2, 0, 3, 1], 3),  # a tie keeps people's order
        (Lens.SPONSOR, [3, 1, 2, 0], 2),
        (Lens.DEVELOPER, [3, 2, 0, 1], 3),
        (Lens.AGE, [3, 1, 2, 0], 4),
        (Lens.FEEDBACK, [2, 0, 1, 3], 1),
        (Lens.TIME, [1, 2, 0, 3], 3),
    ],
)
def test_a_lens_sorts_by_its_figure(lens: Lens, order: list[int], rated: int) -> None:
    found, number = order_units(lens, Units(), PRESENT)
    assert (found.tolist(), number) == (order, rated)


@pytest.mark.parametrize("lens", SORTING)
def test_every_order_is_a_permutation(lens: Lens) -> None:
    random = np.random.default_rng(3)
    for _ in range(20):
        present = random.permutation(4)
        order, rated = order_units(lens, Units(), present)
        assert sorted(order.tolist()) == [0, 1, 2, 3]
        assert order[rated:].tolist() == [unit for unit in present.tolist() if unit in order[rated:]]


def test_no_unit_is_an_order_too() -> None:
    none = Units(backlog=backlog([], []), has_work=np.array([], dtype=np.bool_))
    for name in set(Units.__dataclass_fields__) - {"backlog", "has_work"}:
        setattr(none, name, floats())
    assert [order_units(lens, none, np.array([], dtype=np.int64))[1] for lens in SORTING] == [0] * len(SORTING)


def test_something_for_nothing_comes_first_by_cd3() -> None:
    units = Units(closure_points=floats(4, 1, 0, 0))
    assert order_units(Lens.CD3, units, PRESENT)[0].tolist()[:2] == [2, 0]


def test_without_an_investment_there_is_no_return() -> None:
    units = Units(investment=floats(0, 100, 300, 0))
    assert order_units(Lens.ROI, units, PRESENT)[1] == 1


def test_the_money_optimal_order_is_no_sorting() -> None:
    with pytest.raises(ValueError, match="is not a sorting"):
        order_units(Lens.MONEY, Units(), PRESENT)


def test_what_a_plan_leaves_out_follows_as_people_have_it() -> None:
    assert put_first(np.array([3, 0]), PRESENT).tolist() == [3, 0, 2, 1]


def test_stories_share_their_units_value_equally_whatever_their_size() -> None:
    stories = backlog([12, 100, NAN], [(0, 1), (0, 4), (0, 0), (1, 10), (2, 1), (-1, 1), (1, 1)], optional=(6,))
    np.testing.assert_array_equal(score_stories(stories), [4, 1, np.inf, 10, NAN, NAN, NAN])
    assert order_stories(stories, np.arange(7)).tolist() == [2, 3, 0, 1, 4, 5, 6]


def test_every_lens_says_what_it_does() -> None:
    assert set(LENS_RULES) == set(Lens)
    assert set(Lens) - set(LISTING_LENSES) == {Lens.STORY_WSJF}
