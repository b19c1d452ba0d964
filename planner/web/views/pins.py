"""The page of pins, and the dialog that adds one from wherever a unit is shown."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import InvalidInput, NotFound
from planner.models import Pin
from planner.selectors.fetch import get_capability_for, get_pin_for, get_story_for
from planner.selectors.pins import pin_page, pins_of_unit, today_of
from planner.services.pin_checks import ContradictsPin
from planner.services.pin_prices import preview_pin
from planner.services.pins import lift_pin, pin_unit, restore_pin
from planner.services.units import Unit, id_of_unit
from planner.web.answers import say, toast
from planner.web.forms import page_actor
from planner.web.pin_form import example_key, read_pin, read_unit, read_wish, usual_end


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
@require_GET
def pins_price(request: HttpRequest, workspace: str) -> HttpResponse:
    """What the pin that somebody is about to add would cost, as far as its form says where it is held."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.RANK)
    return render(request, "planner/pins/price.html", {"workspace": place, **_price(request, place)})


def _price(request: HttpRequest, workspace: Workspace) -> dict[str, Any]:
    try:
        wish = read_wish(request.GET.dict(), workspace=workspace)
    except InvalidInput:
        return {"is_waiting": True}
    try:
        return {"price": preview_pin(workspace=workspace, wish=wish, now=utc_now())}
    except (InvalidInput, ContradictsPin) as refused:
        return {"refusal": " ".join(text for texts in refused.errors.values() for text in texts) or refused.message}


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
    found = _fetch(reader, workspace, pin)
    lift_pin(pin=found, actor=page_actor(reader), now=utc_now())
    undo_url = reverse("pin-restore", args=[found.workspace.key, found.pk])
    message = "The pin is lifted. Propose an order to see what that wins."
    return say(HttpResponse(status=204), toast=toast(message, undo_url=undo_url, undo={}))


@login_required
@require_POST
def pin_restore(request: HttpRequest, workspace: str, pin: int) -> HttpResponse:
    """Take lifting back: the pin counts again as it was."""
    reader = reader_of(request)
    found = _fetch(reader, workspace, pin)
    restore_pin(pin=found, actor=page_actor(reader), now=utc_now())
    return say(HttpResponse(status=204), toast=toast("The pin counts again."))


def _fetch(reader: User, workspace: str, pin: int) -> Pin:
    found = get_pin_for(user=reader, pin_id=pin, action=Action.RANK)
    if found.workspace.key != workspace.upper():
        raise NotFound("There is no such pin in this workspace.")
    return found


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
