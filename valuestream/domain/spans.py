"""Spans of time in which something holds for a story: blocked, assigned, worked on.

Answers for many (story, instant) pairs at once by one search in the spans sorted by (story, start). The
pair is made one integer by replacing instants by their place among all starts, so that nothing
overflows.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from valuestream.domain.calendar import ElapsedTime
from valuestream.domain.visits import OPEN


@dataclass(frozen=True)
class Spans:
    """Half-open spans ``[start, end)``, shape (spans,); ``end`` is OPEN while it lasts. Make them with `of`."""

    story: IntArray
    start: IntArray
    end: IntArray

    @classmethod
    def of(cls, story: IntArray, start: IntArray, end: IntArray) -> "Spans":
        """Spans in any order, which may overlap: sorted, those of a story that touch made one, empty ones dropped."""
        order = np.lexsort((start, story))
        order = order[end[order] > start[order]]
        story, start, end = story[order], start[order], end[order]
        if not len(order):
            return cls(story, start, end)
        latest_end = _running_maximum(story, end)
        is_first = np.ones(len(order), dtype=np.bool_)
        is_first[1:] = (story[1:] != story[:-1]) | (start[1:] > latest_end[:-1])
        starts = np.flatnonzero(is_first)
        ends = np.append(starts, len(order))[1:] - 1
        return cls(story[starts], start[starts], latest_end[ends])

    @classmethod
    def none(cls) -> "Spans":
        """No spans at all."""
        empty = np.zeros(0, dtype=np.int64)
        return cls(empty, empty, empty)

    def as_of(self, instant: int) -> "Spans":
        """The spans known at an instant; those that go on end just after it."""
        known = self.start <= instant
        return Spans(self.story[known], self.start[known], np.minimum(self.end[known], instant + 1))

    def covers(self, story: IntArray, instant: IntArray) -> BoolArray:
        """Whether each story's spans hold at its instant."""
        latest, is_same = self._latest_begun(story, instant)
        return is_same & (self._at(self.end, latest) > instant)

    def next_covered(self, story: IntArray, instant: IntArray) -> IntArray:
        """The first moment from each instant on at which a span of the story holds; OPEN if none does."""
        latest, is_same = self._latest_begun(story, instant)
        following = latest + 1
        has_following = following < len(self.story)
        has_following &= self._at(self.story, following) == story
        later = np.where(has_following, self._at(self.start, following), OPEN)
        return np.where(is_same & (self._at(self.end, latest) > instant), instant, later)

    def covered_seconds(self, story: IntArray, start: IntArray, end: IntArray, clock: ElapsedTime) -> FloatArray:
        """Time of ``[start, end)`` during which a span of the story holds, on the clock; 0 where end <= start."""
        seconds = np.zeros(len(story))
        concerned = np.flatnonzero(np.isin(story, self.story) & (end > start))
        story, start, end = story[concerned], start[concerned], end[concerned]
        seconds[concerned] = self._covered_before(story, end, clock) - self._covered_before(story, start, clock)
        return seconds

    def _covered_before(self, story: IntArray, instant: IntArray, clock: ElapsedTime) -> FloatArray:
        """Covered time of all stories before the given one, and of it before the instant."""
        lengths = clock.elapsed_seconds(self.start, self.end)
        total = np.concatenate([[0.0], np.cumsum(lengths)])
        latest, is_same = self._latest_begun(story, instant)
        running = clock.elapsed_seconds(self._at(self.start, latest), np.minimum(instant, self._at(self.end, latest)))
        covered: FloatArray = np.where(is_same, total[np.maximum(latest, 0)] + running, total[latest + 1])
        return covered

    @cached_property
    def _starts(self) -> IntArray:
        return np.unique(self.start)

    @cached_property
    def _keys(self) -> IntArray:
        return self._key(self.story, self.start)

    def _key(self, story: IntArray, instant: IntArray) -> IntArray:
        return story * (len(self._starts) + 1) + np.searchsorted(self._starts, instant, side="right")

    def _latest_begun(self, story: IntArray, instant: IntArray) -> tuple[IntArray, BoolArray]:
        """The last span, in order, that begins at or before (story, instant), -1 if none; whether it's the story's."""
        latest = np.searchsorted(self._keys, self._key(story, instant), side="right") - 1
        return latest, (latest >= 0) & (self._at(self.story, latest) == story)

    def _at(self, column: IntArray, place: IntArray) -> IntArray:
        """The column's entries; any entry where the place is outside, for the caller to mask."""
        if not len(column):
            return np.full(len(place), -1)
        return column[np.clip(place, 0, len(column) - 1)]


def _running_maximum(story: IntArray, end: IntArray) -> IntArray:
    """Largest end so far within each story; stories in rising order."""
    ends, place = np.unique(end, return_inverse=True)
    best = np.maximum.accumulate(story * len(ends) + place)
    return ends[best - story * len(ends)]
