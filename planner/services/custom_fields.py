"""Adding fields to stories and capabilities, changing them, taking them away and back."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput, NotFound
from common.events import publish
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.events import FieldsChanged
from planner.models import CustomField
from planner.selectors.item_fields import BUILT_IN_KEYS
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.checks import Refused, read_inputs, text, word
from planner.services.column_writes import write_columns
from planner.services.field_formulas import check_formula, refuse_if_used
from planner.services.field_options import OptionDraft, write_options
from planner.services.locks import lock_backlog, lock_rows, stale
from planner.services.saving import save_clean, set_fields

MOST_FIELDS = 100
CHOOSING = (FieldKind.CHOICE.value, FieldKind.MULTI_CHOICE.value)
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


def create_field(
    *,
    workspace: Workspace,
    item: str,
    name: str,
    kind: str,
    actor: Actor,
    now: datetime,
    key: str = "",
    unit: str = "",
    formula: str = "",
    options: Sequence[OptionDraft] = (),
) -> CustomField:
    """Add a field to the stories or to the capabilities of a workspace; without a key it gets one from its name."""
    given = {"item": item, "name": name, "kind": kind, "key": key, "unit": unit, "formula": formula}
    clean = read_inputs(given, _READERS)
    with transaction.atomic():
        lock_backlog(workspace_id=workspace.pk)
        fields = CustomField.objects.filter(workspace=workspace, item=clean["item"])
        _refuse_many(fields.filter(archived_at=None).count())
        clean["key"] = _take_key(clean["key"], name=clean["name"], taken=set(fields.values_list("key", flat=True)))
        last = fields.aggregate(last=Max("position"))["last"] or 0
        field = CustomField(workspace=workspace, position=last + 1, created_at=now, **clean)
        _check(field, options=options)
        save_clean(field)
        write_options(field=field, drafts=options, now=now)
        _tell(field, verb="created", actor=actor, now=now)
    return field


def update_field(
    *, field: CustomField, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> CustomField:
    """Change name, unit, formula or (for a choice) the whole list of options. Key, kind and item stay for good."""
    options = changes.get("options")
    given = {name: value for name, value in changes.items() if name != "options"}
    clean = read_inputs(given, {name: _READERS[name] for name in ("name", "unit", "formula")})
    with transaction.atomic():
        lock_backlog(workspace_id=field.workspace_id)
        fresh = _lock(field, version=version)
        changed = bool(set_fields(fresh, clean))
        _check(fresh, options=options)
        if options is not None:
            changed |= write_options(field=fresh, drafts=options, now=now)
        if changed:
            fresh.version += 1
            save_clean(fresh)
            _tell(fresh, verb="updated", actor=actor, now=now)
    return fresh


def archive_field(*, field: CustomField, actor: Actor, now: datetime) -> CustomField:
    """Take a field away; its values stay and come back with it. Refused while a formula goes by it."""
    with transaction.atomic():
        lock_backlog(workspace_id=field.workspace_id)
        fresh = _lock(field)
        if fresh.archived_at is None:
            refuse_if_used(fresh)
            fresh.archived_at = now
            fresh.save(update_fields=["archived_at"])
            _tell(fresh, verb="deleted", actor=actor, now=now)
    return fresh


def restore_field(*, field: CustomField, actor: Actor, now: datetime) -> CustomField:
    """Bring an archived field back, with the values it had."""
    with transaction.atomic():
        lock_backlog(workspace_id=field.workspace_id)
        fresh = _lock(field)
        if fresh.archived_at is not None:
            _refuse_many(
                CustomField.objects.filter(workspace=fresh.workspace_id, item=fresh.item, archived_at=None).count()
            )
            fresh.archived_at = None
            _check(fresh, options=None)
            save_clean(fresh)
            _tell(fresh, verb="created", actor=actor, now=now)
    return fresh


def reorder_fields(*, workspace: Workspace, item: str, keys: Sequence[str], actor: Actor, now: datetime) -> None:
    """Put the fields of stories, or of capabilities, into this order; each once, by key."""
    with transaction.atomic():
        lock_backlog(workspace_id=workspace.pk)
        here = {
            field.key: field.pk
            for field in CustomField.objects.filter(workspace=workspace, item=item, archived_at__isnull=True)
        }
        if sorted(keys) != sorted(here):
            raise InvalidInput("Name every field, each once.", field="keys")
        ids = [here[key] for key in keys]
        write_columns(model=CustomField, ids=ids, columns={"position": range(1, len(ids) + 1)})
        announce(workspace_id=workspace.pk, topic="field", object_id=0, verb="bulk", actor=actor, now=now)


def _refuse_many(number: int) -> None:
    if number >= MOST_FIELDS:
        raise Conflict(f"There are {number} fields already, the most there can be: take one away first.", field="name")


def _take_key(key: str, *, name: str, taken: set[str]) -> str:
    """The key asked for, or the first free one made from the name: "Risk level" is risk_level, then risk_level_2."""
    if key:
        if key in BUILT_IN_KEYS:
            raise InvalidInput(f"{key} is a built-in field: choose another key.", field="key")
        if key in taken:
            raise Conflict(f"There is a field {key} already, perhaps one taken away: bring that back.", field="key")
        return key
    stem = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:36] or "field"
    stem = stem if stem[0].isalpha() else f"f_{stem}"[:36]
    numbers = (f"{stem}_{number}" for number in range(2, len(taken) + len(BUILT_IN_KEYS) + 3))
    return next(free for free in (stem, *numbers) if free not in taken and free not in BUILT_IN_KEYS)


def _check(field: CustomField, *, options: Sequence[OptionDraft] | None) -> None:
    """Refuse what doesn't go with the kind; sets what a formula yields."""
    if options and field.kind not in CHOOSING:
        raise InvalidInput("Only a choice has options: leave them out, or choose another kind.", field="options")
    if field.kind in CHOOSING and options is not None and not options:
        raise InvalidInput("Give at least one option.", field="options")
    if field.kind == FieldKind.FORMULA.value:
        field.result_kind = check_formula(field)
    elif field.formula:
        raise InvalidInput("Only the kind FORMULA has a formula: leave it out.", field="formula")


def _lock(field: CustomField, *, version: int | None = None) -> CustomField:
    fresh = lock_rows(CustomField.objects.filter(pk=field.pk)).first()
    if fresh is None:
        raise NotFound(f"{field.name} was deleted.")
    if version is not None and fresh.version != version:
        raise stale(what=fresh.name, version=version, present=fresh.version)
    return fresh


def _tell(field: CustomField, *, verb: str, actor: Actor, now: datetime) -> None:
    publish(FieldsChanged(workspace_id=field.workspace_id, now=now))
    announce(workspace_id=field.workspace_id, topic="field", object_id=field.pk, verb=verb, actor=actor, now=now)


def _read_item(value: Any) -> str:
    if value not in (ItemKind.STORY.value, ItemKind.CAPABILITY.value):
        raise Refused("Use STORY or CAPABILITY.")
    return str(value)


def _read_key(value: Any) -> str:
    if value and not (isinstance(value, str) and _KEY.match(value)):
        raise Refused("Use 1 to 40 small letters, digits and underscores, beginning with a letter.")
    return str(value)


_READERS = {
    "item": _read_item,
    "name": text(longest=80, required=True),
    "kind": word(FieldKind),
    "key": _read_key,
    "unit": text(longest=20),
    "formula": text(longest=2000),
}
