"""The work manager's layouts and panels: kept, changed, put in order, deleted and brought back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import transaction

from accounts.models import User, Workspace
from common.errors import Conflict, InvalidInput, NotFound
from planner.domain.vocabulary import ItemKind
from planner.models import Panel, PanelLayout
from planner.selectors.item_filters import context_of, require_item_filter
from planner.selectors.panels import NARROWEST, WIDEST, WIDTH_STEP, PanelDraft, draft_of
from planner.selectors.panels_fields import known_fields, panel_fields
from planner.selectors.panels_rows import check_sort
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.checks import Reader, Refused, read_flag, read_inputs, text, word
from planner.services.locks import lock_rows
from planner.services.saving import save_clean, set_fields

MOST_LAYOUTS = 50
"""Of one person in one workspace."""
MOST_PANELS = 20
MOST_COLUMNS = 12
_SALT = "planner.panels"


def _width(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not NARROWEST <= value <= WIDEST:
        raise Refused(f"Use {NARROWEST} to {WIDEST} pixels.")
    steps: int = round(value / WIDTH_STEP)
    return steps * WIDTH_STEP


def _columns(value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or any(not isinstance(key, str) for key in value):
        raise Refused("Send a list of keys of fields.")
    if len(value) > MOST_COLUMNS:
        raise Refused(f"Choose at most {MOST_COLUMNS} columns.")
    return list(dict.fromkeys(value))


_LAYOUT: Mapping[str, Reader] = {"name": text(longest=80, required=True), "is_shared": read_flag}
_PANEL: Mapping[str, Reader] = {
    "title": text(longest=80, required=True),
    "item": word(ItemKind),
    "filter_text": text(longest=2000),
    "sort": text(longest=60),
    "columns": _columns,
    "width": _width,
}


def create_layout(
    *,
    workspace: Workspace,
    owner: User,
    name: str,
    panels: Sequence[PanelDraft],
    now: datetime,
    is_shared: bool = False,
) -> PanelLayout:
    """Keep panels side by side under a name of one's own. Filters are kept as they are, usable or not."""
    clean = read_inputs({"name": name, "is_shared": is_shared}, _LAYOUT)
    with transaction.atomic():
        if PanelLayout.objects.filter(workspace=workspace, owner=owner).count() >= MOST_LAYOUTS:
            raise Conflict(f"You have {MOST_LAYOUTS} layouts here: delete one first.", field="name")
        layout = PanelLayout(workspace=workspace, owner=owner, created_at=now, **clean)
        save_clean(layout)
        for position, draft in enumerate(panels[:MOST_PANELS]):
            _save_draft(layout, draft, position)
    return layout


def _save_draft(layout: PanelLayout, draft: PanelDraft, position: int) -> Panel:
    values = {**asdict(draft), "item": draft.item.value, "columns": list(draft.columns)}
    return Panel.objects.create(layout=layout, position=position, **values)


def own_name(*, workspace: Workspace, owner: User, wish: str) -> str:
    """The name wished for, or with a number behind it where one has a layout of that name."""
    taken = {
        n.casefold()
        for n in PanelLayout.objects.filter(workspace=workspace, owner=owner).values_list("name", flat=True)
    }
    tries = [wish[:76], *(f"{wish[:74]} {number}" for number in range(2, MOST_LAYOUTS + 2))]
    return next(name for name in tries if name.casefold() not in taken)


def update_layout(
    *, layout: PanelLayout, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> PanelLayout:
    """Change name or is_shared."""
    clean = read_inputs(changes, _LAYOUT)
    with transaction.atomic():
        fresh = lock_layout(layout, version=version)
        if set_fields(fresh, clean):
            _touch(fresh, actor=actor, now=now)
    return fresh


def delete_layout(*, layout: PanelLayout, actor: Actor, now: datetime) -> str:
    """Delete a layout; the work it showed stays. Returns what brings it back."""
    with transaction.atomic():
        fresh = lock_layout(layout)
        told = {
            "workspace": fresh.workspace_id,
            "owner": fresh.owner_id,
            "name": fresh.name,
            "is_shared": fresh.is_shared,
            "panels": [_dump(panel) for panel in fresh.panels.all()],
        }
        announce(
            workspace_id=fresh.workspace_id, topic="layout", object_id=fresh.pk, verb="deleted", actor=actor, now=now
        )
        fresh.delete()
    return signing.dumps(told, salt=_SALT, compress=True)


def restore_layout(*, workspace: Workspace, token: str, user: User, now: datetime) -> PanelLayout:
    """Bring back a deleted layout under a free name, as its owner's again."""
    told = _read_token(token)
    if told.get("workspace") != workspace.pk:
        raise InvalidInput("Send the token that the deletion answered with.", field="token")
    owner = User.objects.filter(pk=told["owner"]).first() or user
    return create_layout(
        workspace=workspace,
        owner=owner,
        name=own_name(workspace=workspace, owner=owner, wish=told["name"]),
        panels=[_load(each) for each in told["panels"]],
        now=now,
        is_shared=told["is_shared"],
    )


def _dump(panel: Panel) -> dict[str, Any]:
    return {**asdict(draft_of(panel)), "item": panel.item}


def _load(told: Mapping[str, Any]) -> PanelDraft:
    return PanelDraft(**{**told, "item": ItemKind(told["item"])})


def _read_token(token: str) -> dict[str, Any]:
    try:
        told: dict[str, Any] = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise InvalidInput("Send the token that the deletion answered with.", field="token") from None
    return told


def add_panel(
    *, layout: PanelLayout, values: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Panel:
    """Add a panel at the right end. Raises InvalidInput naming a filter, sort or column that can't be used."""
    clean = read_inputs({"title": "", **values}, _PANEL)
    with transaction.atomic():
        fresh = lock_layout(layout, version=version)
        _check(fresh, {"item": ItemKind.STORY.value, "filter_text": "", **clean}, user_id=actor.user_id, now=now)
        panels = list(fresh.panels.all())
        if len(panels) >= MOST_PANELS:
            raise Conflict(f"A layout has at most {MOST_PANELS} panels: remove one first.", field="title")
        panel = Panel(layout=fresh, position=panels[-1].position + 1 if panels else 0, **{"width": NARROWEST, **clean})
        save_clean(panel)
        _touch(fresh, actor=actor, now=now)
    return panel


def update_panel(
    *, panel: Panel, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Panel:
    """Change title, item, filter_text, sort, columns or width; `version`: that of the layout.

    A filter that was fine when it was saved may stay as it is though a field of it was removed.
    """
    clean = read_inputs(changes, _PANEL)
    with transaction.atomic():
        layout = lock_layout(panel.layout, version=version)
        fresh = lock_rows(Panel.objects.filter(pk=panel.pk)).first()
        if fresh is None:
            raise NotFound(f"The panel {panel.title} was removed.")
        fresh.layout = layout
        new = {name: value for name, value in clean.items() if getattr(fresh, name) != value}
        _check(layout, {"item": fresh.item, **new}, user_id=actor.user_id, now=now)
        if set_fields(fresh, new):
            save_clean(fresh)
            _touch(layout, actor=actor, now=now)
    return fresh


def _check(layout: PanelLayout, values: Mapping[str, Any], *, user_id: int | None, now: datetime) -> None:
    """Refuse what a panel can't list by, sort by or show."""
    if not {"filter_text", "sort", "columns"} & set(values):
        return
    fields = panel_fields(workspace=layout.workspace, item=ItemKind(values["item"]))
    if "filter_text" in values:
        context = context_of(workspace=layout.workspace, now=now, user_id=user_id)
        require_item_filter(text=values["filter_text"], fields=fields, context=context, field="filter_text")
    check_sort(sort=values.get("sort", ""), fields=known_fields(fields))
    unknown = [key for key in values.get("columns", []) if key not in fields]
    if unknown:
        raise InvalidInput(f"There is no field “{unknown[0][:60]}” here: choose another.", field="columns")


def delete_panel(*, panel: Panel, actor: Actor, now: datetime, version: int | None = None) -> str:
    """Take a panel out of its layout; what it listed stays. Returns what brings it back."""
    with transaction.atomic():
        layout = lock_layout(panel.layout, version=version)
        token = signing.dumps(_dump(panel) | {"position": panel.position}, salt=_SALT, compress=True)
        Panel.objects.filter(pk=panel.pk).delete()
        _touch(layout, actor=actor, now=now)
    return token


def restore_panel(*, layout: PanelLayout, token: str, actor: Actor, now: datetime) -> Panel:
    """Bring back a panel where it stood."""
    told = _read_token(token)
    position = told.pop("position")
    with transaction.atomic():
        fresh = lock_layout(layout)
        panels = list(fresh.panels.all())
        at = sum(each.position < position for each in panels)
        panel = _save_draft(fresh, _load(told), len(panels))
        _number([*panels[:at], panel, *panels[at:]])
        _touch(fresh, actor=actor, now=now)
    return panel


def move_panel(*, panel: Panel, to: int, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Put a panel at this place of its layout, from 0; past the end is the end."""
    with transaction.atomic():
        layout = lock_layout(panel.layout, version=version)
        others = [each for each in layout.panels.all() if each.pk != panel.pk]
        at = min(max(to, 0), len(others))
        _number([*others[:at], panel, *others[at:]])
        _touch(layout, actor=actor, now=now)


def _number(panels: Sequence[Panel]) -> None:
    for position, panel in enumerate(panels):
        panel.position = position
    Panel.objects.bulk_update(panels, ["position"])


def lock_layout(layout: PanelLayout, *, version: int | None = None) -> PanelLayout:
    """The layout as it is now, held. Raises Conflict (stale_version) where somebody changed it meanwhile."""
    fresh = lock_rows(PanelLayout.objects.filter(pk=layout.pk)).first()
    if fresh is None:
        raise NotFound(f"The layout {layout.name} was deleted.")
    if version is not None and fresh.version != version:
        raise Conflict(
            f"Somebody changed the layout {fresh.name} meanwhile (version {fresh.version}, you have {version}): "
            "reload, then try again. Nothing was saved.",
            code="stale_version",
        )
    fresh.workspace = layout.workspace
    fresh.owner = layout.owner
    return fresh


def _touch(layout: PanelLayout, *, actor: Actor, now: datetime) -> None:
    """Count the change and tell browsers."""
    layout.version += 1
    save_clean(layout)
    announce(
        workspace_id=layout.workspace_id, topic="layout", object_id=layout.pk, verb="changed", actor=actor, now=now
    )
