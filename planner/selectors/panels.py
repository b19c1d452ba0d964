"""Layouts of the work manager and their panels: one's own, shared ones, and the panels everybody begins with."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from accounts.models import User, Workspace
from accounts.policies import Action, allows
from accounts.selectors import require, role_of
from common.errors import NotAuthorised, NotFound
from planner.domain.vocabulary import ItemKind
from planner.models import Panel, PanelLayout

LARGEST_ID = 2**63 - 1
NARROWEST, WIDEST, WIDTH_STEP = 280, 760, 40
"""Widths of a panel in CSS pixels."""


@dataclass(frozen=True)
class PanelDraft:
    """What a panel lists and how, before or without being saved. `sort`: a field key, "-" before it for downwards."""

    title: str
    filter_text: str = ""
    item: ItemKind = ItemKind.STORY
    sort: str = ""
    columns: Sequence[str] = field(default_factory=list)
    width: int = NARROWEST


OPEN = "category is any of (To do, In progress)"
DEFAULT_PANELS = (
    PanelDraft("Backlog", f"sprint is empty and {OPEN}"),
    PanelDraft("Ready", "category is To do and points is known"),
    PanelDraft("Current sprint", "sprint is my team's current sprint"),
    PanelDraft("Next sprint", "sprint is my team's next sprint"),
)
READY_PANEL = PanelDraft("Ready", "state is Ready")
READY_STATE = "Ready"


def default_panels(*, workspace: Workspace) -> tuple[PanelDraft, ...]:
    """The panels of whoever has no layout; a workspace with a state called Ready has a panel of that."""
    has_ready = workspace.states.filter(name__iexact=READY_STATE).exists()
    return tuple(READY_PANEL if has_ready and each.title == "Ready" else each for each in DEFAULT_PANELS)


def list_layouts(*, workspace: Workspace, user: User) -> QuerySet[PanelLayout]:
    """The layouts someone sees: their own, and the shared ones."""
    mine = Q(owner=user) | Q(is_shared=True)
    return PanelLayout.objects.filter(mine, workspace=workspace).select_related("owner", "workspace")


def get_layout_for(*, user: User, layout_id: int, is_changed: bool = False) -> PanelLayout:
    """The layout with this id. Others' are there only when shared; to change one of those takes EDIT_PLAN."""
    known = PanelLayout.objects.select_related("workspace", "owner").filter(Q(owner=user) | Q(is_shared=True))
    layout = known.filter(pk=layout_id).first() if 0 < layout_id <= LARGEST_ID else None
    if layout is None:
        raise NotFound("There is no such layout: it was deleted, or is not shared any more.")
    is_theirs = layout.owner_id != user.pk
    action = Action.EDIT_PLAN if is_changed and is_theirs else Action.VIEW
    require(user=user, workspace_id=layout.workspace_id, action=action, what="layout")
    return layout


def get_panel_for(*, user: User, panel_id: int, is_changed: bool = False) -> Panel:
    """The panel with this id, of a layout that the user sees, or may change."""
    panel = Panel.objects.filter(pk=panel_id).first() if 0 < panel_id <= LARGEST_ID else None
    if panel is None:
        raise NotFound("There is no such panel: it was removed. Reload to see the others.")
    panel.layout = get_layout_for(user=user, layout_id=panel.layout_id, is_changed=is_changed)
    return panel


def can_change(*, user: User, layout: PanelLayout) -> bool:
    """Whether someone may change a layout that they see."""
    return layout.owner_id == user.pk or _plans(user, layout.workspace_id)


def check_sharing(*, user: User, workspace_id: int, is_shared: object, layout: PanelLayout | None = None) -> None:
    """Refuse to put a layout on everybody's page to who may not edit the plan; a shared one may stay so."""
    if is_shared is not True or (layout is not None and layout.is_shared) or _plans(user, workspace_id):
        return
    raise NotAuthorised("Your role lets you keep layouts for yourself. Ask someone who plans to share it.")


def _plans(user: User, workspace_id: int) -> bool:
    role = role_of(user=user, workspace_id=workspace_id)
    return role is not None and allows(role=role, action=Action.EDIT_PLAN)


def draft_of(panel: Panel) -> PanelDraft:
    """A saved panel as what it lists and how."""
    item = ItemKind(panel.item)
    return PanelDraft(panel.title, panel.filter_text, item, panel.sort, list(panel.columns), panel.width)
