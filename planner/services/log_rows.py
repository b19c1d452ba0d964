"""Histories as rows of the event log, and what the end of a log says about its story."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from planner.models import StoryEvent
from planner.services.actor import Actor
from planner.services.checks import is_storable
from planner.services.ingest_types import HistoryEntry, IngestContext, StateFacts
from planner.services.recording import VALUE_LENGTH, Change
from planner.services.row_writes import Row, insert_rows

EVENT_COLUMNS = (
    "story_id",
    "sequence",
    "field",
    "from_value",
    "to_value",
    "from_id",
    "to_id",
    "actor_id",
    "actor_name",
    "source_ref",
    "occurred_at",
)
NAME_LENGTH = 120
FIELD_LENGTH = 20


@dataclass(slots=True)
class LogEnd:
    """What the last entries of a log say; `blocked` is None where the log never mentions it."""

    state_id: int
    state_entered_at: datetime
    blocked: bool | None = None
    blocked_reason: str = ""
    blocked_at: datetime | None = None


def end_of_log(*, first_state_id: int, created_at: datetime, entries: Iterable[HistoryEntry]) -> LogEnd:
    """Follow entries, in order, from the story's creation. A change to the same state is none."""
    end = LogEnd(state_id=first_state_id, state_entered_at=created_at)
    for entry in entries:
        if entry.field == "state" and entry.to_id is not None and entry.to_id != end.state_id:
            end.state_id, end.state_entered_at = entry.to_id, entry.occurred_at
        elif entry.field == "blocked":
            is_blocked = bool(entry.to_value)
            if is_blocked and not end.blocked:
                end.blocked_at = entry.occurred_at
            end.blocked, end.blocked_reason = is_blocked, storable(entry.to_value, 300)
    if not end.blocked:
        end.blocked_at = None
    return end


def first_state_of(
    *, entries: Sequence[HistoryEntry], told: int | None, present: int, states: Mapping[int, StateFacts]
) -> int:
    """The state before the first change of state; the present one where there was none."""
    first = next((entry for entry in entries if entry.field == "state"), None)
    if first is None:
        return present
    if told is not None:
        return told
    return first.from_id if first.from_id is not None and first.from_id in states else present


class EventRows:
    """Collects rows of the log and writes them at once."""

    def __init__(self, context: IngestContext) -> None:
        self._same = {
            "workspace_id": context.workspace.pk,
            "source": context.actor.source.value,
            "recorded_at": context.now,
        }
        self._actor = context.actor
        self._rows: list[Row] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add_created(self, *, story_id: int, state_id: int, state_name: str, created_at: datetime) -> None:
        """The first event of a story: its birth, in its first state."""
        self._rows.append((story_id, 1, "created", "", state_name, None, state_id, None, "", "", created_at))

    def add_entries(self, *, story_id: int, first: int, entries: Iterable[HistoryEntry]) -> None:
        """What a tracker recorded, with sequences from `first` on."""
        for sequence, entry in enumerate(entries, first):
            row = (
                story_id,
                sequence,
                entry.field[:FIELD_LENGTH],
                storable(entry.from_value, VALUE_LENGTH),
                storable(entry.to_value, VALUE_LENGTH),
                entry.from_id,
                entry.to_id,
                None,
                storable(entry.actor_name, NAME_LENGTH),
                entry.source_ref,
                entry.occurred_at,
            )
            self._rows.append(row)

    def add_changes(self, *, story_id: int, first: int, changes: Iterable[Change], at: datetime) -> None:
        """Differences that a file shows without saying when they came about: recorded as of now."""
        actor: Actor = self._actor
        for sequence, change in enumerate(changes, first):
            values = (change.from_value, change.to_value, change.from_id, change.to_id)
            self._rows.append((story_id, sequence, change.field, *values, actor.user_id, actor.name, "", at))

    def write(self) -> int:
        """Insert them; returns how many."""
        insert_rows(model=StoryEvent, columns=EVENT_COLUMNS, rows=self._rows, same=self._same)
        return len(self._rows)


def storable(text: str, longest: int) -> str:
    """Text cut to length, without what a database can't keep: a log entry is better clipped than lost."""
    if len(text) > longest:
        text = text[:longest]
    # What can be printed is neither NUL nor half of a surrogate pair, and that is known at once.
    return (
        text
        if text.isprintable() or is_storable(text)
        else text.replace("\x00", "").encode("utf-8", "replace").decode()
    )
