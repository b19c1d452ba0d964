"""Why a unit moves, as facts: what it earns per point, whom it passes, what it waits for. Words are put elsewhere."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.proposals.moves import Rearrangement
from planner.domain.proposals.offering import Offer, places_in

MOST_NAMED = 2
"""So many of the units that are passed get named."""


@dataclass(frozen=True)
class MoveFacts:
    """What a sentence about one move is made of. Units are indexes of the backlog.

    ``per_point``: cost of delay a week over ``points``, those it adds itself. ``passed``: units on the other side
    of it afterwards; ``passed_points`` and ``passed_per_point`` theirs together; ``all_worse`` and ``all_better``:
    each of them earns less, or more, per point. ``points_sooner``: how much earlier it earns, negative for later.
    ``waits_for``: the unit before it that finishes a story it needs. ``stories`` and ``scattered``: how many stories
    are brought together, over how many places of stories. ``makes_room_for``: a better move across it.
    """

    per_point: float
    points: float
    value: float
    passed: int
    named: tuple[int, ...]
    passed_points: float
    passed_per_point: float
    all_worse: bool
    all_better: bool
    is_best: bool
    points_sooner: float
    waits_for: int | None
    stories: int
    scattered: int
    is_pinned: bool
    makes_room_for: int | None


def gather_facts(
    change: Rearrangement, offer: Offer, is_chosen: BoolArray, pinned: AbstractSet[int]
) -> list[MoveFacts]:
    """The facts of each offered move, in the order of ``offer.priced``."""
    gathered = _Gathering(change, offer, pinned)
    chosen = offer.priced.places[is_chosen]
    return [gathered.facts_of(place, chosen) for place in offer.priced.places.tolist()]


class _Gathering:
    def __init__(self, change: Rearrangement, offer: Offer, pinned: AbstractSet[int]) -> None:
        work = change.work
        self._place_then = places_in(offer.order, len(work.backlog.cost_of_delay))[work.units]
        self._change, self._pinned, self._units = change, pinned, work.units
        number = len(work.units)
        points = work.backlog.counted_points[change.now]
        self._points = np.bincount(change.taker, weights=points, minlength=number)
        self._value = work.backlog.cost_of_delay[work.units]
        self._per_point = np.divide(self._value, self._points, out=np.full(number, np.inf), where=self._points > 0)
        now = work.finished_at(change.sequence(change.mask([])))
        new = work.finished_at(change.sequence(offer.chosen))
        self._sooner: FloatArray = (now - new)[work.units]
        self._best = float(self._per_point[np.isfinite(self._per_point)].max(initial=0.0))
        self._waits_for = self._find_waits()
        self._stories = np.bincount(change.taker, minlength=number)
        first, last = np.full(number, change.stories), np.zeros(number, dtype=np.int64)
        np.minimum.at(first, change.taker, np.arange(change.stories))
        np.maximum.at(last, change.taker, np.arange(change.stories))
        self._span = np.maximum(last - first + 1, 0)

    def _find_waits(self) -> IntArray:
        """For each place the latest place before it whose unit takes a story that this one's stories need; -1: none."""
        change = self._change
        taker = np.full(len(change.work.backlog.points), -1)
        taker[change.now] = change.taker
        dependent, prerequisite = change.work.needs
        waits = np.full(len(self._units), -1)
        is_other = taker[dependent] != taker[prerequisite]
        np.maximum.at(waits, taker[dependent[is_other]], taker[prerequisite[is_other]])
        return waits

    def facts_of(self, place: int, chosen: IntArray) -> MoveFacts:
        now, then = self._change.place_now, self._place_then
        ups = (now < now[place]) & (then > then[place])
        downs = (now > now[place]) & (then < then[place])
        counts = self._points > 0
        passed = np.flatnonzero((ups if ups.sum() >= downs.sum() else downs) & counts)
        points = float(self._points[passed].sum())
        crossing = chosen[(chosen != place) & (ups | downs)[chosen]]
        return MoveFacts(
            per_point=float(self._per_point[place]),
            points=float(self._points[place]),
            value=float(self._value[place]),
            passed=len(passed),
            named=tuple(self._units[passed[:MOST_NAMED]].tolist()),
            passed_points=points,
            passed_per_point=float(self._value[passed].sum()) / points if points else 0.0,
            all_worse=bool(len(passed) and np.all(self._per_point[passed] < self._per_point[place])),
            all_better=bool(len(passed) and np.all(self._per_point[passed] > self._per_point[place])),
            is_best=bool(self._per_point[place] >= self._best),
            points_sooner=float(self._sooner[place]),
            waits_for=int(self._units[self._waits_for[place]]) if self._waits_for[place] >= 0 else None,
            stories=int(self._stories[place]),
            scattered=int(self._span[place]),
            is_pinned=int(self._units[place]) in self._pinned,
            makes_room_for=int(self._units[crossing[0]]) if len(crossing) else None,
        )
