"""Tasks of a story: add, change, delete. Each answers with the story's tasks as they now are."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.policies import Action
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import NotFound
from planner.domain.vocabulary import TaskState
from planner.models import Task
from planner.selectors.fetch import get_story_for, get_task_for
from planner.selectors.listing import list_people
from planner.services.tasks import create_task, delete_task, update_task
from planner.web.forms import page_actor, read_figure, read_flag, read_id, read_member, read_version
from planner.web.views.stories import redraw_part

HOURS = ("hours_estimated", "hours_left")


@login_required
@require_POST
def task_add(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Add a task at the end of the story's; what Undo posts brings a deleted one back to its `position`."""
    reader = reader_of(request)
    story = get_story_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_STORY)
    values = request.POST
    people = list_people(workspace=story.workspace)
    create_task(
        story=story,
        title=values.get("title", ""),
        **{name: read_figure(values.get(name, "")) for name in HOURS},
        state=values.get("state", TaskState.TODO.value),
        assignee=read_member(people, values.get("assignee", ""), field="assignee"),
        position=read_id(values.get("position", "")),
        actor=page_actor(reader),
        now=utc_now(),
    )
    return redraw_part(request, story=story, part="tasks")


@login_required
@require_POST
def task_update(request: HttpRequest, workspace: str, task: int) -> HttpResponse:
    """Change fields of a task: title, state (or `done`, a checkbox), hours, assignee."""
    reader = reader_of(request)
    found = _task(request, workspace=workspace, task=task)
    update_task(
        task=found,
        changes=_read_changes(request, found),
        actor=page_actor(reader),
        now=utc_now(),
        version=read_version({"version": request.POST.get("task_version", "")}),
    )
    return redraw_part(request, story=found.story, part="tasks")


@login_required
@require_POST
def task_delete(request: HttpRequest, workspace: str, task: int) -> HttpResponse:
    """Delete a task; Undo adds it again as it was."""
    found = _task(request, workspace=workspace, task=task)
    story = found.story
    undo = _as_posted(found)
    delete_task(task=found, actor=page_actor(reader_of(request)), now=utc_now())
    return redraw_part(
        request,
        story=story,
        part="tasks",
        message=f"The task {found.title} is deleted.",
        undo=undo,
        undo_url=reverse("task-add", args=[story.workspace.key, story.key]),
    )


def _as_posted(task: Task) -> dict[str, str]:
    """The task as adding it takes it."""
    figures = {name: getattr(task, name) for name in HOURS}
    return {
        "title": task.title,
        "state": task.state,
        "assignee": str(task.assignee_id or ""),
        "position": str(task.position),
        **{name: "" if figure is None else str(figure) for name, figure in figures.items()},
    }


def _task(request: HttpRequest, *, workspace: str, task: int) -> Task:
    """The task, which must be of the workspace in the address."""
    found = get_task_for(user=reader_of(request), task_id=task, action=Action.EDIT_STORY)
    if found.story.workspace.key != workspace.upper():
        raise NotFound("There is no such task.")
    return found


def _read_changes(request: HttpRequest, task: Task) -> dict[str, object]:
    values = request.POST
    changes: dict[str, object] = {name: values[name] for name in ("title", "state") if name in values}
    if "is_done" in values:
        changes["state"] = TaskState.DONE.value if read_flag(values.get("done", "")) else TaskState.TODO.value
    changes |= {name: read_figure(values[name]) for name in HOURS if name in values}
    if "assignee" in values:
        people = list_people(workspace=task.story.workspace)
        changes["assignee"] = read_member(people, values["assignee"], field="assignee")
    return changes
