"""What a figure of a map was made of: the visits that were counted, those that weigh most first."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.models import Story
from valuestream.domain.calendar import to_microseconds
from valuestream.domain.flow_metrics import UNVALUED, TimedVisits
from valuestream.domain.stage_metrics import FlowQuestion, time_places
from valuestream.domain.visits import OPEN
from valuestream.models import Map
from valuestream.selectors.asking import Question
from valuestream.selectors.clocks import clock_of
from valuestream.selectors.drawings import narrowed
from valuestream.selectors.loading import LoadedFlow, load_flow
from valuestream.selectors.maps import lay_out
from valuestream.selectors.measuring import stream_map_of
from valuestream.selectors.work_items import read_stories, to_instant

_CALENDAR_REACH_YEARS = 20


class Counting(Enum):
    """Which visits a metric counts."""

    OPEN = "open at that moment"
    WAITING = "waiting at that moment"
    ENTERED = "entered in the window"
    LEFT = "left in the window"
    CAME_BACK = "left in the window and came back"
    WAITED = "that waited in the window"


class Weight(Enum):
    """What makes a visit weigh: its time, its waiting, its worth or what its waiting cost."""

    TIME = "time"
    WAITING = "waiting"
    VALUE = "value"
    COST_OF_DELAY = "cost of delay"
    IDLE_COST = "idle cost"


@dataclass(frozen=True)
class CountedVisit:
    """A visit that was counted. Seconds are on the clock asked for; money is None for a story without a value."""

    story: Story
    entered_at: datetime
    left_at: datetime | None
    seconds: float
    waiting_seconds: float
    value: Decimal | None
    cost_of_delay: Decimal | None
    idle_cost: Decimal | None


@dataclass(frozen=True)
class CountedVisits:
    """The visits that weigh most, how many were counted in all, and how many of those have no value."""

    rows: list[CountedVisit]
    counted: int
    unvalued: int


@dataclass(frozen=True)
class Place:
    """Where visits are counted: a stage, a block, or (neither) the stream."""

    stage_id: int | None = None
    block_id: int | None = None


def visits_counted(
    *,
    map: Map,  # noqa: A002 - the product's word
    now: datetime,
    asked: Question,
    place: Place,
    counting: Counting,
    weight: Weight,
    limit: int = 8,
) -> CountedVisits:
    """Return the visits of a place that a metric counts; none for a place the map doesn't have."""
    flow, question = load_asked(map, now, asked)
    timed = timed_in(map, flow, question, place)
    timed = timed.take(_counted(timed, question, counting))
    per_week = flow.items.cost_of_delay_cents[timed.visits.story]
    idle = timed.waiting_in_window / question.clock.week_seconds * np.maximum(per_week, 0)
    amounts = _weights(timed, flow, idle, weight)
    heaviest = np.argsort(-amounts, kind="stable")[:limit]
    return CountedVisits(
        rows=_rows(flow, timed, idle, heaviest), counted=len(timed.visits), unvalued=int((per_week == UNVALUED).sum())
    )


def load_asked(map_: Map, now: datetime, asked: Question) -> tuple[LoadedFlow, FlowQuestion]:
    """Load what a question about a map takes, and the kernel's question."""
    as_of = asked.as_of or now
    instant = to_microseconds(as_of)
    start = instant - asked.window_days * 86_400_000_000
    flow = load_flow(
        workspace_id=map_.workspace_id,
        window_start=start,
        as_of=instant,
        is_past=asked.as_of is not None,
        wait_rule=map_.wait_rule,
        where=narrowed(map=map_, where=asked.where, as_of=as_of),
        field_id=map_.field_id,
    )
    time = clock_of(
        workspace=map_.workspace,
        clock=asked.clock,
        first_year=as_of.year - _CALENDAR_REACH_YEARS,
        last_year=as_of.year + 1,
    )
    return flow, FlowQuestion(start, instant, time, flow.blocked, flow.begun)


def timed_in(map_: Map, flow: LoadedFlow, question: FlowQuestion, place: Place) -> TimedVisits:
    """The timed visits of a stage, of a block, or of the stream."""
    layout = lay_out(map=map_)
    known = flow.visits.as_of(question.as_of)
    blocks, stages, runs = time_places(known, stream_map_of(flow, layout), question)
    if place.block_id is not None:
        ids = np.array([placed.block.pk for placed in layout.blocks], dtype=np.int64)
        return blocks.take(ids[blocks.visits.place] == place.block_id)
    if place.stage_id is not None:
        ids = np.array([stage.pk for stage in layout.stages], dtype=np.int64)
        return stages.take(ids[stages.visits.place] == place.stage_id)
    return runs


def _counted(timed: TimedVisits, question: FlowQuestion, counting: Counting) -> BoolArray:
    visits = timed.visits
    in_window = visits.left_at >= question.window_start
    is_open = visits.left_at == OPEN
    chosen: dict[Counting, BoolArray] = {
        Counting.OPEN: is_open,
        Counting.WAITING: timed.is_waiting,
        Counting.ENTERED: visits.entered_at >= question.window_start,
        Counting.LEFT: in_window & ~is_open,
        Counting.CAME_BACK: in_window & ~is_open & timed.came_back,
        Counting.WAITED: in_window & (timed.waiting_in_window > 0),
    }
    return chosen[counting]


def _weights(timed: TimedVisits, flow: LoadedFlow, idle: FloatArray, weight: Weight) -> FloatArray:
    weights: dict[Weight, FloatArray | IntArray] = {
        Weight.TIME: timed.lead,
        Weight.WAITING: timed.waiting,
        Weight.VALUE: flow.items.value_cents[timed.visits.story],
        Weight.COST_OF_DELAY: flow.items.cost_of_delay_cents[timed.visits.story],
        Weight.IDLE_COST: idle,
    }
    return weights[weight].astype(np.float64)


def _rows(flow: LoadedFlow, timed: TimedVisits, idle: FloatArray, heaviest: IntArray) -> list[CountedVisit]:
    index = timed.visits.story[heaviest]
    stories = read_stories(story_ids=(int(flow.story_ids[one]) for one in index))
    return [
        CountedVisit(
            story=stories[int(flow.story_ids[story])],
            entered_at=to_instant(int(timed.visits.entered_at[at])),
            left_at=None if timed.visits.left_at[at] == OPEN else to_instant(int(timed.visits.left_at[at])),
            seconds=float(timed.lead[at]),
            waiting_seconds=float(timed.waiting[at]),
            value=_money(int(flow.items.value_cents[story])),
            cost_of_delay=_money(int(flow.items.cost_of_delay_cents[story])),
            idle_cost=None if flow.items.cost_of_delay_cents[story] == UNVALUED else _money(round(float(idle[at]))),
        )
        for at, story in zip(heaviest.tolist(), index.tolist(), strict=True)
        if int(flow.story_ids[story]) in stories
    ]


def _money(cents: int) -> Decimal | None:
    return None if cents == UNVALUED else Decimal(cents) / 100
