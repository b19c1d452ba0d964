"""What cards and columns show of the fields of many items: built-in, custom and worked out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Workspace
from planner.domain.fields.formula_circles import evaluate_all
from planner.domain.fields.formula_types import Unknown, Value
from planner.domain.fields.kinds import FieldContent, FieldSpec, labels_of, show_value
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import CustomField
from planner.selectors.custom_fields import list_fields, specs_of
from planner.selectors.field_contents import contents_of
from planner.selectors.formulas import compile_formulas
from planner.selectors.item_figures import built_in_values


@dataclass(frozen=True)
class Shown:
    """One value for people. `text` is "" where it is unknown, `reason` then says why; `value` is what it is.

    `labels`: what a choice, a person or several choices are called.
    """

    text: str
    value: Value | FieldContent | None = None
    reason: str = ""
    labels: tuple[str, ...] = ()


def shown_values(
    *,
    workspace: Workspace,
    item: ItemKind,
    rows: Sequence[Any],
    now: datetime,
    fields: Sequence[CustomField] | None = None,
) -> dict[int, dict[str, Shown]]:
    """Every field of the rows by item's id and field's key. Three queries, and one more where people are named.

    `fields`: the custom fields, where the caller has them at hand or tries a new one out.
    """
    if fields is None:
        fields = [] if item is ItemKind.TASK else list(list_fields(workspace_id=workspace.pk, item=item.value))
    specs = specs_of(workspace=workspace, fields=fields)
    contents = contents_of(item=item, ids=[row.pk for row in rows], fields=fields)
    found: dict[int, dict[str, Shown]] = {}
    for row in rows:
        values = built_in_values(item=item, row=row, now=now, time_zone=workspace.time_zone)
        own = _own(fields, specs, contents.get(row.pk, {}))
        found[row.pk] = {key: Shown(in_words(value), value) for key, value in values.items()} | own
    _work_out(found, workspace=workspace, item=item, fields=fields, now=now)
    return found


def _own(
    fields: Sequence[CustomField], specs: Mapping[str, FieldSpec], contents: Mapping[int, FieldContent]
) -> dict[str, Shown]:
    shown: dict[str, Shown] = {}
    for field in fields:
        if field.kind != FieldKind.FORMULA.value:
            content = contents.get(field.pk)
            spec = specs[field.key]
            shown[field.key] = Shown(show_value(spec, content), content, labels=labels_of(spec, content))
    return shown


def _work_out(
    found: dict[int, dict[str, Shown]],
    *,
    workspace: Workspace,
    item: ItemKind,
    fields: Sequence[CustomField],
    now: datetime,
) -> None:
    """Put the formulas' results to the values they go by."""
    formulas = compile_formulas(workspace=workspace, item=item, fields=fields)
    if not formulas:
        return
    units = {field.key: field.unit for field in fields}
    today = now.astimezone(ZoneInfo(workspace.time_zone)).date()
    for shown in found.values():
        values = {key: as_formula_value(each) for key, each in shown.items()}
        for key, result in evaluate_all(formulas, values, today).items():
            shown[key] = (
                Shown("", reason=result.reason)
                if isinstance(result, Unknown)
                else Shown(f"{in_words(result)} {units[key]}".strip(), result)
            )


def as_formula_value(shown: Shown) -> Value | None:
    """A value as formulas take it: choices and people by what they are called."""
    if isinstance(shown.value, bool | str | Decimal | date):
        return shown.value
    if isinstance(shown.value, int):
        return shown.labels[0] if shown.labels else None
    return shown.labels or None


def in_words(value: Value | None) -> str:
    """A value as people read it; "" is unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    if isinstance(value, tuple):
        return ", ".join(value)
    return value.isoformat() if isinstance(value, date) else value
