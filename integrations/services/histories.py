"""From an imported story and looked-up references to what the planner ingests."""

from collections.abc import Collection

from integrations.formats.items import Change, ImportedStory, Reference, StateRef
from integrations.services.references import References
from planner.services.ingest import HistoryEntry, StoryHistory

_REF_LOOKUPS = {
    "assignee": "person_id",
    "sprint": "sprint_id",
    "capability": "capability_id",
}


def to_history(
    story: ImportedStory, *, references: References, story_id: int | None, taken_keys: Collection[str]
) -> StoryHistory:
    """Return the story as the planner takes it. A key that something else here has is not insisted on."""
    capability_id = references.capability_id_of(story)
    return StoryHistory(
        external_id=story.external_id,
        story_id=story_id,
        key=story.key if story.key and story.key not in taken_keys else None,
        title=story.title,
        kind=story.kind.value,
        description=story.description,
        points=story.points,
        value=story.value if capability_id is None else None,
        application_id=references.application_id(story.application),
        capability_id=capability_id,
        sprint_id=references.sprint_id(story.sprint),
        assignee_id=references.person_id(story.assignee),
        blocked=story.blocked,
        state_id=references.states.id_of(story.state),
        first_state_id=references.states.id_of(story.first_state),
        created_at=story.created_at,
        entries=[_entry(change, references) for change in story.changes],
    )


def _entry(change: Change, references: References) -> HistoryEntry:
    before, after = change.from_ref, change.to_ref
    return HistoryEntry(
        change.field,
        change.from_value,
        change.to_value,
        _our_id(change, before, references) if before is not None else None,
        _our_id(change, after, references) if after is not None else None,
        change.occurred_at,
        change.source_ref,
        change.actor_name,
    )


def _our_id(change: Change, ref: Reference, references: References) -> int | None:
    if isinstance(ref, StateRef):
        return references.states.id_of(ref)
    found: int | None = getattr(references, _REF_LOOKUPS[change.field])(ref)
    return found
