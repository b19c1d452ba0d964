"""Moving stories and capabilities: drag, keyboard and menu all post here."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import Action
from accounts.web.shell import reader_of
from common.clock import utc_now
from planner.models import Capability, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.fetch import get_capability_for, get_story_for
from planner.selectors.outline import previous_open_story
from planner.services.ranking import move_capability, move_story
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_story_key

ENDS = {"top": "now stands first", "bottom": "now stands last"}


@login_required
@require_http_methods(["GET", "POST"])
def story_move(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Show the dialog that asks where to (GET), or move the story (POST: one of after, before, position, to)."""
    reader = reader_of(request)
    story = get_story_for(user=reader, workspace=workspace, key=key, action=Action.RANK)
    if request.method == "GET":
        return render(request, "planner/backlog/move.html", {"workspace": story.workspace, "story": story})
    anchor = read_anchor(request.POST.dict(), workspace_id=story.workspace_id)
    above = previous_open_story(story=story)
    moved = move_story(story=story, actor=page_actor(reader), now=utc_now(), **anchor)
    undo_url = reverse("story-move", args=[story.workspace.key, story.key])
    message = f"{moved.key} {_words(anchor)}."
    return say(
        HttpResponse(status=204),
        toast=toast(message, undo_url=undo_url, undo=_back_to(above)),
        backlog_moved={"story": moved.pk},
        close_dialog=True,
    )


@login_required
@require_POST
def capability_move(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Move a capability's open stories as one block (one of after, before, to)."""
    reader = reader_of(request)
    capability = get_capability_for(user=reader, workspace=workspace, key=key, action=Action.RANK)
    anchor = read_anchor(request.POST.dict(), workspace_id=capability.workspace_id)
    undo = _undo_of_block(capability)
    move_capability(
        capability=capability,
        actor=page_actor(reader),
        now=utc_now(),
        **{name if name == "to" else f"{name}_story": value for name, value in anchor.items()},
    )
    undo_url = reverse("capability-move", args=[capability.workspace.key, capability.key])
    message = f"{capability.key} {_words(anchor)}, with its open stories."
    return say(HttpResponse(status=204), toast=toast(message, undo_url=undo_url, undo=undo), close_dialog=True)


def read_anchor(values: Mapping[str, str], *, workspace_id: int) -> dict[str, Any]:
    """Read where to. The dialog's `where` says which of its fields counts; scripts send one field alone."""
    values = _chosen(values)
    anchor: dict[str, Any] = {}
    for name in ("after", "before"):
        if values.get(name):
            anchor[name] = read_story_key(values[name], workspace_id=workspace_id, field=name)
    if values.get("position"):
        text = values["position"]
        anchor["position"] = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
    if values.get("to"):
        anchor["to"] = values["to"]
    return anchor


def _chosen(values: Mapping[str, str]) -> Mapping[str, str]:
    where = values.get("where", "")
    if where in ENDS:
        return {"to": where}
    return {where: values.get(where, "")} if where else values


def _words(anchor: Mapping[str, Any]) -> str:
    """Return where something went, for the toast and the screen reader."""
    if "to" in anchor:
        return ENDS[anchor["to"]]
    if "position" in anchor:
        return f"moved to position {anchor['position']}"
    name, story = next(iter(anchor.items()))
    return f"now stands {name} {story.key}"


def _back_to(above: Story | None) -> dict[str, str]:
    return {"after": above.key} if above else {"to": "top"}


def _undo_of_block(capability: Capability) -> dict[str, str] | None:
    """Return the move that restores the block; None when other work stood inside it, which it would not bring back."""
    stories = list(Story.objects.filter(capability=capability, category__in=OPEN_CATEGORIES).order_by("rank"))
    if not stories:
        return None
    first, last = stories[0], stories[-1]
    between = Story.objects.filter(
        backlog_id=first.backlog_id, category__in=OPEN_CATEGORIES, rank__gt=first.rank, rank__lt=last.rank
    )
    if between.exclude(capability=capability).exists():
        return None
    return _back_to(previous_open_story(story=first))
