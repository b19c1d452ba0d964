"""Hours of tasks through time, read from the words in which a story's log tells of its tasks."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from planner.models import StoryEvent, Task

ZERO = Decimal(0)
_LEFT = re.compile(r" \((?:to do|in progress|done), ([0-9]+(?:\.[0-9]+)?) h left")


@dataclass(frozen=True)
class HoursAt:
    """A story's hours from an instant on: what its tasks came in with, and what is left of them."""

    at: datetime
    estimated: Decimal
    left: Decimal


@dataclass(frozen=True)
class _Step:
    at: datetime
    story_id: int
    task_id: int | None
    before: str
    after: str


def list_task_hours(*, story_ids: Sequence[int]) -> dict[int, list[HoursAt]]:
    """The hours of these stories after each change of a task, in order of time; two statements.

    The log names no hours when a task is created; these are the hours before its first change, or its present ones.
    """
    steps = [
        _Step(*row)
        for row in StoryEvent.objects.filter(story__in=story_ids, field="task", to_id__isnull=False)
        .order_by("occurred_at", "sequence")
        .values_list("occurred_at", "story_id", "to_id", "from_value", "to_value")
    ]
    present = dict(Task.objects.filter(story__in=story_ids).values_list("pk", "hours_left"))
    first = _first_hours(steps, present)
    hours: dict[int, list[HoursAt]] = defaultdict(list)
    came: dict[int, dict[int | None, Decimal]] = defaultdict(dict)
    left: dict[int, dict[int | None, Decimal]] = defaultdict(dict)
    for step in steps:
        _follow(step, first, came[step.story_id], left[step.story_id])
        totals = (sum(part.values(), ZERO) for part in (came[step.story_id], left[step.story_id]))
        hours[step.story_id].append(HoursAt(step.at, *totals))
    return hours


def _first_hours(steps: Sequence[_Step], present: Mapping[int, Decimal | None]) -> dict[int | None, Decimal]:
    """What each task came in with."""
    first: dict[int | None, Decimal] = {}
    for step in steps:
        if step.before and step.after and step.task_id not in first:
            first[step.task_id] = _hours(step.before)
    return {**{pk: left or ZERO for pk, left in present.items()}, **first}


def _follow(
    step: _Step, first: Mapping[int | None, Decimal], came: dict[int | None, Decimal], left: dict[int | None, Decimal]
) -> None:
    if not step.after:
        came.pop(step.task_id, None)
        left.pop(step.task_id, None)
        return
    came.setdefault(step.task_id, first.get(step.task_id, ZERO))
    left[step.task_id] = _hours(step.after) if step.before else came[step.task_id]


def _hours(words: str) -> Decimal:
    found = _LEFT.search(words)
    return Decimal(found[1]) if found else ZERO
