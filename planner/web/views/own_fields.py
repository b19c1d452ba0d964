"""The custom fields of one story or capability, as a part of its page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import Workspace
from accounts.policies import Action
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import Capability, Story
from planner.selectors.custom_fields import list_fields
from planner.selectors.fetch import get_capability_for, get_story_for
from planner.selectors.own_fields import own_fields_of
from planner.services.field_values import set_capability_fields, set_story_fields_of_own
from planner.web.answers import say
from planner.web.forms import page_actor


@login_required
@require_http_methods(["GET", "POST"])
def story_fields(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """The custom fields of a story (GET), or set those that the form names (POST)."""
    action = Action.EDIT_STORY if request.method == "POST" else Action.VIEW
    story = get_story_for(user=reader_of(request), workspace=workspace, key=key, action=action)
    if request.method == "POST":
        values = _posted(request.POST, workspace=story.workspace, item=ItemKind.STORY)
        actor = page_actor(reader_of(request))
        set_story_fields_of_own(
            workspace=story.workspace, story_ids=[story.pk], values=values, actor=actor, now=utc_now()
        )
        story = get_story_for(user=reader_of(request), story_id=story.pk, action=Action.VIEW)
    return _part(request, story, url=reverse("story-fields", args=[story.workspace.key, story.key]))


@login_required
@require_http_methods(["GET", "POST"])
def capability_fields(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """The custom fields of a capability (GET), or set those that the form names (POST)."""
    action = Action.EDIT_PLAN if request.method == "POST" else Action.VIEW
    capability = get_capability_for(user=reader_of(request), workspace=workspace, key=key, action=action)
    if request.method == "POST":
        values = _posted(request.POST, workspace=capability.workspace, item=ItemKind.CAPABILITY)
        set_capability_fields(capability=capability, values=values, actor=page_actor(reader_of(request)), now=utc_now())
    return _part(request, capability, url=reverse("capability-fields", args=[capability.workspace.key, capability.key]))


def _posted(posted: QueryDict, *, workspace: Workspace, item: ItemKind) -> dict[str, object]:
    """The values of the fields that the form names; several choices come as a list."""
    kinds = {field.key: field.kind for field in list_fields(workspace_id=workspace.pk, item=item.value)}
    return {
        key: [each for each in posted.getlist(key) if each] if kind == FieldKind.MULTI_CHOICE.value else posted[key]
        for key, kind in kinds.items()
        if key in posted
    }


def _part(request: HttpRequest, thing: Story | Capability, *, url: str) -> HttpResponse:
    item = ItemKind.STORY if isinstance(thing, Story) else ItemKind.CAPABILITY
    context = {
        **shell_context(user=reader_of(request), workspace=thing.workspace),
        "own": own_fields_of(workspace=thing.workspace, item=item, item_id=thing.pk, now=utc_now()),
        "editing": request.GET.get("edit", ""),
        "url": url,
        "item": item,
        "story": thing if request.method == "POST" and item is ItemKind.STORY else None,
    }
    answer = render(request, "planner/fields/part.html", context)
    return say(answer, part_changed={"part": "fields"}) if request.method == "POST" else answer
