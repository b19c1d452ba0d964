"""Stories on the wall: into another state, to another person, blocked."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.policies import Action
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import Conflict, InvalidInput, NotFound
from planner.models import Story
from planner.selectors.fetch import get_story_for
from planner.selectors.listing import list_people, list_states
from planner.selectors.wall_changes import newest_story_touch
from planner.services.stories import set_blocked, update_story
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_flag, read_id, read_member

ATTEMPTS = 5


@login_required
@require_POST
def wall_story(request: HttpRequest, workspace: str, story_id: int) -> HttpResponse:
    """Change a story's `state` or `assignee` (ids); `was_state`, `was_assignee` say what the card showed.

    Whoever changed something else of the story meanwhile is in nobody's way; the same field changed is a 409.
    """
    reader, values = reader_of(request), request.POST
    action = Action.TRANSITION if "state" in values else Action.EDIT_STORY
    found = _story(reader, workspace=workspace, story_id=story_id, action=action)
    changes = _read_changes(values, found)
    before, changed = _change(found, changes, values, reader)
    answer = JsonResponse({"version": changed.version})
    if changed.version == before.version:
        return answer
    undo = {name: _posted(before, name) for name in changes} | {
        f"was_{name}": _posted(changed, name) for name in changes
    }
    return say(answer, toast=toast(_words(changed, changes), undo_url=request.path, undo=undo))


@login_required
@require_http_methods(["GET", "POST"])
def wall_story_block(request: HttpRequest, workspace: str, story_id: int) -> HttpResponse:
    """Ask for the reason (GET), or block a story with it (`blocked`, `reason`)."""
    reader, values = reader_of(request), request.POST
    found = _story(reader, workspace=workspace, story_id=story_id, action=Action.EDIT_STORY)
    if request.method == "GET":
        url = reverse("wall-story-block", args=[found.workspace.key, found.pk])
        context = {"workspace": found.workspace, "thing": found, "name": f"{found.key} {found.title}", "url": url}
        return render(request, "planner/wall/block.html", context)
    changed = set_blocked(
        story=found,
        blocked=read_flag(values.get("blocked", "")),
        reason=values.get("reason", ""),
        actor=page_actor(reader),
        now=utc_now(),
    )
    words = f"{changed.key} is {'blocked' if changed.blocked else 'no longer blocked'}."
    undo = {"blocked": "1" if found.blocked else "", "reason": found.blocked_reason}
    return say(
        JsonResponse({"version": changed.version}),
        toast=toast(words, undo_url=request.path, undo=undo),
        close_dialog=True,
        wall_changed={"story": changed.pk},
    )


@login_required
@require_GET
def wall_story_since(request: HttpRequest, workspace: str, story_id: int) -> HttpResponse:
    """What happened to a story's `?field=` that somebody else changed: who, what and when."""
    found = _story(reader_of(request), workspace=workspace, story_id=story_id, action=Action.VIEW)
    field = "assignee" if request.GET.get("field") == "assignee" else "state"
    touch = newest_story_touch(story_id=found.pk, field=field)
    context = {"story": found, "touch": touch, "now": utc_now(), "words": _present(found, field)}
    return render(request, "planner/wall/conflict.html", context)


def _story(reader: User, *, workspace: str, story_id: int, action: Action) -> Story:
    found = get_story_for(user=reader, story_id=story_id, action=action)
    if found.workspace.key != workspace.upper():
        raise NotFound("There is no such story.")
    return found


def _read_changes(values: Mapping[str, str], story: Story) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "state" in values:
        changes["state"] = read_member(list_states(workspace=story.workspace), values["state"], field="state")
        if changes["state"] is None:
            raise InvalidInput("Choose a state of this workspace.", field="state")
    if "assignee" in values:
        people = list_people(workspace=story.workspace)
        changes["assignee"] = read_member(people, values["assignee"], field="assignee")
    if not changes:
        raise InvalidInput("Send a state or an assignee.", field="state")
    return changes


def _change(story: Story, changes: Mapping[str, Any], values: Mapping[str, str], reader: User) -> tuple[Story, Story]:
    """Change the story at the version just read, so that nobody's change of the same field is overwritten."""
    for attempt in range(ATTEMPTS):
        _refuse_moved(story, changes, values)
        try:
            actor = page_actor(reader)
            return story, update_story(story=story, changes=changes, actor=actor, now=utc_now(), version=story.version)
        except Conflict as conflict:
            if conflict.code != "stale_version" or attempt == ATTEMPTS - 1:
                raise
        story = get_story_for(user=reader, story_id=story.pk, action=Action.VIEW)
    raise AssertionError("unreachable: the last attempt returns or raises")


def _refuse_moved(story: Story, changes: Mapping[str, Any], values: Mapping[str, str]) -> None:
    for name in changes:
        seen = values.get(f"was_{name}")
        if seen is not None and read_id(seen) != getattr(story, f"{name}_id"):
            message = f"{story.key} was changed meanwhile: {_present(story, name)}."
            raise Conflict(message, code="stale_version", field=name)


def _present(story: Story, field: str) -> str:
    if field == "assignee":
        return f"it is {story.assignee}'s" if story.assignee else "it has no one"
    return f"it is in {story.state.name}"


def _posted(story: Story, name: str) -> str:
    return str(getattr(story, f"{name}_id") or "")


def _words(story: Story, changes: Mapping[str, Any]) -> str:
    said = []
    if "state" in changes:
        said.append(f"is in {story.state.name}")
    if "assignee" in changes:
        said.append(f"is {story.assignee}'s" if story.assignee else "has no one now")
    return f"{story.key} {' and '.join(said)}."
