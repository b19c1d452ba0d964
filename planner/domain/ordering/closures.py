"""Sums over closures, and CD3. `definitions.md`, "Ranking": a unit's own open required stories and all that they need.

A unit whose stories need nothing outside it is summed without a walk; the others are walked, each story once
a unit, and their stories collected in batches, so that memory stays bounded however wide closures overlap.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.scoring import Backlog

BATCH = 2_000_000
"""So many stories of closures are held at once."""

SAME_WITHIN_PLACES = 6
"""Decimal places of sums: equal closures are equal whatever order they were added up in."""


@dataclass(frozen=True)
class CapabilityScores:
    """Shape (units,). ``cd3`` is money per week and point, NaN where unvalued or nothing is left to do."""

    remaining_points: FloatArray
    cd3: FloatArray


def score_capabilities(backlog: Backlog) -> CapabilityScores:
    """Remaining closure of every unit and its CD3, cost of delay divided by duration (Reinertsen, 2009)."""
    points = np.round(closure_sums(backlog, backlog.counted_points[:, np.newaxis])[:, 0], SAME_WITHIN_PLACES)
    cd3 = np.full(len(points), np.nan)
    np.divide(backlog.cost_of_delay, points, out=cd3, where=points > 0)
    return CapabilityScores(points, cd3)


def closure_sums(backlog: Backlog, measures: FloatArray) -> FloatArray:
    """The sums of each measure over each unit's closure: (stories, measures) gives (units, measures)."""
    sums = own_sums(backlog, measures)
    for units, lengths, stories in _walked(backlog, np.flatnonzero(_needs_others(backlog))):
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        sums[units] = np.add.reduceat(measures[stories], starts, axis=0)
    return sums


def own_sums(backlog: Backlog, measures: FloatArray) -> FloatArray:
    """The sums of each measure over each unit's own open required stories."""
    own = np.flatnonzero(backlog.is_own)
    units = backlog.capability_of_story[own]
    columns = [np.bincount(units, weights=column[own], minlength=len(backlog.cost_of_delay)) for column in measures.T]
    return np.stack(columns, axis=1)


def _needs_others(backlog: Backlog) -> BoolArray:
    """Units one of whose own stories needs a story that is not their own."""
    dependent, prerequisite = backlog.dependent, backlog.prerequisite
    is_open = backlog.is_open[dependent] & backlog.is_open[prerequisite] & backlog.is_own[dependent]
    units = backlog.capability_of_story
    is_inside = backlog.is_own[prerequisite] & (units[prerequisite] == units[dependent])
    needing = np.zeros(len(backlog.cost_of_delay), dtype=np.bool_)
    needing[units[dependent[is_open & ~is_inside]]] = True
    return needing


def _walked(backlog: Backlog, units: IntArray) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Batches of units with how many stories each one's closure has, and the stories one closure after another."""
    held: list[int] = []
    lengths: list[int] = []
    stories: list[int] = []
    seen_for = [-1] * len(backlog.points)
    for unit in units.tolist():
        before = len(stories)
        _collect(backlog, unit, seen_for, stories)
        held.append(unit)
        lengths.append(len(stories) - before)
        if len(stories) > BATCH:
            yield np.array(held), np.array(lengths), np.array(stories)
            held, lengths, stories = [], [], []
    if held:
        yield np.array(held), np.array(lengths), np.array(stories)


def _collect(backlog: Backlog, unit: int, seen_for: list[int], found: list[int]) -> None:
    prerequisites = backlog.open_prerequisites
    stack = list(backlog.own_stories[unit])
    while stack:
        story = stack.pop()
        if seen_for[story] != unit:
            seen_for[story] = unit
            found.append(story)
            stack.extend(prerequisites[story])


def unblocked_by_story(backlog: Backlog) -> FloatArray:
    """Cost of delay a week of the *other* units whose closure holds the story: shape (stories,), 0 for most."""
    unblocked = np.zeros(len(backlog.points))
    value = np.nan_to_num(backlog.cost_of_delay, nan=0.0)
    for units, lengths, stories in _walked(backlog, np.flatnonzero(_needs_others(backlog))):
        needing = np.repeat(units, lengths)
        is_other = ~backlog.is_own[stories] | (backlog.capability_of_story[stories] != needing)
        np.add.at(unblocked, stories[is_other], value[needing[is_other]])
    return unblocked
