"""Cumulative flow: what was in each place at the end of each day, and the daily changes it is kept from.

`definitions.md`: a cell holds what is in the block at 24:00 of the workspace's day; an event at that
very instant belongs to the next day, so a cell never changes afterwards.
"""

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from valuestream.domain.visits import OPEN, Visits


@dataclass(frozen=True)
class DailyDeltas:
    """Visits entered and left per day and place, shape (days, places)."""

    entered: IntArray
    left: IntArray


def daily_deltas(visits: Visits, day_starts: IntArray, place_count: int) -> DailyDeltas:
    """Changes per day. ``day_starts``: rising instants, one more than days, the last one the end of the last day."""
    return DailyDeltas(
        _count(visits.entered_at, visits.place, day_starts, place_count),
        _count(visits.left_at, visits.place, day_starts, place_count),
    )


def _count(instants: IntArray, place: IntArray, day_starts: IntArray, place_count: int) -> IntArray:
    days = len(day_starts) - 1
    day = np.searchsorted(day_starts, instants, side="right") - 1
    inside = (day >= 0) & (day < days) & (place >= 0)
    cells = np.bincount(day[inside] * place_count + place[inside], minlength=days * place_count)
    return cells.reshape(days, place_count)


def cumulative_flow(
    visits: Visits, day_ends: IntArray, place_count: int, weights: FloatArray | None = None
) -> FloatArray:
    """What is in each place at each day's end, shape (days, places): items, or the sum of ``weights`` per story."""
    amounts = np.ones(len(visits)) if weights is None else weights[visits.story]
    entered = _before(visits.entered_at, visits.place, amounts, day_ends, place_count)
    return entered - _before(visits.left_at, visits.place, amounts, day_ends, place_count)


def _before(
    instants: IntArray, place: IntArray, amounts: FloatArray, day_ends: IntArray, place_count: int
) -> FloatArray:
    """Running total per place of the amounts whose instant lies before each day's end."""
    days = len(day_ends)
    first_end_after = np.searchsorted(day_ends, instants, side="right")
    inside = (first_end_after < days) & (place >= 0) & (instants != OPEN)
    cell = first_end_after[inside] * place_count + place[inside]
    changes = np.bincount(cell, weights=amounts[inside], minlength=days * place_count)
    return np.cumsum(changes.reshape(days, place_count), axis=0)
