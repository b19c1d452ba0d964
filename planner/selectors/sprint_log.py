"""What happened in a sprint, read from the logs of its stories, for burn-down and report (planner.domain.capacity).

A story's points are followed through its log; its money is its attributed business value as it is now. Hours come
from what the log tells of its tasks. A deleted story has no log: the sprint's entries still know it was committed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db.models import Q

from planner.domain.capacity.burn_events import Amounts, Change, SprintEvent
from planner.domain.vocabulary import StateCategory
from planner.models import Sprint, State, Story, StoryEvent, Task
from planner.selectors.attribution import attribute_business_value

ZERO = Decimal(0)
_FIELDS = ("created", "sprint", "points", "state", "task")
_HOURS_LEFT = re.compile(r"(\d+(?:\.\d+)?) h left")


@dataclass
class _Story:
    """Where the replay of one story's log stands."""

    sprint_id: int | None
    points: Decimal | None
    dollars: Decimal
    is_done: bool = False
    hours_by_task: dict[int, Decimal] = field(default_factory=dict)

    @property
    def amounts(self) -> Amounts:
        return Amounts(self.points or ZERO, sum(self.hours_by_task.values(), ZERO), self.dollars)


def list_sprint_events(*, sprint: Sprint) -> list[SprintEvent]:
    """Everything that happened to the stories of a sprint while they were in it, in order of time; six queries."""
    stories = _stories_of(sprint)
    money = _money_of(stories)
    estimates = _estimates_of(stories)
    done = _done_states(sprint.workspace_id)
    logs = _logs_of(stories)
    events = [
        event
        for story in stories
        for event in _replay(story, logs[story.pk], sprint.pk, done=done, money=money, estimates=estimates)
    ]
    return sorted(events, key=lambda event: event.at)


def _stories_of(sprint: Sprint) -> list[Story]:
    """Stories that are or ever were in it."""
    told = StoryEvent.objects.filter(workspace=sprint.workspace_id, field="sprint")
    passed = told.filter(Q(from_id=sprint.pk) | Q(to_id=sprint.pk)).values("story")
    found = Story.objects.filter(Q(sprint=sprint) | Q(pk__in=passed), workspace=sprint.workspace_id)
    return list(found.exclude(category=StateCategory.CANCELLED.value).select_related("capability").order_by("rank"))


def _money_of(stories: Sequence[Story]) -> dict[int, Decimal]:
    shares = attribute_business_value({story.capability for story in stories if story.capability is not None})
    own = {story.pk: story.business_value for story in stories if story.capability_id is None and story.business_value}
    return shares | own


def _estimates_of(stories: Sequence[Story]) -> dict[int, Decimal]:
    """Hours estimated of each task, by its id."""
    tasks = Task.objects.filter(story__in=stories, hours_estimated__isnull=False)
    return {pk: hours for pk, hours in tasks.values_list("pk", "hours_estimated") if hours is not None}


def _done_states(workspace_id: int) -> set[int]:
    return set(
        State.objects.filter(workspace=workspace_id, category=StateCategory.DONE.value).values_list("pk", flat=True)
    )


def _logs_of(stories: Sequence[Story]) -> Mapping[int, list[StoryEvent]]:
    logs: dict[int, list[StoryEvent]] = defaultdict(list)
    told = StoryEvent.objects.filter(story__in=stories, field__in=_FIELDS)
    for event in told.order_by("occurred_at", "sequence"):
        logs[event.story_id].append(event)
    return logs


def _replay(
    story: Story,
    log: Sequence[StoryEvent],
    sprint_id: int,
    *,
    done: set[int],
    money: Mapping[int, Decimal],
    estimates: Mapping[int, Decimal],
) -> Iterator[SprintEvent]:
    at_birth = _at_birth(story, log, dollars=money.get(story.pk, ZERO))
    present = at_birth
    for event in log:
        was_in, was_done = present.sprint_id == sprint_id, present.is_done
        _apply(present, event, done=done, estimates=estimates)
        is_in = present.sprint_id == sprint_id
        change = _change(event, was_in=was_in, is_in=is_in, was_done=was_done, is_done=present.is_done)
        if change is not None:
            yield _tell(story.pk, event.occurred_at, change, present)


def _at_birth(story: Story, log: Iterable[StoryEvent], *, dollars: Decimal) -> _Story:
    """What a story was before its log begins: what its first changes say it was, else what it is now."""
    first: dict[str, StoryEvent] = {}
    for event in log:
        first.setdefault(event.field, event)
    sprint = first["sprint"].from_id if "sprint" in first else story.sprint_id
    points = _number(first["points"].from_value) if "points" in first else story.points
    return _Story(sprint, points, dollars)


def _apply(present: _Story, event: StoryEvent, *, done: set[int], estimates: Mapping[int, Decimal]) -> None:
    match event.field:
        case "sprint":
            present.sprint_id = event.to_id
        case "points":
            present.points = _number(event.to_value)
        case "created" | "state":
            present.is_done = event.to_id in done
        case _:
            _apply_task(present, event, estimates)


def _apply_task(present: _Story, event: StoryEvent, estimates: Mapping[int, Decimal]) -> None:
    """Follow one task's hours left; a new one has those estimated until the log says otherwise."""
    if event.to_id is None:
        return
    told = _HOURS_LEFT.findall(event.to_value)
    if not event.to_value:
        present.hours_by_task.pop(event.to_id, None)
    elif told:
        present.hours_by_task[event.to_id] = Decimal(told[-1])
    elif not event.from_value and event.to_id in estimates:
        present.hours_by_task[event.to_id] = estimates[event.to_id]


def _change(event: StoryEvent, *, was_in: bool, is_in: bool, was_done: bool, is_done: bool) -> Change | None:
    """What an event means to the sprint; None for one that means nothing to it."""
    if event.field == "created":
        return Change.ADDED if is_in else None
    if event.field == "sprint" and was_in != is_in:
        return Change.ADDED if is_in else Change.REMOVED
    if not is_in:
        return None
    if event.field == "state":
        return None if was_done == is_done else (Change.DONE if is_done else Change.REOPENED)
    return {"points": Change.ESTIMATED, "task": Change.WORKED}.get(event.field)


def _tell(story_id: int, at: datetime, change: Change, present: _Story) -> SprintEvent:
    amounts = present.amounts
    return SprintEvent(
        at,
        story_id,
        change,
        amounts,
        hours_left=amounts.hours if present.hours_by_task else None,
        is_estimated=present.points is not None,
        is_done=present.is_done,
    )


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
