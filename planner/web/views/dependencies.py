"""Dependencies of a story: add by key, remove. A cycle is refused, and named."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.policies import Action
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import NotFound
from planner.selectors.fetch import get_dependency_for, get_story_for
from planner.services.dependencies import add_dependency, remove_dependency
from planner.web.forms import page_actor, read_story_key
from planner.web.views.stories import redraw_part


@login_required
@require_POST
def dependency_add(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Say that the story needs another (`key`), or with `direction` "needed_by" that the other needs it."""
    reader = reader_of(request)
    story = get_story_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_STORY)
    other = read_story_key(request.POST.get("key", ""), workspace_id=story.workspace_id)
    is_successor = request.POST.get("direction") != "needed_by"
    add_dependency(
        predecessor=other if is_successor else story,
        successor=story if is_successor else other,
        actor=page_actor(reader),
        now=utc_now(),
    )
    return redraw_part(request, story=story, part="dependencies")


@login_required
@require_POST
def dependency_remove(request: HttpRequest, workspace: str, key: str, dependency: int) -> HttpResponse:
    """Take a dependency of this story away."""
    reader = reader_of(request)
    story = get_story_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_STORY)
    found = get_dependency_for(user=reader, dependency_id=dependency, action=Action.EDIT_STORY)
    if story.pk not in (found.predecessor_id, found.successor_id):
        raise NotFound("There is no such dependency of this story.")
    is_successor = story.pk == found.successor_id
    other = found.predecessor if is_successor else found.successor
    remove_dependency(dependency=found, actor=page_actor(reader), now=utc_now())
    return redraw_part(
        request,
        story=story,
        part="dependencies",
        message=f"{story.key} {'no longer needs' if is_successor else 'is no longer needed by'} {other.key}.",
        undo={"key": other.key, "direction": "needs" if is_successor else "needed_by"},
        undo_url=reverse("dependency-add", args=[story.workspace.key, story.key]),
    )
