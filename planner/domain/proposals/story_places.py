"""From a choice of moves to an order of all open stories, and from that to as few new ranks as there can be.

The stories that count follow the sequence of the choice. Optional stories of a chosen unit come right after its
last required one. Everything else (unvalued units, loose unvalued stories, other optional stories, the running
sprint) keeps the story above it: it stays below the nearest one above that itself stays.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from planner.domain.arrays import BoolArray, IntArray
from planner.domain.ordering.worked import Work
from planner.domain.proposals.subsequences import longest_increasing
from planner.domain.ranks import COMFORTABLE_GAP, RanksExhaustedError, spread


def place_stories(work: Work, story_order: IntArray, sequence: IntArray, chosen: BoolArray) -> IntArray:
    """All open stories in their new order.

    ``story_order``: by rank now. ``sequence``: the stories that count as they are to be worked. ``chosen``: over the
    places of ``work.units``.
    """
    count = len(work.backlog.points)
    turn = np.full(count, -1)
    turn[sequence] = np.arange(len(sequence))
    rank = np.empty(count, dtype=np.int64)
    rank[story_order] = np.arange(len(story_order))
    stays = np.zeros(count, dtype=np.bool_)
    stays[sequence[longest_increasing(rank[sequence])]] = True
    above = np.maximum.accumulate(np.where(stays[story_order], turn[story_order], -1))
    key = turn.copy()
    others = ~work.counts[story_order]
    key[story_order[others]] = above[others]
    kind = np.where(work.counts, 0, 2)
    for story, after in zip(*_optional_of_chosen(work, turn, chosen), strict=True):
        key[story], kind[story] = after, 1
    return story_order[np.lexsort((rank[story_order], kind[story_order], key[story_order]))]


def _optional_of_chosen(work: Work, turn: IntArray, chosen: BoolArray) -> tuple[list[int], list[int]]:
    """Optional stories of chosen units with a required story that counts, and the turn of the last such story."""
    last = np.full(len(work.backlog.cost_of_delay) + 1, -1)
    own = np.flatnonzero(work.backlog.is_own & work.counts)
    np.maximum.at(last, work.backlog.capability_of_story[own], turn[own])
    is_chosen = np.zeros(len(last), dtype=np.bool_)
    is_chosen[work.units[chosen]] = True
    unit = work.backlog.capability_of_story
    optional = work.backlog.is_open & ~work.backlog.is_required & ~work.counts & ~work.is_first
    stories = np.flatnonzero(optional & is_chosen[unit] & (last[unit] >= 0))
    return stories.tolist(), last[unit[stories]].tolist()


def fill_ranks(ranks: Sequence[int | None], preferred: Mapping[int, int] | None = None) -> dict[int, int]:
    """New ranks, by index, so that all rise: those missing (None), and neighbours where a gap is used up.

    ``preferred``: ranks by index to give back, where they fit.
    """
    filled = list(ranks)
    changed: dict[int, int] = {}
    index = 0
    while index < len(filled):
        if filled[index] is None:
            first, new = _fill_run(filled, index, preferred or {})
            changed.update(enumerate(new, first))
            filled[first : first + len(new)] = new
            index = first + len(new)
        index += 1
    return changed


def _fill_run(ranks: Sequence[int | None], start: int, preferred: Mapping[int, int]) -> tuple[int, list[int]]:
    """Where the run that starts here is filled from, and with what; it grows until its ranks fit."""
    end = _end_of_run(ranks, start)
    low, high = _outside(ranks, start, end)
    wanted = [preferred.get(index) for index in range(start, end)]
    if _fits(wanted, low, high):
        return start, [rank for rank in wanted if rank is not None]
    try:
        return start, spread(end - start, low, high)
    except RanksExhaustedError:
        return _fill_window(ranks, start, end)


def _fits(wanted: Sequence[int | None], low: int | None, high: int | None) -> bool:
    bounds = [*([] if low is None else [low]), *wanted, *([] if high is None else [high])]
    known = [rank for rank in bounds if rank is not None]
    return len(known) == len(bounds) and all(one < other for one, other in pairwise(known))


def _fill_window(ranks: Sequence[int | None], start: int, end: int) -> tuple[int, list[int]]:
    reach = 1
    while True:
        first, last = max(0, start - reach), _end_of_run(ranks, min(end + reach, len(ranks)))
        low, high = _outside(ranks, first, last)
        is_all = first == 0 or last == len(ranks)
        if is_all or low is None or high is None or (high - low) // (last - first + 1) >= COMFORTABLE_GAP:
            return first, spread(last - first, low, high)
        reach *= 2


def _end_of_run(ranks: Sequence[int | None], index: int) -> int:
    """The first index from here on that has a rank, or the end."""
    while index < len(ranks) and ranks[index] is None:
        index += 1
    return index


def _outside(ranks: Sequence[int | None], first: int, last: int) -> tuple[int | None, int | None]:
    return (ranks[first - 1] if first > 0 else None), (ranks[last] if last < len(ranks) else None)
