"""The editor of maps: made from a template or a copy, drawn, gone back to an earlier drawing, deleted."""

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.answers import go
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import InvalidInput
from planner.web.answers import say, toast
from planner.web.forms import read_id, read_version
from valuestream.domain.map_templates import TEMPLATES
from valuestream.models import Map
from valuestream.selectors.choice_visits import list_choice_fields
from valuestream.selectors.maps import get_map_for, list_maps
from valuestream.services.drawings import restore_version
from valuestream.services.map_making import create_map, delete_map, save_map
from valuestream.web.drawing_rows import editor_context
from valuestream.web.map_asking import find_map


@login_required
@require_http_methods(["GET", "POST"])
def map_edit(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """The editor of a map (GET), or save what it holds (POST): the answer is the address to go to."""
    found = find_map(request, workspace, map_id, Action.EDIT_MAP)
    if request.method == "GET":
        shell = shell_context(user=reader_of(request), workspace=found.workspace)
        return render(request, "valuestream/editor/page.html", {**shell, **editor_context(found)})
    save_map(
        map=found,
        name=request.POST.get("name", ""),
        sent=_drawing(request),
        version=_version(request),
        actor_id=reader_of(request).pk,
        now=utc_now(),
        reason=request.POST.get("reason", ""),
    )
    return HttpResponse(reverse("map", args=[found.workspace.key, found.pk]), content_type="text/plain")


def _drawing(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.POST.get("drawing", ""))
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise InvalidInput("Send the drawing as a JSON object.", field="drawing")
    return sent


def _version(request: HttpRequest) -> int:
    version = read_version(request.POST.dict())
    if version is None:
        raise InvalidInput("Send the version you read, a whole number.", field="version")
    return version


@login_required
@require_http_methods(["GET", "POST"])
def map_new(request: HttpRequest, workspace: str) -> HttpResponse:
    """Ask for a new map's name and template (GET), or make it (POST) and go to its editor."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.EDIT_MAP)
    if request.method == "GET":
        maps = [(f"copy:{one.pk}", f"A copy of {one.name}") for one in list_maps(workspace=place).order_by("name")]
        fields = list_choice_fields(workspace_id=place.pk)
        context = {"templates": TEMPLATES, "maps": maps, "fields": fields, "chosen": request.GET.get("like", "")}
        return render(
            request, "valuestream/editor/new.html", {**shell_context(user=reader, workspace=place), **context}
        )
    after = request.POST.get("after", "")
    made = create_map(
        workspace=place,
        name=request.POST.get("name", ""),
        template_key="" if after.startswith("field:") else after,
        field_key=after.removeprefix("field:") if after.startswith("field:") else "",
        like=_copied(request, place.pk, after),
        actor_id=reader.pk,
        now=utc_now(),
    )
    return go(request, reverse("map-edit", args=[place.key, made.pk]), saying=f"{made.name} is made.")


def _copied(request: HttpRequest, workspace_id: int, after: str) -> Map | None:
    if not after.startswith("copy:"):
        return None
    map_id = read_id(after.removeprefix("copy:"))
    found = get_map_for(user=reader_of(request), map_id=map_id or 0, action=Action.VIEW)
    if found.workspace_id != workspace_id:
        raise InvalidInput("Copy a map of this workspace.", field="after")
    return found


@login_required
@require_POST
def map_delete(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """Delete a map and go to the list."""
    found = find_map(request, workspace, map_id, Action.EDIT_MAP)
    delete_map(map=found, actor_id=reader_of(request).pk, now=utc_now())
    return go(request, f"{reverse('maps', args=[found.workspace.key])}?all=1", saying=f"{found.name} is deleted.")


@login_required
@require_POST
def map_restore(request: HttpRequest, workspace: str, map_id: int, number: int) -> HttpResponse:
    """Draw a map as an earlier version drew it."""
    found = find_map(request, workspace, map_id, Action.EDIT_MAP)
    restore_version(
        map=found,
        number=min(number, 2**31 - 1),
        version=_version(request),
        actor_id=reader_of(request).pk,
        now=utc_now(),
    )
    answer = HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return say(answer, toast=toast(f"{found.name} is drawn as in version {number}."))
