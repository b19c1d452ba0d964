"""Reading the values of custom fields of many items with one query."""

from collections.abc import Iterable, Sequence

from planner.domain.fields.kinds import FieldContent
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import CustomField, FieldValue


def contents_of(
    *, item: ItemKind, ids: Sequence[int], fields: Iterable[CustomField]
) -> dict[int, dict[int, FieldContent]]:
    """The contents by item's id, then by field's id; what is unknown is not there. Formulas are left out."""
    kinds = {field.pk: FieldKind(field.kind) for field in fields if field.kind != FieldKind.FORMULA.value}
    owner = "story_id" if item is ItemKind.STORY else "capability_id"
    found: dict[int, dict[int, FieldContent]] = {}
    if not kinds or not ids:
        return found
    rows = FieldValue.objects.filter(field__in=list(kinds), **{f"{owner}__in": list(ids)})
    ordered = rows.order_by("option__position", "slot")
    for value in ordered:
        held = found.setdefault(getattr(value, owner), {})
        held[value.field_id] = _content(value, kinds[value.field_id], held.get(value.field_id))
    return found


def _content(value: FieldValue, kind: FieldKind, present: FieldContent | None) -> FieldContent:
    """What a row holds; the rows of several choices gather."""
    if kind is FieldKind.MULTI_CHOICE:
        return (*(present if isinstance(present, tuple) else ()), value.option_id or 0)
    if kind is FieldKind.CHOICE:
        return value.option_id or 0
    if kind is FieldKind.PERSON:
        return value.person_id or 0
    if kind is FieldKind.DATE and value.day is not None:
        return value.day
    if value.number is not None:
        return value.number
    return value.text
