"""What happened, in words: "moved it to Review", beside the values before and after."""

from planner.domain.vocabulary import EventSource, StoryKind
from planner.models import StoryEvent

WORDS = {
    "created": "created it",
    "title": "renamed it",
    "description": "rewrote the description",
    "acceptance": "changed what done means",
    "kind": "changed its kind",
    "application": "moved it to another application",
    "state": "changed its state",
    "points": "re-estimated the points",
    "value": "estimated its value",
    "rank": "moved it in the backlog",
    "required": "changed whether it is required",
    "labels": "set labels",
    "priority": "set the priority",
    "wip": "went over a limit, and said why",
}
# field -> (set for the first time, changed, cleared)
SETTINGS = {
    "assignee": ("assigned it", "assigned it to someone else", "took the assignee off"),
    "team": ("gave it to a team", "gave it to another team", "took it from its team"),
    "sprint": ("planned it into a sprint", "moved it to another sprint", "took it out of the sprint"),
    "capability": ("put it into a capability", "moved it to another capability", "took it out of its capability"),
    "blocked": ("flagged it as blocked", "changed why it is blocked", "cleared the blocked flag"),
    "attachment": ("attached a file", "changed a file", "deleted a file"),
    "task": ("added a task", "changed a task", "deleted a task"),
}
COMMENTS = {"edited": "edited a comment", "deleted": "deleted a comment"}
LONG_TEXTS = {"description", "acceptance"}
AUTHORS = {
    EventSource.SYNC.value: "The sync",
    EventSource.IMPORT.value: "The import",
    EventSource.API.value: "A program",
    EventSource.UI.value: "A member",
}
SOURCES = {EventSource.SYNC.value: "sync", EventSource.IMPORT.value: "import", EventSource.API.value: "API"}


def describe_event(event: StoryEvent) -> str:
    """What the author did, as a phrase that follows a name."""
    if event.field in SETTINGS:
        first, changed, cleared = SETTINGS[event.field]
        if not event.to_value:
            return cleared
        return changed if event.from_value else first
    if event.field == "comment":
        return COMMENTS.get(event.to_value, "commented")
    if event.field == "dependency":
        return f"said that it {event.to_value}"
    if event.field_name:
        return f"set {event.field_name}" if event.to_value else f"cleared {event.field_name}"
    return WORDS.get(event.field, f"set {event.field.replace('_', ' ')}")


def values_of(event: StoryEvent) -> tuple[str, str]:
    """The values before and after, as far as they say more than the phrase does."""
    if event.field in LONG_TEXTS or event.field in {"dependency", "comment"}:
        return "", ""
    if event.field == "kind":
        return _kind(event.from_value), _kind(event.to_value)
    return event.from_value, event.to_value


def author_of(event: StoryEvent) -> str:
    """Who did it; an unnamed author is named by the door."""
    return event.actor_name or AUTHORS.get(event.source, "Somebody")


def source_of(event: StoryEvent) -> str:
    """Through which door it came, when it was not this page."""
    return SOURCES.get(event.source, "")


def _kind(word: str) -> str:
    return StoryKind(word).label if word in set(StoryKind) else word
