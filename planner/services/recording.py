"""Appending to a story's log. The story must be locked and is saved by the caller, in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models

from planner.events import FieldChange
from planner.models import Story, StoryEvent
from planner.services.actor import Actor

VALUE_LENGTH = 500


@dataclass(frozen=True)
class Change:
    """One change of one field, in words and, for a reference, with ids."""

    field: str
    from_value: str = ""
    to_value: str = ""
    from_id: int | None = None
    to_id: int | None = None


def describe_change(field: str, before: Any, after: Any) -> Change:
    """The change of a field from one value to another; objects are named by their keys or names."""
    return Change(
        field=field,
        from_value=in_words(before),
        to_value=in_words(after),
        from_id=before.pk if isinstance(before, models.Model) else None,
        to_id=after.pk if isinstance(after, models.Model) else None,
    )


def in_words(value: Any) -> str:
    """A field's value as the log keeps it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)[:VALUE_LENGTH]


def append_events(*, story: Story, changes: Sequence[Change], actor: Actor, now: datetime) -> list[FieldChange]:
    """Write events at the end of the story's log and move its `last_sequence`; one statement."""
    first = story.last_sequence + 1
    StoryEvent.objects.bulk_create(
        build_event(story=story, sequence=sequence, change=change, actor=actor, now=now)
        for sequence, change in enumerate(changes, first)
    )
    story.last_sequence += len(changes)
    return [
        field_change(story_id=story.pk, sequence=sequence, change=change, actor=actor, now=now)
        for sequence, change in enumerate(changes, first)
    ]


def field_change(*, story_id: int, sequence: int, change: Change, actor: Actor, now: datetime) -> FieldChange:
    """A recorded change, as projections are told of it."""
    return FieldChange(
        story_id=story_id,
        sequence=sequence,
        field=change.field,
        from_id=change.from_id,
        to_id=change.to_id,
        from_value=change.from_value,
        to_value=change.to_value,
        occurred_at=now,
        actor_id=actor.user_id,
        actor_name=actor.name,
    )


def build_event(*, story: Story, sequence: int, change: Change, actor: Actor, now: datetime) -> StoryEvent:
    """An unsaved event of a story's log."""
    return StoryEvent(
        workspace_id=story.workspace_id,
        story_id=story.pk,
        sequence=sequence,
        field=change.field,
        from_value=change.from_value,
        to_value=change.to_value,
        from_id=change.from_id,
        to_id=change.to_id,
        actor_id=actor.user_id,
        actor_name=actor.name,
        source=actor.source.value,
        occurred_at=now,
        recorded_at=now,
    )
