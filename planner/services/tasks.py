"""Tasks of a story, in hours. What happens to them is told in the story's log."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from common.errors import Conflict, NotFound
from common.events import publish
from planner.domain.vocabulary import TaskState
from planner.events import StoryChanged
from planner.models import Person, Story, Task
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.checks import Reader, member_of, number, read_inputs, text, word
from planner.services.locks import lock_story, stale
from planner.services.recording import Change, append_events
from planner.services.saving import save_clean, set_fields
from planner.services.stories import next_instant

LARGEST_HOURS = Decimal(10_000)
MOST_TASKS = 500


def create_task(
    *,
    story: Story,
    title: str,
    actor: Actor,
    now: datetime,
    hours_estimated: Decimal | None = None,
    hours_left: Decimal | None = None,
    state: str = TaskState.TODO.value,
    assignee: Person | None = None,
    position: int | None = None,
) -> Task:
    """Add a task at the end, or at a position (1 is the first); hours left are those estimated unless told."""
    given = {
        "title": title,
        "state": state,
        "hours_estimated": hours_estimated,
        "hours_left": hours_estimated if hours_left is None else hours_left,
        "assignee": assignee,
    }
    clean = read_inputs(given, _readers(story.workspace_id))
    with transaction.atomic():
        fresh = lock_story(story=story)
        last = Task.objects.filter(story=fresh).aggregate(last=Max("position"))["last"] or 0
        if last >= MOST_TASKS:
            raise Conflict(f"{fresh.key} has {last} tasks: split the story.", field="story")
        place = min(max(position, 1), last + 1) if position is not None else last + 1
        Task.objects.filter(story=fresh, position__gte=place).update(position=F("position") + 1)
        task = Task(story=fresh, position=place, created_at=now, **clean)
        save_clean(task, duplicate_field="hours_left")
        _record(story=fresh, task=task, words=("", task.title), verb="created", actor=actor, now=now)
    return task


def update_task(
    *, task: Task, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Task:
    """Change title, state, hours_estimated, hours_left or assignee. A task that is done has no hours left."""
    clean = read_inputs(changes, _readers(task.story.workspace_id))
    if clean.get("state") == TaskState.DONE.value:
        clean.setdefault("hours_left", Decimal(0))
    with transaction.atomic():
        story = lock_story(story=task.story)
        fresh = _fetch(task, version=version)
        before = _words(fresh)
        if set_fields(fresh, clean):
            fresh.version += 1
            save_clean(fresh, duplicate_field="hours_left")
            _record(story=story, task=fresh, words=(before, _words(fresh)), verb="updated", actor=actor, now=now)
    return fresh


def delete_task(*, task: Task, actor: Actor, now: datetime) -> None:
    """Delete a task; those after it close up."""
    with transaction.atomic():
        story = lock_story(story=task.story)
        fresh = _fetch(task)
        _record(story=story, task=fresh, words=(fresh.title, ""), verb="deleted", actor=actor, now=now)
        Task.objects.filter(story=story, position__gt=fresh.position).update(position=F("position") - 1)
        fresh.delete()


def _fetch(task: Task, *, version: int | None = None) -> Task:
    fresh = Task.objects.select_related("story", "assignee").filter(pk=task.pk).first()
    if fresh is None:
        raise NotFound("This task was deleted.")
    if version is not None and fresh.version != version:
        raise stale(what="this task", version=version, present=fresh.version)
    return fresh


def _words(task: Task) -> str:
    """A task as the log tells it: "Write the mail (in progress, 3 h left, Dana)"."""
    left = f"{task.hours_left.normalize():f} h left" if task.hours_left is not None else ""
    facts = [task.get_state_display().lower(), left, str(task.assignee or "")]
    return f"{task.title} ({', '.join(filter(None, facts))})"


def _record(*, story: Story, task: Task, words: tuple[str, str], verb: str, actor: Actor, now: datetime) -> None:
    change = Change("task", from_value=words[0], to_value=words[1], to_id=task.pk)
    at = next_instant(story=story, now=now)
    recorded = append_events(story=story, changes=[change], actor=actor, now=at)
    story.updated_at = at
    story.save(update_fields=["last_sequence", "updated_at"])
    publish(StoryChanged(workspace_id=story.workspace_id, story_id=story.pk, changes=recorded, now=at))
    announce(workspace_id=story.workspace_id, topic="task", object_id=task.pk, verb=verb, actor=actor, now=now)


def _readers(workspace_id: int) -> dict[str, Reader]:
    hours = number(largest=LARGEST_HOURS)
    return {
        "title": text(longest=300, required=True),
        "state": word(TaskState),
        "hours_estimated": hours,
        "hours_left": hours,
        "assignee": member_of(Person, workspace_id=workspace_id),
    }
