"""What a figure of a map was made of: the visits that were counted, those that weigh most first."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.models import Story
from valuestream.domain.flow_metrics import UNVALUED, TimedVisits
from valuestream.domain.stage_metrics import FlowQuestion, time_places
from valuestream.domain.visits import OPEN
from valuestream.models import Map
from valuestream.selectors.asking import Question
from valuestream.selectors.loading import LoadedFlow
from valuestream.selectors.maps import Layout
from valuestream.selectors.measuring import Measuring, open_measuring, stream_map_of
from valuestream.selectors.work_items import read_stories, to_instant


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
    """Return the visits of a place that a metric counts; none for a place the map doesn't have.

    Of a map with many visits a range of stories is held at a time, and of each only its heaviest visits are kept.
    """
    measuring = open_asked(map, now, asked)
    heaviest: list[_Weighed] = []
    counted = unvalued = 0
    for stories in measuring.ranges():
        flow, question = measuring.load(stories, asked.clock)
        timed = timed_in(measuring.layout, flow, question, place)
        timed = timed.take(_counted(timed, question, counting))
        counted += len(timed.visits)
        unvalued += int((flow.items.cost_of_delay_cents[timed.visits.story] == UNVALUED).sum())
        found = _heaviest(flow, timed, weight, week_seconds=question.clock.week_seconds, limit=limit)
        heaviest = sorted([*heaviest, *found], key=lambda one: -one.amount)[:limit]
    return CountedVisits(rows=_rows(heaviest), counted=counted, unvalued=unvalued)


def open_asked(map_: Map, now: datetime, asked: Question) -> Measuring:
    """Load what all stories share that a question about a map takes."""
    return open_measuring(
        map=map_,
        as_of=asked.as_of or now,
        is_past=asked.as_of is not None,
        window_days=asked.window_days,
        where=asked.where,
    )


def timed_in(layout: Layout, flow: LoadedFlow, question: FlowQuestion, place: Place) -> TimedVisits:
    """The timed visits of a stage, of a block, or of the stream."""
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


@dataclass(frozen=True)
class _Weighed:
    """A counted visit before its story is read: instants in microseconds, money in cents."""

    amount: float
    story_id: int
    entered_at: int
    left_at: int
    seconds: float
    waiting_seconds: float
    value: int
    cost_of_delay: int
    idle: float


def _heaviest(
    flow: LoadedFlow, timed: TimedVisits, weight: Weight, *, week_seconds: float, limit: int
) -> list[_Weighed]:
    """The visits that weigh most, in that order; of equals those that come first."""
    per_week = flow.items.cost_of_delay_cents[timed.visits.story]
    idle = timed.waiting_in_window / week_seconds * np.maximum(per_week, 0)
    amounts = _weights(timed, flow, idle, weight)
    return [
        _Weighed(
            amount=float(amounts[at]),
            story_id=int(flow.story_ids[timed.visits.story[at]]),
            entered_at=int(timed.visits.entered_at[at]),
            left_at=int(timed.visits.left_at[at]),
            seconds=float(timed.lead[at]),
            waiting_seconds=float(timed.waiting[at]),
            value=int(flow.items.value_cents[timed.visits.story[at]]),
            cost_of_delay=int(per_week[at]),
            idle=float(idle[at]),
        )
        for at in np.argsort(-amounts, kind="stable")[:limit].tolist()
    ]


def _rows(heaviest: list[_Weighed]) -> list[CountedVisit]:
    stories = read_stories(story_ids=(one.story_id for one in heaviest))
    return [
        CountedVisit(
            story=stories[one.story_id],
            entered_at=to_instant(one.entered_at),
            left_at=None if one.left_at == OPEN else to_instant(one.left_at),
            seconds=one.seconds,
            waiting_seconds=one.waiting_seconds,
            value=_money(one.value),
            cost_of_delay=_money(one.cost_of_delay),
            idle_cost=None if one.cost_of_delay == UNVALUED else _money(round(one.idle)),
        )
        for one in heaviest
        if one.story_id in stories
    ]


def _money(cents: int) -> Decimal | None:
    return None if cents == UNVALUED else Decimal(cents) / 100
