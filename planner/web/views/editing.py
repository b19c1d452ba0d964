"""Editing in place: a cell becomes a field, its form posts, the row is drawn again."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.policies import Action
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import InvalidInput
from planner.domain.vocabulary import SprintState
from planner.models import State, Story
from planner.selectors.fetch import get_story_for
from planner.selectors.listing import list_people, list_sprints, list_states, list_teams
from planner.services.stories import update_story
from planner.web.answers import say, toast
from planner.web.changes import as_posted, words_of_change
from planner.web.forms import STORY_FIELDS, page_actor, read_member, read_version

EDITABLE = ("title", "points", "state", "team", "sprint", "assignee")


@login_required
@require_http_methods(["GET", "POST"])
def story_edit(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Show one field's editor (GET `?field=points`), or save it (POST the field, and `version`)."""
    reader = reader_of(request)
    story = get_story_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_STORY)
    if request.method == "GET":
        return _editor(request, story=story, field=request.GET.get("field", ""))
    field, value = _read_field(request.POST.dict(), story=story)
    return _save(story=story, field=field, value=value, reader=reader, values=request.POST)


@login_required
@require_POST
def story_transition(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Move a story into the workflow state `state` (its id)."""
    reader = reader_of(request)
    story = get_story_for(user=reader, workspace=workspace, key=key, action=Action.TRANSITION)
    state = _read_state(request.POST.get("state", ""), story=story)
    return _save(story=story, field="state", value=state, reader=reader, values=request.POST)


def _editor(request: HttpRequest, *, story: Story, field: str) -> HttpResponse:
    if field not in EDITABLE:
        raise InvalidInput(f"Choose one of these fields: {', '.join(EDITABLE)}.", field="field")
    context = {"workspace": story.workspace, "story": story, "field": field, **_choices(story, field)}
    return render(request, "planner/backlog/editor.html", context)


def _choices(story: Story, field: str) -> dict[str, Any]:
    """What the editor of a field offers."""
    place = story.workspace
    if field == "state":
        return {"states": list_states(workspace=place)}
    if field == "team":
        return {"choices": list_teams(workspace=place), "chosen": story.team_id, "none_word": "no team"}
    if field == "assignee":
        return {"choices": list_people(workspace=place), "chosen": story.assignee_id, "none_word": "nobody"}
    if field == "sprint":
        ahead = ~Q(state=SprintState.COMPLETED.value) | Q(pk=story.sprint_id)
        sprints = list_sprints(workspace=place).filter(ahead)
        return {"choices": sprints, "chosen": story.sprint_id, "none_word": "no sprint"}
    return {}


def _read_field(values: Mapping[str, str], *, story: Story) -> tuple[str, Any]:
    field = next((name for name in EDITABLE if name in values), "")
    if not field:
        raise InvalidInput(f"Send one of these fields: {', '.join(EDITABLE)}.", field="field")
    if field == "state":
        return field, _read_state(values[field], story=story)
    return field, STORY_FIELDS[field](values[field].strip(), story.workspace_id)


def _read_state(text: str, *, story: Story) -> State:
    state = read_member(list_states(workspace=story.workspace), text, field="state")
    if state is None:
        raise InvalidInput("Choose a state of this workspace.", field="state")
    return state


def _save(*, story: Story, field: str, value: Any, reader: User, values: Mapping[str, str]) -> HttpResponse:
    before = as_posted(story, [field])
    changed = update_story(
        story=story,
        changes={field: value},
        actor=page_actor(reader),
        now=utc_now(),
        version=read_version(values),
    )
    undo_url = reverse("story-edit", args=[story.workspace.key, story.key])
    events: dict[str, Any] = {"backlog_changed": {"story": changed.pk, "capability": changed.capability_id}}
    if changed.version != story.version:
        events["toast"] = toast(words_of_change(changed, [field]), undo_url=undo_url, undo=before)
    return say(HttpResponse(status=204), **events)
