"""The work manager: its pages, and each panel as it now is."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import NotFound
from common.live.selectors import list_newest_ids
from planner.models import PanelLayout, Story
from planner.selectors.panels import can_change, get_layout_for, list_layouts
from planner.selectors.panels_completion import complete_filter
from planner.selectors.panels_fields import panel_fields
from planner.web.forms import read_id
from planner.web.panel_form import check_filter, read_item
from planner.web.panel_page import PAGE, page_of, view_panel
from planner.web.panel_question import find_panel, panels_of

LAST = "work_layout"
LONGEST_FILTER = 2_000


@login_required
@require_GET
def work(request: HttpRequest, workspace: str) -> HttpResponse:
    """The layout looked at last, else one's first, else the panels everybody begins with. `?q=` narrows them all."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    mine = list_layouts(workspace=place, user=reader)
    last = request.session.get(LAST, {}).get(str(place.pk))
    layout = mine.filter(pk=last).first() if last else None
    return _page(request, place, layout or mine.filter(owner=reader).order_by("pk").first())


@login_required
@require_GET
def work_default(request: HttpRequest, workspace: str) -> HttpResponse:
    """The panels everybody begins with, whatever layouts one has."""
    return _page(request, get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VIEW), None)


@login_required
@require_GET
def work_layout(request: HttpRequest, workspace: str, layout: int) -> HttpResponse:
    """One layout, which is the one that is shown from now on."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    found = get_layout_for(user=reader, layout_id=layout)
    if found.workspace_id != place.pk:
        raise NotFound("There is no such layout here.")
    request.session[LAST] = {**request.session.get(LAST, {}), str(place.pk): found.pk}
    return _page(request, place, found)


def _page(request: HttpRequest, place: Workspace, layout: PanelLayout | None) -> HttpResponse:
    reader, now = reader_of(request), utc_now()
    live_after = max(list_newest_ids(limit=1), default=0)
    panels = panels_of(layout=layout, workspace=place, reader=reader)
    text = request.GET.get("q", "").strip()
    views = page_of(panels, workspace=place, reader=reader, now=now, text=text)
    context = {
        **shell_context(user=reader, workspace=place),
        **_layouts(reader, place, layout),
        "views": views,
        "text": text,
        "live_after": live_after,
        "is_empty": not any(view.rows for view in views) and not Story.objects.filter(workspace=place).exists(),
    }
    return render(request, "planner/panels/page.html", context)


def _layouts(reader: User, place: Workspace, layout: PanelLayout | None) -> dict[str, Any]:
    listed = list(list_layouts(workspace=place, user=reader).order_by("name", "pk"))
    return {
        "layout": layout,
        "mine": [each for each in listed if each.owner_id == reader.pk],
        "theirs": [each for each in listed if each.owner_id != reader.pk],
        "can_change": layout is None or can_change(user=reader, layout=layout),
    }


@login_required
@require_GET
def work_fresh(request: HttpRequest, workspace: str, panel: str) -> HttpResponse:
    """A panel as it now is: `?rows=` so many of its rows; with `?cursor=` the rows that follow only."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    asked = find_panel(ref=panel, workspace=place, reader=reader)
    cursor = request.GET.get("cursor", "")
    view = view_panel(
        asked=asked,
        workspace=place,
        reader=reader,
        now=utc_now(),
        text=request.GET.get("q", "").strip(),
        rows=PAGE if cursor else max(read_id(request.GET.get("rows", "")) or PAGE, PAGE),
        cursor=cursor,
    )
    name = "rows" if cursor else "panel"
    context = {**shell_context(user=reader, workspace=place), "view": view}
    return render(request, f"planner/panels/{name}.html", context)


@login_required
@require_POST
def work_check(request: HttpRequest, workspace: str) -> JsonResponse:
    """What a filter being typed means; posted because it may be long, nothing is changed."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    values = request.POST
    answer = check_filter(
        workspace=place,
        item=read_item(values.get("item", "")),
        text=values.get("text", ""),
        document=values.get("document", ""),
        reader=reader,
        now=utc_now(),
    )
    return JsonResponse(answer)


@login_required
@require_POST
def work_complete(request: HttpRequest, workspace: str) -> JsonResponse:
    """What can be written next at the end of `text`, a filter up to the cursor."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VIEW)
    item = read_item(request.POST.get("item", ""))
    text = request.POST.get("text", "")[:LONGEST_FILTER]
    offers = complete_filter(workspace=place, item=item, fields=panel_fields(workspace=place, item=item), text=text)
    return JsonResponse({"offers": [{"text": o.text, "detail": o.detail, "start": o.start} for o in offers]})
