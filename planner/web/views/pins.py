"""The page of pins, and the dialog that adds one from wherever a unit is shown."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import NotFound
from planner.selectors.fetch import get_capability_for, get_pin_for, get_story_for
from planner.selectors.pins import pin_page, pins_of_unit, today_of
from planner.services.pins import lift_pin, pin_unit
from planner.services.units import Unit, id_of_unit
from planner.web.answers import say, toast
from planner.web.forms import page_actor
from planner.web.pin_form import example_key, read_pin, read_unit, usual_end


@login_required
@require_http_methods(["GET", "POST"])
def pins(request: HttpRequest, workspace: str) -> HttpResponse:
    """The pins that count and those that are over (GET), or pin the unit whose key was typed (POST)."""
    reader = reader_of(request)
    adds = request.method == "POST" or request.GET.get("part") == "dialog"
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.RANK if adds else Action.VIEW)
    if request.method == "POST":
        return _pin(request, place, read_unit(request.POST.get("unit", ""), workspace=place, field="unit"))
    if adds:
        return _dialog(request, place, unit=None)
    page = pin_page(workspace_id=place.pk, today=today_of(workspace=place, now=utc_now()))
    context = {
        **shell_context(user=reader, workspace=place),
        "live": page.live,
        "over": page.over,
        "trail": [("Backlog", reverse("backlog", args=[place.key])), ("Pins", "")],
    }
    template = "lists" if request.GET.get("part") == "lists" else "page"
    return render(request, f"planner/pins/{template}.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def capability_pin(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Ask where to hold a capability (GET), or pin it there (POST)."""
    found = get_capability_for(user=reader_of(request), workspace=workspace, key=key, action=Action.RANK)
    return _ask_or_pin(request, found.workspace, found)


@login_required
@require_http_methods(["GET", "POST"])
def story_pin(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Ask where to hold a story that is in no capability (GET), or pin it there (POST)."""
    found = get_story_for(user=reader_of(request), workspace=workspace, key=key, action=Action.RANK)
    return _ask_or_pin(request, found.workspace, found)


@login_required
@require_POST
def pin_lift(request: HttpRequest, workspace: str, pin: int) -> HttpResponse:
    """Let go of what a pin holds; the next proposal may move it."""
    reader = reader_of(request)
    found = get_pin_for(user=reader, pin_id=pin, action=Action.RANK)
    if found.workspace.key != workspace.upper():
        raise NotFound("There is no such pin in this workspace.")
    lift_pin(pin=found, actor=page_actor(reader), now=utc_now())
    return say(HttpResponse(status=204), toast=toast("The pin is lifted. Propose an order to see what that wins."))


def _ask_or_pin(request: HttpRequest, workspace: Workspace, unit: Unit) -> HttpResponse:
    return _pin(request, workspace, unit) if request.method == "POST" else _dialog(request, workspace, unit=unit)


def _pin(request: HttpRequest, workspace: Workspace, unit: Unit) -> HttpResponse:
    draft = read_pin(request.POST.dict(), workspace=workspace)
    pin = pin_unit(
        workspace=workspace,
        unit=unit,
        kind=draft.kind.value,
        place=draft.place,
        other=draft.other,
        reason=draft.reason,
        expires_on=draft.expires_on,
        actor=page_actor(reader_of(request)),
        now=utc_now(),
    )
    message = f"{unit.key} is pinned until {pin.expires_on:%-d %B}."
    return say(HttpResponse(status=204), toast=toast(message), close_dialog=True)


def _dialog(request: HttpRequest, workspace: Workspace, *, unit: Unit | None) -> HttpResponse:
    today = today_of(workspace=workspace, now=utc_now())
    context: dict[str, Any] = {
        "workspace": workspace,
        "url": request.path,
        "unit": unit,
        "present": pins_of_unit(workspace_id=workspace.pk, unit_id=id_of_unit(unit=unit), today=today) if unit else [],
        "expires_on": usual_end(today),
        "example": example_key(workspace=workspace),
    }
    return render(request, "planner/pins/dialog.html", context)
