"""What pins cost: priced together as each would be priced by itself."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from planner.domain.ordering.pinning import ContradictoryPinsError
from planner.domain.proposals.pin_prices import price_hold, price_pins
from planner.domain.proposals.question import Hold, Question
from tests.unit.planner.test_moves import make_question

ALL = 10**9


@st.composite
def pinned(draw: st.DrawFn) -> Question:
    """Up to seven units with needs, some with a date, and pins of both kinds."""
    units = draw(st.integers(2, 7))
    pairs = tuple((draw(st.integers(0, unit - 1)), unit) for unit in range(1, units) if draw(st.booleans()))
    values = [float(draw(st.integers(1, 30))) for _ in range(units)]
    dates = np.array([float(draw(st.integers(1, 9))) if draw(st.integers(0, 4)) == 0 else np.nan for _ in range(units)])
    question = make_question(
        [1.0] * units, list(range(units)), values, pairs, deadline_weeks=dates, at_stake=np.full(units, 40.0)
    )
    index = st.integers(0, units - 1)
    places = draw(st.dictionaries(index, st.integers(1, units), max_size=3))
    before = draw(st.lists(st.tuples(index, index).filter(lambda pair: pair[0] < pair[1]), max_size=2, unique=True))
    holds = [Hold(1 + unit, place=(unit, place)) for unit, place in places.items()]
    holds += [Hold(100 + number, pair=pair) for number, pair in enumerate(before)]
    return replace(question, holds=tuple(holds))


@settings(max_examples=150, deadline=None)
@given(pinned())
def test_each_price_is_the_total_with_less_the_total_without(question: Question) -> None:
    try:
        total = question.plan().total
    except ContradictoryPinsError:
        reject()
    prices = price_pins(question, total, pairs_effort=ALL)
    assert prices == {
        hold.pin_id: pytest.approx(max(total - question.plan(without=hold.pin_id).total, 0.0))
        for hold in question.holds
    }
    if question.holds:
        *others, last = question.holds
        assert price_hold(replace(question, holds=tuple(others)), last) == pytest.approx(prices[last.pin_id])


def test_pairs_beyond_the_effort_have_no_price_and_places_have() -> None:
    question = make_question([1, 1, 1], [0, 1, 2], [1.0, 2.0, 9.0])
    held = replace(question, holds=(Hold(1, place=(0, 1)), Hold(2, pair=(0, 1))))
    prices = price_pins(held, held.plan().total, pairs_effort=2)
    assert prices == {1: pytest.approx(8.0)}
    assert set(price_pins(held, held.plan().total, pairs_effort=3)) == {1, 2}


def test_a_contradiction_has_no_price() -> None:
    question = make_question([1, 1], [0, 1], [1.0, 2.0])
    held = replace(question, holds=(Hold(1, pair=(0, 1)),))
    with pytest.raises(ContradictoryPinsError):
        price_hold(held, Hold(0, pair=(1, 0)))
