"""What an order of stories costs when a team works it from top to bottom."""

from heapq import heapify, heappop, heappush

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from planner.domain.scoring import Backlog


def completion_of_story_order(backlog: Backlog, story_order: IntArray) -> FloatArray:
    """Points done when the last required story of each unit is, shape (units,); NaN where none is open.

    Stories are worked in the order given, but one whose prerequisites are not done waits: the next ready story
    is taken instead. Finished stories are passed over; open stories missing from the order come last, by index.
    Raises DependencyCycleError.
    """
    worked = _as_worked(backlog, _place_of_story(backlog, story_order))
    done_at = np.zeros(len(backlog.points))
    done_at[worked] = np.cumsum(backlog.counted_points[worked])
    completed = np.full(len(backlog.cost_of_delay), np.nan)
    own = np.flatnonzero(backlog.is_own)
    np.fmax.at(completed, backlog.capability_of_story[own], done_at[own])
    return completed


def _place_of_story(backlog: Backlog, story_order: IntArray) -> IntArray:
    place = np.arange(len(backlog.points)) + len(story_order)
    place[story_order] = np.arange(len(story_order))
    return place


def _as_worked(backlog: Backlog, place: IntArray) -> IntArray:
    """The open stories in the order in which they are worked."""
    is_obeyed = all(bool(np.all(place[needed] < place[needer])) for needer, needed in backlog.needs_by_layer)
    if is_obeyed:
        open_stories = np.flatnonzero(backlog.is_open)
        return open_stories[np.argsort(place[open_stories])]
    return _take_next_ready(backlog, place)


def _take_next_ready(backlog: Backlog, place: IntArray) -> IntArray:
    """Always the first story of the order that waits for nothing."""
    dependents: list[list[int]] = [[] for _ in range(len(place))]
    waits_for = [len(prerequisites) for prerequisites in backlog.open_prerequisites]
    for story, prerequisites in enumerate(backlog.open_prerequisites):
        for prerequisite in prerequisites:
            dependents[prerequisite].append(story)
    places = place.tolist()
    story_at = {places[story]: story for story in np.flatnonzero(backlog.is_open).tolist()}
    ready = [at for at, story in story_at.items() if not waits_for[story]]
    heapify(ready)
    worked = []
    while ready:
        story = story_at[heappop(ready)]
        worked.append(story)
        for dependent in dependents[story]:
            waits_for[dependent] -= 1
            if not waits_for[dependent]:
                heappush(ready, places[dependent])
    return np.array(worked, dtype=np.int64)
