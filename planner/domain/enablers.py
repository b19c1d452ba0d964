"""What a story that others need is worth: never a typed figure, but what its absence would save.

Two figures for a story in the closure of a unit that is not its own: the cost of delay per week that waits
behind it, and the total cost of delay that would go away if it took no points.
"""

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.plans import Plan
from planner.domain.scoring import Backlog, first_places, worked_first
from planner.domain.sequencing import plan_order

WORD = 64
"""Units looked at together: one bit each."""


@dataclass(frozen=True)
class UnblockedValue:
    """Shape (stories,), 0 where nobody else needs the story. ``per_week``: cost of delay of the other units that wait
    for it. ``total``: money per week x points saved if it were free.
    """

    per_week: FloatArray
    total: FloatArray


def unblocked_value(
    backlog: Backlog, plan: Plan, *, frozen: BoolArray | None = None, replanned: int = 0
) -> UnblockedValue:
    """What each story holds up.

    ``total`` is what is saved in the plan's own order: points of the story x cost of delay of all that comes with
    it or later, a floor, because without the story a better order may exist. For the ``replanned`` stories with
    the most to save that order is looked for.
    """
    per_week = _waiting_per_week(backlog, plan.order)
    is_waited_for = (per_week > 0) & ~worked_first(backlog, frozen)
    value = backlog.cost_of_delay[plan.order]
    with_or_after = np.append(np.cumsum(value[::-1])[::-1], 0.0)
    saved = backlog.counted_points * with_or_after[first_places(backlog, plan.order)] * is_waited_for
    for story in np.argsort(-saved, kind="stable")[:replanned].tolist():
        if saved[story] > 0:
            saved[story] = max(saved[story], plan.total - plan_order(_without(backlog, story), frozen=frozen).total)
    return UnblockedValue(per_week, saved)


def _without(backlog: Backlog, story: int) -> Backlog:
    """The same backlog with a story that takes no points; the stand-ins of the others stay."""
    points = backlog.counted_points.copy()
    points[story] = 0.0
    return replace(backlog, points=points)


def _waiting_per_week(backlog: Backlog, units: IntArray) -> FloatArray:
    """For each story the cost of delay of the units whose closure holds it, its own unit left out."""
    waiting = np.zeros(len(backlog.points))
    for start in range(0, len(units), WORD):
        group = units[start : start + WORD]
        waiting += _reaches(backlog, group) @ backlog.cost_of_delay[group]
    own = np.where(backlog.is_own, backlog.capability_of_story, 0)
    is_own = backlog.is_own & np.isin(backlog.capability_of_story, units)
    return np.maximum(0.0, waiting - np.where(is_own, backlog.cost_of_delay[own], 0.0))


def _reaches(backlog: Backlog, group: IntArray) -> BoolArray:
    """Whether the closure of each unit of the group holds each story, shape (stories, group)."""
    bit_of_unit = np.zeros(len(backlog.cost_of_delay) + 1, dtype=np.uint64)
    bit_of_unit[group] = np.uint64(1) << np.arange(len(group), dtype=np.uint64)
    bits = np.where(backlog.is_own, bit_of_unit[backlog.capability_of_story], np.uint64(0))
    for dependent, prerequisite in backlog.needs_by_layer:
        np.bitwise_or.at(bits, prerequisite, bits[dependent])
    as_bytes = bits.astype("<u8").view(np.uint8).reshape(len(bits), 8)
    return np.unpackbits(as_bytes, axis=1, bitorder="little", count=len(group)).astype(np.bool_)
