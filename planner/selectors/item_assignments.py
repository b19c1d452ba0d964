"""From words to things: what dropping a card on a panel or column sets, and what it can't set."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.panels.implied import Implied, Undecidable, implied_values
from planner.domain.panels.tree import FilterTree
from planner.domain.panels.values import Day, FilterValue, Flag, Number, RelativeDay, Special, Text, resolve_days
from planner.domain.vocabulary import Labelled, SprintState, StoryKind, TaskState
from planner.models import Application, Capability, Person, Sprint, State, Team
from planner.selectors.item_conditions import Context
from planner.selectors.item_fields import Fields, ItemField, asked_fields

_MODELS: Mapping[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "state": (State, ("name",)),
    "team": (Team, ("name",)),
    "sprint": (Sprint, ("name",)),
    "assignee": (Person, ("name",)),
    "application": (Application, ("key", "name")),
    "capability": (Capability, ("key", "title")),
}
_WORDS: Mapping[str, type[Labelled]] = {"kind": StoryKind, "state": TaskState}


@dataclass(frozen=True)
class Assignments:
    """What a drop sets: values by field as services take them, the same in words, and what it can't set, and why."""

    values: Mapping[str, Any]
    words: tuple[tuple[str, str], ...]
    adding: frozenset[str]
    undecidable: tuple[Undecidable, ...]


def assignments_of(*, tree: FilterTree, fields: Fields, context: Context) -> Assignments:
    """What an item must get to match the filter, as far as setting fields can do that."""
    implied: Implied = implied_values(tree, asked_fields(fields))
    values: dict[str, Any] = {}
    words: list[tuple[str, str]] = []
    for each in implied.sets:
        field = fields[each.field]
        value = None if each.value is None else _value(field, each.value, context)
        values[each.field] = value
        words.append((field.label, _in_words(value)))
    adding = frozenset(each.field for each in implied.sets if each.adds)
    return Assignments(values, tuple(words), adding, implied.undecidable)


def value_of_group(*, workspace: Workspace, field: ItemField, value: str, is_task: bool = False) -> Any:
    """What a drop on the column of this stored value sets, as services take it; None for the column of none."""
    if field.custom is not None:
        return int(value) if value.isdecimal() else None
    if field.key in ("blocked", "required"):
        return value == "yes"
    if value == "":
        return None
    if field.key not in _MODELS or (is_task and field.key == "state"):
        return value
    model, _ = _MODELS[field.key]
    found = model._default_manager.filter(workspace=workspace, pk=int(value)).first() if value.isdecimal() else None
    if found is None:
        raise InvalidInput(f"That {field.label.lower()} was deleted: reload the board.", field=field.key)
    return found


def _value(field: ItemField, value: FilterValue, context: Context) -> Any:
    if isinstance(value, Special):
        return _special(field, value, context)
    if isinstance(value, Flag):
        return value.yes
    if isinstance(value, Number):
        return value.value
    if isinstance(value, Day | RelativeDay):
        span = resolve_days(value, context.surroundings)
        return span.first if span is not None else None
    return _named(field, value, context)


def _named(field: ItemField, value: Text, context: Context) -> Any:
    if field.custom is not None:
        return value.text
    if field.key in _MODELS and field.path.endswith("_id"):
        return _find(field, value.text, context)
    vocabulary = _WORDS.get(field.key)
    if vocabulary is None:
        return value.text
    known = {name.casefold(): word.value for word in vocabulary for name in (word.value, word.label)}
    return known.get(value.text.casefold(), value.text)


def _find(field: ItemField, name: str, context: Context) -> models.Model:
    model, names = _MODELS[field.key]
    things = model._default_manager.filter(workspace=context.asked.workspace_id)
    if model is Sprint:
        things = things.exclude(state=SprintState.COMPLETED.value).order_by(models.F("start_date").asc(nulls_last=True))
    for column in names:
        found = things.filter(**{f"{column}__iexact": name}).first()
        if found is not None:
            return found
    raise InvalidInput(f"There is no {field.label.lower()} “{name}” here: change the panel's filter.", field=field.key)


def _special(field: ItemField, value: Special, context: Context) -> models.Model:
    asked = context.asked
    own = Team.objects.filter(workspace=asked.workspace_id, people__user=asked.user_id).order_by("name")
    found: models.Model | None = None
    if value is Special.ME:
        found = Person.objects.filter(workspace=asked.workspace_id, user=asked.user_id).first()
    elif value is Special.MY_TEAM:
        found = own.first()
    else:
        found = _sprint(value, context, teams=list(own.values_list("pk", flat=True)))
    if found is None:
        raise InvalidInput(
            f"There is no {value.label} for you here: set {field.label.lower()} by hand.",
            field=field.key,
        )
    return found


def _sprint(value: Special, context: Context, *, teams: list[int]) -> Sprint | None:
    sprints = Sprint.objects.filter(workspace=context.asked.workspace_id).order_by("start_date", "pk")
    if value is Special.CURRENT_SPRINT:
        sprints = sprints.filter(state=SprintState.IN_PROGRESS.value)
    else:
        ahead = [SprintState.DRAFT.value, SprintState.PLANNED.value]
        sprints = sprints.filter(state__in=ahead, start_date__isnull=False)
    if not teams:
        return sprints.first()
    return sprints.filter(team__in=teams).first() or sprints.filter(team__isnull=True).first()


def _in_words(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    return value.isoformat() if isinstance(value, date) else str(value)
