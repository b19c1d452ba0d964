"""A batch: what one call wrote into the logs of many stories, found again to take it back.

Each event carries the batch in its `source_ref` ("bulk:1f0c...:points"), and the batch's token names the range of
ids that its events lie in, so that finding them needs no index of its own. Statements don't grow with the batch.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from accounts.models import Workspace
from common.errors import InvalidInput, NotFound
from planner.events import FieldChange
from planner.models import Story, StoryEvent
from planner.services.actor import Actor
from planner.services.column_writes import write_columns
from planner.services.locks import lock_rows
from planner.services.log_rows import EVENT_COLUMNS
from planner.services.recording import Change, field_change
from planner.services.row_writes import insert_rows, reserve_ids
from planner.services.stories import next_instant

MOST_STORIES = 500
LARGEST_ID = 2**63 - 1
_TOKEN = re.compile(r"([0-9]{1,18})-([0-9]{1,18})-([0-9a-f]{16})", re.ASCII)


@dataclass(frozen=True)
class BulkResult:
    """How many stories changed, how many stayed as they were, and what takes the change back ("" if none)."""

    changed: int
    untouched: int
    undo_token: str = ""


def lock_stories(*, workspace: Workspace, story_ids: Sequence[int]) -> list[Story]:
    """Hold these stories until the end of the transaction, in the order given; each counts once.

    Raises InvalidInput without any and for more than 500, NotFound that names each missing one as `stories[3]`.
    """
    wanted = list(dict.fromkeys(story_ids))
    if not wanted:
        raise InvalidInput("Choose at least one story.", field="stories")
    if len(wanted) > MOST_STORIES:
        raise InvalidInput(f"Choose at most {MOST_STORIES} stories; these are {len(wanted):,}.", field="stories")
    kept = [pk for pk in wanted if 0 < pk <= LARGEST_ID]
    found = {story.pk: story for story in lock_rows(Story.objects.filter(workspace=workspace, pk__in=kept))}
    if missing := [pk for pk in wanted if pk not in found]:
        raise StoriesGone(missing=missing, wanted=wanted)
    return [found[pk] for pk in wanted]


class StoriesGone(NotFound):
    """Some of the stories are not in this workspace, or were deleted."""

    def __init__(self, *, missing: Sequence[int], wanted: Sequence[int]) -> None:
        many = f"{len(missing)} of these stories are" if len(missing) > 1 else f"Story {missing[0]} is"
        super().__init__(f"{many} not here any more: take them out of the selection. Nothing was saved.")
        self._errors = {
            f"stories[{wanted.index(pk)}]": [f"There is no story {pk} in this workspace."] for pk in missing
        }

    @property
    def errors(self) -> dict[str, list[str]]:
        """A message for each missing story, by its place in the call."""
        return self._errors


def record_batch(
    *, stories: Sequence[Story], changes: Mapping[int, Sequence[Change]], actor: Actor, now: datetime
) -> tuple[list[FieldChange], str]:
    """Append events at the end of the logs of locked stories (`changes` by story id); two statements.

    Moves the stories' `last_sequence` and `updated_at`, which the caller saves. Returns the changes and the token.
    """
    batch = token_hex(8)
    recorded = [
        _field_change(story, change, actor=actor) for story in stories for change in _numbered(story, changes, now)
    ]
    ids = reserve_ids(model=StoryEvent, count=len(recorded))
    rows = [_row(pk, change, actor=actor, batch=batch) for pk, change in zip(ids, recorded, strict=True)]
    same = {"workspace_id": stories[0].workspace_id, "source": actor.source.value, "recorded_at": now}
    insert_rows(model=StoryEvent, columns=("id", *EVENT_COLUMNS), rows=rows, same=same)
    return recorded, f"{min(ids)}-{max(ids)}-{batch}"


def _numbered(story: Story, changes: Mapping[int, Sequence[Change]], now: datetime) -> Sequence[tuple[int, Change]]:
    """A story's changes with their sequences; the story's own count moves on."""
    story.updated_at = next_instant(story=story, now=now)
    numbered = list(enumerate(changes[story.pk], story.last_sequence + 1))
    story.last_sequence += len(numbered)
    return numbered


def _field_change(story: Story, numbered: tuple[int, Change], *, actor: Actor) -> FieldChange:
    sequence, change = numbered
    return field_change(story_id=story.pk, sequence=sequence, change=change, actor=actor, now=story.updated_at)


def _row(pk: int, change: FieldChange, *, actor: Actor, batch: str) -> Sequence[object]:
    return (
        pk,
        change.story_id,
        change.sequence,
        change.field,
        str(change.from_value),
        str(change.to_value),
        change.from_id,
        change.to_id,
        actor.user_id,
        actor.name,
        f"bulk:{batch}:{change.field}",
        change.occurred_at,
    )


def save_stories(*, stories: Sequence[Story], fields: Sequence[str]) -> None:
    """Save these fields of many stories, whatever each one's values are; one statement."""
    names = dict.fromkeys([*fields, "last_sequence", "updated_at"])
    columns = {name: [getattr(story, _attribute(name)) for story in stories] for name in names}
    write_columns(model=Story, ids=[story.pk for story in stories], columns=columns)


def _attribute(name: str) -> str:
    field = Story._meta.get_field(name)
    return str(field.attname) if hasattr(field, "attname") else name


def find_batch(*, workspace: Workspace, token: str, is_move: bool) -> list[StoryEvent]:
    """The events of a batch, in the order they were recorded.

    Raises NotFound when nothing of it is left, InvalidInput for what is no token, or one of the other kind.
    """
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise InvalidInput("Send the token that the change answered with.", field="undo_token")
    first, last, batch = int(match[1]), int(match[2]), match[3]
    written = StoryEvent.objects.filter(workspace=workspace, pk__gte=first, pk__lte=last)
    events = list(written.filter(source_ref__startswith=f"bulk:{batch}:").order_by("pk"))
    if not events:
        raise NotFound("There is nothing to take back: the stories that were changed are gone.")
    if is_move != (events[0].field == "rank"):
        kind = "a change of fields" if is_move else "a move"
        raise InvalidInput(f"This token takes back {kind}: send it where those are taken back.", field="undo_token")
    return events
