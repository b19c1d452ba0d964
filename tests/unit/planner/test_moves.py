"""A proposed order as moves: prices add up, every choice can be worked, and stories follow it with few new ranks."""

from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.arrays import IntArray
from planner.domain.ordering.worked import worked_sequence
from planner.domain.proposals.moves import Rearrangement
from planner.domain.proposals.proposing import choose, propose, rearrange
from planner.domain.proposals.question import Hold, Question
from planner.domain.proposals.story_places import fill_ranks, place_stories
from planner.domain.proposals.subsequences import longest_increasing
from planner.domain.ranks import GAP
from planner.domain.scoring import Backlog, cost_of_order

CENT = 1e-6


def make_question(
    points: list[float],
    units: list[int],
    values: list[float],
    needs: tuple[tuple[int, int], ...] = (),
    *,
    required: list[bool] | None = None,
    frozen: list[bool] | None = None,
    story_order: list[int] | None = None,
    **more: Any,
) -> Question:
    """Stories of these points in these units (-1: none), in this order by rank; needs are (prerequisite, dependent)."""
    pairs = np.array(needs, dtype=np.int64).reshape(-1, 2)
    value = np.array(values, dtype=np.float64)
    backlog = Backlog(
        points=np.array(points, dtype=np.float64),
        is_required=np.array(required or [True] * len(points), dtype=np.bool_),
        is_open=np.ones(len(points), dtype=np.bool_),
        capability_of_story=np.array(units, dtype=np.int64),
        prerequisite=pairs[:, 0],
        dependent=pairs[:, 1],
        cost_of_delay=value,
    )
    order = np.array(story_order if story_order is not None else range(len(points)), dtype=np.int64)
    seen = dict.fromkeys(units[story] for story in order.tolist() if units[story] >= 0)
    present = [*seen, *(unit for unit in range(len(values)) if unit not in seen)]
    return Question(
        backlog=backlog,
        story_order=order,
        present=np.array(present, dtype=np.int64),
        frozen=np.array(frozen or [False] * len(points), dtype=np.bool_),
        low=value * 0.8,
        high=value * 1.2,
        points_per_week=1.0,
        **{"deadline_weeks": np.full(len(value), np.nan), "at_stake": np.zeros(len(value)), **more},
    )


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Small backlogs with everything in them: scattered, optional, loose, frozen and unvalued stories, and needs."""
    count = draw(st.integers(1, 12))
    number = draw(st.integers(1, 5))

    def listed(strategy: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(strategy, min_size=count, max_size=count))

    units = listed(st.integers(-1, number - 1))
    values = draw(st.lists(st.sampled_from([float("nan"), 0.0, 1.0, 5.0, 20.0]), min_size=number, max_size=number))
    needs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=8))
    label = draw(st.permutations(range(count)))
    return make_question(
        listed(st.sampled_from([0.0, 1.0, 2.0, 8.0])),
        units,
        values,
        tuple({(one, other) for one, other in needs if label[one] < label[other]}),
        required=listed(st.booleans()),
        frozen=listed(st.sampled_from([False, False, False, True])),
        story_order=list(draw(st.permutations(range(count)))),
    )


def all_choices(change: Rearrangement) -> list[Any]:
    moves = change.moves.tolist()
    return [change.mask(chosen) for size in range(len(moves) + 1) for chosen in combinations(moves, size)]


def obeys(question: Question, sequence: IntArray) -> bool:
    place = {story: at for at, story in enumerate(sequence.tolist())}
    needs = zip(question.backlog.prerequisite.tolist(), question.backlog.dependent.tolist(), strict=True)
    return all(place[one] < place[other] for one, other in needs if one in place and other in place)


CHAIN = ((0, 1),)


def test_the_first_worked_example_is_one_move_that_saves_eleven() -> None:
    question = make_question([1, 1, 1], [0, 1, 2], [1.0, 20.0, 5.0], CHAIN, story_order=[2, 0, 1])
    answer = propose(question)
    assert (answer.total_now, answer.total_proposed, answer.lower_bound) == (67, 56, 56)
    [move] = answer.moves
    assert (move.unit, move.place_from, move.place_to, move.saving, move.is_chosen) == (2, 1, 3, 11, True)


def test_a_best_order_has_no_moves() -> None:
    answer = propose(make_question([1, 1, 1], [0, 1, 2], [1.0, 20.0, 5.0], CHAIN))
    assert list(answer.moves) == []
    assert answer.total_now == answer.total_proposed == answer.total_chosen == 56


def test_an_empty_backlog_has_nothing_to_propose() -> None:
    answer = propose(make_question([], [], []))
    assert list(answer.moves) == []
    assert answer.total_now == answer.total_proposed == answer.lower_bound == 0


def test_scattered_stories_are_a_move_though_the_unit_keeps_its_place() -> None:
    question = make_question([1, 5, 1], [0, 1, 0], [10.0, 1.0])
    answer = propose(question)
    [move] = answer.moves
    assert (move.unit, move.place_from, move.place_to) == (0, 1, 1)
    assert (move.saving, answer.total_now, answer.total_proposed) == (49, 76, 27)


def test_stories_outside_every_valued_unit_take_no_time() -> None:
    question = make_question(
        [1, 100, 1, 50], [0, 1, 2, 0], [1.0, float("nan"), 5.0], required=[True, True, True, False]
    )
    answer = propose(question)
    assert (answer.total_now, answer.total_proposed) == (1 + 10, 5 + 2)


def test_the_running_sprint_is_worked_first_whatever_the_order() -> None:
    question = make_question([4, 1], [0, 1], [1.0, 100.0], frozen=[True, False])
    answer = propose(question)
    assert list(answer.moves) == []
    assert answer.total_now == answer.total_proposed == 4 + 500
    assert answer.frozen_cost == 504 - 105


def test_a_pin_has_the_price_of_the_order_it_prevents() -> None:
    question = make_question([1, 1], [0, 1], [1.0, 9.0], holds=(Hold(7, pair=(0, 1)),))
    answer = propose(question)
    assert answer.pins_cost == answer.pin_prices[7] == 19 - 11
    assert list(answer.moves) == []


def test_what_is_too_close_to_call_keeps_the_order_people_made() -> None:
    uncertain = make_question([1, 1, 1], [0, 1, 2], [9.9, 10.0, 100.0])
    answer = propose(replace(uncertain, low=np.array([1.0, 1, 90]), high=np.array([30.0, 30, 110])))
    assert answer.order.tolist() == [2, 0, 1]
    [group] = answer.groups
    assert group.units == (0, 1)
    assert [move.unit for move in answer.moves] == [2]
    certain = propose(replace(uncertain, low=uncertain.backlog.cost_of_delay, high=uncertain.backlog.cost_of_delay))
    assert certain.order.tolist() == [2, 1, 0]
    assert list(certain.groups) == []


@given(questions())
@settings(max_examples=150, deadline=None)
def test_savings_add_up_to_the_difference(question: Question) -> None:
    answer = propose(question)
    assert sum(move.saving for move in answer.moves) == pytest.approx(
        answer.total_now - answer.total_proposed, abs=CENT
    )
    assert answer.total_proposed <= answer.total_now + CENT
    assert answer.lower_bound <= answer.total_proposed + CENT


@given(questions())
@settings(max_examples=100, deadline=None)
def test_every_choice_is_an_order_that_can_be_worked(question: Question) -> None:
    change = rearrange(question, propose(question).order)
    for chosen in all_choices(change):
        sequence = change.sequence(chosen)
        assert sorted(sequence.tolist()) == sorted(change.now.tolist())
        assert obeys(question, sequence)


@given(questions())
@settings(max_examples=100, deadline=None)
def test_no_move_is_the_present_order_and_all_are_the_plan(question: Question) -> None:
    order = propose(question).order
    change = rearrange(question, order)
    assert change.sequence(change.mask([])).tolist() == worked_sequence(change.work, question.story_order).tolist()
    assert change.cost(change.is_move) <= cost_of_order(question.backlog, order, frozen=question.frozen) + CENT


@given(questions())
@settings(max_examples=100, deadline=None)
def test_stories_placed_by_a_choice_cost_what_was_promised(question: Question) -> None:
    change = rearrange(question, propose(question).order)
    for chosen in all_choices(change):
        placed = place_stories(change.work, question.story_order, change.sequence(chosen), chosen)
        assert sorted(placed.tolist()) == sorted(question.story_order.tolist())
        assert change.work.cost(worked_sequence(change.work, placed)) == pytest.approx(change.cost(chosen), abs=CENT)


def test_optional_stories_follow_their_unit_and_the_rest_keeps_what_stands_above() -> None:
    # 0: the best unit, last, with an optional story (4); 1: a unit; an unvalued loose story (2) below unit 1's.
    question = make_question(
        [5, 3, 1, 1, 1],
        [1, 1, 2, 0, 0],
        [50.0, 1.0, float("nan")],
        required=[True, True, True, True, False],
        story_order=[0, 1, 2, 4, 3],
    )
    change = rearrange(question, propose(question).order)
    chosen = choose(change, [0])
    placed = place_stories(change.work, question.story_order, change.sequence(chosen), chosen)
    assert placed.tolist() == [3, 4, 0, 1, 2]


def test_a_move_pulls_up_what_it_needs() -> None:
    question = make_question([1, 9, 1], [0, 1, 2], [20.0, 1.0, 2.0], ((2, 0),), story_order=[1, 0, 2])
    change = rearrange(question, propose(question).order)
    assert change.sequence(change.is_move).tolist() == [2, 0, 1]


@given(st.lists(st.integers(0, 9), max_size=9, unique=True))
def test_the_longest_increasing_subsequence_is_the_longest(values: list[int]) -> None:
    mask = longest_increasing(np.array(values, dtype=np.int64))
    kept = [value for value, stays in zip(values, mask.tolist(), strict=True) if stays]
    assert kept == sorted(kept)
    longest = max(
        size
        for size in range(len(values) + 1)
        if any(list(some) == sorted(some) for some in combinations(values, size))
    )
    assert len(kept) == longest


@given(st.lists(st.one_of(st.none(), st.just(1)), max_size=40), st.sampled_from([1, 2, 3, GAP]), st.booleans())
def test_filled_ranks_rise_and_a_wide_gap_changes_only_what_moves(
    shape: list[int | None], gap: int, is_low: bool
) -> None:
    start = -(2**61) + 1 if is_low else 0
    ranks = [None if slot is None else start + gap * index for index, slot in enumerate(shape)]
    changed = fill_ranks(ranks)
    filled = [changed.get(index, rank) for index, rank in enumerate(ranks)]
    known = [rank for rank in filled if rank is not None]
    assert len(known) == len(shape)
    assert all(one < other for one, other in pairwise(known))
    if gap == GAP and not is_low:
        assert set(changed) == {index for index, rank in enumerate(ranks) if rank is None}


def test_ranks_are_given_back_where_they_fit() -> None:
    assert fill_ranks([0, None, None, 100], {1: 7, 2: 9}) == {1: 7, 2: 9}
    assert fill_ranks([0, None, None, 100], {1: 9, 2: 7}) == {1: 33, 2: 66}


def test_ten_thousand_stories_are_answered_within_seconds() -> None:
    numbers = np.random.default_rng(3)
    count, units = 10_000, 1_000
    owners = numbers.integers(0, units, count).tolist()
    needs = {tuple(sorted(pair)) for pair in numbers.integers(0, count, (2_000, 2)).tolist() if pair[0] != pair[1]}
    question = make_question(
        numbers.choice([1.0, 2, 3, 5, 8], count).tolist(),
        owners,
        numbers.lognormal(7, 1.3, units).tolist(),
        tuple(needs),
    )
    answer = propose(question)
    total = sum(move.saving for move in answer.moves)
    assert total == pytest.approx(answer.total_now - answer.total_proposed, rel=1e-9)
    assert len(answer.moves) > 100
