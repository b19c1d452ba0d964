"""Reading visits and spans as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import IntArray
from valuestream.domain.visits import Visits
from valuestream.models import StorySpan, Visit
from valuestream.selectors.columns import Column, Param, fetch_columns, instant, one_of

VISITS = Visit._meta.db_table
SPANS = StorySpan._meta.db_table
_VISIT_COLUMNS = [Column("story_id"), Column("position"), Column("state_id"), instant("entered_at"), instant("left_at")]
_SPAN_COLUMNS = [Column("story_id"), Column("person_id"), instant("started_at"), instant("ended_at")]


@dataclass(frozen=True)
class StoredVisits:
    """Visits as stored: `visits.story` and `visits.place` are ids; sorted by (story, position)."""

    position: IntArray
    visits: Visits


@dataclass(frozen=True)
class StoredSpans:
    """Spans of one kind as stored, sorted by (story, start); `person` is ABSENT in BLOCKED ones."""

    story: IntArray
    person: IntArray
    started_at: IntArray
    ended_at: IntArray


def read_visits(
    *,
    workspace_id: int,
    condition: str = "1 = 1",
    params: Sequence[Param] = (),
    source: str = VISITS,
    source_params: Sequence[Param] = (),
) -> StoredVisits:
    """Return a workspace's visits, those under an SQL condition of ours; `source` may join what the condition needs."""
    story, position, state, entered_at, left_at = fetch_columns(
        _VISIT_COLUMNS, f"{source} WHERE workspace_id = %s AND ({condition})", [*source_params, workspace_id, *params]
    )
    order = _order(story, position)
    return StoredVisits(position[order], Visits(story[order], state[order], entered_at[order], left_at[order]))


def read_visits_of(*, workspace_id: int, story_ids: Sequence[int]) -> StoredVisits:
    """Return the visits of these stories."""
    return read_visits(workspace_id=workspace_id, condition=one_of("story_id", story_ids))


def read_spans(*, workspace_id: int, kind: str, condition: str = "1 = 1", params: Sequence[Param] = ()) -> StoredSpans:
    """Return a workspace's spans of one kind, those under an SQL condition of ours."""
    story, person, started_at, ended_at = fetch_columns(
        _SPAN_COLUMNS, f"{SPANS} WHERE workspace_id = %s AND kind = %s AND ({condition})", [workspace_id, kind, *params]
    )
    order = np.lexsort((ended_at, started_at, story))
    return StoredSpans(story[order], person[order], started_at[order], ended_at[order])


def read_spans_of(*, workspace_id: int, kind: str, story_ids: Sequence[int]) -> StoredSpans:
    """Return the spans of one kind of these stories."""
    return read_spans(workspace_id=workspace_id, kind=kind, condition=one_of("story_id", story_ids))


def _order(story: IntArray, position: IntArray) -> IntArray | slice:
    """The order by (story, position); nothing to do where rows come as they were written."""
    rises = (story[1:] > story[:-1]) | ((story[1:] == story[:-1]) & (position[1:] > position[:-1]))
    return slice(None) if rises.all() else np.lexsort((position, story))
