"""Many stories at once: change fields, move as a block, take it back.

Which stories: `ids=1,2,3` and `capabilities=7,8` (their open stories), at most 500 together. They are posted also
where nothing is changed: so many ids are longer than the address that a server takes.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import InvalidInput
from planner.domain.vocabulary import SprintState, StoryKind
from planner.selectors.listing import list_applications, list_people, list_sprints, list_states, list_teams
from planner.selectors.selection import find_selection, sum_selection
from planner.services.batches import BulkResult
from planner.services.bulk import BULK_FIELDS, edit_stories, undo_edit
from planner.services.bulk_moves import move_stories, undo_moves
from planner.web.answers import say, toast
from planner.web.forms import STORY_FIELDS, page_actor, read_flag
from planner.web.views.moving import read_anchor

LONGEST_LIST = 20_000


@login_required
@require_POST
def stories_bulk_edit_dialog(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the dialog that asks what they get: one `field`, or all."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.EDIT_STORY)
    return _edit_dialog(request, workspace=place)


@login_required
@require_POST
def stories_bulk_edit(request: HttpRequest, workspace: str) -> HttpResponse:
    """Set `field` to `value`, or the fields posted."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.EDIT_STORY)
    result = edit_stories(
        workspace=place,
        story_ids=selected_stories(request.POST.dict(), workspace=place),
        changes=_read_changes(request.POST.dict(), workspace=place),
        actor=page_actor(reader),
        now=utc_now(),
    )
    return _answer(result, verb="changed", undo_url=reverse("stories-bulk-undo", args=[place.key]))


@login_required
@require_POST
def stories_bulk_move_dialog(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the dialog that asks where to."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.RANK)
    return render(request, "planner/backlog/bulk_move.html", _dialog(request, workspace=place))


@login_required
@require_POST
def stories_bulk_move(request: HttpRequest, workspace: str) -> HttpResponse:
    """Move the block: one of to, position, after, before."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.RANK)
    anchor = read_anchor(request.POST.dict(), workspace_id=place.pk)
    result = move_stories(
        workspace=place,
        story_ids=selected_stories(request.POST.dict(), workspace=place),
        actor=page_actor(reader),
        now=utc_now(),
        **anchor,
    )
    undo_url = reverse("stories-bulk-move-undo", args=[place.key])
    return _answer(result, verb=f"moved {_where(anchor)}", undo_url=undo_url, is_order=True)


@login_required
@require_POST
def stories_bulk_undo(request: HttpRequest, workspace: str) -> HttpResponse:
    """Give the stories of a bulk edit (`token`) back what they had."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.EDIT_STORY)
    token = request.POST.get("token", "")
    return _undone(undo_edit(workspace=place, token=token, actor=page_actor(reader), now=utc_now()))


@login_required
@require_POST
def stories_bulk_move_undo(request: HttpRequest, workspace: str) -> HttpResponse:
    """Put the stories of a block (`token`) back where they stood."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.RANK)
    token = request.POST.get("token", "")
    return _undone(undo_moves(workspace=place, token=token, actor=page_actor(reader), now=utc_now()))


@login_required
@require_POST
def stories_bulk_sum(request: HttpRequest, workspace: str) -> HttpResponse:
    """What the selection comes to: "$22.8k a week, 70 points"."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VIEW)
    total = sum_selection(workspace=place, story_ids=selected_stories(request.POST.dict(), workspace=place))
    return render(request, "planner/backlog/bulk_sum.html", {"workspace": place, "total": total})


def selected_stories(values: Mapping[str, str], *, workspace: Workspace) -> list[int]:
    """The chosen stories, those of chosen capabilities included."""
    story_ids, capability_ids = (_read_ids(values.get(name, ""), field=name) for name in ("ids", "capabilities"))
    return find_selection(workspace=workspace, story_ids=story_ids, capability_ids=capability_ids)


def _read_ids(text: str, *, field: str) -> list[int]:
    if len(text) > LONGEST_LIST:
        raise InvalidInput("Select at most 500 stories.", field=field)
    parts = [part for part in text.split(",") if part.strip()]
    if any(not part.isascii() or not part.isdigit() or len(part) > 18 for part in parts):
        raise InvalidInput("Send ids with commas between them: 12,15,18.", field=field)
    return [int(part) for part in parts]


def _read_changes(values: Mapping[str, str], *, workspace: Workspace) -> dict[str, Any]:
    """The fields to set. In the dialog a field counts when its `set_...` box is on."""
    if values.get("field"):
        named = {values["field"]: values.get("value", "")}
    else:
        chosen = {name.removeprefix("set_") for name in values if name.startswith("set_")}
        named = {name: values.get(name, "") for name in BULK_FIELDS if name in (chosen or values)}
    changes = {name: _read_value(name, text, workspace=workspace) for name, text in named.items()}
    if values.get("reason") and "blocked" in changes:
        changes["reason"] = values["reason"]
    return changes


def _read_value(name: str, text: str, *, workspace: Workspace) -> Any:
    if name == "blocked":
        return read_flag(text)
    reader = STORY_FIELDS.get(name)
    return text if reader is None or name not in BULK_FIELDS else reader(text, workspace.pk)


def _edit_dialog(request: HttpRequest, *, workspace: Workspace) -> HttpResponse:
    field = request.POST.get("field", "")
    if field and field not in BULK_FIELDS:
        raise InvalidInput(f"Choose one of these fields: {', '.join(BULK_FIELDS)}.", field="field")
    context = {
        "fields": [field] if field else BULK_FIELDS,
        "is_one": bool(field),
        "states": list_states(workspace=workspace),
        "teams": list_teams(workspace=workspace),
        "sprints": list_sprints(workspace=workspace).exclude(state=SprintState.COMPLETED.value),
        "people": list_people(workspace=workspace),
        "applications": list_applications(workspace=workspace),
        "kinds": list(StoryKind),
    }
    return render(request, "planner/backlog/bulk_edit.html", {**context, **_dialog(request, workspace=workspace)})


def _dialog(request: HttpRequest, *, workspace: Workspace) -> dict[str, Any]:
    values = request.POST.dict()
    story_ids = selected_stories(values, workspace=workspace)
    return {
        "workspace": workspace,
        "ids": values.get("ids", ""),
        "capabilities": values.get("capabilities", ""),
        "count": len(story_ids),
    }


def _answer(result: BulkResult, *, verb: str, undo_url: str, is_order: bool = False) -> HttpResponse:
    message = f"{_stories(result.changed)} {verb}."
    if not result.changed:
        message = "Nothing to change: they are so already."
    undo = {"token": result.undo_token} if result.undo_token else None
    return _say(result, message=toast(message, undo_url=undo_url, undo=undo), is_order=is_order)


def _where(anchor: Mapping[str, Any]) -> str:
    name, place = next(iter(anchor.items()))
    return {
        "to": f"to the {place}",
        "position": f"to position {place}",
        "after": f"to right after {getattr(place, 'key', '')}",
        "before": f"to right before {getattr(place, 'key', '')}",
    }[name]


def _undone(result: BulkResult) -> HttpResponse:
    message = f"{_stories(result.changed)} put back."
    if result.untouched:
        message = f"{message} {_stories(result.untouched)} changed since, and left alone."
    return _say(result, message=toast(message), is_order=True)


def _say(result: BulkResult, *, message: dict[str, Any], is_order: bool) -> HttpResponse:
    bulk = {"changed": result.changed, "order": is_order}
    return say(HttpResponse(status=204), toast=message, backlog_bulk=bulk, close_dialog=True)


def _stories(number: int) -> str:
    return f"{number} {'story' if number == 1 else 'stories'}"
