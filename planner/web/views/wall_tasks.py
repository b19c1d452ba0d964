"""Cards of the wall: drag, keyboard and menu all post here. Each answer says what Undo posts."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import InvalidInput, NotFound
from planner.domain.vocabulary import TaskState
from planner.models import Story, Task
from planner.selectors.fetch import get_task_for
from planner.selectors.listing import list_people
from planner.selectors.wall_changes import newest_touch
from planner.services.task_moves import Beside, move_task
from planner.services.tasks import create_task, delete_task, set_task_blocked
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_figure, read_flag, read_id, read_member, read_version
from planner.web.wall_typing import read_typed
from planner.web.wall_words import as_posted, read_base, read_hours, words_of_change


@login_required
@require_POST
def wall_task(request: HttpRequest, workspace: str, task: int) -> HttpResponse:
    """Change a task: `state`, `assignee`, `hours_left`, `title`; `before` or `after` another task.

    With `version` and `was_state` (and so on) a change that somebody made meanwhile elsewhere in the task is kept.
    """
    found = _task(request, workspace=workspace, task=task)
    values = request.POST
    changed = move_task(
        task=found,
        changes=_read_changes(values, found),
        beside=_read_beside(values),
        version=read_version(values),
        base=read_base(values),
        actor=page_actor(reader_of(request)),
        now=utc_now(),
    )
    answer = JsonResponse({"version": changed.version})
    undo = as_posted(found, changed)
    if not undo:
        return answer
    return say(answer, toast=toast(words_of_change(found, changed), undo_url=request.path, undo=undo))


@login_required
@require_POST
def wall_task_add(request: HttpRequest, workspace: str) -> HttpResponse:
    """Break a story down: `story` and `text` as typed ("Write the mail 4h @dana"), or the fields of a deleted task."""
    reader, values = reader_of(request), request.POST
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.EDIT_STORY)
    story = read_member(Story.objects.filter(workspace=place), values.get("story", ""), field="story")
    if story is None:
        raise InvalidInput("Say which story the task is of.", field="story")
    people = list_people(workspace=place)
    typed = read_typed(values["text"], list(people)) if "text" in values else None
    hours = typed.hours if typed else read_figure(values.get("hours_estimated", ""))
    task = create_task(
        story=story,
        title=typed.title if typed else values.get("title", ""),
        hours_estimated=hours,
        hours_left=hours if typed else read_figure(values.get("hours_left", "")),
        state=values.get("state", TaskState.TODO.value),
        assignee=typed.person if typed else read_member(people, values.get("assignee", ""), field="assignee"),
        position=read_id(values.get("position", "")),
        actor=page_actor(reader),
        now=utc_now(),
    )
    answer = JsonResponse({"task": task.pk, "version": task.version}, status=201)
    undo_url = reverse("wall-task-delete", args=[place.key, task.pk])
    return say(answer, toast=toast(f"{task.title} is added to {story.key}.", undo_url=undo_url, undo={}))


@login_required
@require_http_methods(["GET", "POST"])
def wall_task_block(request: HttpRequest, workspace: str, task: int) -> HttpResponse:
    """Ask for the reason (GET), or block a task with it (`blocked`, `reason`)."""
    found = _task(request, workspace=workspace, task=task)
    if request.method == "GET":
        return render(request, "planner/wall/block.html", _block_context(found))
    changed = set_task_blocked(
        task=found,
        blocked=read_flag(request.POST.get("blocked", "")),
        reason=request.POST.get("reason", ""),
        version=read_version(request.POST),
        base=read_base(request.POST),
        actor=page_actor(reader_of(request)),
        now=utc_now(),
    )
    words = f"{changed.title} is {'blocked' if changed.blocked else 'no longer blocked'}."
    undo = {"blocked": "1" if found.blocked else "", "reason": found.blocked_reason}
    answer = JsonResponse({"version": changed.version})
    return say(
        answer,
        toast=toast(words, undo_url=request.path, undo=undo),
        close_dialog=True,
        wall_changed={"task": changed.pk},
    )


@login_required
@require_POST
def wall_task_delete(request: HttpRequest, workspace: str, task: int) -> HttpResponse:
    """Delete a task; Undo adds it again as it was."""
    found = _task(request, workspace=workspace, task=task)
    delete_task(task=found, actor=page_actor(reader_of(request)), now=utc_now())
    undo = {
        "story": str(found.story_id),
        "title": found.title,
        "state": found.state,
        "assignee": str(found.assignee_id or ""),
        "hours_estimated": _figure(found.hours_estimated),
        "hours_left": _figure(found.hours_left),
        "position": str(found.position),
    }
    undo_url = reverse("wall-task-add", args=[found.story.workspace.key])
    return say(HttpResponse(status=204), toast=toast(f"{found.title} is deleted.", undo_url=undo_url, undo=undo))


@login_required
@require_GET
def wall_task_since(request: HttpRequest, workspace: str, task: int) -> HttpResponse:
    """What happened to a card that somebody else changed: who, what and when, to keep mine or take theirs."""
    found = get_task_for(user=reader_of(request), task_id=task, action=Action.VIEW)
    _check_workspace(found.story.workspace.key, workspace)
    touch = newest_touch(task=found)
    context = {"task": found, "touch": touch, "now": utc_now(), "words": touch.after if touch else ""}
    return render(request, "planner/wall/conflict.html", context)


def _task(request: HttpRequest, *, workspace: str, task: int) -> Task:
    """The task, which must be of the workspace in the address."""
    found = get_task_for(user=reader_of(request), task_id=task, action=Action.EDIT_STORY)
    _check_workspace(found.story.workspace.key, workspace)
    return found


def _check_workspace(key: str, asked: str) -> None:
    if key != asked.upper():
        raise NotFound("There is no such task.")


def _block_context(task: Task) -> dict[str, Any]:
    workspace = task.story.workspace
    return {
        "workspace": workspace,
        "thing": task,
        "name": task.title,
        "url": reverse("wall-task-block", args=[workspace.key, task.pk]),
    }


def _read_changes(values: Mapping[str, str], task: Task) -> dict[str, Any]:
    changes: dict[str, Any] = {name: values[name] for name in ("title", "state") if name in values}
    if "hours_left" in values:
        changes["hours_left"] = read_hours(values["hours_left"])
    if "assignee" in values:
        people = list_people(workspace=task.story.workspace)
        changes["assignee"] = read_member(people, values["assignee"], field="assignee")
    return changes


def _read_beside(values: Mapping[str, str]) -> Beside | None:
    for name in ("before", "after"):
        if name in values:
            other = read_id(values[name])
            if other is None:
                raise InvalidInput("Name the task it goes beside by its id.", field=name)
            return Beside(other, is_before=name == "before")
    return None


def _figure(figure: Any) -> str:
    return "" if figure is None else str(figure)
