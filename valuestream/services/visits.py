"""Visits, spans and daily flow of stories: one step on at each change, or rewritten from the log in bulk.

Everything here is derived; the log is the truth. Callers hold the transaction of the change itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from accounts.models import Workspace
from planner.domain.arrays import IntArray
from planner.events import FieldChange, StoryCreated
from valuestream.domain.days import day_of
from valuestream.domain.visits import Visits, build_visits
from valuestream.models import StorySpan, Visit
from valuestream.selectors.visits import StoredVisits, read_visits_of
from valuestream.selectors.work_items import NOBODY, Histories, list_states, read_histories
from valuestream.services.bulk import counts, ids, insert_columns, instants, word
from valuestream.services.daily_flow import FlowDelta, add_flow

SPAN_FIELDS = {"blocked": StorySpan.BLOCKED, "assignee": StorySpan.ASSIGNED}


class OutOfOrder(Exception):
    """A change dated before the story's present visit or span began: only a rebuild can place it."""


def open_visits(*, workspace_id: int, stories: Sequence[StoryCreated]) -> None:
    """Begin the first visit, and the assignment if there is one, of stories that were just born."""
    Visit.objects.bulk_create(
        Visit(
            workspace_id=workspace_id,
            story_id=one.story_id,
            state_id=one.state_id,
            position=0,
            entered_at=one.occurred_at,
        )
        for one in stories
    )
    StorySpan.objects.bulk_create(
        StorySpan(
            workspace_id=workspace_id,
            story_id=one.story_id,
            kind=StorySpan.ASSIGNED,
            person_id=one.assignee_id,
            started_at=one.occurred_at,
        )
        for one in stories
        if one.assignee_id is not None
    )
    zone = zone_of(workspace_id=workspace_id)
    delta = FlowDelta()
    for one in stories:
        delta.arrivals[day_of(one.occurred_at, zone).toordinal(), one.state_id] += 1
    add_flow(workspace_id=workspace_id, cells=delta.cells())


def follow_state(*, workspace_id: int, change: FieldChange) -> None:
    """Close the story's open visit and open the next one: four statements."""
    present = (
        Visit.objects.filter(story_id=change.story_id, left_at=None)
        .values_list("pk", "state_id", "position", "entered_at", "workspace__time_zone")
        .first()
    )
    if present is None or change.to_id is None or present[3] > change.occurred_at:
        raise OutOfOrder
    pk, state_id, position, _, zone = present
    if state_id == change.to_id:
        return
    Visit.objects.filter(pk=pk).update(left_at=change.occurred_at)
    Visit.objects.create(
        workspace_id=workspace_id,
        story_id=change.story_id,
        state_id=change.to_id,
        position=position + 1,
        entered_at=change.occurred_at,
    )
    day = day_of(change.occurred_at, zone).toordinal()
    add_flow(workspace_id=workspace_id, cells={(day, state_id): (0, 1), (day, change.to_id): (1, 0)})


def follow_span(*, workspace_id: int, change: FieldChange) -> None:
    """Close the story's open span of the change's kind, and open one when it is now blocked or assigned."""
    kind = SPAN_FIELDS[change.field]
    person_id = change.to_id if kind == StorySpan.ASSIGNED else None
    holds = person_id is not None if kind == StorySpan.ASSIGNED else change.to_value != ""
    present = StorySpan.objects.filter(story_id=change.story_id, kind=kind, ended_at=None).first()
    if present is not None and present.started_at > change.occurred_at:
        raise OutOfOrder
    if present is not None and holds and present.person_id == person_id:
        return
    if present is not None:
        StorySpan.objects.filter(pk=present.pk).update(ended_at=change.occurred_at)
    if holds:
        StorySpan.objects.create(
            workspace_id=workspace_id,
            story_id=change.story_id,
            kind=kind,
            person_id=person_id,
            started_at=change.occurred_at,
        )


def zone_of(*, workspace_id: int) -> str:
    """Return the time zone whose days a workspace counts in."""
    return Workspace.objects.values_list("time_zone", flat=True).get(pk=workspace_id)


def rebuild_stories(*, workspace_id: int, story_ids: Sequence[int], new_ids: Sequence[int] = ()) -> tuple[int, int]:
    """Drop and rewrite the visits and spans of these stories from the log; return how many of each there are now.

    Daily flow gets the difference between the new visits and the old ones. Of `new_ids` nothing is stored yet.
    """
    if not story_ids:
        return 0, 0
    zone, delta = zone_of(workspace_id=workspace_id), FlowDelta()
    if known := sorted(set(story_ids).difference(new_ids)):
        delta.add_visits(read_visits_of(workspace_id=workspace_id, story_ids=known).visits, zone=zone, sign=-1)
        forget_visits(story_ids=known)
    new = derive_visits(workspace_id=workspace_id, story_ids=story_ids)
    _write_visits(workspace_id, new)
    delta.add_visits(new.visits, zone=zone)
    add_flow(workspace_id=workspace_id, cells=delta.cells())
    spans = sum(
        _write_spans(workspace_id, kind, derive_spans(workspace_id=workspace_id, field=field, story_ids=story_ids))
        for field, kind in SPAN_FIELDS.items()
    )
    return len(new.visits), spans


def remove_stories(*, workspace_id: int, story_ids: Sequence[int]) -> None:
    """Take stories that are about to be deleted out of daily flow, with their visits and spans."""
    delta = FlowDelta()
    visits = read_visits_of(workspace_id=workspace_id, story_ids=story_ids).visits
    delta.add_visits(visits, zone=zone_of(workspace_id=workspace_id), sign=-1)
    forget_visits(story_ids=story_ids)
    add_flow(workspace_id=workspace_id, cells=delta.cells())


def forget_visits(*, story_ids: Sequence[int]) -> None:
    """Drop the visits and spans of these stories, without a look at daily flow."""
    for model in (Visit, StorySpan):
        rows = model.objects.filter(story_id__in=story_ids)
        rows._raw_delete(rows.db)  # noqa: SLF001 - nothing hangs on them, so there is nothing to collect first


def derive_visits(*, workspace_id: int, story_ids: Sequence[int]) -> StoredVisits:
    """Return what the log says the visits are: places are ids of states, stories are ids.

    Visits in states that were deleted are gone, but keep their positions, as in the database.
    """
    histories = read_histories(workspace_id=workspace_id, field="state", story_ids=story_ids)
    visits = build_visits(histories.log)
    known = np.isin(visits.place, [state.pk for state in list_states(workspace_id=workspace_id)])
    visits, position = _with_ids(histories, visits), _positions(visits.story)
    return StoredVisits(position[known], visits.take(known))


@dataclass(frozen=True)
class DerivedSpans:
    """Spans as the log has them: ids of stories and (in assignments) of people."""

    story: IntArray
    person: IntArray
    started_at: IntArray
    ended_at: IntArray


def derive_spans(*, workspace_id: int, field: str, story_ids: Sequence[int]) -> DerivedSpans:
    """Return what the log says the spans of "blocked" or "assignee" are."""
    histories = read_histories(workspace_id=workspace_id, field=field, story_ids=story_ids)
    runs = build_visits(histories.log)
    runs = _with_ids(histories, runs.take(runs.place != NOBODY))
    person = runs.place if field == "assignee" else np.full(len(runs), NOBODY)
    return DerivedSpans(runs.story, person, runs.entered_at, runs.left_at)


def _with_ids(histories: Histories, visits: Visits) -> Visits:
    return Visits(histories.story_ids[visits.story], visits.place, visits.entered_at, visits.left_at)


def _positions(story: IntArray) -> IntArray:
    """Place of each visit among its story's, from 0; stories in rising order."""
    return np.arange(len(story)) - np.searchsorted(story, story)


def _write_visits(workspace_id: int, derived: StoredVisits) -> None:
    visits = derived.visits
    columns = [
        ids("workspace_id", np.full(len(visits), workspace_id)),
        ids("story_id", visits.story),
        ids("state_id", visits.place),
        counts("position", derived.position),
        instants("entered_at", visits.entered_at),
        instants("left_at", visits.left_at),
    ]
    insert_columns(table=Visit._meta.db_table, columns=columns)


def _write_spans(workspace_id: int, kind: str, spans: DerivedSpans) -> int:
    count = len(spans.story)
    columns = [
        ids("workspace_id", np.full(count, workspace_id)),
        ids("story_id", spans.story),
        word("kind", kind, count),
        ids("person_id", spans.person),
        instants("started_at", spans.started_at),
        instants("ended_at", spans.ended_at),
    ]
    insert_columns(table=StorySpan._meta.db_table, columns=columns)
    return count
