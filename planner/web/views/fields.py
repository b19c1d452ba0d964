"""The page of custom fields: added, changed, ordered, taken away and back."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import InvalidInput, NotFound
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import CustomField
from planner.selectors.custom_fields import get_field_for, list_fields
from planner.selectors.formula_tries import try_formula
from planner.services.custom_fields import (
    CHOOSING,
    archive_field,
    create_field,
    reorder_fields,
    restore_field,
    update_field,
)
from planner.services.field_options import TONES
from planner.web.answers import say, toast
from planner.web.field_form import errors_of_form, read_options
from planner.web.forms import page_actor, read_version

ITEMS = {"story": ItemKind.STORY, "capability": ItemKind.CAPABILITY}
DONE = 204


@login_required
@require_http_methods(["GET", "POST"])
def fields(request: HttpRequest, workspace: str) -> HttpResponse:
    """The fields that this workspace added (GET; `?part=dialog` asks for a new one), or add one (POST)."""
    reader = reader_of(request)
    adds = request.method == "POST" or request.GET.get("part") == "dialog"
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.EDIT_WORKFLOW if adds else Action.VIEW)
    if request.method == "POST":
        return _add(request, place)
    if adds:
        return _dialog(request, place, field=None, item=_item(request.GET.get("item", "story")))
    context = {
        **shell_context(user=reader, workspace=place),
        "groups": [
            (item, name, list(list_fields(workspace_id=place.pk, item=item.value))) for name, item in ITEMS.items()
        ],
        "archived": list(list_fields(workspace_id=place.pk, is_archived=True)),
        "trail": [("Settings", reverse("settings", args=[place.key])), ("Fields", "")],
    }
    template = "lists" if request.GET.get("part") == "lists" else "page"
    return render(request, f"planner/fields/{template}.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def field_edit(request: HttpRequest, workspace: str, field: int) -> HttpResponse:
    """Ask for a field's new name, unit, formula and options (GET), or save them (POST)."""
    found = _fetch(request, workspace, field)
    if request.method == "GET":
        return _dialog(request, found.workspace, field=found, item=ItemKind(found.item))
    changes: dict[str, Any] = {name: request.POST[name] for name in ("name", "unit", "formula") if name in request.POST}
    if found.kind in CHOOSING:
        changes["options"] = read_options(request.POST)
    try:
        update_field(
            field=found,
            changes=changes,
            version=read_version(request.POST.dict()),
            actor=page_actor(reader_of(request)),
            now=utc_now(),
        )
    except InvalidInput as refused:
        raise InvalidInput(field_errors=errors_of_form(refused.errors)) from None
    return say(
        HttpResponse(status=DONE), toast=toast(f"{changes.get('name', found.name)} is saved."), close_dialog=True
    )


@login_required
@require_POST
def field_archive(request: HttpRequest, workspace: str, field: int) -> HttpResponse:
    """Take a field away; what it holds is kept."""
    found = _fetch(request, workspace, field)
    archive_field(field=found, actor=page_actor(reader_of(request)), now=utc_now())
    undo_url = reverse("field-restore", args=[found.workspace.key, found.pk])
    message = f"{found.name} is taken away. What it holds is kept."
    return say(HttpResponse(status=DONE), toast=toast(message, undo_url=undo_url, undo={}))


@login_required
@require_POST
def field_restore(request: HttpRequest, workspace: str, field: int) -> HttpResponse:
    """Bring a field back with what it holds."""
    found = _fetch(request, workspace, field)
    restore_field(field=found, actor=page_actor(reader_of(request)), now=utc_now())
    return say(HttpResponse(status=DONE), toast=toast(f"{found.name} is back."))


@login_required
@require_POST
def field_move(request: HttpRequest, workspace: str, field: int) -> HttpResponse:
    """Move a field one place up (`to=up`) or down in its list."""
    found = _fetch(request, workspace, field)
    keys = [each.key for each in list_fields(workspace_id=found.workspace_id, item=found.item)]
    if found.key in keys:
        place = keys.index(found.key)
        other = min(max(place + (-1 if request.POST.get("to") == "up" else 1), 0), len(keys) - 1)
        keys[place], keys[other] = keys[other], keys[place]
        actor = page_actor(reader_of(request))
        reorder_fields(workspace=found.workspace, item=found.item, keys=keys, actor=actor, now=utc_now())
    return HttpResponse(status=DONE)


@login_required
@require_GET
def formula_try(request: HttpRequest, workspace: str) -> HttpResponse:
    """What a formula that is being written yields for the first few items, or what is wrong with it."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.EDIT_WORKFLOW)
    tried = try_formula(
        workspace=place,
        item=_item(request.GET.get("item", "")),
        formula=request.GET.get("formula", ""),
        name=request.GET.get("name", ""),
        key=request.GET.get("key", ""),
        now=utc_now(),
    )
    return render(request, "planner/fields/tried.html", {"workspace": place, "tried": tried})


def _fetch(request: HttpRequest, workspace: str, field: int) -> CustomField:
    found = get_field_for(user=reader_of(request), field_id=field, action=Action.EDIT_WORKFLOW)
    if found.workspace.key != workspace.upper():
        raise NotFound("There is no such field in this workspace.")
    return found


def _item(name: str) -> ItemKind:
    found = ITEMS.get(name.lower())
    if found is None:
        raise InvalidInput("Fields are of stories or of capabilities: send story or capability.", field="item")
    return found


def _add(request: HttpRequest, place: Workspace) -> HttpResponse:
    posted = request.POST
    kind = posted.get("kind", "")
    given = {name: posted.get(name, "") for name in ("name", "key", "unit")}
    formula = posted.get("formula", "") if kind == FieldKind.FORMULA.value else ""
    options = read_options(posted) if kind in CHOOSING else []
    try:
        field = create_field(
            workspace=place,
            item=_item(posted.get("item", "")).value,
            kind=kind,
            formula=formula,
            options=options,
            actor=page_actor(reader_of(request)),
            now=utc_now(),
            **given,
        )
    except InvalidInput as refused:
        raise InvalidInput(field_errors=errors_of_form(refused.errors)) from None
    message = f"{field.name} is there: filters and formulas call it {field.key}."
    return say(HttpResponse(status=DONE), toast=toast(message), close_dialog=True)


def _dialog(request: HttpRequest, place: Workspace, *, field: CustomField | None, item: ItemKind) -> HttpResponse:
    options = [option for option in field.options.all() if option.archived_at is None] if field else []
    name = "fields" if field is None else "field-edit"
    context = {
        "workspace": place,
        "field": field,
        "item": item,
        "item_name": item.value.lower(),
        "kinds": FieldKind.choices(),
        "options": options,
        "blank_options": range(1 if options else 3),
        "tones": [(tone, tone.capitalize()) for tone in TONES if tone],
        "choosing": CHOOSING,
        "url": reverse(name, args=[place.key] if field is None else [place.key, field.pk]),
        "try_url": reverse("formula-try", args=[place.key]),
    }
    return render(request, "planner/fields/dialog.html", context)
