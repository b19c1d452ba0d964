"""Tasks of a story, in hours. What happens to them is told in the story's log.

Several people change one task at once on a wall. Whoever sends the version they saw is refused when it is old
(409 stale_version), unless they also send what the fields they change stood at (`base`) and these still do: then
both changes hold, each in its own field.
"""

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
from planner.services.checks import Reader, member_of, number, read_flag, read_inputs, text, word
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
    state_entered_at: datetime | None = None,
) -> Task:
    """Add a task at the end, or at a position (1 is the first); hours left are those estimated unless told.

    `state_entered_at`: since when it is in its state, where that was before `now`.
    """
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
        task = Task(
            story=fresh, position=place, created_at=now, state_entered_at=min(state_entered_at or now, now), **clean
        )
        save_clean(task, duplicate_field="hours_left")
        record_task(story=fresh, task=task, words=("", task.title), verb="created", actor=actor, now=now)
    return task


def update_task(
    *,
    task: Task,
    changes: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    version: int | None = None,
    base: Mapping[str, Any] | None = None,
) -> Task:
    """Change title, state, hours_estimated, hours_left or assignee. A task that is done has no hours left.

    `base`: what the changed fields stood at when the caller saw `version`; a change elsewhere in the task is kept.
    """
    clean = read_task_changes(changes, workspace_id=task.story.workspace_id)
    with transaction.atomic():
        story, fresh = lock_task(task=task, version=version, base=base)
        save_task(story=story, task=fresh, values=clean, actor=actor, now=now)
    return fresh


def set_task_blocked(
    *,
    task: Task,
    blocked: bool,
    actor: Actor,
    now: datetime,
    reason: str = "",
    version: int | None = None,
    base: Mapping[str, Any] | None = None,
) -> Task:
    """Flag a task as blocked, with the reason people will read, or clear the flag."""
    clean = read_inputs({"blocked": blocked, "reason": reason}, _BLOCKING)
    values = {"blocked": clean["blocked"], "blocked_reason": clean["reason"] if clean["blocked"] else ""}
    with transaction.atomic():
        story, fresh = lock_task(task=task, version=version, base=base)
        save_task(story=story, task=fresh, values=values, actor=actor, now=now)
    return fresh


def delete_task(*, task: Task, actor: Actor, now: datetime) -> None:
    """Delete a task; those after it close up."""
    with transaction.atomic():
        story = lock_story(story=task.story)
        fresh = _fetch(task)
        record_task(story=story, task=fresh, words=(fresh.title, ""), verb="deleted", actor=actor, now=now)
        Task.objects.filter(story=story, position__gt=fresh.position).update(position=F("position") - 1)
        fresh.delete()


def lock_task(*, task: Task, version: int | None = None, base: Mapping[str, Any] | None = None) -> tuple[Story, Task]:
    """Hold the task's story, and return it with the task as it is now.

    Raises NotFound when the task was deleted, Conflict when it is at another version and what the caller saw of
    the fields in `base` no longer holds.
    """
    story = lock_story(story=task.story)
    fresh = _fetch(task)
    if fresh.story_id != story.pk:
        raise Conflict(f"{fresh.title} was moved to another story: reload, then try again.", code="stale_version")
    if version is not None and fresh.version != version and not _is_as_seen(fresh, base):
        raise stale(what=f"the task {fresh.title}", version=version, present=fresh.version)
    return story, fresh


def _is_as_seen(task: Task, base: Mapping[str, Any] | None) -> bool:
    """Whether the fields somebody changes still stand at what that person saw."""
    return bool(base) and all(getattr(task, name) == value for name, value in (base or {}).items())


def save_task(*, story: Story, task: Task, values: Mapping[str, Any], actor: Actor, now: datetime) -> bool:
    """Set clean values on a locked task and what follows from them; answers whether anything changed."""
    before = words_of_task(task)
    changed = set_fields(task, _with_consequences(task, values, now=now))
    if changed:
        task.version += 1
        save_clean(task, duplicate_field="hours_left")
        record_task(story=story, task=task, words=(before, words_of_task(task)), actor=actor, now=now)
    return bool(changed)


def _with_consequences(task: Task, values: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """The values with what follows: no hours left when done, since when it is in its state, or blocked."""
    clean = dict(values)
    is_moved = clean.get("state", task.state) != task.state
    if clean.get("state") == TaskState.DONE.value:
        clean.setdefault("hours_left", Decimal(0))
        if task.blocked:
            clean |= {"blocked": False, "blocked_reason": ""}
    if is_moved:
        clean["state_entered_at"] = now
    if clean.get("blocked", task.blocked) != task.blocked:
        clean["blocked_at"] = now if clean["blocked"] else None
    return clean


def _fetch(task: Task) -> Task:
    fresh = Task.objects.select_related("assignee").filter(pk=task.pk).first()
    if fresh is None:
        raise NotFound(f"The task {task.title} was deleted.")
    return fresh


def words_of_task(task: Task) -> str:
    """A task as the log tells it: "Write the mail (in progress, 3 h left, Dana, blocked: no key)"."""
    left = f"{task.hours_left.normalize():f} h left" if task.hours_left is not None else ""
    blocked = ": ".join(filter(None, ["blocked", task.blocked_reason])) if task.blocked else ""
    facts = [task.get_state_display().lower(), left, str(task.assignee or ""), blocked]
    return f"{task.title} ({', '.join(filter(None, facts))})"


def record_task(
    *, story: Story, task: Task, words: tuple[str, str], actor: Actor, now: datetime, verb: str = "updated"
) -> None:
    """Tell a locked story's log, projections and browsers what became of one of its tasks."""
    change = Change("task", from_value=words[0], to_value=words[1], to_id=task.pk)
    at = next_instant(story=story, now=now)
    recorded = append_events(story=story, changes=[change], actor=actor, now=at)
    story.updated_at = at
    story.save(update_fields=["last_sequence", "updated_at"])
    publish(StoryChanged(workspace_id=story.workspace_id, story_id=story.pk, changes=recorded, now=at))
    announce(workspace_id=story.workspace_id, topic="task", object_id=task.pk, verb=verb, actor=actor, now=now)


def read_task_changes(changes: Mapping[str, Any], *, workspace_id: int) -> dict[str, Any]:
    """The clean changes of a task. Raises InvalidInput that names every field it refuses."""
    return read_inputs(changes, _readers(workspace_id))


_BLOCKING: Mapping[str, Reader] = {"blocked": read_flag, "reason": text(longest=300)}


def _readers(workspace_id: int) -> dict[str, Reader]:
    hours = number(largest=LARGEST_HOURS)
    return {
        "title": text(longest=300, required=True),
        "state": word(TaskState),
        "hours_estimated": hours,
        "hours_left": hours,
        "assignee": member_of(Person, workspace_id=workspace_id),
    }
