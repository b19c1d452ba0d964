"""What a story counts to in the mix: its application, its capability, what kind of value it brings, or a choice."""

from dataclasses import dataclass

import numpy as np
from django.db.models import F, OuterRef, Subquery

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.arrays import IntArray
from planner.domain.value.model import ValueModelError, one_off_value, parse_model, value_per_week
from planner.domain.vocabulary import FieldKind, ItemKind, ValueKind
from planner.models import Application, Capability, CustomField, Estimate, FieldValue, Story
from planner.selectors.custom_fields import list_fields
from valuestream.selectors.columns import Column, fetch_columns
from valuestream.selectors.work_items import index_of

BUILT_IN = {"application": "Application", "capability": "Capability", "value_kind": "Value kind"}
_STORIES, _VALUES = Story._meta.db_table, FieldValue._meta.db_table
NONE = 0


@dataclass(frozen=True)
class Grouping:
    """The group of each story, by rising `story_ids`, as an index into `labels`; the first is that of stories in none.

    `word`: what a group is, such as "application"; `key`: what asks for it.
    """

    key: str
    word: str
    story_ids: IntArray
    group: IntArray
    labels: list[str]


def grouping_choices(*, workspace: Workspace) -> list[tuple[str, str]]:
    """Return what a mix can be of: words and labels."""
    fields = [(field.key, field.name) for field in _choice_fields(workspace)]
    return [*BUILT_IN.items(), *((key, name) for key, name in fields if key not in BUILT_IN)]


def read_grouping(*, workspace: Workspace, by: str) -> Grouping:
    """Return the group of every story of a workspace today. Raises InvalidInput for an unknown word."""
    if by == "application":
        return _by_application(workspace)
    if by in ("capability", "value_kind"):
        return _by_capability(workspace, in_kinds=by == "value_kind")
    field = next((field for field in _choice_fields(workspace) if field.key == by), None)
    if field is None:
        offered = ", ".join(word for word, _ in grouping_choices(workspace=workspace))
        raise InvalidInput(f"Work can be told apart by {offered}.", field="by")
    return _by_choice(workspace, field)


def _choice_fields(workspace: Workspace) -> list[CustomField]:
    fields = list_fields(workspace_id=workspace.pk, item=ItemKind.STORY.value)
    return [field for field in fields if field.kind == FieldKind.CHOICE.value]


def _placed(key: str, word: str, none: str, ids: IntArray, of: IntArray, known: list[tuple[int, str]]) -> Grouping:
    """Groups from the ids of what each story belongs to; `known`: those ids with labels."""
    known = sorted(known)
    at = index_of(of, np.array([pk for pk, _ in known], dtype=np.int64))
    return Grouping(key, word, ids, at + 1, [none, *(label for _, label in known)])


def _by_application(workspace: Workspace) -> Grouping:
    capability = Capability._meta.db_table
    ids, application = fetch_columns(
        [Column("story.id"), Column("COALESCE(story.application_id, capability.application_id)")],
        f"{_STORIES} AS story LEFT JOIN {capability} AS capability ON capability.id = story.capability_id"
        " WHERE story.workspace_id = %s ORDER BY story.id",
        [workspace.pk],
    )
    names = Application.objects.filter(workspace=workspace).values_list("pk", "name")
    return _placed("application", "application", "No application", ids, application, list(names))


def _by_capability(workspace: Workspace, *, in_kinds: bool) -> Grouping:
    ids, capability = fetch_columns(
        [Column("id"), Column("capability_id")], f"{_STORIES} WHERE workspace_id = %s ORDER BY id", [workspace.pk]
    )
    if not in_kinds:
        titles = Capability.objects.filter(workspace=workspace).values_list("pk", "title")
        return _placed("capability", "capability", "No capability", ids, capability, list(titles))
    return _by_kind(workspace, ids, capability)


def _by_kind(workspace: Workspace, ids: IntArray, capability: IntArray) -> Grouping:
    """By the kind of the largest source of each capability's newest estimate."""
    kinds = list(ValueKind)
    newest = Estimate.objects.filter(capability=OuterRef("pk")).order_by("-occurred_at", "-pk")
    rows = (
        Capability.objects.filter(workspace=workspace)
        .annotate(newest_model=Subquery(newest.values("model")[:1]))
        .values_list("pk", F("newest_model"))
    )
    read = {pk: _main_kind(model) for pk, model in rows if model}
    kind_of = {pk: kind for pk, kind in read.items() if kind is not None}
    known = np.array(sorted(kind_of), dtype=np.int64)
    codes = np.array([kinds.index(kind_of[pk]) for pk in known.tolist()], dtype=np.int64)
    at = index_of(capability, known)
    group = np.where(at >= 0, codes[at] + 1, NONE) if len(known) else np.zeros(len(ids), dtype=np.int64)
    return Grouping("value_kind", "value kind", ids, group, ["No value yet", *(kind.label for kind in kinds)])


def _main_kind(document: object) -> ValueKind | None:
    """The kind of the source that brings most; None for a document this version can't read."""
    try:
        sources = parse_model(document).sources
    except ValueModelError:
        return None
    return max(sources, key=lambda source: value_per_week(source) + one_off_value(source)).kind


def _by_choice(workspace: Workspace, field: CustomField) -> Grouping:
    story, option = fetch_columns(
        [Column("story_id"), Column("option_id")],
        f"{_VALUES} WHERE field_id = %s AND story_id IS NOT NULL AND option_id IS NOT NULL ORDER BY story_id",
        [field.pk],
    )
    options = [(choice.pk, choice.label) for choice in field.options.all()]
    return _placed(field.key, field.name, f"No {field.name.lower()}", story, option, options)
