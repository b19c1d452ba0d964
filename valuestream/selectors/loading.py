"""Loading what the kernel measures: visits, spans and the worth of stories, as of an instant."""

from dataclasses import dataclass

import numpy as np
from django.db.models import Q

from planner.domain.arrays import IntArray
from planner.models import State
from valuestream.domain.default_map import is_finished
from valuestream.domain.flow_metrics import NOBODY, UNVALUED, Items
from valuestream.domain.spans import Spans
from valuestream.domain.visits import UNMAPPED, Visits
from valuestream.domain.vocabulary import WaitRule
from valuestream.models import StorySpan
from valuestream.selectors.columns import one_of
from valuestream.selectors.visits import VISITS, StoredSpans, read_spans, read_visits
from valuestream.selectors.work_items import (
    Worth,
    chosen_story_ids,
    index_of,
    list_states,
    read_task_starts,
    read_worth,
    to_instant,
)


@dataclass(frozen=True)
class LoadedFlow:
    """Arrays for the kernel. Stories and states are indices into `story_ids` and `states`."""

    story_ids: IntArray
    states: list[State]
    visits: Visits
    items: Items
    blocked: Spans
    begun: Spans | None


def load_flow(
    *, workspace_id: int, window_start: int, as_of: int, is_past: bool, wait_rule: str, where: Q | None = None
) -> LoadedFlow:
    """Return what happened up to `as_of` to every story that was in the stream after `window_start`.

    Such a story comes with all its visits, for a visit of a block, a stage or the map may be many of
    a state; a story that was finished before comes with its last one. `where`: only of stories that pass it.
    """
    states = list_states(workspace_id=workspace_id)
    worth = read_worth(workspace_id=workspace_id, as_of=as_of, is_past=is_past)
    stored = _visits(workspace_id, states, window_start, as_of)
    state_ids = np.array([state.pk for state in states], dtype=np.int64)
    story = index_of(stored.story, worth.story_ids)
    visits = Visits(story, stored.place, stored.entered_at, stored.left_at)
    is_asked = story >= 0
    if where is not None:
        is_asked &= index_of(stored.story, chosen_story_ids(workspace_id=workspace_id, where=where)) >= 0
    if not is_asked.all():
        visits = visits.take(is_asked)
    place = _state_index(state_ids)[visits.place] if len(visits) else visits.place
    return LoadedFlow(
        story_ids=worth.story_ids,
        states=states,
        visits=Visits(visits.story, place, visits.entered_at, visits.left_at),
        items=_items(worth, _assigned(workspace_id, as_of)),
        blocked=_spans(worth, _known_spans(workspace_id, StorySpan.BLOCKED, as_of)),
        begun=_begun(workspace_id, as_of, wait_rule, worth),
    )


def _visits(workspace_id: int, states: list[State], window_start: int, as_of: int) -> Visits:
    """In the stream after `window_start`: left a state since, or is still in one that is not finished.

    A join, for PostgreSQL looks a subquery beside an OR up once a row when it outgrows its memory.
    """
    unfinished = one_of("state_id", (state.pk for state in states if not is_finished(state.category)))
    in_stream = (
        f"SELECT DISTINCT story_id AS in_stream FROM {VISITS} WHERE workspace_id = %s "  # noqa: S608 - names of ours
        f"AND (left_at >= %s OR (left_at IS NULL AND {unfinished}))"
    )
    return read_visits(
        workspace_id=workspace_id,
        source=f"{VISITS} LEFT JOIN ({in_stream}) AS stories ON stories.in_stream = {VISITS}.story_id",
        source_params=[workspace_id, to_instant(window_start)],
        condition="entered_at <= %s AND (left_at IS NULL OR in_stream IS NOT NULL)",
        params=[to_instant(as_of)],
    ).visits


def _state_index(state_ids: IntArray) -> IntArray:
    """A table from a state's id to its index."""
    table = np.full(int(state_ids.max()) + 1, UNMAPPED)
    table[state_ids] = np.arange(len(state_ids))
    return table


def _items(worth: Worth, assigned: StoredSpans) -> Items:
    person = np.full(len(worth.story_ids), NOBODY)
    story = index_of(assigned.story, worth.story_ids)
    person[story[story >= 0]] = assigned.person[story >= 0]
    return Items(
        value_cents=np.where(worth.is_valued, worth.value, UNVALUED),
        cost_of_delay_cents=np.where(worth.is_valued, worth.cost_of_delay, UNVALUED),
        person=person,
    )


def _assigned(workspace_id: int, as_of: int) -> StoredSpans:
    moment = to_instant(as_of)
    return read_spans(
        workspace_id=workspace_id,
        kind=StorySpan.ASSIGNED,
        condition="started_at <= %s AND (ended_at IS NULL OR ended_at > %s)",
        params=[moment, moment],
    )


def _known_spans(workspace_id: int, kind: str, as_of: int) -> StoredSpans:
    return read_spans(workspace_id=workspace_id, kind=kind, condition="started_at <= %s", params=[to_instant(as_of)])


def _spans(worth: Worth, stored: StoredSpans) -> Spans:
    story = index_of(stored.story, worth.story_ids)
    known = story >= 0
    return Spans.of(story[known], stored.started_at[known], stored.ended_at[known])


def _begun(workspace_id: int, as_of: int, wait_rule: str, worth: Worth) -> Spans | None:
    """When work began, under the map's rule; None where all of a visit to a WORK block is work."""
    if wait_rule == WaitRule.UNTIL_ASSIGNED:
        return _spans(worth, _known_spans(workspace_id, StorySpan.ASSIGNED, as_of))
    if wait_rule == WaitRule.UNTIL_FIRST_TASK:
        story, started_at, ended_at = read_task_starts(workspace_id=workspace_id, as_of=as_of)
        return _spans(worth, StoredSpans(story, story, started_at, ended_at))
    return None
