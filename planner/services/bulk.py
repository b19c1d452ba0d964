"""Changing the same fields of many stories at once, all of them or none, and taking that back.

The number of statements is the same for two stories as for 500.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import prefetch_related_objects

from accounts.models import Workspace
from common.errors import InvalidInput
from common.events import publish
from planner.events import StoriesChanged, ValueChanged
from planner.models import Application, Capability, Person, Sprint, State, Story, StoryEvent, Team
from planner.services.actor import Actor
from planner.services.announcing import announce_many
from planner.services.batches import BulkResult, find_batch, lock_stories, record_batch, save_stories
from planner.services.checks import read_flag, read_inputs, text
from planner.services.locks import lock_rows
from planner.services.recording import Change, describe_change, in_words
from planner.services.stories import blocked_words, next_instant, set_story_fields
from planner.services.story_inputs import SCORED_FIELDS, read_changes, story_readers

BULK_FIELDS = (
    "state",
    "points",
    "team",
    "sprint",
    "assignee",
    "capability",
    "application",
    "required",
    "kind",
    "blocked",
)
_BLOCKING = {"blocked": read_flag, "reason": text(longest=300)}
_MODELS: Mapping[str, type[models.Model]] = {
    "state": State,
    "capability": Capability,
    "application": Application,
    "team": Team,
    "sprint": Sprint,
    "assignee": Person,
}
Edit = dict[str, Any]
"""What really changes of one story: clean values by field; "blocked" holds the words of the log."""


def edit_stories(
    *, workspace: Workspace, story_ids: Sequence[int], changes: Mapping[str, Any], actor: Actor, now: datetime
) -> BulkResult:
    """Set the same fields of at most 500 stories: all of them or none; only what differs is recorded.

    Fields: state, points, team, sprint, assignee, capability, application (of stories in no capability), required,
    kind, blocked (with `reason`). Each
    refusal names the story: `stories[3].application`. Raises NotFound when a story is gone.
    """
    common = _read(workspace, changes)
    with transaction.atomic():
        stories = lock_stories(workspace=workspace, story_ids=story_ids)
        _load_references(stories, common)
        edits = _differences(stories, common)
        token = _write(stories, edits, actor=actor, now=now) if edits else ""
    return BulkResult(changed=len(edits), untouched=len(stories) - len(edits), undo_token=token)


def undo_edit(*, workspace: Workspace, token: str, actor: Actor, now: datetime) -> BulkResult:
    """Give the stories of a bulk edit back what they had; what somebody changed since, or deleted, stays."""
    with transaction.atomic():
        events = find_batch(workspace=workspace, token=token, is_move=False)
        ids = sorted({event.story_id for event in events})
        stories = list(lock_rows(Story.objects.filter(workspace=workspace, pk__in=ids)))
        _load_references(stories, {event.field for event in events})
        edits = _edits_back(stories, events)
        if edits:
            _write(stories, edits, actor=actor, now=now)
    return BulkResult(changed=len(edits), untouched=len(ids) - len(edits))


def _read(workspace: Workspace, changes: Mapping[str, Any]) -> Edit:
    """The values for all stories, clean. Raises InvalidInput that names every refused field."""
    readers = story_readers(workspace_id=workspace.pk)
    known = {name: readers[name] for name in BULK_FIELDS if name in readers} | _BLOCKING
    if not changes:
        raise InvalidInput(f"Say what to change: {', '.join(BULK_FIELDS)}.", field="changes")
    clean = read_inputs(changes, known)
    if "reason" in clean and "blocked" not in clean:
        raise InvalidInput("A reason goes with blocked: true.", field="reason")
    reason = clean.pop("reason", "")
    if "blocked" in clean:
        clean["blocked"] = blocked_words(clean["blocked"], reason)
    return clean


def _load_references(stories: Sequence[Story], fields: Iterable[str]) -> None:
    """Load what the changed fields refer to, one statement each: the log names it."""
    wanted = set(fields) & set(_MODELS)
    if wanted & {"capability", "application"}:
        wanted |= {"capability", "application"}
    prefetch_related_objects(stories, *sorted(wanted))


def _differences(stories: Sequence[Story], common: Edit) -> dict[int, Edit]:
    edits: dict[int, Edit] = {}
    errors: dict[str, list[str]] = {}
    for index, story in enumerate(stories):
        try:
            edit = _difference(story, common)
        except InvalidInput as refused:
            errors |= {f"stories[{index}].{name}": _naming(story, said) for name, said in refused.errors.items()}
            continue
        if edit:
            edits[story.pk] = edit
    if errors:
        raise InvalidInput(field_errors=errors)
    return edits


def _naming(story: Story, messages: Sequence[str]) -> list[str]:
    return [said if story.key in said else f"{story.key}: {said}" for said in messages]


def _difference(story: Story, wanted: Edit) -> Edit:
    edit = read_changes(story=story, changes={name: value for name, value in wanted.items() if name != "blocked"})
    if "blocked" in wanted and wanted["blocked"] != _blocked_now(story):
        edit["blocked"] = wanted["blocked"]
    return edit


def _blocked_now(story: Story) -> str:
    return blocked_words(story.blocked, story.blocked_reason)


def _write(stories: Sequence[Story], edits: Mapping[int, Edit], *, actor: Actor, now: datetime) -> str:
    """Record and save the edits (by story id), tell projections and browsers; returns the batch's token."""
    changed = [story for story in stories if story.pk in edits]
    changes = {story.pk: _describe(story, edits[story.pk]) for story in changed}
    was_open = [story.is_open for story in changed]
    written = ["version"]
    for story in changed:
        written += _apply(story, edits[story.pk], at=next_instant(story=story, now=now))
        story.version += 1
    recorded, token = record_batch(stories=changed, changes=changes, actor=actor, now=now)
    save_stories(stories=changed, fields=written)
    workspace_id = changed[0].workspace_id
    publish(StoriesChanged(workspace_id=workspace_id, changes=recorded, now=now))
    fields = {change.field for change in recorded}
    if not SCORED_FIELDS.isdisjoint(fields) or was_open != [story.is_open for story in changed]:
        publish(ValueChanged(workspace_id=workspace_id, now=now))
    announce_many(workspace_id=workspace_id, topic="story", actor=actor, now=now)
    return token


def _describe(story: Story, edit: Edit) -> list[Change]:
    return [
        Change(name, from_value=_blocked_now(story), to_value=value)
        if name == "blocked"
        else describe_change(name, getattr(story, name), value)
        for name, value in edit.items()
    ]


def _apply(story: Story, edit: Edit, *, at: datetime) -> list[str]:
    """Set the new values; returns the fields to save."""
    clean = {name: value for name, value in edit.items() if name != "blocked"}
    written = set_story_fields(story=story, clean=clean, at=at)
    if "blocked" in edit:
        words = edit["blocked"]
        if bool(words) != story.blocked:
            story.blocked_at = at if words else None
        story.blocked, story.blocked_reason = bool(words), "" if words == "blocked" else words
        written += ["blocked", "blocked_reason", "blocked_at"]
    return written


def _edits_back(stories: Sequence[Story], events: Sequence[StoryEvent]) -> dict[int, Edit]:
    """What the stories had before the batch, of those fields that still hold what the batch set."""
    by_id = {story.pk: story for story in stories}
    things = _things_before(events)
    edits: dict[int, Edit] = {}
    for event in events:
        story = by_id.get(event.story_id)
        if story is None or not _still_holds(story, event):
            continue
        if event.from_id is not None and event.from_id not in things[event.field]:
            continue
        edits.setdefault(story.pk, {})[event.field] = _value_before(event, things)
    return edits


def _things_before(events: Sequence[StoryEvent]) -> dict[str, dict[int, models.Model]]:
    """What the events' `from_id`s name, as far as it still exists; one statement a field."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        if event.from_id is not None:
            wanted.setdefault(event.field, set()).add(event.from_id)
    return {field: _MODELS[field]._default_manager.in_bulk(ids) for field, ids in wanted.items()}


def _still_holds(story: Story, event: StoryEvent) -> bool:
    if event.field in _MODELS:
        return bool(getattr(story, f"{event.field}_id") == event.to_id)
    present = _blocked_now(story) if event.field == "blocked" else in_words(getattr(story, event.field))
    return present == event.to_value


def _value_before(event: StoryEvent, things: Mapping[str, Mapping[int, models.Model]]) -> Any:
    if event.field in _MODELS:
        return None if event.from_id is None else things[event.field][event.from_id]
    if event.field == "points":
        return Decimal(event.from_value) if event.from_value else None
    if event.field == "required":
        return event.from_value == "yes"
    return event.from_value
