"""The types of the formula language, the fields a formula may speak of, and what a formula yields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.domain.fields.kinds import FieldSpec
from planner.domain.vocabulary import FieldKind, ItemKind, Labelled, StateCategory, StoryKind


class FormulaKind(Labelled):
    """The type of a part of a formula. Money and days are numbers that keep their unit."""

    NUMBER = "NUMBER", "a number"
    MONEY = "MONEY", "money"
    DAYS = "DAYS", "a number of days"
    DATE = "DATE", "a date"
    TEXT = "TEXT", "text"
    FLAG = "FLAG", "yes or no"
    SEVERAL = "SEVERAL", "several choices"

    @property
    def is_figure(self) -> bool:
        """Whether one can calculate with it."""
        return self in (FormulaKind.NUMBER, FormulaKind.MONEY, FormulaKind.DAYS)

    @property
    def field_kind(self) -> FieldKind:
        """The kind of field that its result is stored and filtered as; yes and no is a choice of two."""
        return _STORED_AS[self]


_STORED_AS = {
    FormulaKind.NUMBER: FieldKind.NUMBER,
    FormulaKind.DAYS: FieldKind.NUMBER,
    FormulaKind.MONEY: FieldKind.MONEY,
    FormulaKind.DATE: FieldKind.DATE,
    FormulaKind.TEXT: FieldKind.TEXT,
    FormulaKind.FLAG: FieldKind.CHOICE,
    FormulaKind.SEVERAL: FieldKind.MULTI_CHOICE,
}
_TYPED_AS = {
    FieldKind.TEXT: FormulaKind.TEXT,
    FieldKind.NUMBER: FormulaKind.NUMBER,
    FieldKind.MONEY: FormulaKind.MONEY,
    FieldKind.DATE: FormulaKind.DATE,
    FieldKind.CHOICE: FormulaKind.TEXT,
    FieldKind.MULTI_CHOICE: FormulaKind.SEVERAL,
    FieldKind.PERSON: FormulaKind.TEXT,
}

Value = Decimal | date | str | bool | tuple[str, ...]


@dataclass(frozen=True)
class Unknown:
    """What a formula yields where it can't be worked out; ``reason`` says why, for people."""

    reason: str


Result = Value | Unknown


@dataclass(frozen=True)
class FieldType:
    """A field that formulas may name, by key, or by label in square brackets. ``options``: all its words, if closed."""

    key: str
    label: str
    kind: FormulaKind
    options: tuple[str, ...] = ()
    is_removed: bool = False
    aliases: tuple[str, ...] = ()


FieldTypes = Mapping[str, FieldType]


def type_of(spec: FieldSpec) -> FieldType:
    """The type of a custom field that is no formula. Raises ValueError for one that is: that has its result's type."""
    if spec.kind not in _TYPED_AS:
        raise ValueError(f"{spec.key} is a formula")
    is_closed = spec.kind in (FieldKind.CHOICE, FieldKind.MULTI_CHOICE)
    options = tuple(each.label for each in spec.choices) if is_closed else ()
    return FieldType(spec.key, spec.name, _TYPED_AS[spec.kind], options)


def built_in_types(item: ItemKind) -> dict[str, FieldType]:
    """The built-in fields that formulas of stories or capabilities may name, by key; none for tasks."""
    rows = {ItemKind.STORY: [*_OF_BOTH, *_OF_STORIES], ItemKind.CAPABILITY: _OF_BOTH}.get(item, [])
    return {row.key: row for row in rows}


def find_type(name: str, fields: FieldTypes) -> FieldType | None:
    """The field of this key, label or alias, in any case; one that is in use before one that was removed."""
    wanted = name.casefold()
    found = [each for each in fields.values() if wanted in _names(each)]
    return min(found, key=lambda each: (each.is_removed, each.key.casefold() != wanted), default=None)


def _names(field: FieldType) -> Iterable[str]:
    return (each.casefold() for each in (field.key, field.label, *field.aliases))


_OF_BOTH = [
    FieldType("key", "Key", FormulaKind.TEXT),
    FieldType("title", "Title", FormulaKind.TEXT),
    FieldType("application", "Application", FormulaKind.TEXT),
    FieldType("points", "Points", FormulaKind.NUMBER),
    FieldType("cost_of_delay", "Cost of delay", FormulaKind.MONEY),
    FieldType("business_value", "Business value", FormulaKind.MONEY),
    FieldType("cd3", "CD3", FormulaKind.MONEY),
    FieldType("due", "Due date", FormulaKind.DATE, aliases=("due_date",)),
    FieldType("created", "Created", FormulaKind.DATE),
    FieldType("updated", "Updated", FormulaKind.DATE),
    FieldType("age", "Age in days", FormulaKind.DAYS, aliases=("age_days",)),
]
_OF_STORIES = [
    FieldType("kind", "Kind", FormulaKind.TEXT, tuple(each.label for each in StoryKind)),
    FieldType("state", "State", FormulaKind.TEXT),
    FieldType("category", "State category", FormulaKind.TEXT, tuple(each.label for each in StateCategory)),
    FieldType("team", "Team", FormulaKind.TEXT),
    FieldType("sprint", "Sprint", FormulaKind.TEXT),
    FieldType("assignee", "Assignee", FormulaKind.TEXT),
    FieldType("capability", "Capability", FormulaKind.TEXT),
    FieldType("required", "Required", FormulaKind.FLAG),
    FieldType("blocked", "Blocked", FormulaKind.FLAG),
    FieldType("state_age", "Days in its state", FormulaKind.DAYS, aliases=("state_age_days",)),
]
CLOCK_FIELDS = frozenset({"age", "state_age"})
"""Built-in fields that change as days pass, without anything happening to the item."""
