"""What a story that others need is worth: never a typed figure, but what its absence would save.

Two figures for a story in the closure of a unit that is not its own: the cost of delay per week that waits
behind it, and the total cost of delay that would go away if it took no points.
"""

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray
from planner.domain.ordering.closures import unblocked_by_story
from planner.domain.ordering.plans import Plan
from planner.domain.scoring import Backlog, first_places, worked_first
from planner.domain.sequencing import plan_order


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
    per_week = unblocked_by_story(backlog)
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
