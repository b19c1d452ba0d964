"""The fields that filters may name: the built-in ones of each item, and custom ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from planner.domain.fields.formula_types import FormulaKind
from planner.domain.fields.kinds import FieldSpec
from planner.domain.panels.operators import KINDS_OF_FIELDS, OPERATORS, OPTIONAL, FilterKind, Operator
from planner.domain.vocabulary import FieldKind, ItemKind, StateCategory, StoryKind, TaskState

K = FilterKind


@dataclass(frozen=True)
class PanelField:
    """A field one may filter by. ``options``: all its words, where the list is closed.

    ``is_settable``: whether dropping an item on a panel may set it. ``is_removed``: its values are kept, and filters
    that name it say so.
    """

    key: str
    label: str
    kind: FilterKind
    options: tuple[str, ...] = ()
    is_settable: bool = True
    is_optional: bool = True
    is_removed: bool = False

    @property
    def operators(self) -> tuple[Operator, ...]:
        """How it may be compared."""
        return (*OPERATORS[self.kind], *(OPTIONAL if self.is_optional else ()))


PanelFields = Mapping[str, PanelField]


def built_in_fields(item: ItemKind) -> dict[str, PanelField]:
    """The built-in fields of stories, tasks or capabilities, by key."""
    return {field.key: field for field in _BUILT_IN[item]}


def field_of(spec: FieldSpec, result: FormulaKind | None = None, *, is_removed: bool = False) -> PanelField:
    """A custom field; ``result``: what it yields, where it is a formula. Raises ValueError for one without that."""
    if spec.kind is FieldKind.FORMULA:
        if result is None:
            raise ValueError(f"{spec.key} is a formula whose result is not known")
        kind = K.FLAG if result is FormulaKind.FLAG else KINDS_OF_FIELDS[result.field_kind]
        return PanelField(spec.key, spec.name, kind, is_settable=False, is_removed=is_removed)
    is_closed = spec.kind in (FieldKind.CHOICE, FieldKind.MULTI_CHOICE)
    options = tuple(each.label for each in spec.choices) if is_closed else ()
    return PanelField(spec.key, spec.name, KINDS_OF_FIELDS[spec.kind], options, is_removed=is_removed)


def find_field(name: str, fields: PanelFields) -> PanelField | None:
    """The field of this key or label, in any case; one in use before one that was removed."""
    wanted = name.casefold()
    found = [each for each in fields.values() if wanted in (each.key.casefold(), each.label.casefold())]
    return min(found, key=lambda each: (each.is_removed, each.key.casefold() != wanted), default=None)


def name_close_fields(name: str, fields: PanelFields) -> str:
    """A hint at fields of nearly this name; empty where there are none."""
    known = [field.key for field in fields.values() if not field.is_removed]
    close = get_close_matches(name.casefold().replace(" ", "_"), known, n=3)
    return f"; did you mean {' or '.join(close)}?" if close else "."


def _fixed(key: str, label: str, kind: FilterKind, options: tuple[str, ...] = ()) -> PanelField:
    """A field that always has content and is worked out, or is changed elsewhere."""
    return PanelField(key, label, kind, options, is_settable=False, is_optional=False)


def _worked_out(key: str, label: str, kind: FilterKind) -> PanelField:
    return PanelField(key, label, kind, is_settable=False)


def _always(key: str, label: str, kind: FilterKind, options: tuple[str, ...] = ()) -> PanelField:
    return PanelField(key, label, kind, options, is_optional=False)


_STORY_KINDS = tuple(each.label for each in StoryKind)
_CATEGORIES = tuple(each.label for each in StateCategory)
_TASK_STATES = tuple(each.label for each in TaskState)
_DATED = [
    _fixed("created", "Created", K.DAY),
    _fixed("updated", "Updated", K.DAY),
    _fixed("age", "Age in days", K.NUMBER),
]
_MONEY = [
    _worked_out("cost_of_delay", "Cost of delay", K.MONEY),
    _worked_out("business_value", "Business value", K.MONEY),
    _worked_out("cd3", "CD3", K.MONEY),
    _fixed("valued", "Valued", K.FLAG),
]
_STOPPED = [
    _always("blocked", "Blocked", K.FLAG),
    PanelField("blocked_reason", "Blocked reason", K.TEXT, is_settable=False),
]
_NAMED = [
    _fixed("text", "Key or title", K.TEXT),
    _fixed("key", "Key", K.TEXT),
    _fixed("title", "Title", K.TEXT),
]
_BUILT_IN = {
    ItemKind.STORY: [
        *_NAMED,
        _always("kind", "Kind", K.WORD, _STORY_KINDS),
        _always("state", "State", K.NAME),
        _fixed("category", "State category", K.WORD, _CATEGORIES),
        PanelField("team", "Team", K.TEAM),
        PanelField("sprint", "Sprint", K.SPRINT),
        PanelField("assignee", "Assignee", K.PERSON),
        PanelField("application", "Application", K.NAME),
        PanelField("capability", "Capability", K.NAME),
        PanelField("points", "Points", K.NUMBER),
        _fixed("estimated", "Has points", K.FLAG),
        _always("required", "Required", K.FLAG),
        *_STOPPED,
        *_MONEY,
        _fixed("pinned", "Pinned", K.FLAG),
        _fixed("dependencies", "Has dependencies", K.FLAG),
        _worked_out("waits_for", "Waits for", K.NAME),
        _worked_out("due", "Due date", K.DAY),
        *_DATED,
        _fixed("state_age", "Days in its state", K.NUMBER),
    ],
    ItemKind.CAPABILITY: [
        *_NAMED,
        _always("application", "Application", K.NAME),
        PanelField("due", "Due date", K.DAY),
        _fixed("done", "Done", K.FLAG),
        _worked_out("points", "Points left", K.NUMBER),
        *_MONEY,
        *_DATED,
    ],
    ItemKind.TASK: [
        _fixed("title", "Title", K.TEXT),
        _always("state", "State", K.WORD, _TASK_STATES),
        _fixed("story", "Story", K.NAME),
        _worked_out("team", "Team", K.TEAM),
        _worked_out("sprint", "Sprint", K.SPRINT),
        PanelField("assignee", "Assignee", K.PERSON),
        PanelField("hours_estimated", "Hours estimated", K.NUMBER),
        PanelField("hours_left", "Hours left", K.NUMBER),
        *_STOPPED,
        _fixed("created", "Created", K.DAY),
        _fixed("age", "Age in days", K.NUMBER),
    ],
}
