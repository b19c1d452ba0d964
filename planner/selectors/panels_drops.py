"""What dropping items on a panel does to each of them, worked out before anything is changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.panels.implied import Undecidable, implied_values
from planner.domain.panels.tree import All, FilterTree
from planner.domain.vocabulary import ItemKind
from planner.selectors.item_assignments import Assignments, assignments_of
from planner.selectors.item_conditions import Context
from planner.selectors.item_fields import Fields, asked_fields, rows_of
from planner.selectors.item_filters import require_item_filter, where_of


@dataclass(frozen=True)
class Setting:
    """These fields of these items are to be set; `adding`: those whose value joins what is there."""

    ids: tuple[int, ...]
    values: Mapping[str, Any]
    adding: frozenset[str]


@dataclass(frozen=True)
class DropPlan:
    """What a drop sets, in words too, and for each item that will not match, which parts of the filter and why."""

    settings: tuple[Setting, ...]
    words: tuple[tuple[str, str], ...]
    misses: Mapping[int, tuple[Undecidable, ...]]
    where: Q

    @property
    def fields(self) -> frozenset[str]:
        """Keys of the fields that will be set."""
        return frozenset(key for setting in self.settings for key in setting.values)

    @property
    def cannot(self) -> tuple[Undecidable, ...]:
        """The parts of the filter that at least one item will miss."""
        return tuple(dict.fromkeys(each for missed in self.misses.values() for each in missed))


def plan_drop(
    *,
    workspace: Workspace,
    item: ItemKind,
    ids: Sequence[int],
    filter_text: str,
    fields: Fields,
    context: Context,
) -> DropPlan:
    """What dropping these items on a panel of this filter sets: of each item only where it doesn't match already.

    One statement for each part of the filter. Raises InvalidInput where the filter can't be used, or names a thing
    that isn't there for whoever drops, such as a current sprint.
    """
    read = require_item_filter(text=filter_text, fields=fields, context=context, field="panel")
    tree = read.reading.tree or All()
    rows = rows_of(workspace=workspace, item=item).filter(pk__in=list(ids)).select_related(None).order_by()
    needed: dict[int, set[str]] = {pk: set() for pk in ids}
    misses: dict[int, list[Undecidable]] = {}
    for part in _parts(tree):
        matching = set(rows.filter(where_of(tree=part, fields=fields, context=context)).values_list("pk", flat=True))
        implied = implied_values(part, asked_fields(fields))
        for pk in needed:
            if pk not in matching:
                needed[pk] |= {each.field for each in implied.sets}
                misses.setdefault(pk, []).extend(implied.undecidable)
    wanted = {key for keys in needed.values() for key in keys}
    if not wanted:
        return DropPlan((), (), _told(misses), read.where)
    told = assignments_of(tree=tree, fields=fields, context=context)
    words = {field.label: key for key, field in fields.items()}
    shown = tuple((label, value) for label, value in told.words if words.get(label) in wanted)
    return DropPlan(tuple(_settings(needed, told)), shown, _told(misses), read.where)


def _parts(tree: FilterTree) -> Iterator[FilterTree]:
    if isinstance(tree, All):
        for part in tree.parts:
            yield from _parts(part)
    else:
        yield tree


def _told(misses: Mapping[int, Iterable[Undecidable]]) -> dict[int, tuple[Undecidable, ...]]:
    return {pk: tuple(missed) for pk, missed in misses.items() if missed}


def _settings(needed: Mapping[int, set[str]], told: Assignments) -> Iterator[Setting]:
    """One setting for all items that need the same fields."""
    alike: dict[frozenset[str], list[int]] = {}
    for pk, keys in needed.items():
        alike.setdefault(frozenset(keys & set(told.values)), []).append(pk)
    for same, alike_ids in alike.items():
        if same:
            values = {key: value for key, value in told.values.items() if key in same}
            yield Setting(tuple(alike_ids), values, told.adding & same)


@dataclass(frozen=True)
class DropWords:
    """What a panel says of a drop: what it sets, what it can't, or why it takes nothing."""

    sets: str
    cannot: str
    problem: str = ""


def words_of_panel(*, tree: FilterTree | None, problem: str, fields: Fields, context: Context) -> DropWords:
    """What a panel sets of anything dropped on it."""
    if tree is None or problem:
        return DropWords("", "", f"Takes nothing: {problem}")
    try:
        told = assignments_of(tree=tree, fields=fields, context=context)
    except InvalidInput as refused:
        return DropWords("", "", refused.message)
    return DropWords(say_sets(told.words), say_cannot(told.undecidable))


def words_of_plan(plan: DropPlan) -> DropWords:
    """What a drop sets of these very items."""
    return DropWords(say_sets(plan.words), say_cannot(plan.cannot))


def say_sets(words: Sequence[tuple[str, str]]) -> str:
    """“sets Sprint to Sprint 15, Assignee to nobody”; empty where nothing is set."""
    said = [f"{label} to {'nobody' if (label, value) == ('Assignee', 'nothing') else value}" for label, value in words]
    return f"sets {', '.join(said)}" if said else ""


def say_cannot(undecidable: Sequence[Undecidable]) -> str:
    """“can't set: points > 3”; empty where everything can be set."""
    return f"can't set: {'; '.join(each.condition for each in undecidable)}" if undecidable else ""
