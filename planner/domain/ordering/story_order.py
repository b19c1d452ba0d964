"""What an order of stories costs when a team works it from top to bottom."""

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from planner.domain.ordering.worked import take_ready
from planner.domain.scoring import Backlog


def completion_of_story_order(backlog: Backlog, story_order: IntArray) -> FloatArray:
    """Points done when the last required story of each unit is, shape (units,); NaN where none is open.

    Stories are worked in the order given, but one whose prerequisites are not done waits: the next ready story
    is taken instead. Finished stories are passed over; open stories missing from the order come last, by index.
    Raises DependencyCycleError.
    """
    worked = take_ready(_list_open(backlog, story_order), *_open_needs(backlog))
    done_at = np.zeros(len(backlog.points))
    done_at[worked] = np.cumsum(backlog.counted_points[worked])
    completed = np.full(len(backlog.cost_of_delay), np.nan)
    own = np.flatnonzero(backlog.is_own)
    np.fmax.at(completed, backlog.capability_of_story[own], done_at[own])
    return completed


def _list_open(backlog: Backlog, story_order: IntArray) -> IntArray:
    """All open stories in the order given."""
    is_left = backlog.is_open.copy()
    is_left[story_order] = False
    return np.concatenate([story_order[backlog.is_open[story_order]], np.flatnonzero(is_left)])


def _open_needs(backlog: Backlog) -> tuple[IntArray, IntArray]:
    """Needs between open stories as (dependents, prerequisites). Raises DependencyCycleError."""
    none = np.zeros(0, dtype=np.int64)
    layers = [(none, none), *backlog.needs_by_layer]
    return np.concatenate([needer for needer, _ in layers]), np.concatenate([needed for _, needed in layers])
