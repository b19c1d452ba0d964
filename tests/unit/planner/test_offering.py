"""Which moves are worth offering: small ones are left out, what remains adds up, and what is held stays held."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.arrays import IntArray
from planner.domain.proposals.moves import Rearrangement
from planner.domain.proposals.offering import order_of_choice
from planner.domain.proposals.proposing import LEAST_MONEY, LEAST_SHARE, Answer, choose, propose
from planner.domain.proposals.proposing import rearrange as rearrange_to
from planner.domain.proposals.question import Hold, Question
from planner.domain.proposals.story_places import place_stories
from planner.domain.scoring import cost_of_order
from tests.unit.planner.test_moves import make_question

NEAR = 1e-6


def least_of(question: Question, answer: Answer) -> float:
    return max(LEAST_MONEY * question.points_per_week, LEAST_SHARE * answer.total_now)


def accepted(question: Question, answer: Answer) -> IntArray:
    """All open stories once every move that was offered is made."""
    change = rearrange_to(question, answer.target)
    chosen = choose(change, [move.unit for move in answer.moves])
    return place_stories(change.work, question.story_order, change.sequence(chosen), chosen)


def asked_again(question: Question, stories: IntArray) -> Question:
    units = question.backlog.capability_of_story[stories].tolist()
    return replace(question, story_order=stories, present=np.array(list(dict.fromkeys(units)), dtype=np.int64))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Up to 40 stories in up to 12 units of like worth, with needs, in any order."""
    count = draw(st.integers(2, 40))
    units = draw(st.integers(1, min(count, 12)))
    owner = [*range(units), *(draw(st.integers(0, units - 1)) for _ in range(count - units))]
    pairs = [(draw(st.integers(0, story - 1)), story) for story in range(1, count) if draw(st.booleans())]
    points = [float(draw(st.sampled_from([1, 2, 3, 5]))) for _ in range(count)]
    values = [draw(st.sampled_from([100.0, 100.001, 200.0, 5000.0])) for _ in range(units)]
    order = draw(st.permutations(range(count)))
    return make_question(points, owner, values, tuple(pairs), story_order=list(order))


@settings(max_examples=150, deadline=None)
@given(questions())
def test_what_is_offered_adds_up_and_the_order_is_the_one_that_it_makes(question: Question) -> None:
    answer = propose(question)
    saved = sum(move.saving for move in answer.moves)
    assert answer.total_now - answer.total_proposed == pytest.approx(saved, abs=NEAR * max(answer.total_now, 1))
    assert sorted(answer.order.tolist()) == sorted(answer.before.tolist())
    places = {unit: place for place, unit in enumerate(answer.order.tolist(), 1)}
    assert all(places[move.unit] == move.place_to for move in answer.moves)
    if answer.moves:
        assert cost_of_order(question.backlog, answer.order) <= answer.total_proposed * (1 + NEAR)
    else:
        assert answer.order.tolist() == answer.before.tolist()
        assert answer.total_proposed == pytest.approx(answer.total_now)
    every = answer.total_proposed - answer.left_out_saving
    assert rearrange_to(question, answer.target).cost(rearrange_to(question, answer.target).is_move) == pytest.approx(
        every, rel=NEAR
    )


@settings(max_examples=100, deadline=None)
@given(questions())
def test_no_move_is_offered_that_nothing_is_lost_without(question: Question) -> None:
    answer = propose(question)
    least = least_of(question, answer)
    change = rearrange_to(question, answer.target)
    chosen = choose(change, [move.unit for move in answer.moves])
    for move in answer.moves:
        if abs(move.saving) < least:
            without = chosen.copy()
            without[np.flatnonzero(change.work.units == move.unit)] = False
            assert change.cost(without) - change.cost(chosen) >= least * (1 - NEAR)


def test_units_of_one_rate_but_for_a_hair_stay_as_they_are() -> None:
    question = make_question([1, 1, 1, 1], [0, 1, 2, 3], [100.0, 100.00001, 100.00002, 900.0])
    value = question.backlog.cost_of_delay
    answer = propose(replace(question, low=value, high=value))
    assert [move.unit for move in answer.moves] == [3]
    assert answer.order.tolist() == [3, 0, 1, 2]
    assert answer.left_out == 2
    assert 0 < answer.left_out_saving < LEAST_MONEY


def test_what_was_accepted_is_not_proposed_to_be_shuffled_again() -> None:
    generator = np.random.default_rng(7)
    count, units = 300, 30
    values = generator.lognormal(8, 1.2, units).tolist()
    needs = tuple((int(generator.integers(0, story)), story) for story in range(1, count))
    points = generator.choice([1.0, 2, 3, 5, 8], count).tolist()
    owner = generator.integers(0, units, count).tolist()
    order = generator.permutation(count).tolist()
    question = make_question(points, owner, values, needs, story_order=order)
    first = propose(question)
    again = asked_again(question, accepted(question, first))
    second = propose(again)
    third = propose(asked_again(again, accepted(again, second)))
    assert len(third.moves) <= len(second.moves) < len(first.moves) / 2
    assert third.total_now <= second.total_now <= first.total_now
    assert all(abs(move.saving) >= least_of(again, second) for move in second.moves)


def test_a_pin_is_kept_to_although_its_move_saves_nothing() -> None:
    question = make_question([1, 1, 1], [0, 1, 2], [9.0, 5.0, 1.0])
    pinned = replace(question, holds=(Hold(1, place=(2, 1)),))
    answer = propose(pinned)
    assert answer.order.tolist() == [2, 0, 1]
    assert [move.unit for move in answer.moves] == [2]
    assert answer.moves[0].saving < 0


def test_a_unit_that_a_move_pulls_up_is_listed_where_it_then_stands() -> None:
    question = make_question([1, 9, 1], [0, 1, 2], [20.0, 1.0, 2.0], ((2, 0),), story_order=[1, 0, 2])
    change: Rearrangement = rearrange_to(question, np.array([2, 0, 1]))
    chosen = choose(change, [0])
    assert order_of_choice(change, chosen).tolist() == [2, 0, 1]
    assert order_of_choice(change, change.mask([])).tolist() == [1, 0, 2]


def test_what_a_pin_asks_for_is_offered_as_chosen_whatever_it_costs() -> None:
    question = make_question([1, 1, 1], [0, 1, 2], [9.0, 5.0, 1.0])
    answer = propose(replace(question, holds=(Hold(1, place=(2, 1)),)))
    [move] = answer.moves
    assert (move.unit, move.is_chosen) == (2, True)
    assert move.saving < 0
    assert answer.total_chosen == answer.total_proposed
