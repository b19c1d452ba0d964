"""The backlog that is scored, and the total cost of delay of an order. `definitions.md`, "Ranking".

The closure of a capability: its own unfinished required stories and all their unfinished
prerequisites, whoever's they are. Done stories drop out, and so does what they once needed. Total cost of
delay = sum of cost of delay x completion time, 1|prec|sum w C in the notation of Graham, Lawler, Lenstra and
Rinnooy Kan (1979).

Where `definitions.md` is silent: an open story without points counts as the mean of the estimated open
ones (1 where none is estimated).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray, sum_by
from planner.domain.ordering.needs import Layers, layer_needs


@dataclass(frozen=True)
class Backlog:
    """What a score is computed from: arrays over stories, over dependencies and over capabilities.

    ``points``: remaining points, NaN where unestimated. ``capability_of_story``: index or -1. A dependency
    says that story ``prerequisite`` is finished before story ``dependent``. ``cost_of_delay``: per week,
    NaN where unvalued.
    """

    points: FloatArray
    is_required: BoolArray
    is_open: BoolArray
    capability_of_story: IntArray
    prerequisite: IntArray
    dependent: IntArray
    cost_of_delay: FloatArray

    @cached_property
    def is_unestimated(self) -> BoolArray:
        """Open stories without points."""
        return self.is_open & np.isnan(self.points)

    @cached_property
    def counted_points(self) -> FloatArray:
        """Points with the stand-in for unestimated stories; 0 for stories that are not open."""
        estimated = self.points[self.is_open & ~np.isnan(self.points)]
        stand_in = float(estimated.mean()) if len(estimated) else 1.0
        return np.where(self.is_open, np.where(np.isnan(self.points), stand_in, self.points), 0.0)

    @cached_property
    def open_prerequisites(self) -> list[list[int]]:
        """For each story, its unfinished prerequisites, in rising order of index."""
        counts = self.is_open[self.prerequisite] & self.is_open[self.dependent]
        dependent, prerequisite = self.dependent[counts], self.prerequisite[counts]
        order = np.lexsort((prerequisite, dependent))
        bounds = np.searchsorted(dependent[order], np.arange(len(self.points) + 1)).tolist()
        in_order = prerequisite[order].tolist()
        return [in_order[start:end] for start, end in pairwise(bounds)]

    @cached_property
    def needs_by_layer(self) -> Layers:
        """Dependencies between open stories as (dependent, prerequisite), in layers. Raises DependencyCycleError."""
        counts = self.is_open[self.prerequisite] & self.is_open[self.dependent]
        return layer_needs(len(self.points), self.dependent[counts], self.prerequisite[counts])

    @cached_property
    def is_own(self) -> BoolArray:
        """Open stories that some unit itself requires."""
        return self.is_open & self.is_required & (self.capability_of_story >= 0)

    @cached_property
    def own_stories(self) -> list[list[int]]:
        """For each capability, its unfinished required stories, in the order given."""
        counts = np.flatnonzero(self.is_own)
        in_order = counts[np.argsort(self.capability_of_story[counts], kind="stable")]
        wanted = np.arange(len(self.cost_of_delay) + 1)
        bounds = np.searchsorted(self.capability_of_story[in_order], wanted).tolist()
        stories = in_order.tolist()
        return [stories[start:end] for start, end in pairwise(bounds)]


def stories_in_order(backlog: Backlog, capability_order: Iterable[int]) -> list[list[int]]:
    """For each capability of the order, the open stories it adds, every prerequisite before what needs it.

    A prerequisite is pulled in by the first capability that needs it. Dependencies must be free of cycles.
    """
    is_taken = [False] * len(backlog.points)
    return [_take_closure(backlog, capability, is_taken) for capability in capability_order]


def _take_closure(backlog: Backlog, capability: int, is_taken: list[bool]) -> list[int]:
    """Depth first, a story after its prerequisites; marks what it takes."""
    taken = []
    stack = [(story, False) for story in reversed(backlog.own_stories[capability])]
    while stack:
        story, is_ready = stack.pop()
        if is_taken[story]:
            continue
        if is_ready:
            is_taken[story] = True
            taken.append(story)
            continue
        stack.append((story, True))
        stack.extend((earlier, False) for earlier in reversed(backlog.open_prerequisites[story]))
    return taken


def first_places(backlog: Backlog, order: IntArray) -> IntArray:
    """For each story, the 0-based place in the order of the first unit that needs it; ``len(order)`` for none."""
    place_of_unit = np.full(len(backlog.cost_of_delay) + 1, len(order), dtype=np.int64)  # the last one: no unit
    place_of_unit[order] = np.arange(len(order))
    place = np.where(backlog.is_own, place_of_unit[backlog.capability_of_story], len(order))
    for dependent, prerequisite in backlog.needs_by_layer:
        np.minimum.at(place, prerequisite, place[dependent])
    return place


def worked_first(backlog: Backlog, frozen: BoolArray | None) -> BoolArray:
    """The open stories that come first whatever the order: the frozen ones and all that they need."""
    if frozen is None:
        return np.zeros(len(backlog.points), dtype=np.bool_)
    is_first = backlog.is_open & frozen
    for dependent, prerequisite in backlog.needs_by_layer:
        np.logical_or.at(is_first, prerequisite, is_first[dependent])
    return is_first


def completion_of_order(
    backlog: Backlog, order: Iterable[int] | IntArray, *, frozen: BoolArray | None = None
) -> FloatArray:
    """Points done when the k-th unit of the order is finished: p(union of the first k closures).

    Frozen stories and what they need are worked first, so a unit that needs nothing else is finished with the
    last of them. Raises DependencyCycleError.
    """
    units = np.fromiter(order, dtype=np.int64)
    is_first = worked_first(backlog, frozen)
    remaining = np.where(is_first, 0.0, backlog.counted_points)
    added = sum_by(first_places(backlog, units), remaining, len(units) + 1)
    completed: FloatArray = np.cumsum(added[:-1]) + backlog.counted_points[is_first].sum()
    return completed


def cost_of_order(backlog: Backlog, order: Iterable[int] | IntArray, *, frozen: BoolArray | None = None) -> float:
    """Sum of cost of delay x completion in points; divide by points a week for money. Unvalued ones add nothing."""
    units = np.fromiter(order, dtype=np.int64)
    return float(np.nansum(backlog.cost_of_delay[units] * completion_of_order(backlog, units, frozen=frozen)))
