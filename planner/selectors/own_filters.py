"""Filtering the backlog by fields of the workspace's own: "risk:is:High", "calls_a_week:gt:5"."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Q

from planner.domain.fields.figures import Unreadable, read_day
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import CustomField, FieldValue, Person
from planner.selectors.filter_kinds import (
    CHOOSING,
    MEASURING,
    OPTIONAL,
    Asked,
    Condition,
    FilterField,
    Operator,
    Unusable,
    compare,
    flag,
    number,
    reference,
    text,
)

MOST_VALUES = 12
_NAMED = (*CHOOSING, *OPTIONAL)
_MEASURED = (*MEASURING, Operator.IS_NOT, *OPTIONAL)
_WRITTEN = (*CHOOSING, Operator.HAS, *OPTIONAL)


def own_filter_field(*, workspace_id: int, name: str) -> FilterField | None:
    """The field of stories with this key; None when there is none, or it was taken away."""
    if not name:
        return None
    own = CustomField.objects.filter(workspace=workspace_id, item=ItemKind.STORY.value, archived_at=None)
    field = own.filter(key=name[:40]).prefetch_related("options").first()
    return _as_filter(field) if field is not None else None


def list_own_filters(*, workspace_id: int) -> list[FilterField]:
    """The fields of stories that a workspace added, in their order."""
    own = CustomField.objects.filter(workspace=workspace_id, item=ItemKind.STORY.value, archived_at=None)
    return [_as_filter(field) for field in own.prefetch_related("options")]


def list_own_values(*, workspace_id: int, name: str, words: str) -> list[tuple[str, str]]:
    """(value, label) of a field's options, or of people, that have the words; none for other kinds."""
    own = CustomField.objects.filter(workspace=workspace_id, item=ItemKind.STORY.value, key=name)
    field = own.prefetch_related("options").first()
    if field is None:
        return []
    if field.kind == FieldKind.PERSON.value:
        people = Person.objects.filter(workspace=workspace_id, name__icontains=words).order_by("name")
        return [(person, person) for person in people.values_list("name", flat=True)[:MOST_VALUES]]
    labels = [option.label for option in field.options.all() if option.archived_at is None]
    if _kind_of(field) is FieldKind.CHOICE and field.formula:
        labels = ["yes", "no"]
    return [(label, label) for label in labels if words.casefold() in label.casefold()][:MOST_VALUES]


def _kind_of(field: CustomField) -> FieldKind:
    """What it holds: of a formula, what it yields."""
    return FieldKind(field.result_kind if field.kind == FieldKind.FORMULA.value else field.kind)


def _as_filter(field: CustomField) -> FilterField:
    operators, inner = _KINDS[_kind_of(field)]
    if field.kind == FieldKind.FORMULA.value and _kind_of(field) is FieldKind.CHOICE:
        operators, inner = (Operator.IS, *OPTIONAL), flag(lambda _: Q(number=1))
    return FilterField(field.key, field.name, operators, _of_values(field, inner))


def _of_values(field: CustomField, inner: Condition) -> Condition:
    """A condition on stories from one on their values; "is not" is true where there is no value."""

    def build(operator: Operator, values: Sequence[str], asked: Asked) -> Q:
        held = FieldValue.objects.filter(field=field, story__isnull=False).exclude(reason__gt="")
        if operator in OPTIONAL:
            filled = Q(pk__in=held.values("story"))
            return ~filled if operator is Operator.EMPTY else filled
        if field.kind in (FieldKind.CHOICE.value, FieldKind.MULTI_CHOICE.value):
            _refuse_unknown(field, operator, values)
        meant = Operator.ANY_OF if operator is Operator.IS_NOT else operator
        found = Q(pk__in=held.filter(inner(meant, values, asked)).values("story"))
        return ~found if operator is Operator.IS_NOT else found

    return build


def _refuse_unknown(field: CustomField, operator: Operator, values: Sequence[str]) -> None:
    labels = {option.label.casefold(): option.label for option in field.options.all()}
    unknown = [value for value in values if value.casefold() not in labels]
    if unknown and operator is not Operator.HAS:
        raise Unusable(f"“{unknown[0]}” is none of: {', '.join(labels.values())}.")


def _day(operator: Operator, values: Sequence[str], asked: Asked) -> Q:
    days: list[date] = []
    for value in values:
        try:
            days.append(read_day(value))
        except Unreadable as unreadable:
            raise Unusable(str(unreadable)) from None
    if operator is Operator.BETWEEN and days[0] > days[1]:
        raise Unusable("Write the lower one first.")
    return compare("day", operator, days)


_KINDS: Mapping[FieldKind, tuple[Sequence[Operator], Condition]] = {
    FieldKind.TEXT: (_WRITTEN, text("text")),
    FieldKind.NUMBER: (_MEASURED, number("number")),
    FieldKind.MONEY: (_MEASURED, number("number")),
    FieldKind.DATE: (_MEASURED, _day),
    FieldKind.CHOICE: (_NAMED, text("option__label")),
    FieldKind.MULTI_CHOICE: (_WRITTEN, text("option__label")),
    FieldKind.PERSON: (_NAMED, reference(Person, "person", "name")),
}
