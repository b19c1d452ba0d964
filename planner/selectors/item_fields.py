"""The fields of stories, tasks and capabilities, built-in and custom: one registry for panels, boards and the API.

A field says how it is asked for (`where`), sorted by (`order`), where its value lies on the row (`path`), and into
which columns it divides a board (planner.selectors.item_groups). To add a built-in field, add a row here and its
kind in `planner.domain.panels.fields`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any

from django.db.models import Case, Exists, F, Model, OuterRef, Q, QuerySet, Subquery, When

from accounts.models import Workspace
from planner.domain.fields.formula_types import FormulaKind
from planner.domain.panels.fields import PanelField, built_in_fields, field_of
from planner.domain.panels.operators import FilterKind
from planner.domain.vocabulary import FieldKind, ItemKind, TaskState
from planner.models import Application, Capability, CustomField, FieldValue, Person, Story, Task
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors import filter_kinds
from planner.selectors import item_conditions as conditions
from planner.selectors.backlog_filters import FIELDS
from planner.selectors.custom_fields import list_fields, specs_of
from planner.selectors.item_conditions import ItemCondition

Sorting = F | Case | Subquery
MODELS: Mapping[ItemKind, type[Model]] = {
    ItemKind.STORY: Story,
    ItemKind.TASK: Task,
    ItemKind.CAPABILITY: Capability,
}


@dataclass(frozen=True)
class ItemField:
    """One field of an item. `asked` is what the filter language knows of it; `custom` its row where it has one.

    `order`: what rows are sorted by, None where that makes no sense. `path`: the column of a built-in field on the
    row (`state_id` for a reference), "" where it has none.
    """

    asked: PanelField
    where: ItemCondition
    order: Sorting | None = None
    path: str = ""
    custom: CustomField | None = default(default=None)

    @property
    def key(self) -> str:
        """Its name in filters, addresses and the API."""
        return self.asked.key

    @property
    def label(self) -> str:
        """Its name for people."""
        return self.asked.label


Fields = Mapping[str, ItemField]


def fields_of(*, workspace: Workspace, item: ItemKind) -> dict[str, ItemField]:
    """Every field of stories, tasks or capabilities by key: built-in ones first, then the workspace's own."""
    fields = dict(_BUILT_IN[item])
    if item is ItemKind.TASK:
        return fields
    listed = list(list_fields(workspace_id=workspace.pk, item=item.value))
    specs = specs_of(workspace=workspace, fields=listed)
    for custom in listed:
        result = _RESULTS.get(custom.result_kind) if custom.kind == FieldKind.FORMULA.value else None
        fields[custom.key] = _custom(custom, asked=field_of(specs[custom.key], result), item=item)
    return fields


def built_in_item_fields(item: ItemKind) -> Fields:
    """The fields that every workspace has, by key; no statement."""
    return _BUILT_IN[item]


def asked_fields(fields: Fields) -> dict[str, PanelField]:
    """What the filter language needs of the fields."""
    return {key: field.asked for key, field in fields.items()}


_RESULTS = {
    FieldKind.NUMBER.value: FormulaKind.NUMBER,
    FieldKind.MONEY.value: FormulaKind.MONEY,
    FieldKind.DATE.value: FormulaKind.DATE,
    FieldKind.TEXT.value: FormulaKind.TEXT,
    FieldKind.CHOICE.value: FormulaKind.FLAG,
}
_COLUMNS = {
    FilterKind.TEXT: "text",
    FilterKind.NUMBER: "number",
    FilterKind.MONEY: "number",
    FilterKind.DAY: "day",
    FilterKind.NAME: "option__label",
    FilterKind.WORD: "option__label",
    FilterKind.SEVERAL: "option__label",
    FilterKind.PERSON: "person__name",
    FilterKind.FLAG: "number",
}


def _custom(custom: CustomField, *, asked: PanelField, item: ItemKind) -> ItemField:
    owner = "story" if item is ItemKind.STORY else "capability"
    column = _COLUMNS[asked.kind]
    sorted_by = "option__position" if column == "option__label" else column
    held = FieldValue.objects.filter(field=custom, **{owner: OuterRef("pk")}).order_by("slot").values(sorted_by)[:1]
    return ItemField(
        asked,
        conditions.custom(custom, owner=owner, inner=_inner(asked.kind, column)),
        order=Subquery(held),
        custom=custom,
    )


def _inner(kind: FilterKind, column: str) -> ItemCondition:
    if kind in (FilterKind.NUMBER, FilterKind.MONEY):
        return conditions.number(column)
    if kind is FilterKind.DAY:
        return conditions.day(column)
    if kind is FilterKind.PERSON:
        return conditions.told(filter_kinds.reference(Person, "person", "name"))
    if kind is FilterKind.FLAG:
        return conditions.told(filter_kinds.flag(lambda _: Q(number=1)))
    return conditions.told(filter_kinds.text(column))


def _stories() -> dict[str, ItemField]:
    own: dict[str, ItemCondition] = {
        "team": conditions.team("team"),
        "sprint": conditions.sprint("sprint"),
        "created": conditions.instant("created_at"),
        "updated": conditions.instant("updated_at"),
        "due": conditions.day("capability__due_date"),
    }
    return {
        key: ItemField(
            asked,
            own.get(key) or conditions.told(FIELDS[key].condition),
            order=_STORY_ORDERS.get(key),
            path=_STORY_PATHS.get(key, ""),
        )
        for key, asked in built_in_fields(ItemKind.STORY).items()
        if key in own or key in FIELDS
    }


_STORY_PATHS = {
    "title": "title",
    "key": "key",
    "kind": "kind",
    "state": "state_id",
    "category": "category",
    "team": "team_id",
    "sprint": "sprint_id",
    "assignee": "assignee_id",
    "application": "application_id",
    "capability": "capability_id",
    "points": "points",
    "required": "required",
    "blocked": "blocked",
    "blocked_reason": "blocked_reason",
    "created": "created_at",
    "updated": "updated_at",
}
_STORY_ORDERS: Mapping[str, Sorting] = {
    "title": F("title"),
    "key": F("key"),
    "kind": F("kind"),
    "state": F("state__position"),
    "team": F("team__name"),
    "sprint": F("sprint__start_date"),
    "assignee": F("assignee__name"),
    "application": F("application__key"),
    "capability": F("capability__title"),
    "points": F("points"),
    "blocked": F("blocked"),
    "created": F("created_at"),
    "updated": F("updated_at"),
    "due": F("capability__due_date"),
    "age": F("created_at"),
    "state_age": F("state_entered_at"),
    **{
        column: Case(When(capability__isnull=True, then=F(column)), default=F(f"capability__{column}"))
        for column in ("cost_of_delay", "business_value", "cd3")
    },
}


def _of_story(where: ItemCondition) -> ItemCondition:
    """A condition on a task's story."""

    def build(*given: Any) -> Q:
        asked = given[2].asked
        return Q(story__in=Story.objects.filter(where(*given), workspace=asked.workspace_id).values("pk"))

    return build


def _tasks() -> dict[str, ItemField]:
    own: dict[str, tuple[ItemCondition, str, Sorting | None]] = {
        "title": (conditions.told(filter_kinds.text("title")), "title", F("title")),
        "state": (conditions.told(filter_kinds.word("state", TaskState)), "state", F("state")),
        "assignee": (
            conditions.told(filter_kinds.reference(Person, "assignee", "name")),
            "assignee_id",
            F("assignee__name"),
        ),
        "hours_left": (conditions.number("hours_left"), "hours_left", F("hours_left")),
        "hours_estimated": (conditions.number("hours_estimated"), "hours_estimated", F("hours_estimated")),
        "blocked": (
            conditions.told(filter_kinds.flag(lambda _: Q(blocked=True))),
            "blocked",
            F("blocked"),
        ),
        "blocked_reason": (conditions.told(filter_kinds.text("blocked_reason")), "blocked_reason", None),
        "created": (conditions.instant("created_at"), "created_at", F("created_at")),
        "age": (conditions.told(filter_kinds.age("created_at")), "", F("created_at")),
    }
    found: dict[str, ItemField] = {}
    stories = _stories()
    for key, asked in built_in_fields(ItemKind.TASK).items():
        if key in own:
            where, path, order = own[key]
            found[key] = ItemField(asked, where, order=order, path=path)
        elif key in stories or key == "story":
            where = _of_story(stories["text" if key == "story" else key].where)
            found[key] = ItemField(asked, where)
    return found


def _is_done(asked: filter_kinds.Asked) -> Q:
    """It has required stories, and none of them is open."""
    required = Story.objects.filter(capability=OuterRef("pk"), required=True)
    return Q(Exists(required)) & ~Q(Exists(required.filter(category__in=OPEN_CATEGORIES)))


def _capabilities() -> dict[str, ItemField]:
    own: dict[str, tuple[ItemCondition, str, Sorting | None]] = {
        "text": (conditions.told(filter_kinds.text("title", "key")), "", None),
        "title": (conditions.told(filter_kinds.text("title")), "title", F("title")),
        "key": (conditions.told(filter_kinds.text("key")), "key", F("key")),
        "application": (
            conditions.told(filter_kinds.reference(Application, "application", "name", "key")),
            "application_id",
            F("application__key"),
        ),
        "due": (conditions.day("due_date"), "due_date", F("due_date")),
        "created": (conditions.instant("created_at"), "created_at", F("created_at")),
        "updated": (conditions.instant("updated_at"), "updated_at", F("updated_at")),
        "age": (conditions.told(filter_kinds.age("created_at")), "", F("created_at")),
        "points": (conditions.number("closure_points"), "closure_points", F("closure_points")),
        "valued": (conditions.told(filter_kinds.flag(lambda _: Q(cost_of_delay__isnull=False))), "", None),
        "done": (conditions.told(filter_kinds.flag(_is_done)), "", None),
        **{name: (conditions.number(name), name, F(name)) for name in ("cost_of_delay", "business_value", "cd3")},
    }
    return {
        key: ItemField(asked, own[key][0], order=own[key][2], path=own[key][1])
        for key, asked in built_in_fields(ItemKind.CAPABILITY).items()
        if key in own
    }


_BUILT_IN: Mapping[ItemKind, Mapping[str, ItemField]] = {
    ItemKind.STORY: _stories(),
    ItemKind.TASK: _tasks(),
    ItemKind.CAPABILITY: _capabilities(),
}
CARD_REFERENCES = ("state", "capability", "application", "team", "sprint", "assignee")
"""What a story's card shows of what it refers to."""
BUILT_IN_KEYS = frozenset(key for fields in _BUILT_IN.values() for key in fields)


def rows_of(*, workspace: Workspace, item: ItemKind) -> QuerySet[Any]:
    """Every story, task or capability of the workspace, with what a card shows of it."""
    if item is ItemKind.TASK:
        return Task.objects.filter(story__workspace=workspace).select_related("story__state", "assignee")
    if item is ItemKind.CAPABILITY:
        return Capability.objects.filter(workspace=workspace).select_related("application")
    return Story.objects.filter(workspace=workspace).select_related(*CARD_REFERENCES)
