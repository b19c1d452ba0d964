"""The work manager in the benchmark: the page of the default panels, and a drop on one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from common.clock import utc_now
from planner.domain.vocabulary import ItemKind
from planner.models import PanelLayout, Story
from planner.selectors.panels import DEFAULT_PANELS, PanelDraft
from planner.services.panels import create_layout
from tests.bench.data import Bench


def lay_out(bench: Bench) -> PanelLayout:
    """The default panels and one that a drop sets the points of; made once a workspace."""
    known = PanelLayout.objects.filter(workspace=bench.workspace).first()
    if known is not None:
        return known
    panels = [*DEFAULT_PANELS, PanelDraft("Eights", "points is 8", ItemKind.STORY)]
    return create_layout(workspace=bench.workspace, owner=bench.user, name="Bench", panels=panels, now=utc_now())


def panels_load(bench: Bench, api: Any) -> Callable[[int], Any]:
    """Open the layout: five filters, with counts, sums and the first rows of each."""
    address = reverse("work-layout", args=[bench.workspace.key, lay_out(bench).pk])
    return lambda _: api.get(address)


def panel_drop(bench: Bench, api: Any) -> Callable[[int], Any]:
    """Drop a story on a panel: its filter is read, what it implies is set, undo is offered."""
    panel = lay_out(bench).panels.get(title="Eights")
    address = reverse("work-drop", args=[bench.workspace.key, panel.pk])
    ids = list(Story.objects.filter(workspace=bench.workspace).exclude(points=8).values_list("pk", flat=True)[:100])
    return lambda number: api.form(address, {"ids": str(ids[number])})
