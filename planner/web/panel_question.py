"""Which panel an address means: a saved one by its id, or one of those everybody begins with ("default-2")."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User, Workspace
from common.errors import NotFound
from planner.domain.vocabulary import ItemKind
from planner.models import Panel, PanelLayout
from planner.selectors.panels import (
    PanelDraft,
    can_change,
    default_panels,
    draft_of,
    get_layout_for,
    get_panel_for,
)
from planner.services.panels import create_layout, own_name
from planner.web.forms import read_id

DEFAULT = "default-"
OWN_NAME = "My work"


@dataclass(frozen=True)
class AskedPanel:
    """A panel as the page shows it. `saved` is None for one that everybody begins with."""

    ref: str
    draft: PanelDraft
    saved: Panel | None
    can_change: bool

    @property
    def item(self) -> ItemKind:
        """What it lists."""
        return self.draft.item


def find_panel(*, ref: str, workspace: Workspace, reader: User) -> AskedPanel:
    """The panel that an address names. Raises NotFound where it was removed."""
    if ref.startswith(DEFAULT):
        place, panels = read_id(ref.removeprefix(DEFAULT)), default_panels(workspace=workspace)
        if place is None or place >= len(panels):
            raise NotFound("There is no such panel.")
        return AskedPanel(ref, panels[place], None, can_change=True)
    panel = get_panel_for(user=reader, panel_id=read_id(ref) or 0)
    if panel.layout.workspace_id != workspace.pk:
        raise NotFound("There is no such panel.")
    return AskedPanel(ref, draft_of(panel), panel, can_change=can_change(user=reader, layout=panel.layout))


def panels_of(*, layout: PanelLayout | None, workspace: Workspace, reader: User) -> list[AskedPanel]:
    """The panels of a layout, from left to right; without one, those everybody begins with."""
    if layout is None:
        drafts = enumerate(default_panels(workspace=workspace))
        return [AskedPanel(f"{DEFAULT}{place}", draft, None, can_change=True) for place, draft in drafts]
    may = can_change(user=reader, layout=layout)
    return [AskedPanel(str(panel.pk), draft_of(panel), panel, can_change=may) for panel in layout.panels.all()]


def own_panel(*, ref: str, workspace: Workspace, reader: User, now: datetime) -> Panel:
    """The saved panel to change: the default ones become a layout of one's own first."""
    if not ref.startswith(DEFAULT):
        panel = get_panel_for(user=reader, panel_id=read_id(ref) or 0, is_changed=True)
        if panel.layout.workspace_id != workspace.pk:
            raise NotFound("There is no such panel.")
        return panel
    asked = find_panel(ref=ref, workspace=workspace, reader=reader)
    layout = adopt_defaults(workspace=workspace, reader=reader, now=now)
    panel = next(each for each in layout.panels.all() if each.title == asked.draft.title)
    panel.layout = layout
    return panel


def own_layout(*, layout_id: str, workspace: Workspace, reader: User, now: datetime) -> PanelLayout:
    """The layout to change; without one, a new one of one's own with the default panels."""
    pk = read_id(layout_id)
    if not pk:
        return adopt_defaults(workspace=workspace, reader=reader, now=now)
    layout = get_layout_for(user=reader, layout_id=pk, is_changed=True)
    if layout.workspace_id != workspace.pk:
        raise NotFound("There is no such layout.")
    return layout


def adopt_defaults(*, workspace: Workspace, reader: User, now: datetime) -> PanelLayout:
    """A new layout of one's own with the panels everybody begins with."""
    return create_layout(
        workspace=workspace,
        owner=reader,
        name=own_name(workspace=workspace, owner=reader, wish=OWN_NAME),
        panels=default_panels(workspace=workspace),
        now=now,
    )
