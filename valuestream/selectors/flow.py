"""Flow of single stories and of single days: the strip on a story's page, waits that cost most, CFD cells."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
from django.db.models import Q

from planner.domain.arrays import FloatArray, IntArray
from planner.models import Story
from valuestream.domain.calendar import WEEK_SECONDS, ElapsedTime, to_microseconds
from valuestream.domain.default_map import is_finished
from valuestream.domain.mapped_values import MappedValue
from valuestream.domain.spans import Spans
from valuestream.domain.visits import Visits
from valuestream.domain.vocabulary import BlockKind, Clock
from valuestream.models import Block, DailyFlow, Map, StorySpan, ValueMapping, Visit
from valuestream.selectors.clocks import clock_of
from valuestream.selectors.drawings import narrowed
from valuestream.selectors.loading import LoadedFlow, load_flow
from valuestream.selectors.maps import lay_out
from valuestream.selectors.visits import read_spans_of
from valuestream.selectors.work_items import cost_of_delay_of, read_stories


@dataclass(frozen=True)
class StripVisit:
    """A story's stay in one state: how much of it was worked and how much waited, in seconds of the clock."""

    state_id: int
    name: str
    kind: BlockKind
    finished: bool
    entered_at: datetime
    left_at: datetime | None
    seconds: float
    waited_seconds: float
    worked_seconds: float
    came_back: bool

    @property
    def is_open(self) -> bool:
        """Whether the story is there now."""
        return self.left_at is None


@dataclass(frozen=True)
class StoryStrip:
    """A story's way so far, finished states not counted; `waiting_cost` is None while it is unvalued.

    `came_back`: how often it moved to an earlier state.
    """

    visits: list[StripVisit]
    total_seconds: float
    worked_seconds: float
    waited_seconds: float
    waiting_cost: Decimal | None
    came_back: int


def story_strip(*, story: Story, now: datetime, clock: Clock = Clock.ALWAYS) -> StoryStrip:
    """Return a story's visits as the map that follows the workflow sees them: waits in WAIT, or blocked."""
    visits = list(Visit.objects.filter(story=story, entered_at__lte=now).select_related("state").order_by("position"))
    kinds = _kinds(story.workspace_id)
    time = clock_of(
        workspace=story.workspace, clock=clock, first_year=story.created_at.year - 1, last_year=now.year + 1
    )
    start = _instants([visit.entered_at for visit in visits])
    end = _instants([min(visit.left_at or now, now) for visit in visits])
    seconds = time.elapsed_seconds(start, end)
    blocked = _blocked_seconds(story, start, end, time)
    highest = -1
    strip = []
    for visit, whole, stuck in zip(visits, seconds.tolist(), blocked.tolist(), strict=True):
        kind, finished = kinds.get(visit.state_id, (BlockKind.WORK, False))
        waited = 0.0 if finished else whole if kind == BlockKind.WAIT else stuck
        came_back = visit.state.position <= highest
        highest = max(highest, visit.state.position)
        strip.append(_strip_visit(visit, kind, finished, whole, waited, came_back=came_back))
    positions = [visit.state.position for visit in visits]
    moves_back = sum(later < earlier for earlier, later in pairwise(positions))
    return _summed(story, strip, time, moves_back)


def _kinds(workspace_id: int) -> dict[int, tuple[BlockKind, bool]]:
    mapped = ValueMapping.objects.filter(map__workspace_id=workspace_id, map__follows_workflow=True)
    return {
        state_id: (BlockKind(kind), is_finished(category))
        for state_id, kind, category in mapped.values_list("state_id", "block__kind", "state__category")
    }


def _instants(moments: Sequence[datetime]) -> IntArray:
    return np.array([to_microseconds(moment) for moment in moments], dtype=np.int64)


def _blocked_seconds(story: Story, start: IntArray, end: IntArray, time: ElapsedTime) -> FloatArray:
    stored = read_spans_of(workspace_id=story.workspace_id, kind=StorySpan.BLOCKED, story_ids=[story.pk])
    latest = int(end.max()) if len(end) else 0
    spans = Spans.of(
        np.zeros(len(stored.story), dtype=np.int64), stored.started_at, np.minimum(stored.ended_at, latest)
    )
    return spans.covered_seconds(np.zeros(len(start), dtype=np.int64), start, end, time)


def _strip_visit(
    visit: Visit, kind: BlockKind, finished: bool, seconds: float, waited: float, *, came_back: bool
) -> StripVisit:
    worked = 0.0 if finished else seconds - waited
    return StripVisit(
        visit.state_id,
        visit.state.name,
        kind,
        finished,
        visit.entered_at,
        visit.left_at,
        seconds,
        waited,
        worked,
        came_back,
    )


def _summed(story: Story, strip: list[StripVisit], time: ElapsedTime, moves_back: int) -> StoryStrip:
    in_stream = [visit for visit in strip if not visit.finished]
    waited = sum(visit.waited_seconds for visit in in_stream)
    per_week = cost_of_delay_of(story=story)
    cost = None if per_week is None else Decimal(round(waited / time.week_seconds * per_week)) / 100
    return StoryStrip(
        visits=strip,
        total_seconds=sum(visit.seconds for visit in in_stream),
        worked_seconds=sum(visit.worked_seconds for visit in in_stream),
        waited_seconds=waited,
        waiting_cost=cost,
        came_back=moves_back,
    )


@dataclass(frozen=True)
class CostlyWait:
    """A story that waits, what each week of it costs and has cost in its present place."""

    story: Story
    state: MappedValue
    age_seconds: float
    cost_of_delay: Decimal
    value: Decimal
    lost_so_far: Decimal


@dataclass(frozen=True)
class CostlyWaits:
    """The waits that cost most, how many stories wait in all, and what all of their waits have cost so far."""

    rows: list[CostlyWait]
    waiting: int
    lost_so_far: Decimal


def waits_by_cost(
    *,
    map: Map,  # noqa: A002 - the product's word
    now: datetime,
    as_of: datetime | None = None,
    limit: int = 8,
    where: Q | None = None,
) -> CostlyWaits:
    """Return the same with totals; `as_of` a past instant tells who waited then, `where` asks of some stories."""
    instant = to_microseconds(as_of or now)
    flow = load_flow(
        workspace_id=map.workspace_id,
        window_start=instant,
        as_of=instant,
        is_past=as_of is not None,
        wait_rule=map.wait_rule,
        where=narrowed(map=map, where=where, as_of=as_of or now),
        field_id=map.field_id,
    )
    visits = flow.visits.as_of(instant)
    visits = visits.take(_waits(map, flow, visits, instant))
    age = (instant - visits.entered_at) / 1_000_000
    cost = np.maximum(flow.items.cost_of_delay_cents[visits.story], 0)
    lost = age / WEEK_SECONDS * cost
    worst = [int(one) for one in np.argsort(-lost, kind="stable")[:limit] if lost[one] > 0]
    stories = read_stories(story_ids=(int(flow.story_ids[visits.story[one]]) for one in worst))
    rows = [
        CostlyWait(
            story=stories[int(flow.story_ids[visits.story[one]])],
            state=flow.states[int(visits.place[one])],
            age_seconds=float(age[one]),
            cost_of_delay=Decimal(int(cost[one])) / 100,
            value=Decimal(max(0, int(flow.items.value_cents[visits.story[one]]))) / 100,
            lost_so_far=Decimal(round(float(lost[one]))) / 100,
        )
        for one in worst
    ]
    return CostlyWaits(rows, len(visits), Decimal(round(float(lost.sum()))) / 100)


def _waits(map_: Map, flow: LoadedFlow, visits: Visits, instant: int) -> IntArray:
    """Indices of open visits that wait: in a WAIT block, or blocked in one of work."""
    waiting, mapped = set(), set()
    for placed in lay_out(map=map_).blocks:
        if not placed.is_finished:
            ids = {state.pk for state in placed.states}
            mapped |= ids
            waiting |= ids if placed.block.kind == BlockKind.WAIT else set()
    is_wait = np.array([state.pk in waiting for state in flow.states])[visits.place]
    is_mapped = np.array([state.pk in mapped for state in flow.states])[visits.place]
    is_blocked = flow.blocked.covers(visits.story, np.full(len(visits), instant))
    is_open = visits.left_at > instant
    return np.flatnonzero(is_open & (is_wait | (is_mapped & is_blocked)))


@dataclass(frozen=True)
class DayFlow:
    """A CFD cell: what entered and left a block on a day, and what was in it at the day's end."""

    date: date
    block_id: int
    arrivals: int
    departures: int
    items: int


def daily_flow(*, map: Map, since: date, until: date) -> list[DayFlow]:  # noqa: A002 - the product's word
    """Return a cell for each day from `since` to `until` and each block, in that order. Two queries."""
    block_of = dict(ValueMapping.objects.filter(map=map).values_list("state_id", "block_id"))
    blocks = list(Block.objects.filter(stage__map=map).order_by("stage__position", "position", "id"))
    level: dict[int, int] = defaultdict(int)
    cells: dict[tuple[date, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    flow = DailyFlow.objects.filter(workspace_id=map.workspace_id, date__lte=until, state_id__in=block_of)
    for day, state, arrivals, departures in flow.values_list("date", "state_id", "arrivals", "departures"):
        if day < since:
            level[block_of[state]] += arrivals - departures
        else:
            so_far = cells[day, block_of[state]]
            cells[day, block_of[state]] = (so_far[0] + arrivals, so_far[1] + departures)
    rows = []
    for offset in range((until - since).days + 1):
        day = since + timedelta(days=offset)
        for block in blocks:
            arrivals, departures = cells[day, block.pk]
            level[block.pk] += arrivals - departures
            rows.append(DayFlow(day, block.pk, arrivals, departures, level[block.pk]))
    return rows
