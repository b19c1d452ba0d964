"""Creating and changing stories. Every change is a StoryEvent, a published event and one line in the live feed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from common.events import publish
from planner.domain.ranks import initial_ranks
from planner.domain.vocabulary import StateCategory
from planner.events import FieldChange, StoriesCreated, StoriesRemoved, StoryChanged, StoryCreated, ValueChanged
from planner.models import Backlog, Dependency, State, Story, StoryEvent
from planner.services.actor import Actor
from planner.services.announcing import announce_many, announce_story
from planner.services.checks import read_flag, read_inputs, text
from planner.services.locks import lock_backlog, lock_story
from planner.services.merging import refuse_collisions
from planner.services.notices import tell_of_changes
from planner.services.numbering import key_for, reserve_numbers
from planner.services.recording import Change, append_events, build_event, describe_change, field_change
from planner.services.story_inputs import SCORED_FIELDS, StoryDraft, read_changes, read_drafts
from planner.services.watching import follow_as_author

__all__ = [
    "StoryDraft",
    "create_stories",
    "create_story",
    "delete_story",
    "set_blocked",
    "transition_story",
    "update_story",
]

VALUE_COLUMNS = (
    "cost_of_delay",
    "cost_of_delay_low",
    "cost_of_delay_high",
    "business_value",
    "cd3",
    "closure_points",
)
_BLOCKING = {"blocked": read_flag, "reason": text(longest=300)}


def create_story(*, workspace: Workspace, draft: StoryDraft, actor: Actor, now: datetime) -> Story:
    """Create one story at the bottom of the backlog."""
    with transaction.atomic():
        stories = _create(workspace=workspace, drafts=[draft], name_rows=False, actor=actor, now=now)
        announce_story(story=stories[0], verb="created", actor=actor, now=now)
        _follow_new(stories[0], actor=actor, now=now)
    return stories[0]


def _follow_new(story: Story, *, actor: Actor, now: datetime) -> None:
    """Its author follows it; whom it is given to is told, as of any later change."""
    follow_as_author(story=story, actor=actor, now=now)
    if story.assignee_id is not None:
        given = describe_change("assignee", None, story.assignee)
        told = field_change(story_id=story.pk, sequence=1, change=given, actor=actor, now=now)
        tell_of_changes(workspace_id=story.workspace_id, changes=[told], now=now)


def create_stories(*, workspace: Workspace, drafts: Sequence[StoryDraft], actor: Actor, now: datetime) -> list[Story]:
    """Create stories at the bottom of the backlog in the order given: all of them or none.

    A constant number of statements (of one INSERT per batch on SQLite). Errors name the row: `stories[3].points`.
    """
    if len(drafts) > settings.BULK_CREATE_LIMIT:
        raise InvalidInput(f"Send at most {settings.BULK_CREATE_LIMIT:,} stories in one call.", field="stories")
    if not drafts:
        return []
    with transaction.atomic():
        stories = _create(workspace=workspace, drafts=drafts, name_rows=True, actor=actor, now=now)
        announce_many(workspace_id=workspace.pk, topic="story", actor=actor, now=now)
    return stories


def _create(
    *, workspace: Workspace, drafts: Sequence[StoryDraft], name_rows: bool, actor: Actor, now: datetime
) -> list[Story]:
    rows = read_drafts(drafts=drafts, workspace_id=workspace.pk, name_rows=name_rows)
    backlog = lock_backlog(workspace_id=workspace.pk)
    _start_in_first_state(rows=rows, workspace=workspace)
    stories = _place_at_bottom(rows=rows, workspace=workspace, backlog=backlog, now=now)
    Story.objects.bulk_create(stories)
    StoryEvent.objects.bulk_create(
        build_event(story=story, sequence=1, change=describe_change("created", None, story.state), actor=actor, now=now)
        for story in stories
    )
    publish(
        StoriesCreated(workspace_id=workspace.pk, stories=[_as_created(story, now=now) for story in stories], now=now)
    )
    if any(story.capability_id for story in stories):
        publish(ValueChanged(workspace_id=workspace.pk, now=now))
    return stories


def _start_in_first_state(*, rows: list[dict[str, Any]], workspace: Workspace) -> None:
    stateless = [row for row in rows if row["state"] is None]
    if not stateless:
        return
    first = State.objects.filter(workspace=workspace, category=StateCategory.TODO.value).order_by("position").first()
    if first is None:
        raise Conflict("The workflow has no state that is to do: add one in the settings, or name a state.")
    for row in stateless:
        row["state"] = first


def _place_at_bottom(
    *, rows: list[dict[str, Any]], workspace: Workspace, backlog: Backlog, now: datetime
) -> list[Story]:
    numbers = reserve_numbers(backlog=backlog, count=len(rows))
    last = Story.objects.filter(backlog=backlog).order_by("-rank").values_list("rank", flat=True).first()
    return [
        Story(
            **row,
            workspace=workspace,
            backlog=backlog,
            key=key_for(workspace=workspace, application=row["application"], number=number),
            category=row["state"].category,
            rank=rank,
            last_sequence=1,
            created_at=now,
            updated_at=now,
            state_entered_at=now,
        )
        for row, number, rank in zip(rows, numbers, initial_ranks(len(rows), after=last), strict=True)
    ]


def _as_created(story: Story, *, now: datetime) -> StoryCreated:
    return StoryCreated(
        workspace_id=story.workspace_id,
        story_id=story.pk,
        state_id=story.state_id,
        assignee_id=story.assignee_id,
        occurred_at=now,
    )


def update_story(
    *, story: Story, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Story:
    """Change fields of a story; one StoryEvent for each that really changes. Returns the story as it now is.

    Fields: title, kind, description, acceptance, capability, application, required, points, team, sprint,
    assignee, state. A story that joins a capability follows it into its application and shares in its
    value from then on: its own figures go (its estimates stay in the log).

    `version`: the one the changes are based on. Fields that others changed since are refused (EditsCollide).
    """
    with transaction.atomic():
        fresh = lock_story(story=story)
        clean = read_changes(story=fresh, changes=changes)
        refuse_collisions(story=fresh, clean=clean, version=version)
        recorded = [describe_change(name, getattr(fresh, name), value) for name, value in clean.items()]
        was_open = fresh.is_open
        at = next_instant(story=fresh, now=now)
        written = set_story_fields(story=fresh, clean=clean, at=at)
        if recorded:
            is_rescored = not SCORED_FIELDS.isdisjoint(clean) or fresh.is_open != was_open
            record_changes_of(
                story=fresh, changes=recorded, written=written, actor=actor, now=at, is_rescored=is_rescored
            )
    return fresh


def transition_story(*, story: Story, state: State, actor: Actor, now: datetime, version: int | None = None) -> Story:
    """Move a story into a workflow state; nothing happens when it is there already."""
    return update_story(story=story, changes={"state": state}, actor=actor, now=now, version=version)


def set_blocked(
    *, story: Story, blocked: bool, actor: Actor, now: datetime, reason: str = "", version: int | None = None
) -> Story:
    """Flag a story as blocked, with the reason people will read, or clear the flag.

    In the log a non-empty value of "blocked" is the reason (or the word "blocked"), an empty one says it is clear.
    """
    clean = read_inputs({"blocked": blocked, "reason": reason}, _BLOCKING)
    blocked, reason = clean["blocked"], clean["reason"] if clean["blocked"] else ""
    with transaction.atomic():
        fresh = lock_story(story=story)
        if (fresh.blocked, fresh.blocked_reason) == (blocked, reason):
            return fresh
        refuse_collisions(story=fresh, clean={"blocked": blocked}, version=version)
        change = Change(
            field="blocked",
            from_value=blocked_words(fresh.blocked, fresh.blocked_reason),
            to_value=blocked_words(blocked, reason),
        )
        at = next_instant(story=fresh, now=now)
        if blocked != fresh.blocked:
            fresh.blocked_at = at if blocked else None
        fresh.blocked, fresh.blocked_reason = blocked, reason
        written = ["blocked", "blocked_reason", "blocked_at"]
        record_changes_of(story=fresh, changes=[change], written=written, actor=actor, now=at)
    return fresh


def blocked_words(blocked: bool, reason: str) -> str:
    """Whether a story is blocked as the log keeps it: the reason, the word "blocked", or nothing."""
    return (reason or "blocked") if blocked else ""


def delete_story(*, story: Story, actor: Actor, now: datetime) -> None:
    """Delete a story with its log, tasks, dependencies and estimates."""
    with transaction.atomic():
        fresh = lock_story(story=story)
        publish(StoriesRemoved(workspace_id=fresh.workspace_id, story_ids=[fresh.pk], now=now))
        announce_story(story=fresh, verb="deleted", actor=actor, now=now)
        if fresh.capability_id or Dependency.objects.filter(predecessor=fresh).exists():
            publish(ValueChanged(workspace_id=fresh.workspace_id, now=now))
        fresh.delete()


def next_instant(*, story: Story, now: datetime) -> datetime:
    """`now`, or the story's newest instant where an import dated that later: a log is appended at its end."""
    return max(now, story.updated_at)


def set_story_fields(*, story: Story, clean: Mapping[str, Any], at: datetime) -> list[str]:
    """Set the clean values and what follows from them; returns the fields to save."""
    written = list(clean)
    for name, value in clean.items():
        setattr(story, name, value)
    if "state" in clean:
        story.category, story.state_entered_at = story.state.category, at
        written += ["category", "state_entered_at"]
    if clean.get("capability") is not None:
        for column in VALUE_COLUMNS:
            setattr(story, column, None)
        written += VALUE_COLUMNS
    return written


def record_changes_of(
    *,
    story: Story,
    changes: Sequence[Change],
    written: Sequence[str],
    actor: Actor,
    now: datetime,
    is_rescored: bool = False,
    verb: str = "updated",
) -> list[FieldChange]:
    """Append the events, save the locked story at its next version, and tell projections and browsers."""
    recorded = append_events(story=story, changes=changes, actor=actor, now=now)
    story.version += 1
    story.updated_at = now
    story.save(update_fields=[*written, "version", "last_sequence", "updated_at"])
    publish(StoryChanged(workspace_id=story.workspace_id, story_id=story.pk, changes=recorded, now=now))
    if is_rescored:
        publish(ValueChanged(workspace_id=story.workspace_id, now=now))
    announce_story(story=story, verb=verb, actor=actor, now=now)
    return recorded
