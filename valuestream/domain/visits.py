"""Visits: from a log of state changes to maximal runs of a story in one state, block or stage.

`definitions.md`, "The event log". Instants are int64 microseconds since 1970 UTC; visits are half-open,
``[entered_at, left_at)``, and ``left_at`` is OPEN while the story is still there. Order is
(occurred_at, sequence): changes at the same instant are real, and a visit of length zero is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from planner.domain.arrays import BoolArray, IntArray

OPEN = np.iinfo(np.int64).max
UNMAPPED = -1
OUTSIDE = -2
"""Codes of a state's block: UNMAPPED is listed as such; OUTSIDE (done, cancelled) is left out on purpose."""


class StateChange(NamedTuple):
    """One change of a story's state; ``sequence`` orders those of the same instant."""

    occurred_at: datetime
    sequence: int
    from_state: int
    to_state: int


class StateVisit(NamedTuple):
    """One run of a story in a state; ``left_at`` is None while it lasts."""

    state: int
    entered_at: datetime
    left_at: datetime | None


def visits_of_story(created_at: datetime, first_state: int, changes: Iterable[StateChange]) -> list[StateVisit]:
    """The visits of one story, in order.

    ``first_state`` counts only where nothing changed: else it is the state before the first change. A
    change dated before the creation moves the creation back to it.
    """
    ordered = sorted(changes, key=attrgetter("occurred_at", "sequence"))
    if not ordered:
        return [StateVisit(first_state, created_at, None)]
    entries = [(ordered[0].from_state, min(created_at, ordered[0].occurred_at))]
    for change in ordered:
        if change.to_state != entries[-1][0]:
            entries.append((change.to_state, change.occurred_at))
    leavings: Sequence[datetime | None] = [*(entered_at for _, entered_at in entries[1:]), None]
    return [StateVisit(*entry, left_at) for entry, left_at in zip(entries, leavings, strict=True)]


@dataclass(frozen=True)
class ChangeLog:
    """Changes of many stories, shape (changes,), in any order, and the stories' births, shape (stories,)."""

    story: IntArray
    occurred_at: IntArray
    sequence: IntArray
    from_state: IntArray
    to_state: IntArray
    created_at: IntArray
    first_state: IntArray


@dataclass(frozen=True)
class Visits:
    """Visits, shape (visits,), sorted by (story, entered_at), those of one instant in the order they happened.

    ``place``: the state, block or stage; the codes UNMAPPED and OUTSIDE are places too.
    """

    story: IntArray
    place: IntArray
    entered_at: IntArray
    left_at: IntArray

    def __len__(self) -> int:
        """Number of visits."""
        return len(self.story)

    def take(self, chosen: BoolArray | IntArray | slice) -> "Visits":
        """The chosen visits, in the same order."""
        return Visits(self.story[chosen], self.place[chosen], self.entered_at[chosen], self.left_at[chosen])

    def as_of(self, instant: int) -> "Visits":
        """The visits as they were known at an instant: what happened after it does not exist."""
        known = self.entered_at <= instant
        left_at = np.where(self.left_at > instant, OPEN, self.left_at)
        return Visits(self.story[known], self.place[known], self.entered_at[known], left_at[known])


def build_visits(log: ChangeLog) -> Visits:
    """The visits of many stories: the vectorised `visits_of_story`, one stable sort."""
    order = _chronological(log)
    story, occurred_at, to_state = log.story[order], log.occurred_at[order], log.to_state[order]
    starts = np.flatnonzero(_is_new(story))
    first_state, created_at = log.first_state.copy(), log.created_at.copy()
    changed = story[starts]
    first_state[changed] = log.from_state[order][starts]
    created_at[changed] = np.minimum(created_at[changed], occurred_at[starts])
    births = np.searchsorted(story, np.arange(len(created_at)))
    return runs(
        np.insert(story, births, np.arange(len(created_at))),
        np.insert(to_state, births, first_state),
        np.insert(occurred_at, births, created_at),
    )


def _chronological(log: ChangeLog) -> IntArray:
    """The order by (story, occurred_at, sequence); quick where the log is already in it."""
    same_story = log.story[1:] == log.story[:-1]
    same_instant = log.occurred_at[1:] == log.occurred_at[:-1]
    rises = np.where(same_instant, log.sequence[1:] >= log.sequence[:-1], log.occurred_at[1:] > log.occurred_at[:-1])
    if np.where(same_story, rises, log.story[1:] > log.story[:-1]).all():
        return np.arange(len(log.story))
    return np.lexsort((log.sequence, log.occurred_at, log.story))


def _is_new(story: IntArray) -> BoolArray:
    """True at the first entry of each story."""
    is_new = np.ones(len(story), dtype=np.bool_)
    np.not_equal(story[1:], story[:-1], out=is_new[1:])
    return is_new


def runs(story: IntArray, place: IntArray, entered_at: IntArray) -> Visits:
    """Visits from entries in order: an entry into the place where the story already is does not split its visit."""
    is_entry = _is_new(story)
    is_entry[1:] |= place[1:] != place[:-1]
    story, place, entered_at = story[is_entry], place[is_entry], entered_at[is_entry]
    left_at = np.full(len(story), OPEN)
    stays_in_log = story[1:] == story[:-1]
    left_at[:-1][stays_in_log] = entered_at[1:][stays_in_log]
    return Visits(story, place, entered_at, left_at)


def merge_visits(visits: Visits, place_of: IntArray) -> tuple[Visits, IntArray]:
    """Visits of larger places (blocks of states, stages of blocks) and, for each given visit, the one it is part of.

    ``place_of[p]``: the larger place of place p. Adjacent visits to the same one merge where the
    earlier was left when the later was entered. Negative codes stay what they are.
    """
    place = visits.place.copy()
    place[place >= 0] = place_of[place[place >= 0]]
    is_first = _is_new(visits.story)
    is_first[1:] |= (place[1:] != place[:-1]) | (visits.left_at[:-1] != visits.entered_at[1:])
    part_of = np.cumsum(is_first) - 1
    starts = np.flatnonzero(is_first)
    ends = np.append(starts, len(visits))[1:] - 1
    merged = Visits(visits.story[starts], place[starts], visits.entered_at[starts], visits.left_at[ends])
    return merged, part_of
