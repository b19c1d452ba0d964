"""What setting an item must get to match a panel it is dropped on.

Only conditions that all must hold, and that name one value, say what to set: "is", the first of "is any of", "is
empty", a flag. The others are told with the reason, so that whoever drops knows what is left to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.domain.panels.fields import PanelField, PanelFields
from planner.domain.panels.operators import FilterKind, Operator
from planner.domain.panels.tree import All, AnyOf, Condition, FilterTree, Not, fields_of
from planner.domain.panels.values import Anchor, FilterValue, Flag, RelativeDay
from planner.domain.panels.writing import write_filter

_SINGLE_DAYS = (Anchor.TODAY, Anchor.SPRINT_START, Anchor.SPRINT_END)


@dataclass(frozen=True)
class Assignment:
    """A field and what it gets; None clears it. ``adds``: the value joins those that are there (several choices).

    ``others``: values that do as well ("is any of"); an item that has one of them keeps it.
    """

    field: str
    value: FilterValue | None
    adds: bool = False
    others: tuple[FilterValue, ...] = ()


@dataclass(frozen=True)
class Undecidable:
    """A part of the filter that dropping can't fulfil, as text, and why."""

    condition: str
    reason: str
    fields: frozenset[str]


@dataclass(frozen=True)
class Implied:
    """What dropping sets, and what it can't."""

    sets: tuple[Assignment, ...]
    undecidable: tuple[Undecidable, ...]


def implied_values(tree: FilterTree, fields: PanelFields) -> Implied:
    """What an item must get to match. Items that match the undecidable parts already need nothing there."""
    sets: dict[str, list[Assignment]] = {}
    undecidable: list[Undecidable] = []
    for part in _flatten(tree):
        implied = _imply(part, fields)
        if isinstance(implied, str):
            undecidable.append(_explain(part, implied))
        elif not _agrees(implied, sets.get(implied.field, [])):
            undecidable.append(_explain(part, "contradicts another condition of this panel"))
        elif implied not in sets.get(implied.field, []):
            sets.setdefault(implied.field, []).append(implied)
    return Implied(tuple(each for listed in sets.values() for each in listed), tuple(undecidable))


def _flatten(tree: FilterTree) -> Iterator[FilterTree]:
    """The parts that all must hold; "not (a or b)" is "not a and not b"."""
    if isinstance(tree, All):
        for part in tree.parts:
            yield from _flatten(part)
    elif isinstance(tree, Not) and isinstance(tree.part, AnyOf):
        for part in tree.part.parts:
            yield from _flatten(Not(part))
    elif isinstance(tree, Not) and isinstance(tree.part, Not):
        yield from _flatten(tree.part.part)
    else:
        yield tree


def _imply(part: FilterTree, fields: PanelFields) -> Assignment | str:
    """What a part sets, or why it sets nothing."""
    if isinstance(part, AnyOf):
        return "any of several conditions would do; which one is not said"
    if isinstance(part, Condition):
        return _imply_condition(part, fields)
    inner = part.part if isinstance(part, Not) else None
    flag = _flag_of(inner) if isinstance(inner, Condition) else None
    if isinstance(inner, Condition) and flag is not None:
        return _imply_condition(Condition(inner.field, Operator.IS, (Flag(not flag),)), fields)
    return "says only what it must not be"


def _imply_condition(condition: Condition, fields: PanelFields) -> Assignment | str:
    field = fields.get(condition.field)
    if field is None or field.is_removed:
        return "the field was removed"
    if not field.is_settable:
        return f"{field.label} cannot be set by dropping"
    if condition.operator is Operator.EMPTY:
        return Assignment(field.key, None)
    if (flag := _flag_of(condition)) is not None:
        return Assignment(field.key, Flag(flag))
    return _imply_value(condition, field)


def _imply_value(condition: Condition, field: PanelField) -> Assignment | str:
    is_several = field.kind is FilterKind.SEVERAL
    if condition.operator in (Operator.IS, Operator.ANY_OF) or (is_several and condition.operator is Operator.HAS):
        value = condition.values[0]
        if _is_span(value):
            return "is more than one day; which one is not said"
        return Assignment(field.key, value, is_several, condition.values[1:])
    if condition.operator in (Operator.IS_NOT, Operator.NOT_EMPTY):
        return "says only what it must not be"
    return "cannot be set by dropping: it names no single value"


def _flag_of(condition: Condition) -> bool | None:
    """Yes or no, where that is what the condition asks."""
    value = condition.values[0] if condition.values else None
    if not isinstance(value, Flag):
        return None
    return value.yes if condition.operator is Operator.IS else not value.yes


def _is_span(value: FilterValue) -> bool:
    return isinstance(value, RelativeDay) and value.anchor not in _SINGLE_DAYS


def _agrees(assignment: Assignment, others: list[Assignment]) -> bool:
    return all(each == assignment or (each.adds and assignment.adds) for each in others)


def _explain(part: FilterTree, reason: str) -> Undecidable:
    return Undecidable(write_filter(part), reason, fields_of(part))
