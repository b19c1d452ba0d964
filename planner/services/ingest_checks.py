"""Refusing histories that can't be stored, before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common.errors import InvalidInput
from planner.domain.vocabulary import StoryKind
from planner.models import Application, Capability, Person, Sprint, Story, Team
from planner.services.checks import (
    Reader,
    Refused,
    number,
    read_flag,
    read_long_text,
    read_points,
    read_title,
    sift_inputs,
    text,
    word,
)
from planner.services.chunks import in_chunks
from planner.services.estimates import LARGEST_WEEKLY_VALUE
from planner.services.ingest_types import HistoryEntry, IngestContext, StoryHistory

KEY_LENGTH = 40
REFERENCES: Mapping[str, QuerySet[Any]] = {
    "capability_id": Capability.objects.all(),
    "application_id": Application.objects.all(),
    "team_id": Team.objects.all(),
    "sprint_id": Sprint.objects.all(),
    "assignee_id": Person.objects.all(),
    "story_id": Story.objects.all(),
}


def _read_instant(value: Any) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Refused("Send an instant with its time zone.")
    return value


_OPTIONAL: Mapping[str, Reader] = {
    "key": text(longest=KEY_LENGTH, required=True),
    "kind": word(StoryKind),
    "required": read_flag,
}
_ALWAYS: Mapping[str, Reader] = {
    "title": read_title,
    "description": read_long_text,
    "acceptance": read_long_text,
    "points": read_points,
    "value": number(largest=LARGEST_WEEKLY_VALUE),
    "created_at": _read_instant,
}
_READERS: Mapping[str, Reader] = {**_OPTIONAL, **_ALWAYS}


def history_errors(history: StoryHistory) -> dict[str, list[str]]:
    """What is wrong with one history by itself, by field; an importer reports it and leaves the row out."""
    given = {name: getattr(history, name) for name in _ALWAYS}
    given |= {name: value for name in _OPTIONAL if (value := getattr(history, name)) is not None}
    _, errors = sift_inputs(given, _READERS)
    if any(entry.occurred_at.tzinfo is None for entry in history.entries):
        errors["entries"] = ["Send every instant with its time zone."]
    elif history.story_id is not None and any(not entry.source_ref for entry in history.entries):
        errors["entries"] = ["Give every change its source_ref: without it a repeat can't be told from news."]
    return errors


def check_histories(*, histories: Sequence[StoryHistory], context: IngestContext) -> None:
    """Refuse histories that can't be stored, and references to anything outside the workspace."""
    errors: dict[str, list[str]] = {}
    for index, history in enumerate(histories):
        for name, messages in history_errors(history).items():
            errors[f"histories[{index}].{name}"] = messages
        if not _state_ids(history) <= context.states.keys():
            errors[f"histories[{index}].state_id"] = ["Choose a state of this workspace."]
    errors |= _foreign_references(histories, workspace_id=context.workspace.pk)
    if errors:
        raise InvalidInput(field_errors=errors)


def _state_ids(history: StoryHistory) -> set[int]:
    """Every state the history names."""
    ids = {history.state_id}
    if history.first_state_id is not None:
        ids.add(history.first_state_id)
    ids.update(entry.to_id or 0 for entry in history.entries if entry.field == "state")
    return ids


def _foreign_references(histories: Sequence[StoryHistory], *, workspace_id: int) -> dict[str, list[str]]:
    errors = {}
    for name, everywhere in REFERENCES.items():
        here = everywhere.filter(workspace_id=workspace_id)
        wanted = {pk for history in histories if (pk := getattr(history, name)) is not None}
        missing = wanted - _ids_among(here, wanted)
        for index, history in enumerate(histories if missing else ()):
            if getattr(history, name) in missing:
                errors[f"histories[{index}].{name}"] = [f"Choose a {here.model._meta.verbose_name} of this workspace."]
    return errors


def _ids_among(here: QuerySet[Any], wanted: Iterable[int]) -> set[int]:
    return {pk for chunk in in_chunks(wanted) for pk in here.filter(pk__in=chunk).values_list("pk", flat=True)}


def in_order(entries: Iterable[HistoryEntry]) -> list[HistoryEntry]:
    """The entries by instant, those of one instant in the order given, repeats of a `source_ref` left out."""
    seen: set[str] = set()
    kept = []
    for entry in entries:
        if entry.source_ref:
            if entry.source_ref in seen:
                continue
            seen.add(entry.source_ref)
        kept.append(entry)
    kept.sort(key=_instant)
    return kept


def _instant(entry: HistoryEntry) -> datetime:
    return entry.occurred_at
