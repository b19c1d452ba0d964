"""Layouts and panels of the work manager: add, change, put in order, delete, bring back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.answers import go
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import NotFound
from planner.models import Panel, PanelLayout
from planner.selectors.panels import PanelDraft, check_sharing, default_panels, draft_of, get_layout_for
from planner.services.panels import (
    add_panel,
    create_layout,
    delete_layout,
    delete_panel,
    move_panel,
    restore_layout,
    restore_panel,
    update_layout,
    update_panel,
)
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_flag, read_id, read_version
from planner.web.panel_form import form_context, read_item, read_values
from planner.web.panel_question import DEFAULT, find_panel, own_layout, own_panel
from planner.web.views.panels import LAST

EMPTY = "category is any of (To do, In progress)"


def _place(request: HttpRequest, workspace: str) -> tuple[User, Workspace]:
    reader = reader_of(request)
    return reader, get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)


def _open(request: HttpRequest, layout: PanelLayout, **events: Any) -> HttpResponse:
    """Go to a layout; it is the one shown from now on."""
    request.session[LAST] = {**request.session.get(LAST, {}), str(layout.workspace_id): layout.pk}
    return go(request, reverse("work-layout", args=[layout.workspace.key, layout.pk]))


def _layout_in(request: HttpRequest, place: Workspace, layout: int, *, is_changed: bool = True) -> PanelLayout:
    found = get_layout_for(user=reader_of(request), layout_id=layout, is_changed=is_changed)
    if found.workspace_id != place.pk:
        raise NotFound("There is no such layout here.")
    return found


@login_required
@require_http_methods(["GET", "POST"])
def layout_save(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the dialog (GET), or keep the panels of layout `from` (or the default ones) under a name (POST)."""
    reader, place = _place(request, workspace)
    given = request.GET if request.method == "GET" else request.POST
    source = read_id(given.get("from", ""))
    layout = _layout_in(request, place, source, is_changed=False) if source else None
    if request.method == "GET":
        return render(request, "planner/panels/layout_save.html", {**_shell(reader, place), "layout": layout})
    is_shared = read_flag(request.POST.get("is_shared", ""))
    check_sharing(user=reader, workspace_id=place.pk, is_shared=is_shared)
    panels = [draft_of(panel) for panel in layout.panels.all()] if layout else default_panels(workspace=place)
    name = request.POST.get("name", "")
    made = create_layout(workspace=place, owner=reader, name=name, panels=panels, is_shared=is_shared, now=utc_now())
    return _open(request, made)


@login_required
@require_http_methods(["GET", "POST"])
def layout_edit(request: HttpRequest, workspace: str, layout: int) -> HttpResponse:
    """Show the dialog (GET), or rename or share the layout (POST)."""
    reader, place = _place(request, workspace)
    found = _layout_in(request, place, layout)
    if request.method == "GET":
        return render(request, "planner/panels/layout_edit.html", {**_shell(reader, place), "layout": found})
    changes = {"name": request.POST.get("name", ""), "is_shared": read_flag(request.POST.get("is_shared", ""))}
    check_sharing(user=reader, workspace_id=place.pk, is_shared=changes["is_shared"], layout=found)
    version = read_version(request.POST.dict())
    update_layout(layout=found, changes=changes, actor=page_actor(reader), now=utc_now(), version=version)
    return _open(request, found)


@login_required
@require_POST
def layout_delete(request: HttpRequest, workspace: str, layout: int) -> HttpResponse:
    """Delete a layout; what it showed stays, and so does the way back for ten seconds."""
    reader, place = _place(request, workspace)
    found = _layout_in(request, place, layout)
    token = delete_layout(layout=found, actor=page_actor(reader), now=utc_now())
    undo = toast(
        f"The layout {found.name} was deleted.",
        undo_url=reverse("work-layout-restore", args=[place.key]),
        undo={"token": token},
    )
    return say(HttpResponse(status=204), toast=undo, close_dialog=True, work_gone={"layout": found.pk})


@login_required
@require_POST
def layout_restore(request: HttpRequest, workspace: str) -> HttpResponse:
    """Bring a deleted layout back (`token`)."""
    reader, place = _place(request, workspace)
    token = request.POST.get("token", "")
    layout = restore_layout(workspace=place, token=token, user=reader, now=utc_now())
    return HttpResponse(reverse("work-layout", args=[place.key, layout.pk]), content_type="text/plain")


@login_required
@require_http_methods(["GET", "POST"])
def panel_add(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the editor of a new panel (GET), or add it to `layout` (POST)."""
    reader, place = _place(request, workspace)
    if request.method == "GET":
        draft = PanelDraft("", EMPTY, read_item(request.GET.get("item", "")))
        context = {"layout_id": request.GET.get("layout", ""), **form_context(workspace=place, draft=draft)}
        return render(request, "planner/panels/panel_form.html", {**_shell(reader, place), **context})
    now = utc_now()
    layout = own_layout(layout_id=request.POST.get("layout", ""), workspace=place, reader=reader, now=now)
    add_panel(layout=layout, values=_values(request), actor=page_actor(reader), now=now)
    return _open(request, layout)


@login_required
@require_http_methods(["GET", "POST"])
def panel_edit(request: HttpRequest, workspace: str, panel: str) -> HttpResponse:
    """Show a panel's editor (GET), or change what was posted (POST). `version`: that of the layout."""
    reader, place = _place(request, workspace)
    if request.method == "GET":
        asked = find_panel(ref=panel, workspace=place, reader=reader)
        draft = _of_item(asked.draft, request.GET.get("item", ""))
        context = {"asked": asked, **form_context(workspace=place, draft=draft)}
        return render(request, "planner/panels/panel_form.html", {**_shell(reader, place), **context})
    now = utc_now()
    saved = own_panel(ref=panel, workspace=place, reader=reader, now=now)
    version = read_version(request.POST.dict())
    update_panel(panel=saved, changes=_values(request), actor=page_actor(reader), now=now, version=version)
    if "quiet" in request.POST and not panel.startswith(DEFAULT):
        return _version_of(saved)
    return _open(request, saved.layout)


def _of_item(draft: PanelDraft, item: str) -> PanelDraft:
    """The panel as it would begin if it listed something else: other items have other fields."""
    if not item or read_item(item) is draft.item:
        return draft
    return replace(draft, item=read_item(item), filter_text="", sort="", columns=[])


@login_required
@require_POST
def panel_move(request: HttpRequest, workspace: str, panel: str) -> HttpResponse:
    """Put a panel at place `to` of its layout, from 0."""
    reader, place = _place(request, workspace)
    saved = own_panel(ref=panel, workspace=place, reader=reader, now=utc_now())
    to = read_id(request.POST.get("to", "")) or 0
    version = read_version(request.POST.dict())
    move_panel(panel=saved, to=to, actor=page_actor(reader), now=utc_now(), version=version)
    return _open(request, saved.layout) if panel.startswith(DEFAULT) else _version_of(saved)


@login_required
@require_POST
def panel_delete(request: HttpRequest, workspace: str, panel: str) -> HttpResponse:
    """Take a panel out of its layout; the way back is offered for ten seconds."""
    reader, place = _place(request, workspace)
    saved = own_panel(ref=panel, workspace=place, reader=reader, now=utc_now())
    token = delete_panel(panel=saved, actor=page_actor(reader), now=utc_now())
    undo = toast(
        f"The panel {saved.title} was removed; its work stays.",
        undo_url=reverse("work-panel-restore", args=[place.key, saved.layout_id]),
        undo={"token": token},
    )
    if panel.startswith(DEFAULT):
        return _open(request, saved.layout)
    return say(_version_of(saved), toast=undo, work_panel_gone={"panel": saved.pk, "version": saved.layout.version + 1})


@login_required
@require_POST
def panel_restore(request: HttpRequest, workspace: str, layout: int) -> HttpResponse:
    """Bring a removed panel back (`token`)."""
    reader, place = _place(request, workspace)
    found = _layout_in(request, place, layout)
    restore_panel(layout=found, token=request.POST.get("token", ""), actor=page_actor(reader), now=utc_now())
    return HttpResponse(reverse("work-layout", args=[place.key, found.pk]), content_type="text/plain")


def _version_of(panel: Panel) -> HttpResponse:
    """The layout's version after a change, for the page to send next time."""
    version = PanelLayout.objects.values_list("version", flat=True).get(pk=panel.layout_id)
    return HttpResponse(str(version), content_type="text/plain")


def _values(request: HttpRequest) -> Mapping[str, Any]:
    return read_values(request.POST.dict(), request.POST.getlist("columns"))


def _shell(reader: User, place: Workspace) -> dict[str, Any]:
    return shell_context(user=reader, workspace=place)
