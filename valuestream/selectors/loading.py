"""Loading what the kernel measures: visits, spans and the worth of stories, as of an instant.

All at once (`load_flow`), or a range of stories at a time over what they share (`open_flow`, `load_range`), so that a
log of any length is measured within bounded memory, by any number of workers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Q

from planner.domain.arrays import IntArray
from valuestream.domain.default_map import is_finished
from valuestream.domain.flow_metrics import NOBODY, UNVALUED, Items
from valuestream.domain.mapped_values import MappedValue
from valuestream.domain.spans import Spans
from valuestream.domain.visits import UNMAPPED, Visits
from valuestream.domain.vocabulary import WaitRule
from valuestream.models import StorySpan
from valuestream.selectors.choice_visits import list_choices, read_choice_visits
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
    """Arrays for the kernel. Stories and states (or choices of the map's field) are indices."""

    story_ids: IntArray
    states: Sequence[MappedValue]
    visits: Visits
    items: Items
    blocked: Spans
    begun: Spans | None


@dataclass(frozen=True)
class StoryRange:
    """Stories from one id to another, both included."""

    first: int
    last: int

    @property
    def condition(self) -> str:
        """The SQL condition on a row's `story_id`; the ids are made sure to be integers."""
        return f"story_id BETWEEN {int(self.first)} AND {int(self.last)}"


@dataclass(frozen=True)
class FlowSource:
    """What all stories share, loaded once, from which any range of them is loaded (`load_range`).

    `chosen`: ids of the stories that are asked about, rising; None for all of them. `field_id`: the choice field that
    tells where stories are; None for their workflow state.
    """

    workspace_id: int
    window_start: int
    as_of: int
    wait_rule: str
    states: Sequence[MappedValue]
    story_ids: IntArray
    items: Items
    chosen: IntArray | None
    field_id: int | None

    def ranges(self, stories: int) -> list[StoryRange]:
        """All stories in ranges of so many."""
        pieces = [self.story_ids[first : first + stories] for first in range(0, len(self.story_ids), stories)]
        return [StoryRange(int(piece[0]), int(piece[-1])) for piece in pieces]


def load_flow(
    *,
    workspace_id: int,
    window_start: int,
    as_of: int,
    is_past: bool,
    wait_rule: str,
    where: Q | None = None,
    field_id: int | None = None,
) -> LoadedFlow:
    """Return what happened up to `as_of` to every story that was in the stream after `window_start`.

    Such a story comes with all its visits, for a visit of a block, a stage or the map may be many of
    a state; a story that was finished before comes with its last one. `where`: only of stories that pass it.
    `field_id`: by the choices of a field, not by workflow states.
    """
    return load_range(
        open_flow(
            workspace_id=workspace_id,
            window_start=window_start,
            as_of=as_of,
            is_past=is_past,
            wait_rule=wait_rule,
            where=where,
            field_id=field_id,
        )
    )


def open_flow(
    *,
    workspace_id: int,
    window_start: int,
    as_of: int,
    is_past: bool,
    wait_rule: str,
    where: Q | None = None,
    field_id: int | None = None,
) -> FlowSource:
    """Return what `load_flow` loads but for what happened to the stories."""
    worth = read_worth(workspace_id=workspace_id, as_of=as_of, is_past=is_past)
    return FlowSource(
        workspace_id=workspace_id,
        window_start=window_start,
        as_of=as_of,
        wait_rule=wait_rule,
        states=list_states(workspace_id=workspace_id) if field_id is None else list_choices(field_id=field_id),
        story_ids=worth.story_ids,
        items=_items(worth, _assigned(workspace_id, as_of)),
        chosen=None if where is None else chosen_story_ids(workspace_id=workspace_id, where=where),
        field_id=field_id,
    )


def load_range(source: FlowSource, stories: StoryRange | None = None) -> LoadedFlow:
    """Return what happened to the stories of a range; None for all of them."""
    begun = _begun_by(source.wait_rule)
    return LoadedFlow(
        story_ids=source.story_ids,
        states=source.states,
        visits=_visits(source, stories),
        items=source.items,
        blocked=_spans(source, _known_spans(source, StorySpan.BLOCKED, stories)),
        begun=None if begun is None else _spans(source, begun(source, stories)),
    )


def _visits(source: FlowSource, stories: StoryRange | None) -> Visits:
    stored = _visits_by_id(source, stories)
    story = index_of(stored.story, source.story_ids)
    is_asked = story >= 0
    if source.chosen is not None:
        is_asked &= index_of(stored.story, source.chosen) >= 0
    visits = Visits(story, stored.place, stored.entered_at, stored.left_at)
    if not is_asked.all():
        visits = visits.take(is_asked)
    state_ids = np.array([state.pk for state in source.states], dtype=np.int64)
    place = _state_index(state_ids)[visits.place] if len(visits) else visits.place
    return Visits(visits.story, place, visits.entered_at, visits.left_at)


def _visits_by_id(source: FlowSource, stories: StoryRange | None) -> Visits:
    if source.field_id is None:
        return _stored_visits(source, stories)
    return read_choice_visits(
        workspace_id=source.workspace_id,
        field_id=source.field_id,
        window_start=source.window_start,
        as_of=source.as_of,
        condition=_within(stories),
    )


def _stored_visits(source: FlowSource, stories: StoryRange | None) -> Visits:
    """In the stream after the window's start: left a state since, or is still in one that is not finished.

    A join, for PostgreSQL looks a subquery beside an OR up once a row when it outgrows its memory.
    """
    within = _within(stories)
    unfinished = one_of("state_id", (state.pk for state in source.states if not is_finished(state.category)))
    in_stream = (
        f"SELECT DISTINCT story_id AS in_stream FROM {VISITS} WHERE workspace_id = %s AND {within} "  # noqa: S608 - names of ours
        f"AND (left_at >= %s OR (left_at IS NULL AND {unfinished}))"
    )
    return read_visits(
        workspace_id=source.workspace_id,
        source=f"{VISITS} LEFT JOIN ({in_stream}) AS stories ON stories.in_stream = {VISITS}.story_id",
        source_params=[source.workspace_id, to_instant(source.window_start)],
        condition=f"{within} AND entered_at <= %s AND (left_at IS NULL OR in_stream IS NOT NULL)",
        params=[to_instant(source.as_of)],
    ).visits


def _within(stories: StoryRange | None) -> str:
    return "1 = 1" if stories is None else stories.condition


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


def _known_spans(source: FlowSource, kind: str, stories: StoryRange | None) -> StoredSpans:
    return read_spans(
        workspace_id=source.workspace_id,
        kind=kind,
        condition=f"{_within(stories)} AND started_at <= %s",
        params=[to_instant(source.as_of)],
    )


def _spans(source: FlowSource, stored: StoredSpans) -> Spans:
    story = index_of(stored.story, source.story_ids)
    known = story >= 0
    return Spans.of(story[known], stored.started_at[known], stored.ended_at[known])


def _begun_by(wait_rule: str) -> Callable[[FlowSource, StoryRange | None], StoredSpans] | None:
    """What tells when work began, under the map's rule; None where all of a visit to a WORK block is work."""
    return {
        WaitRule.UNTIL_ASSIGNED.value: _assignments,
        WaitRule.UNTIL_FIRST_TASK.value: _task_starts,
    }.get(wait_rule)


def _assignments(source: FlowSource, stories: StoryRange | None) -> StoredSpans:
    return _known_spans(source, StorySpan.ASSIGNED, stories)


def _task_starts(source: FlowSource, stories: StoryRange | None) -> StoredSpans:
    story, started_at, ended_at = read_task_starts(
        workspace_id=source.workspace_id, as_of=source.as_of, condition=_within(stories)
    )
    return StoredSpans(story, story, started_at, ended_at)
