"""The sprint wall: the page, and the parts of it that a change touched."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import NotFound
from common.live.selectors import list_newest_ids
from planner.selectors.wall import story_ids_of_tasks
from planner.web.forms import read_id
from planner.web.wall_page import Asked, ask_wall, page_context, wall_context
from planner.web.wall_question import read_question

MOST_ASKED = 200


@login_required
@require_GET
def wall(request: HttpRequest, workspace: str) -> HttpResponse:
    """The whole page: `?sprint=`, `?team=`, `?view=`, `?lanes=` and the filters stand in the address."""
    live_after = max(list_newest_ids(limit=1), default=0)
    asked = _ask(request, workspace=workspace)
    context = {**page_context(asked), "live_after": live_after}
    return render(request, f"planner/wall/{'page' if asked.sprint else 'no_sprint'}.html", context)


@login_required
@require_GET
def wall_fresh(request: HttpRequest, workspace: str) -> HttpResponse:
    """Parts of a wall as they now are: the head, and lanes.

    `?tasks=1,2&stories=3` the lanes these changed, `?after=80` the lanes that follow, else all of them.
    """
    asked = _ask(request, workspace=workspace)
    if asked.sprint is None:
        raise NotFound("This sprint was deleted. Open the wall again to see another one.")
    story_ids, task_ids = _ids(request, "stories"), _ids(request, "tasks")
    if task_ids:
        story_ids |= story_ids_of_tasks(sprint=asked.sprint, task_ids=task_ids)
    is_part = "tasks" in request.GET or "stories" in request.GET
    after = read_id(request.GET.get("after", "")) or 0
    context = {
        **shell_context(user=asked.reader, workspace=asked.question.workspace),
        **wall_context(asked, asked.sprint, only=story_ids if is_part else None, after=after),
        "question": asked.question,
        "sprint": asked.sprint,
        "is_part": is_part,
    }
    return render(request, f"planner/wall/{'more' if after else 'fresh'}.html", context)


def _ask(request: HttpRequest, *, workspace: str) -> Asked:
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    question = read_question(request.GET, workspace=place, reader=reader)
    return ask_wall(question=question, reader=reader, now=utc_now())


def _ids(request: HttpRequest, name: str) -> set[int]:
    words = request.GET.get(name, "").split(",")[:MOST_ASKED]
    return {pk for word in words if (pk := read_id(word))}
