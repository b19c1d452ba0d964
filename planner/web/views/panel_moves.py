"""Dropping on panels, from the page: what it would do, doing it, and taking it back."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for, require
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import DomainError, InvalidInput, NotFound
from planner.domain.vocabulary import ItemKind
from planner.models import Story
from planner.selectors.item_filters import context_of
from planner.selectors.panels import get_layout_for
from planner.selectors.panels_drops import plan_drop, say_sets, words_of_plan
from planner.selectors.panels_fields import panel_fields
from planner.services.batches import MOST_STORIES
from planner.services.bulk_moves import move_stories, undo_moves
from planner.services.panel_drops import DropResult, drop_items, undo_drop
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_id
from planner.web.panel_form import read_item
from planner.web.panel_question import AskedPanel, find_panel, panels_of

LONGEST_LIST = 20_000
NEEDS = {
    ItemKind.STORY: Action.EDIT_STORY,
    ItemKind.TASK: Action.EDIT_STORY,
    ItemKind.CAPABILITY: Action.EDIT_PLAN,
}
"""What changing an item's fields takes."""


def read_ids(text: str) -> list[int]:
    """Ids with commas between them. Raises InvalidInput."""
    parts = [part.strip() for part in text[: LONGEST_LIST + 1].split(",") if part.strip()]
    ids = [pk for part in parts if (pk := read_id(part))]
    if len(text) > LONGEST_LIST or not ids or len(ids) != len(parts) or len(ids) > MOST_STORIES:
        raise InvalidInput(f"Send 1 to {MOST_STORIES} ids with commas between them.", field="ids")
    return ids


@login_required
@require_POST
def work_preview(request: HttpRequest, workspace: str) -> JsonResponse:
    """What each panel of the layout would do to these very items; nothing is changed."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    ids, item = read_ids(request.POST.get("ids", "")), read_item(request.POST.get("item", ""))
    layout_id = read_id(request.POST.get("layout", ""))
    layout = get_layout_for(user=reader, layout_id=layout_id) if layout_id else None
    panels = [panel for panel in panels_of(layout=layout, workspace=place, reader=reader) if panel.item is item]
    told = {panel.ref: _words(panel, ids, place, reader) for panel in panels}
    return JsonResponse({"panels": told})


def _words(panel: AskedPanel, ids: list[int], place: Workspace, reader: User) -> Mapping[str, str]:
    now = utc_now()
    try:
        plan = plan_drop(
            workspace=place,
            item=panel.item,
            ids=ids,
            filter_text=panel.draft.filter_text,
            fields=panel_fields(workspace=place, item=panel.item),
            context=context_of(workspace=place, now=now, user_id=reader.pk),
        )
    except DomainError as refused:
        return {"sets": "", "cannot": "", "problem": refused.message}
    words = words_of_plan(plan)
    return {
        "sets": words.sets or "sets nothing: it matches already" * (not words.cannot),
        "cannot": words.cannot,
        "problem": "",
    }


@login_required
@require_POST
def work_drop(request: HttpRequest, workspace: str, panel: str) -> JsonResponse:
    """Drop `ids` on a panel: they get what its filter says. With `before` or `after`, they are put there by rank."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.EDIT_STORY)
    asked = find_panel(ref=panel, workspace=place, reader=reader)
    require(user=reader, workspace_id=place.pk, action=NEEDS[asked.item], what="item")
    now = utc_now()
    result = drop_items(
        workspace=place,
        item=asked.item,
        ids=read_ids(request.POST.get("ids", "")),
        filter_text=asked.draft.filter_text,
        fields=panel_fields(workspace=place, item=asked.item),
        context=context_of(workspace=place, now=now, user_id=reader.pk),
        actor=page_actor(reader),
        now=now,
    )
    left = [{"id": each.item_id, "name": each.name, "reason": each.reason} for each in result.left]
    answer = JsonResponse({"changed": result.changed, "left": left})
    undo = {"token": result.undo_token} if result.undo_token else None
    message = toast(_said(result, asked), undo_url=reverse("work-undo", args=[place.key]), undo=undo)
    return _say(answer, toast=message)


def _said(result: DropResult, asked: AskedPanel) -> str:
    """“3 changed in Next sprint: sets Sprint to Sprint 15. 1 is not in it: points > 3.”"""
    number = result.changed
    if not number:
        said = f"Nothing to set for {asked.draft.title}."
    else:
        said = f"{number} {'item' if number == 1 else 'items'} to {asked.draft.title}: {say_sets(result.words)}."
    if result.left:
        names = ", ".join(each.name for each in result.left[:3])
        more = f" and {len(result.left) - 3} more" if len(result.left) > 3 else ""
        said = f"{said} Still not in it: {names}{more} ({result.left[0].reason})."
    return said


@login_required
@require_POST
def work_order(request: HttpRequest, workspace: str) -> JsonResponse:
    """Put stories `ids` in one piece right `before` or `after` another one (an id), by rank."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.RANK)
    result = move_stories(
        workspace=place,
        story_ids=read_ids(request.POST.get("ids", "")),
        actor=page_actor(reader),
        now=utc_now(),
        **_anchor(request.POST.dict(), place),
    )
    undo = {"token": result.undo_token, "kind": "order"} if result.undo_token else None
    number = result.changed
    said = f"{number} {'story' if number == 1 else 'stories'} moved." if number else "They stand there already."
    answer = JsonResponse({"changed": result.changed, "left": []})
    return _say(answer, toast=toast(said, undo_url=reverse("work-undo", args=[place.key]), undo=undo))


def _anchor(values: Mapping[str, str], place: Workspace) -> dict[str, Any]:
    name = next((name for name in ("before", "after") if values.get(name)), "before")
    story = Story.objects.filter(workspace=place, pk=read_id(values.get(name, "")) or 0).first()
    if story is None:
        raise NotFound("The story to put them beside was deleted: reload. Nothing was moved.")
    return {name: story}


@login_required
@require_POST
def work_undo(request: HttpRequest, workspace: str) -> JsonResponse:
    """Take a drop or a move back (`token`)."""
    reader = reader_of(request)
    is_order = request.POST.get("kind") == "order"
    action = Action.RANK if is_order else Action.EDIT_STORY
    place = get_workspace_for(user=reader, workspace=workspace, action=action)
    token, actor = request.POST.get("token", ""), page_actor(reader)
    if is_order:
        number = undo_moves(workspace=place, token=token, actor=actor, now=utc_now()).changed
    else:
        number = undo_drop(workspace=place, token=token, actor=actor, now=utc_now())
    said = f"{number} put back." if number else "Nothing to put back: it was changed since."
    return _say(JsonResponse({"changed": number}), toast=toast(said))


def _say(answer: JsonResponse, **events: Any) -> JsonResponse:
    say(answer, **events)
    return answer
