"""Formulas: refused with the place of the mistake, and their results kept for filters and sorting.

What a page shows is worked out as it is read (planner.selectors.item_values); what lists filter and sort by lies in
FieldValue and is brought up to date by a job shortly after a change, and each night for formulas that go by today.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from planner.domain.fields.formula import Formula
from planner.domain.fields.formula_circles import FormulaCircleError
from planner.domain.fields.formula_types import Value
from planner.domain.fields.problems import TextProblem
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import CustomField, FieldValue
from planner.selectors.custom_fields import list_fields
from planner.selectors.formulas import compile_formulas
from planner.selectors.item_fields import rows_of
from planner.selectors.item_values import Shown, shown_values

BATCH = 500


def check_formula(field: CustomField) -> str:
    """What the formula yields, as a kind of field. Raises InvalidInput at `formula` that says where and what to do."""
    compiled = _compile_with(field)
    return compiled[field.key].kind.field_kind.value


def _compile_with(field: CustomField) -> dict[str, Formula]:
    others = [each for each in _live(field) if each.pk != field.pk]
    try:
        return compile_formulas(workspace=field.workspace, item=ItemKind(field.item), fields=[*others, field])
    except FormulaCircleError as circle:
        raise InvalidInput(str(circle), field="formula") from None
    except TextProblem as problem:
        raise InvalidInput(str(problem), field="formula") from None


def _live(field: CustomField) -> list[CustomField]:
    return list(list_fields(workspace_id=field.workspace_id, item=field.item))


def refuse_if_used(field: CustomField) -> None:
    """Refuse to take away a field that formulas go by; names them."""
    fields = _live(field)
    compiled = compile_formulas(workspace=field.workspace, item=ItemKind(field.item), fields=fields)
    names = {each.key: each.name for each in fields}
    users = [names[key] for key, formula in compiled.items() if field.key in formula.references]
    if users:
        raise Conflict(
            f"{field.name} is used by the formula of {', '.join(users)}: change that first.", code="field_in_use"
        )


def refresh_formulas(*, workspace: Workspace, item: ItemKind, ids: Sequence[int] | None, now: datetime) -> int:
    """Bring the kept results up to date, of some items or of all; returns how many rows were written."""
    fields = list(list_fields(workspace_id=workspace.pk, item=item.value))
    formulas = [field for field in fields if field.kind == FieldKind.FORMULA.value]
    if not formulas:
        return 0
    wanted = rows_of(workspace=workspace, item=item).order_by("pk")
    if ids is not None:
        wanted = wanted.filter(pk__in=ids)
    written, last = 0, 0
    while batch := list(wanted.filter(pk__gt=last)[:BATCH]):
        shown = shown_values(workspace=workspace, item=item, rows=batch, now=now)
        written += _keep(item, formulas, shown)
        last = batch[-1].pk
    return written


def _keep(item: ItemKind, formulas: Iterable[CustomField], shown: dict[int, dict[str, Shown]]) -> int:
    owner = "story_id" if item is ItemKind.STORY else "capability_id"
    fresh = {(field.pk, pk): _columns(values[field.key]) for pk, values in shown.items() for field in formulas}
    with transaction.atomic():
        held = FieldValue.objects.filter(field__in=list(formulas), **{f"{owner}__in": list(shown)})
        present = {(value.field_id, getattr(value, owner)): value for value in held}
        stale = [key for key, columns in fresh.items() if key not in present or _differs(present[key], columns)]
        FieldValue.objects.filter(pk__in=[present[key].pk for key in stale if key in present]).delete()
        FieldValue.objects.bulk_create(
            FieldValue(field_id=field_id, **{owner: pk}, **fresh[field_id, pk]) for field_id, pk in stale
        )
    return len(stale)


def _differs(present: FieldValue, columns: dict[str, Any]) -> bool:
    return any(getattr(present, name) != value for name, value in columns.items())


def _columns(shown: Shown) -> dict[str, Any]:
    """How a result is kept: in the column of what it is; yes and no as 1 and 0; unknown with its reason."""
    columns: dict[str, Any] = {"text": "", "number": None, "day": None, "reason": shown.reason[:200]}
    value: Value | object = shown.value
    if isinstance(value, bool):
        columns |= {"number": Decimal(int(value)), "text": "yes" if value else "no"}
    elif isinstance(value, Decimal):
        columns["number"] = round(value, 6)
    elif isinstance(value, str):
        columns["text"] = value
    elif isinstance(value, tuple):
        columns["text"] = ", ".join(str(part) for part in value)
    elif value is not None:
        columns["day"] = value
    return columns
