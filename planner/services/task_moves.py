"""Tasks on a wall: dropped into another column, onto a person or to another place among their story's tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import Workspace
from common.errors import InvalidInput, NotFound
from planner.models import Story, Task
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.locks import lock_rows
from planner.services.tasks import lock_task, read_task_changes, save_task

MOST_TASKS_AT_ONCE = 100
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Beside:
    """A place among the tasks of a story: right before, or right after, the task with this id."""

    task_id: int
    is_before: bool


def move_task(
    *,
    task: Task,
    actor: Actor,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
    beside: Beside | None = None,
    version: int | None = None,
    base: Mapping[str, Any] | None = None,
) -> Task:
    """Change a task's fields and its place in one go. A neighbour that is gone meanwhile leaves the place as it was.

    `version`, `base`: as in `update_task`; a place alone is nobody's conflict.
    """
    clean = read_task_changes(changes or {}, workspace_id=task.story.workspace_id)
    with transaction.atomic():
        story, fresh = lock_task(task=task, version=version if clean else None, base=base)
        is_placed = beside is not None and _place(fresh, beside=beside)
        is_changed = save_task(story=story, task=fresh, values=clean, actor=actor, now=now)
        if is_placed and not is_changed:
            _announce(story, fresh, actor=actor, now=now)
    return fresh


def _place(task: Task, *, beside: Beside) -> bool:
    """Put the task beside another one of its story; answers whether it stands elsewhere now."""
    siblings = Task.objects.filter(story_id=task.story_id)
    anchor = siblings.filter(pk=beside.task_id).exclude(pk=task.pk).values_list("position", flat=True).first()
    if anchor is None:
        return False
    was = task.position
    wanted = anchor + (0 if beside.is_before else 1) - (1 if was < anchor else 0)
    if wanted == was:
        return False
    if wanted < was:
        siblings.filter(position__gte=wanted, position__lt=was).update(position=F("position") + 1)
    else:
        siblings.filter(position__gt=was, position__lte=wanted).update(position=F("position") - 1)
    task.position = wanted
    Task.objects.filter(pk=task.pk).update(position=wanted)
    return True


def _announce(story: Story, task: Task, *, actor: Actor, now: datetime) -> None:
    announce(workspace_id=story.workspace_id, topic="task", object_id=task.pk, verb="moved", actor=actor, now=now)


def change_tasks(
    *, workspace: Workspace, task_ids: Sequence[int], changes: Mapping[str, Any], actor: Actor, now: datetime
) -> list[Task]:
    """Make the same changes to many tasks: all of them or none. Returns them as they now are, in the order given.

    Raises InvalidInput without any and for more than 100, NotFound that names the first that is missing.
    """
    clean = read_task_changes(changes, workspace_id=workspace.pk)
    wanted = _read_ids(task_ids)
    with transaction.atomic():
        found = _lock_all(workspace, wanted)
        for task in found.values():
            save_task(story=task.story, task=task, values=clean, actor=actor, now=now)
    return [found[pk] for pk in wanted]


def _read_ids(task_ids: Sequence[int]) -> list[int]:
    wanted = list(dict.fromkeys(task_ids))
    if not wanted:
        raise InvalidInput("Choose at least one task.", field="tasks")
    if len(wanted) > MOST_TASKS_AT_ONCE:
        raise InvalidInput(f"Choose at most {MOST_TASKS_AT_ONCE} tasks; these are {len(wanted):,}.", field="tasks")
    return wanted


def _lock_all(workspace: Workspace, wanted: Sequence[int]) -> dict[int, Task]:
    """Hold the stories of the tasks, in the order of ids, and return the tasks, each with its one locked story."""
    kept = [pk for pk in wanted if 0 < pk <= LARGEST_ID]
    mine = Task.objects.filter(story__workspace=workspace, pk__in=kept)
    story_ids = set(mine.values_list("story_id", flat=True))
    stories = {story.pk: story for story in lock_rows(Story.objects.filter(pk__in=story_ids))}
    tasks = Task.objects.filter(pk__in=kept, story_id__in=stories).select_related("assignee").order_by("story_id", "pk")
    found = {task.pk: task for task in tasks}
    for number, pk in enumerate(wanted):
        if pk not in found:
            raise NotFound(f"Task {pk} is not here any more. Nothing was saved.", field=f"tasks[{number}]")
    for task in found.values():
        task.story = stories[task.story_id]
    return found
