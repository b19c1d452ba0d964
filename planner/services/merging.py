"""Two people change one story at once: different fields both stay, the same field is asked about.

The log tells what changed since the version somebody read. It holds no versions, so it is read backwards in
groups, a group for each change, until as many are read as versions passed. A version that left no such group
(a custom field was set) makes it read further back: it may ask without need, but never loses a change.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from common.errors import Conflict
from planner.domain.vocabulary import EventSource, StoryKind
from planner.models import Story, StoryEvent
from planner.services.locks import stale_story
from planner.services.recording import in_words

MERGED_FIELDS = (
    *("title", "kind", "description", "acceptance", "capability", "application", "required"),
    *("points", "team", "sprint", "assignee", "state", "blocked"),
)
"""Fields that never change without a new version of the story."""
LONG_TEXTS = frozenset({"description", "acceptance"})
TOLD_FROM_OUTSIDE = frozenset({EventSource.IMPORT.value, EventSource.SYNC.value})
"""Such an event may tell of any day: values at its ends say nothing about what is there now."""
MOST_EVENTS = 500


@dataclass(frozen=True)
class Collision:
    """A field that somebody else changed meanwhile, with both values as people read them."""

    field: str
    mine: str
    theirs: str
    who: str


class EditsCollide(Conflict):
    """What somebody wants to set was set otherwise since they read it. `collisions` holds both values."""

    def __init__(self, *, story: Story, collisions: Collection[Collision]) -> None:
        self.story = story
        self.collisions = list(collisions)
        names = ", ".join(each.field for each in self.collisions)
        who = self.collisions[0].who or "Someone"
        super().__init__(
            f"{who} changed {names} of {story.key} since you loaded it; nothing of yours was saved. "
            f"Send it again with version {story.version} to keep yours, or reload to take theirs.",
            code="stale_version",
            field="version",
        )

    @property
    def errors(self) -> dict[str, list[str]]:
        """Both values at each field, beside the version."""
        told = {each.field: [_sentence(each)] for each in self.collisions}
        return {**super().errors, **told}


def _sentence(collision: Collision) -> str:
    who, theirs, mine = collision.who or "Someone", _short(collision.theirs), _short(collision.mine)
    return f"{who} set this to {theirs}; you sent {mine}."


def _short(value: str) -> str:
    if not value:
        return "nothing"
    return f'"{value}"' if len(value) <= 80 else f'"{value[:79]}…"'


def refuse_collisions(*, story: Story, clean: Mapping[str, Any], version: int | None) -> None:
    """Raise EditsCollide where a field of `clean` was changed after `version` of this locked story.

    A field that was changed and changed back does not collide. Raises Conflict (stale_version) where the log
    does not reach back to that version.
    """
    if version is None or version == story.version or not clean:
        return
    changed = _changed_since(story=story, version=version)
    if changed is None:
        raise stale_story(story=story, version=version)
    collisions = [
        Collision(name, value_in_words(name, value), value_in_words(name, getattr(story, name)), changed[name])
        for name, value in clean.items()
        if name in changed
    ]
    if collisions:
        raise EditsCollide(story=story, collisions=collisions)


def value_in_words(field: str, value: Any) -> str:
    """A field's value as people read it; long texts whole."""
    if field in LONG_TEXTS:
        return str(value)
    if field == "kind" and value in set(StoryKind):
        return StoryKind(value).label
    return in_words(value)


def _changed_since(*, story: Story, version: int) -> dict[str, str] | None:
    """Who changed which field after the version; None where that can't be told."""
    passed = story.version - version
    if passed < 0:
        return None
    events = StoryEvent.objects.filter(story_id=story.pk, field__in=MERGED_FIELDS).order_by("-sequence")
    newest = list(events[:MOST_EVENTS])
    groups = [list(group) for _, group in groupby(newest, key=_moment)]
    is_whole = len(newest) < MOST_EVENTS
    if passed >= len(groups) and not is_whole:
        return None
    return _net_changes([event for group in groups[:passed] for event in group])


def _moment(event: StoryEvent) -> datetime:
    return event.recorded_at


def _net_changes(newest_first: list[StoryEvent]) -> dict[str, str]:
    """The fields whose value is not what it was, each with who set it last."""
    who: dict[str, str] = {}
    told: set[str] = set()
    now: dict[str, tuple[str, int | None]] = {}
    was: dict[str, tuple[str, int | None]] = {}
    for event in newest_first:
        who.setdefault(event.field, event.actor_name)
        now.setdefault(event.field, (event.to_value, event.to_id))
        was[event.field] = (event.from_value, event.from_id)
        if event.source in TOLD_FROM_OUTSIDE:
            told.add(event.field)
    return {field: name for field, name in who.items() if field in LONG_TEXTS | told or now[field] != was[field]}
