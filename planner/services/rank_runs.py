"""Writing a new order of stories: ranks of those that left their place, and of neighbours where a gap is used up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from common.events import publish
from planner.domain.arrays import BoolArray, IntArray
from planner.domain.proposals.story_places import fill_ranks
from planner.domain.proposals.subsequences import longest_increasing
from planner.domain.ranks import PARKING_OFFSET
from planner.events import StoriesChanged
from planner.models import Backlog, Story, StoryEvent
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.positions import position_in_words
from planner.services.actor import Actor
from planner.services.announcing import announce_many
from planner.services.batches import record_batch, save_stories
from planner.services.chunks import in_chunks
from planner.services.column_writes import write_columns
from planner.services.locks import lock_rows
from planner.services.recording import Change


@dataclass(frozen=True)
class MovedStory:
    """A story that got a place of its own: its ranks before and after, and which stories stood around it."""

    story_id: int
    old_rank: int
    new_rank: int
    above_id: int | None
    below_id: int | None


@dataclass(frozen=True)
class Written:
    """What a new order wrote: the stories that moved, and the last of their events."""

    moved: Sequence[MovedStory]
    last_event_id: int


@dataclass(frozen=True)
class Ranked:
    """All stories of a backlog by rank, finished ones too."""

    ids: list[int]
    ranks: list[int]
    open_ids: list[int]

    @classmethod
    def of(cls, backlog: Backlog) -> "Ranked":
        """Read the backlog, which must be locked."""
        rows = list(Story.objects.filter(backlog=backlog).order_by("rank").values_list("pk", "rank", "category"))
        return cls(
            ids=[pk for pk, _, _ in rows],
            ranks=[rank for _, rank, _ in rows],
            open_ids=[pk for pk, _, category in rows if category in OPEN_CATEGORIES],
        )


def write_order(
    *,
    backlog: Backlog,
    ranked: Ranked,
    order: Sequence[int],
    actor: Actor,
    now: datetime,
    give_back: Mapping[int, int] | None = None,
) -> Written:
    """Put stories into this order (ids), writing those outside the longest subsequence that keeps its order.

    `order`: all stories that may move, with those they move among; the others keep the story above them.
    `give_back`: ranks to use again, by id, where they fit; then exactly those stories move. The backlog must be
    locked.
    """
    place = {pk: index for index, pk in enumerate(ranked.ids)}
    places = np.array([place[pk] for pk in order], dtype=np.int64)
    stays = longest_increasing(places) if give_back is None else np.array([pk not in give_back for pk in order])
    moving = [order[index] for index in np.flatnonzero(~stays).tolist()]
    if not moving:
        return Written([], 0)
    final = _final_order(places, stays, len(ranked.ids))
    moved = set(places[~stays].tolist())
    ranks = [None if at in moved else ranked.ranks[at] for at in final]
    back = {index: (give_back or {}).get(ranked.ids[at]) for index, at in enumerate(final) if at in moved}
    changed = fill_ranks(ranks, {index: rank for index, rank in back.items() if rank is not None})
    new_ranks = {ranked.ids[final[index]]: rank for index, rank in changed.items()}
    last = _record(backlog, ranked, moving, [ranked.ids[at] for at in final], new_ranks, actor=actor, now=now)
    return Written([_moved(ranked, place[pk], new_ranks[pk]) for pk in moving], last)


def _final_order(places: IntArray, stays: BoolArray, count: int) -> list[int]:
    """All places of now, in the new order: what moves follows what stands above it in the order given."""
    moved = np.zeros(count, dtype=np.bool_)
    moved[places[~stays]] = True
    above = np.maximum.accumulate(np.where(stays, places, -1))
    staying = np.flatnonzero(~moved)
    keys = np.concatenate([staying, above[~stays]])
    turn = np.concatenate([np.zeros(len(staying), dtype=np.int64), 1 + np.flatnonzero(~stays)])
    listed = np.concatenate([staying, places[~stays]])
    final: list[int] = listed[np.lexsort((turn, keys))].tolist()
    return final


def _moved(ranked: Ranked, at: int, new_rank: int) -> MovedStory:
    return MovedStory(
        story_id=ranked.ids[at],
        old_rank=ranked.ranks[at],
        new_rank=new_rank,
        above_id=ranked.ids[at - 1] if at > 0 else None,
        below_id=ranked.ids[at + 1] if at + 1 < len(ranked.ids) else None,
    )


def _record(
    backlog: Backlog,
    ranked: Ranked,
    moving: Sequence[int],
    final: Sequence[int],
    new_ranks: Mapping[int, int],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Write ranks and one event for each story that moved, as a move by hand does; returns the last event's id."""
    stories = _locked(backlog, moving)
    changes = _changes(ranked, moving, final)
    _write_ranks(new_ranks)
    for story in stories:
        story.rank = new_ranks[story.pk]
    recorded, _ = record_batch(stories=stories, changes=changes, actor=actor, now=now)
    save_stories(stories=stories, fields=[])
    publish(StoriesChanged(workspace_id=backlog.workspace_id, changes=recorded, now=now))
    announce_many(workspace_id=backlog.workspace_id, topic="story", actor=actor, now=now)
    return StoryEvent.objects.filter(workspace_id=backlog.workspace_id).order_by("-pk").values_list("pk", flat=True)[0]


def _locked(backlog: Backlog, moving: Sequence[int]) -> list[Story]:
    found: dict[int, Story] = {}
    for chunk in in_chunks(sorted(moving)):
        stories = lock_rows(Story.objects.filter(backlog=backlog, pk__in=chunk))
        found.update((story.pk, story) for story in stories.defer("description", "acceptance"))
    return [found[pk] for pk in moving]


def _changes(ranked: Ranked, moving: Sequence[int], final: Sequence[int]) -> dict[int, list[Change]]:
    is_open = set(ranked.open_ids)
    was, above = _open_above(ranked.ids, is_open), dict(zip(ranked.ids, [None, *ranked.ids], strict=False))
    becomes = _open_above(final, is_open)
    return {
        pk: [
            Change(
                "rank",
                from_value=position_in_words(was[pk]),
                to_value=position_in_words(becomes[pk]),
                from_id=above[pk],
            )
        ]
        for pk in moving
    }


def _open_above(ids: Sequence[int], is_open: set[int]) -> dict[int, int]:
    """How many open stories stand above each."""
    above, counted = {}, 0
    for pk in ids:
        above[pk] = counted
        counted += pk in is_open
    return above


def _write_ranks(new_ranks: Mapping[int, int]) -> None:
    """By way of the parking range, because ranks are unique after every row."""
    ids = list(new_ranks)
    parked = [PARKING_OFFSET + index for index in range(len(ids))]
    write_columns(model=Story, ids=ids, columns={"rank": parked})
    write_columns(model=Story, ids=ids, columns={"rank": list(new_ranks.values())})
