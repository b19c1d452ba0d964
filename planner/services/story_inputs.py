"""What may be said about a story, and reading it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from common.errors import InvalidInput
from planner.domain.vocabulary import StoryKind
from planner.models import Application, Capability, Person, Sprint, State, Story, Team
from planner.services.checks import (
    Reader,
    member_of,
    read_flag,
    read_inputs,
    read_long_text,
    read_points,
    read_title,
    sift_inputs,
    word,
)


@dataclass(frozen=True, kw_only=True)
class StoryDraft:
    """A story to be created. Without a state it starts in the first one that is to do."""

    title: str
    kind: str = StoryKind.STORY.value
    description: str = ""
    acceptance: str = ""
    capability: Capability | None = None
    application: Application | None = None
    required: bool = True
    points: Decimal | None = None
    state: State | None = None
    team: Team | None = None
    sprint: Sprint | None = None
    assignee: Person | None = None


DRAFT_FIELDS = tuple(field.name for field in fields(StoryDraft))
SCORED_FIELDS = frozenset({"points", "required", "capability"})
"""A change of one of these changes what is left to do for some capability."""


def story_readers(*, workspace_id: int, state_nullable: bool = False) -> dict[str, Reader]:
    """A reader for each field of a story that people may set."""
    return {
        "title": read_title,
        "kind": word(StoryKind),
        "description": read_long_text,
        "acceptance": read_long_text,
        "capability": member_of(Capability, workspace_id=workspace_id),
        "application": member_of(Application, workspace_id=workspace_id),
        "required": read_flag,
        "points": read_points,
        "state": member_of(State, workspace_id=workspace_id, nullable=state_nullable),
        "team": member_of(Team, workspace_id=workspace_id),
        "sprint": member_of(Sprint, workspace_id=workspace_id),
        "assignee": member_of(Person, workspace_id=workspace_id),
    }


def read_drafts(*, drafts: Sequence[StoryDraft], workspace_id: int, name_rows: bool) -> list[dict[str, Any]]:
    """The drafts' clean values; raises InvalidInput naming every refused field, as `stories[3].points` or bare."""
    readers = story_readers(workspace_id=workspace_id, state_nullable=True)
    rows: list[dict[str, Any]] = []
    errors: dict[str, list[str]] = {}
    for index, draft in enumerate(drafts):
        prefix = f"stories[{index}]." if name_rows else ""
        given = {name: getattr(draft, name) for name in DRAFT_FIELDS}
        clean, refused = sift_inputs(given, readers, prefix=prefix)
        errors |= refused
        rows.append(clean)
    if errors:
        raise InvalidInput(field_errors=errors)
    for row in rows:
        _follow_capability(row)
    return rows


def read_changes(*, story: Story, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The clean values of the fields that really change."""
    clean = read_inputs(changes, story_readers(workspace_id=story.workspace_id))
    _follow_capability(clean)
    _refuse_foreign_application(story=story, clean=clean)
    return {name: value for name, value in clean.items() if getattr(story, name) != value}


def _follow_capability(clean: dict[str, Any]) -> None:
    """A story in a capability belongs to the capability's application."""
    if clean.get("capability") is not None:
        clean["application"] = clean["capability"].application


def _refuse_foreign_application(*, story: Story, clean: Mapping[str, Any]) -> None:
    if "application" not in clean:
        return
    stays = clean.get("capability", story.capability)
    if stays is None:
        return
    application = clean["application"]
    if application is None or application.pk != stays.application_id:
        raise InvalidInput(
            f"{story.key} belongs to {stays.key}: take it out of that capability first, or move the capability.",
            field="application",
        )
