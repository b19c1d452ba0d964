"""Stories that are here already: only what is new in their histories, and what the file shows to differ."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from planner.models import Story, StoryEvent
from planner.services.chunks import in_chunks
from planner.services.ingest_checks import REFERENCES, in_order
from planner.services.ingest_creation import applications_of, end_columns
from planner.services.ingest_types import HistoryEntry, IngestContext, StoryHistory
from planner.services.locks import lock_rows
from planner.services.log_rows import EventRows, LogEnd, end_of_log
from planner.services.recording import Change, in_words
from planner.services.stories import VALUE_COLUMNS

TOLD_ALWAYS = ("title", "kind", "description", "acceptance", "required", "points")
TOLD_REFERENCES = ("capability", "application", "team", "sprint", "assignee")
LOG_FIELDS = ("created", "state", "blocked")


def add_to_stories(*, histories: Sequence[StoryHistory], context: IngestContext) -> tuple[list[int], int]:
    """Bring known stories up to date; returns the ids of those that changed and how many events were added."""
    if not histories:
        return [], 0
    ids = [history.story_id for history in histories if history.story_id is not None]
    stories = _lock(ids)
    known_refs = _known_refs(ids)
    events = EventRows(context)
    changed: dict[int, Story] = {}
    grown: dict[int, Story] = {}
    for history, application_id in zip(histories, applications_of(histories, context=context), strict=True):
        story = stories[history.story_id or 0]
        entries = [entry for entry in in_order(history.entries) if entry.source_ref not in known_refs[story.pk]]
        told = _told(story=story, history=history, application_id=application_id)
        if entries:
            grown[story.pk] = story
            known_refs[story.pk].update(entry.source_ref for entry in entries)
        if entries or told:
            changed[story.pk] = story
            _bring_up_to_date(story=story, told=told, entries=entries, events=events, now=context.now)
    events.write()
    _follow_logs(grown, context=context)
    _save(list(changed.values()))
    return list(changed), len(events)


def _lock(ids: Sequence[int]) -> dict[int, Story]:
    """The stories, held until the end of the transaction, in the order of ids."""
    chunks = in_chunks(sorted(set(ids)))
    return {story.pk: story for chunk in chunks for story in lock_rows(Story.objects.filter(pk__in=chunk))}


def _known_refs(ids: Sequence[int]) -> defaultdict[int, set[str]]:
    known: defaultdict[int, set[str]] = defaultdict(set)
    for chunk in in_chunks(ids):
        refs = StoryEvent.objects.filter(story_id__in=chunk).exclude(source_ref="")
        for story_id, ref in refs.values_list("story_id", "source_ref"):
            known[story_id].add(ref)
    return known


def _told(*, story: Story, history: StoryHistory, application_id: int | None) -> dict[str, Any]:
    """What the file tells and the story has otherwise, by column."""
    columns = [*TOLD_ALWAYS, *(f"{name}_id" for name in TOLD_REFERENCES)]
    given = {column: getattr(history, column) for column in columns}
    follows_here = history.capability_id is None and story.capability_id is not None
    given["application_id"] = None if follows_here else application_id
    clean = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    return {name: value for name, value in clean.items() if value not in (None, "") and value != getattr(story, name)}


def _bring_up_to_date(
    *, story: Story, told: Mapping[str, Any], entries: Sequence[HistoryEntry], events: EventRows, now: datetime
) -> None:
    """Set what differs and add the events; a difference that an entry explains gets no event of its own."""
    explained = {entry.field for entry in entries}
    changes = [change for change in _describe(story=story, told=told) if change.field not in explained]
    latest = max([story.updated_at, *(entry.occurred_at for entry in entries)])
    at = max(latest, now) if changes else latest
    first = story.last_sequence + 1
    events.add_entries(story_id=story.pk, first=first, entries=entries)
    events.add_changes(story_id=story.pk, first=first + len(entries), changes=changes, at=at)
    _set_told(story=story, told=told, at=at)
    story.last_sequence += len(entries) + len(changes)


def _describe(*, story: Story, told: Mapping[str, Any]) -> list[Change]:
    return [_describe_one(story=story, column=column, value=value) for column, value in told.items()]


def _describe_one(*, story: Story, column: str, value: Any) -> Change:
    field = column.removesuffix("_id")
    if field == column:
        return Change(field, from_value=in_words(getattr(story, field)), to_value=in_words(value))
    after = REFERENCES[column].get(pk=value)
    return Change(field, in_words(getattr(story, field)), in_words(after), getattr(story, column), value)


def _set_told(*, story: Story, told: Mapping[str, Any], at: datetime) -> None:
    for column, value in told.items():
        setattr(story, column, value)
    if told.get("capability_id") is not None:
        for figure in VALUE_COLUMNS:
            setattr(story, figure, None)
    story.version += 1
    story.updated_at = at


def _follow_logs(stories: Mapping[int, Story], *, context: IngestContext) -> None:
    """Set state and blocked flag from the whole log: a new entry may lie before older ones."""
    logs: defaultdict[int, list[HistoryEntry]] = defaultdict(list)
    for chunk in in_chunks(stories):
        rows = StoryEvent.objects.filter(story_id__in=chunk, field__in=LOG_FIELDS)
        for event in rows.order_by("story_id", "occurred_at", "sequence"):
            logs[event.story_id].append(_as_entry(event))
    for story_id, entries in logs.items():
        story = stories[story_id]
        end = _end_of(story, entries)
        for column, value in end_columns(end, context=context).items():
            setattr(story, column, value)


def _as_entry(event: StoryEvent) -> HistoryEntry:
    return HistoryEntry(
        field=event.field,
        from_value=event.from_value,
        to_value=event.to_value,
        from_id=event.from_id,
        to_id=event.to_id,
        occurred_at=event.occurred_at,
        source_ref=event.source_ref,
    )


def _end_of(story: Story, entries: Sequence[HistoryEntry]) -> LogEnd:
    created = next((entry for entry in entries if entry.field == "created"), None)
    first_state = created.to_id if created is not None else None
    end = end_of_log(first_state_id=first_state or story.state_id, created_at=story.created_at, entries=entries)
    if end.blocked is None:
        end.blocked, end.blocked_reason, end.blocked_at = story.blocked, story.blocked_reason, story.blocked_at
    return end


def _save(stories: Sequence[Story]) -> None:
    columns = [
        *TOLD_ALWAYS,
        *TOLD_REFERENCES,
        *VALUE_COLUMNS,
        "state",
        "category",
        "state_entered_at",
        "blocked",
        "blocked_reason",
        "blocked_at",
        "version",
        "last_sequence",
        "updated_at",
    ]
    Story.objects.bulk_update(stories, columns, batch_size=100)
