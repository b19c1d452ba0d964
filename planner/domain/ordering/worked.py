"""In what order stories are worked when people follow an order of stories, and what that order costs.

Stories are taken from the top; one that waits for another is passed over until it is ready ("next ready
story"). Only stories that a valued unit is made of or needs take time here: unvalued units stand outside every
claim. Stories of the running sprint, and what they need, are worked first.
"""

from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heappush

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.scoring import Backlog, first_places, worked_first


@dataclass(frozen=True)
class Work:
    """The stories that count, and when the units earn.

    ``units``: indexes of the valued units with open required stories, in an order. ``place``: shape (stories,),
    the place in ``units`` of the first that needs the story, ``len(units)`` for stories that do not count.
    ``is_first``: worked before everything else, whatever the order.
    """

    backlog: Backlog
    units: IntArray
    is_first: BoolArray

    @classmethod
    def of(cls, backlog: Backlog, units: IntArray, frozen: BoolArray | None) -> "Work":
        """The work for these units, in this order."""
        return cls(backlog, units, worked_first(backlog, frozen))

    @cached_property
    def place(self) -> IntArray:
        """Where each story is first needed."""
        return first_places(self.backlog, self.units)

    @cached_property
    def counts(self) -> BoolArray:
        """Stories whose turn the order decides."""
        return (self.place < len(self.units)) & ~self.is_first

    @cached_property
    def first_points(self) -> float:
        """Points worked before everything else."""
        return float(self.backlog.counted_points[self.is_first].sum())

    @cached_property
    def needs(self) -> tuple[IntArray, IntArray]:
        """Needs between stories that count, as (dependents, prerequisites)."""
        inside = self.counts[self.backlog.dependent] & self.counts[self.backlog.prerequisite]
        return self.backlog.dependent[inside], self.backlog.prerequisite[inside]

    @cached_property
    def _own(self) -> tuple[IntArray, IntArray, IntArray]:
        """Own stories that count grouped by unit, where each group begins, and whose each group is."""
        stories = np.flatnonzero(self.backlog.is_own & self.counts)
        stories = stories[np.argsort(self.backlog.capability_of_story[stories], kind="stable")]
        owners, starts = np.unique(self.backlog.capability_of_story[stories], return_index=True)
        return stories, starts, owners

    def finished_at(self, sequence: IntArray) -> FloatArray:
        """When each unit earns, in points, if the stories that count are worked in this sequence. Shape as all units.

        The sequence must obey the needs. NaN for units that are not among ``units``.
        """
        done_at = np.zeros(len(self.backlog.points))
        done_at[sequence] = self.first_points + np.cumsum(self.backlog.counted_points[sequence])
        finished = np.full(len(self.backlog.cost_of_delay), np.nan)
        finished[self.units] = self.first_points
        stories, starts, owners = self._own
        if len(stories):
            last = np.maximum.reduceat(done_at[stories], starts)
            is_ranked = ~np.isnan(finished[owners])
            finished[owners[is_ranked]] = last[is_ranked]
        return finished

    def cost(self, sequence: IntArray) -> float:
        """Total cost of delay, money a week x points; the sequence as for `finished_at`."""
        return float(np.nansum(self.backlog.cost_of_delay * self.finished_at(sequence)))


def worked_sequence(work: Work, story_order: IntArray) -> IntArray:
    """The stories that count in the order they are worked: the next one of ``story_order`` that is ready."""
    return take_ready(story_order[work.counts[story_order]], *work.needs)


def take_ready(stories: IntArray, dependent: IntArray, prerequisite: IntArray) -> IntArray:
    """These stories as they are worked: always the first that waits for no other. The needs are among them alone.

    Stories that wait for each other in a circle, or for such ones, are left out.
    """
    place = np.zeros(stories.max(initial=-1) + 1, dtype=np.int64)
    place[stories] = np.arange(len(stories))
    if np.all(place[prerequisite] < place[dependent]):
        return stories
    return _next_ready(stories, place[dependent], place[prerequisite])


def _next_ready(stories: IntArray, dependent: IntArray, prerequisite: IntArray) -> IntArray:
    """As `take_ready`, the needs given by places in ``stories``."""
    followers: dict[int, list[int]] = {}
    waits_for = [0] * len(stories)
    for after, before in zip(dependent.tolist(), prerequisite.tolist(), strict=True):
        followers.setdefault(before, []).append(after)
        waits_for[after] += 1
    ready = [index for index, number in enumerate(waits_for) if number == 0]
    heapify(ready)
    sequence = []
    while ready:
        index = heappop(ready)
        sequence.append(index)
        for following in followers.get(index, ()):
            waits_for[following] -= 1
            if waits_for[following] == 0:
                heappush(ready, following)
    return stories[np.array(sequence, dtype=np.int64)]
