"""A stream as a network of queues: what the past says of it, what is in it now, and what may be changed.

A stage in which people work is a station with as many servers as it has people. Time is in weeks from now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import FloatArray, IntArray

DELIVERED = -1
DROPPED = -2
RELEASING = -3
"""Where a story is that is no longer at any station: out and done, out and given up, or worked on and waiting to be
released."""


@dataclass(frozen=True)
class Station:
    """A stage's own past: `touch_weeks` a person spent on each visit, and where each went next, both (n,).

    `goes_to`: a station, DELIVERED or DROPPED. Of different length where only one of them is known; never empty.
    """

    people: int
    touch_weeks: FloatArray
    goes_to: IntArray


@dataclass(frozen=True)
class OpenWork:
    """What is in the stream now, in the order in which it will be taken, all (n,).

    `station`: the one it is at or waits for, or RELEASING. `touched_weeks`: what was already spent on it there, 0
    where it waits. `age_weeks`: since it came into the stream. Money in cents, `cost_of_delay` a week.
    """

    station: IntArray
    touched_weeks: FloatArray
    age_weeks: FloatArray
    value: FloatArray
    cost_of_delay: FloatArray

    @classmethod
    def none(cls) -> "OpenWork":
        """An empty stream."""
        nothing = np.zeros(0)
        return cls(np.zeros(0, dtype=np.int64), nothing, nothing, nothing, nothing)

    def __len__(self) -> int:
        """Number of stories."""
        return len(self.station)


@dataclass(frozen=True)
class Arrivals:
    """What came in: `gaps_weeks` from one to the next (m,); of each story that came its station and worth (n,)."""

    gaps_weeks: FloatArray
    station: IntArray
    value: FloatArray
    cost_of_delay: FloatArray


@dataclass(frozen=True)
class Stream:
    """The network. `release_weeks`: how long finished work waited to be released; empty where it never did."""

    stations: Sequence[Station]
    open_work: OpenWork
    arrivals: Arrivals
    release_weeks: FloatArray

    @property
    def as_is(self) -> "Scenario":
        """What goes on as it does."""
        return Scenario(tuple(one.people for one in self.stations), (None,) * len(self.stations))


@dataclass(frozen=True)
class Scenario:
    """What is changed: people and limit on work in progress of each station, and stories that come at once now.

    `starts_in_weeks`: when people beyond those of today begin to count.
    """

    people: tuple[int, ...]
    wip_limits: tuple[int | None, ...]
    batch: int = 0
    starts_in_weeks: float = 0.0

    def with_people(self, station: int, people: int) -> "Scenario":
        """The same with other people at a station."""
        return replace(self, people=tuple(people if at == station else one for at, one in enumerate(self.people)))
