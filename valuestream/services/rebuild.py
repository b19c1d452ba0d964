"""Rebuilding what is derived from the log, and comparing it: the proof that the log is the whole truth.

Daily flow is first counted anew from the stored visits. From then on each range of stories puts in the
difference it makes, so ranges may be rebuilt in any order, by any number of workers at once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction

from accounts.models import Workspace
from common.jobs.services import enqueue
from planner.domain.arrays import IntArray
from valuestream.domain.visits import OPEN
from valuestream.domain.vocabulary import REBUILD_JOB
from valuestream.models import DailyFlow
from valuestream.selectors.visits import read_spans_of, read_visits_of
from valuestream.selectors.work_items import list_story_ids, lock_stories, to_instant
from valuestream.services.daily_flow import FlowDelta, recount_daily_flow
from valuestream.services.visits import SPAN_FIELDS, derive_spans, derive_visits, rebuild_stories, zone_of

RANGE = 10_000
"""Stories that are rebuilt in one transaction."""

Row = tuple[Any, ...]
Report = Callable[[int], None]


def _say_nothing(compared: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Rebuilt:
    """How much a rebuild wrote."""

    stories: int = 0
    visits: int = 0
    spans: int = 0


@dataclass(frozen=True)
class Difference:
    """Something the log says and the tables don't, or the other way round."""

    what: str
    log: str
    stored: str

    def __str__(self) -> str:
        return f"{self.what}: the log says {self.log}, stored is {self.stored}"


def rebuild_workspace(*, workspace: Workspace) -> Rebuilt:
    """Rebuild a workspace's visits, spans and daily flow here and now, a range of stories a transaction."""
    recount_daily_flow(workspace_id=workspace.pk, zone=workspace.time_zone)
    done = Rebuilt()
    for story_ids in _ranges(workspace.pk):
        visits, spans = rebuild_range(workspace_id=workspace.pk, story_ids=story_ids)
        done = Rebuilt(done.stories + len(story_ids), done.visits + visits, done.spans + spans)
    return done


def share_out_rebuild(*, workspace: Workspace, job_id: int, now: datetime) -> int:
    """Have the workers rebuild a workspace, a job a range of stories; return how many jobs.

    ``job_id``: the job that asks, by which the ranges are known as one rebuild. Shared out twice, as when a
    worker dies in between, a range that still waits is not asked for again.
    """
    recount_daily_flow(workspace_id=workspace.pk, zone=workspace.time_zone)
    ranges = list(_ranges(workspace.pk))
    for story_ids in ranges:
        enqueue(
            kind=REBUILD_JOB,
            args={"first": story_ids[0], "last": story_ids[-1], "rebuild": job_id},
            workspace_id=workspace.pk,
            dedupe_key=f"{REBUILD_JOB}:{workspace.pk}:{job_id}:{story_ids[0]}",
            now=now,
        )
    return len(ranges)


def rebuild_range(*, workspace_id: int, story_ids: Sequence[int]) -> tuple[int, int]:
    """Rebuild some stories in one transaction that holds them; return how many visits and spans they have."""
    with transaction.atomic():
        lock_stories(story_ids=story_ids)
        return rebuild_stories(workspace_id=workspace_id, story_ids=story_ids)


def _ranges(workspace_id: int) -> Iterator[list[int]]:
    last = 0
    while story_ids := list_story_ids(workspace_id=workspace_id, after_id=last, limit=RANGE):
        yield story_ids
        last = story_ids[-1]


def check_workspace(*, workspace: Workspace, report: Report = _say_nothing) -> list[Difference]:
    """Return where visits, spans and daily flow differ from what the log says; an empty list is the proof.

    `report` is told after each range how many stories have been compared.
    """
    differences: list[Difference] = []
    compared = 0
    flow = FlowDelta()
    zone = zone_of(workspace_id=workspace.pk)
    for story_ids in _ranges(workspace.pk):
        derived = derive_visits(workspace_id=workspace.pk, story_ids=story_ids)
        stored = read_visits_of(workspace_id=workspace.pk, story_ids=story_ids)
        flow.add_visits(derived.visits, zone=zone)
        both = [
            (one.visits.story, one.position, one.visits.place, one.visits.entered_at, one.visits.left_at)
            for one in (derived, stored)
        ]
        differences += _compare("visit (story, number, state, entered, left)", *both)
        differences += _check_spans(workspace.pk, story_ids)
        compared += len(story_ids)
        report(compared)
    return differences + _check_flow(workspace.pk, flow)


def _check_spans(workspace_id: int, story_ids: Sequence[int]) -> list[Difference]:
    found: list[Difference] = []
    for field, kind in SPAN_FIELDS.items():
        derived = derive_spans(workspace_id=workspace_id, field=field, story_ids=story_ids)
        stored = read_spans_of(workspace_id=workspace_id, kind=kind, story_ids=story_ids)
        both = [(one.story, one.person, one.started_at, one.ended_at) for one in (derived, stored)]
        found += _compare(f"{kind.lower()} span (story, person, from, to)", *both)
    return found


def _compare(what: str, derived: Sequence[IntArray], stored: Sequence[IntArray]) -> list[Difference]:
    """Rows that only one side has; as arrays first, for mostly there are none."""
    if all(np.array_equal(one, other) for one, other in zip(derived, stored, strict=True)):
        return []
    said = set(zip(*(column.tolist() for column in derived), strict=True))
    kept = set(zip(*(column.tolist() for column in stored), strict=True))
    missing = [Difference(what, _in_words(row), "nothing") for row in sorted(said - kept)]
    return missing + [Difference(what, "nothing", _in_words(row)) for row in sorted(kept - said)]


def _in_words(row: Row) -> str:
    return ", ".join(_cell(cell) for cell in row)


def _cell(cell: int) -> str:
    if cell == OPEN:
        return "open"
    return to_instant(cell).isoformat() if cell > 10**13 else str(cell)


def _check_flow(workspace_id: int, flow: FlowDelta) -> list[Difference]:
    rows = DailyFlow.objects.filter(workspace_id=workspace_id)
    stored = {
        (day.toordinal(), state): (arrivals, departures)
        for day, state, arrivals, departures in rows.values_list("date", "state_id", "arrivals", "departures")
        if arrivals or departures
    }
    said = flow.cells()
    return [
        Difference(
            f"daily flow (arrivals, departures) of state {cell[1]} on {date.fromordinal(cell[0])}",
            str(said.get(cell, (0, 0))),
            str(stored.get(cell, (0, 0))),
        )
        for cell in sorted(said.keys() | stored.keys())
        if said.get(cell, (0, 0)) != stored.get(cell, (0, 0))
    ]
