"""Into which columns or lanes a field divides items: its values in their order, and the condition of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.vocabulary import (
    FieldKind,
    ItemKind,
    Labelled,
    SprintState,
    StateCategory,
    StoryKind,
    TaskState,
)
from planner.models import Application, Capability, FieldValue, Person, Sprint, State, Team
from planner.selectors.item_fields import ItemField

NONE = ""
"""The value of the column of what has none."""
MOST_GROUPS = 200


@dataclass(frozen=True)
class Group:
    """One column or lane. `value`: what is stored, as text, "" for none; `tone` a colour of the tokens, or ""."""

    value: str
    label: str
    tone: str = ""
    is_done: bool = False


GroupsOf = Callable[[Workspace], list[Group]]


def _words(vocabulary: type[Labelled]) -> GroupsOf:
    return lambda _: [Group(word.value, word.label) for word in vocabulary]


def _states(workspace: Workspace) -> list[Group]:
    done = (StateCategory.DONE.value, StateCategory.CANCELLED.value)
    return [
        Group(str(state.pk), state.name, is_done=state.category in done)
        for state in State.objects.filter(workspace=workspace)
    ]


def _people(workspace: Workspace) -> list[Group]:
    people = Person.objects.filter(workspace=workspace).order_by("name", "pk")[:MOST_GROUPS]
    return [Group(str(person.pk), person.name) for person in people]


def _teams(workspace: Workspace) -> list[Group]:
    return [Group(str(team.pk), team.name) for team in Team.objects.filter(workspace=workspace).order_by("name")]


def _sprints(workspace: Workspace) -> list[Group]:
    """Sprints that are not completed, the nearest first."""
    coming = Sprint.objects.filter(workspace=workspace).exclude(state=SprintState.COMPLETED.value)
    return [
        Group(str(sprint.pk), sprint.name)
        for sprint in coming.order_by(F("start_date").asc(nulls_last=True), "pk")[:MOST_GROUPS]
    ]


def _applications(workspace: Workspace) -> list[Group]:
    found = Application.objects.filter(workspace=workspace).order_by("key")[:MOST_GROUPS]
    return [Group(str(application.pk), application.name) for application in found]


def _capabilities(workspace: Workspace) -> list[Group]:
    found = Capability.objects.filter(workspace=workspace).order_by("-cost_of_delay", "pk")[:MOST_GROUPS]
    return [Group(str(capability.pk), f"{capability.key} {capability.title}") for capability in found]


_FLAGS = [Group("yes", "Yes"), Group("no", "No")]
_GROUPS: Mapping[ItemKind, Mapping[str, GroupsOf]] = {
    ItemKind.STORY: {
        "state": _states,
        "category": _words(StateCategory),
        "kind": _words(StoryKind),
        "assignee": _people,
        "team": _teams,
        "sprint": _sprints,
        "application": _applications,
        "capability": _capabilities,
        "blocked": lambda _: list(_FLAGS),
        "required": lambda _: list(_FLAGS),
    },
    ItemKind.TASK: {"state": _words(TaskState), "assignee": _people, "blocked": lambda _: list(_FLAGS)},
    ItemKind.CAPABILITY: {"application": _applications},
}
_REQUIRED = {"state", "category", "kind", "blocked", "required"}
"""Fields that every item has a value of, so that there is no column for none."""


def can_group(*, item: ItemKind, field: ItemField) -> bool:
    """Whether a board can have its columns or lanes by this field."""
    if field.custom is not None:
        return field.custom.kind in (FieldKind.CHOICE.value, FieldKind.PERSON.value)
    return field.key in _GROUPS[item]


def groups_of(*, workspace: Workspace, item: ItemKind, field: ItemField) -> list[Group]:
    """The columns that a field makes, in order; the one of what has no value comes first, where there can be such."""
    if not can_group(item=item, field=field):
        raise InvalidInput(f"{field.label} can't make columns: choose a state, a choice or a person.", field="columns")
    found = _options(field, workspace) if field.custom is not None else _GROUPS[item][field.key](workspace)
    is_complete = field.custom is None and (field.key in _REQUIRED or (item, field.key) in _ALWAYS)
    return found if is_complete else [Group(NONE, f"No {field.label.lower()}"), *found]


_ALWAYS = {(ItemKind.CAPABILITY, "application")}


def _options(field: ItemField, workspace: Workspace) -> list[Group]:
    if field.custom is None or field.custom.kind == FieldKind.PERSON.value:
        return _people(workspace)
    options = [option for option in field.custom.options.all() if option.archived_at is None]
    return [Group(str(option.pk), option.label, tone=option.tone) for option in options]


def where_in_group(*, item: ItemKind, field: ItemField, value: str) -> Q:
    """The condition of being in a column."""
    if field.custom is not None:
        return _own(item, field, value)
    if field.key in ("blocked", "required"):
        return Q(**{field.path: value == "yes"})
    if value == NONE:
        return Q(**{f"{field.path}__isnull": True})
    return Q(**{field.path: _stored(field, value)})


def _stored(field: ItemField, value: str) -> int | str:
    if not field.path.endswith("_id"):
        return value
    if not value.isdecimal():
        raise InvalidInput(f"There is no column “{value}” on this board.", field="column")
    return int(value)


def _own(item: ItemKind, field: ItemField, value: str) -> Q:
    owner = "story" if item is ItemKind.STORY else "capability"
    held = FieldValue.objects.filter(field=field.custom, **{owner: OuterRef("pk")})
    if value == NONE:
        return ~Q(Exists(held))
    column = "person_id" if field.custom and field.custom.kind == FieldKind.PERSON.value else "option_id"
    return Q(Exists(held.filter(**{column: int(value) if value.isdecimal() else 0})))


def group_values(*, item: ItemKind, field: ItemField, rows: Sequence[object]) -> list[str]:
    """The column of each row that was loaded, for built-in fields."""
    values = [getattr(row, field.path) for row in rows]
    if field.key in ("blocked", "required"):
        return ["yes" if value else "no" for value in values]
    return [NONE if value is None else str(value) for value in values]
