"""Ranks: a strict order always, one row written per move, small windows when a gap is used up."""

import random
from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.ranks import (
    COMFORTABLE_GAP,
    GAP,
    HIGHEST_RANK,
    LOWEST_RANK,
    PARKING_OFFSET,
    RanksExhaustedError,
    initial_ranks,
    rank_between,
    smallest_window,
    spread,
)

ranks = st.integers(LOWEST_RANK, HIGHEST_RANK)


class ListedBacklog:
    """The reference user of the kernel: a sorted list of ranks, and the rows its moves write."""

    def __init__(self, start: list[int]) -> None:
        self.ranks = start
        self.rows_written = 0

    def insert(self, gap: int) -> None:
        before = self.ranks[gap - 1] if gap else None
        after = self.ranks[gap] if gap < len(self.ranks) else None
        rank = rank_between(before, after)
        if rank is None:
            self.relabel(gap)
        else:
            self.ranks.insert(gap, rank)
            self.rows_written += 1

    def relabel(self, gap: int) -> None:
        reach, window = 4, None
        while window is None:
            first, last = max(0, gap - reach), min(len(self.ranks), gap + reach)
            window = smallest_window(
                self.ranks[first:last], gap - first, from_start=first == 0, to_end=last == len(self.ranks)
            )
            reach *= 2
        self.ranks[first + window.first : first + window.last] = window.ranks
        self.rows_written += len(window.ranks)

    def is_strictly_ordered(self) -> bool:
        return all(one < other for one, other in zip(self.ranks, self.ranks[1:], strict=False))


@given(st.one_of(st.none(), ranks), st.one_of(st.none(), ranks))
def test_a_rank_between_is_strictly_between_and_in_range(before: int | None, after: int | None) -> None:
    if before is not None and after is not None and before > after:
        before, after = after, before
    if before == after and before is not None:
        after = None
    rank = rank_between(before, after)
    assert rank is None or LOWEST_RANK <= rank <= HIGHEST_RANK
    assert rank is None or before is None or before < rank
    assert rank is None or after is None or rank < after


def test_a_used_up_gap_has_no_rank_between() -> None:
    assert rank_between(7, 8) is None


@pytest.mark.parametrize("before", [8, 9])
def test_neighbours_in_the_wrong_order_are_refused(before: int) -> None:
    with pytest.raises(ValueError, match="not below"):
        rank_between(before, 8)


def test_moves_to_the_ends_keep_a_full_gap() -> None:
    assert (rank_between(None, 5), rank_between(5, None)) == (5 - GAP, 5 + GAP)


def test_the_ends_of_the_range_are_used_up_too() -> None:
    assert rank_between(None, LOWEST_RANK) is None
    assert rank_between(HIGHEST_RANK, None) is None


def test_a_gap_takes_32_insertions_at_one_place_before_it_is_used_up() -> None:
    after = GAP
    for _ in range(32):
        rank = rank_between(0, after)
        assert rank is not None
        after = rank
    assert rank_between(0, after) is None


def test_initial_ranks_are_a_full_gap_apart_and_follow_the_last() -> None:
    assert initial_ranks(3, after=10) == [10 + GAP, 10 + 2 * GAP, 10 + 3 * GAP]
    assert initial_ranks(2) == [0, GAP]
    assert initial_ranks(0) == []


@given(st.integers(0, 50), ranks, st.integers(1, 200))
def test_spread_ranks_rise_between_their_bounds_or_are_refused(count: int, before: int, room: int) -> None:
    after = min(before + room, HIGHEST_RANK + 1)
    if after - before <= count:
        with pytest.raises(RanksExhaustedError):
            spread(count, before, after)
    else:
        within = [before, *spread(count, before, after), after]
        assert within == sorted(set(within))


def test_a_parked_rank_is_no_rank_and_fits_64_bits() -> None:
    assert HIGHEST_RANK < LOWEST_RANK + PARKING_OFFSET
    assert HIGHEST_RANK + PARKING_OFFSET < 2**63


@given(st.lists(st.integers(0, 10**6), max_size=300), st.lists(st.integers(1, 5), min_size=1, max_size=20))
def test_any_sequence_of_insertions_keeps_a_strict_order(places: list[int], gaps: list[int]) -> None:
    start = [sum(gaps[:end]) for end in range(1, len(gaps) + 1)]
    backlog = ListedBacklog(list(start))
    for place in places:
        backlog.insert(place % (len(backlog.ranks) + 1))
    assert len(backlog.ranks) == len(start) + len(places)
    assert backlog.is_strictly_ordered()


@pytest.mark.parametrize("side", ["before", "after", "middle", "top", "random"])
def test_a_thousand_insertions_into_one_gap_write_few_rows(side: str) -> None:
    backlog = ListedBacklog(initial_ranks(10_000))
    lower = upper = 5_000
    generator = random.Random(3)
    for _ in range(1_000):
        places = {"before": upper, "after": lower, "middle": (lower + upper) // 2, "top": 0}
        backlog.insert(places.get(side, generator.randint(lower, upper)))
        upper += 1
    assert backlog.is_strictly_ordered()
    assert backlog.rows_written <= 6_000


def test_a_window_is_small_and_leaves_comfortable_gaps() -> None:
    neighbours = initial_ranks(500)
    neighbours[250:250] = [neighbours[249] + 1, neighbours[249] + 2]
    window = smallest_window(neighbours, 251, from_start=True, to_end=True)
    assert window is not None
    assert len(window.ranks) == window.last - window.first + 1 <= 5
    assert min(b - a for a, b in zip(window.ranks, window.ranks[1:], strict=False)) >= COMFORTABLE_GAP


def test_too_few_neighbours_are_told_apart_from_an_answer() -> None:
    assert smallest_window([1, 2, 3, 4], 2, from_start=False, to_end=False) is None
    assert smallest_window([1, 2], 0, from_start=False, to_end=True) is None


def test_the_whole_backlog_always_has_an_answer() -> None:
    window = smallest_window([1, 2, 3, 4], 2, from_start=True, to_end=True)
    assert window is not None
    assert bisect_left(window.ranks, window.ranks[2 - window.first]) == 2 - window.first
