"""Ranks of a backlog: integers with wide gaps, and which few to rewrite when a gap is used up.

A rank is a signed 64-bit integer; neighbours start 2^32 apart, so one move writes one row and a gap
takes at least 32 insertions. When it is used up, the smallest window around it is spread evenly again:
list labelling after Dietz and Sleator (1987) in the simplified form of Bender, Cole, Demaine,
Farach-Colton and Zito (2002). The gap that a spread window must reach grows with the window, which
keeps the rows rewritten per insertion logarithmic on average, wherever the insertions fall.
"""

from collections.abc import Sequence
from math import isqrt
from typing import NamedTuple

GAP = 2**32
COMFORTABLE_GAP = 2**16
LOWEST_RANK = -(2**61)
HIGHEST_RANK = 2**61 - 1
PARKING_OFFSET = 2**62
"""Added to a rank, gives a place no rank uses: a window is parked there while it is rewritten, so that
a plain unique constraint holds after every row."""


class RanksExhaustedError(Exception):
    """There are more items than ranks between the two bounds."""


class Window(NamedTuple):
    """Items ``first`` to ``last`` (exclusive) of the given neighbours get new ranks, the new item among them.

    ``ranks`` has one entry more than the window: the new item's is ``ranks[gap - first]``.
    """

    first: int
    last: int
    ranks: list[int]


def rank_between(before: int | None, after: int | None) -> int | None:
    """A rank strictly between two neighbours (None: there is none on that side); None when the gap is used up."""
    low, high = _bounds(1, before, after)
    middle = (low + high) // 2
    return middle if low < middle < high else None


def initial_ranks(count: int, after: int | None = None) -> list[int]:
    """Rising ranks for ``count`` items that follow the rank ``after``, or that start a backlog."""
    return spread(count, after, None)


def spread(count: int, before: int | None, after: int | None) -> list[int]:
    """Rising, evenly spaced ranks for ``count`` items strictly between two ranks; raises RanksExhaustedError."""
    low, high = _bounds(count, before, after)
    if high - low <= count:
        raise RanksExhaustedError(f"{count} items do not fit between {before} and {after}")
    return [low + (high - low) * place // (count + 1) for place in range(1, count + 1)]


def smallest_window(neighbours: Sequence[int], gap: int, *, from_start: bool, to_end: bool) -> Window | None:
    """The smallest window around a used-up gap that can be spread comfortably, with its new ranks.

    ``neighbours``: rising ranks around the gap, without the item that moves; it goes before
    ``neighbours[gap]``. ``from_start`` and ``to_end`` say whether they begin and end with the backlog's
    first and last item; where they do not, the outermost one only bounds the window. None: not enough
    neighbours, come back with twice as many. With the whole backlog there is always an answer.
    """
    lowest = 0 if from_start else 1
    highest = len(neighbours) if to_end else len(neighbours) - 1
    if not lowest <= gap <= highest:
        return None
    reach = 1
    while lowest <= gap <= highest:
        first, last = max(lowest, gap - reach), min(highest, gap + reach)
        is_widest = (first, last) == (lowest, highest)
        if (is_widest and from_start and to_end) or _is_comfortable(neighbours, first, last):
            return Window(first, last, spread(last - first + 1, *_outside(neighbours, first, last)))
        if is_widest:
            break
        reach *= 2
    return None


def _is_comfortable(neighbours: Sequence[int], first: int, last: int) -> bool:
    count = last - first + 1
    low, high = _bounds(count, *_outside(neighbours, first, last))
    return (high - low) // (count + 1) >= COMFORTABLE_GAP * isqrt(count)


def _outside(neighbours: Sequence[int], first: int, last: int) -> tuple[int | None, int | None]:
    """The ranks just outside a window, None where the backlog ends."""
    return (
        neighbours[first - 1] if first > 0 else None,
        neighbours[last] if last < len(neighbours) else None,
    )


def _bounds(count: int, before: int | None, after: int | None) -> tuple[int, int]:
    """The exclusive bounds within which ``count`` ranks are spread: at an open end, a full gap each."""
    if before is not None and after is not None and before >= after:
        raise ValueError(f"rank {before} is not below {after}")
    room = (count + 1) * GAP
    if before is None and after is None:
        return -GAP, count * GAP
    low = before if before is not None else max((after or 0) - room, LOWEST_RANK - 1)
    high = after if after is not None else min((before or 0) + room, HIGHEST_RANK + 1)
    return low, high
