"""Ageing work and cycle times: what is open against what finished, and what left the stream."""

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from valuestream.domain.charts.durations import Bands, bands_by_place, bands_of, sample_points
from valuestream.domain.flow_metrics import TimedVisits
from valuestream.domain.visits import OPEN
from valuestream.selectors.charts.loading import ChartFlow

MOST_OPEN = 400
MOST_LEFT = 800
"""So many points are told of one chart; percentiles are those of all."""


@dataclass(frozen=True)
class Points:
    """Points of a chart, shape (points,): stories by id, their stage, seconds on the clock, value in cents
    (UNVALUED where unknown), whether they wait, and when they were left (OPEN: not yet).
    """

    story_id: IntArray
    stage: IntArray
    seconds: FloatArray
    cents: IntArray
    is_waiting: BoolArray
    left_at: IntArray

    def __len__(self) -> int:
        """Number of points."""
        return len(self.story_id)

    def take(self, chosen: IntArray | BoolArray) -> "Points":
        """The chosen ones."""
        return Points(
            self.story_id[chosen], self.stage[chosen], self.seconds[chosen], self.cents[chosen],
            self.is_waiting[chosen], self.left_at[chosen],
        )  # fmt: skip


@dataclass(frozen=True)
class Ageing:
    """Open items of each stage of the stream, and the bands of the visits that left it in the window.

    `stages`: indices of the layout, in the order of `bands`. `open_items` are all; `shown` says which are told.
    """

    stages: list[int]
    bands: list[Bands]
    open_items: Points
    shown: IntArray

    def in_stage(self, stage: int) -> Points:
        """The open items of a stage."""
        return self.open_items.take(self.open_items.stage == stage)


@dataclass(frozen=True)
class CycleTimes:
    """Visits to the stream that were left in the window, by when; `shown` says which are told."""

    bands: Bands
    left: Points
    shown: IntArray


def ageing_of(chart: ChartFlow) -> Ageing:
    """Return the open items of each stage against the stage's own p50, p85 and p95 in the window."""
    timed, stages = chart.stages, chart.open_stages
    finished = chart.left_since(timed, chart.window_start)
    bands = bands_by_place(timed.visits.place[finished], timed.lead[finished], len(chart.layout.stages))
    is_open = (timed.visits.left_at == OPEN) & np.isin(timed.visits.place, np.array(stages, dtype=np.int64))
    items = points_of(chart, timed.take(is_open))
    oldest = np.sort(np.argsort(-items.seconds, kind="stable")[:MOST_OPEN])
    return Ageing(stages, [bands[at] for at in stages], items, oldest)


def cycle_times_of(chart: ChartFlow) -> CycleTimes:
    """Return how long what left the stream in the window had been in it, from entering to leaving."""
    timed = chart.runs.take(chart.left_since(chart.runs, chart.window_start))
    order = np.argsort(timed.visits.left_at, kind="stable")
    left = points_of(chart, timed.take(order))
    return CycleTimes(bands_of(left.seconds), left, sample_points(left.seconds, MOST_LEFT))


def points_of(chart: ChartFlow, timed: TimedVisits) -> Points:
    """Visits as points of a chart."""
    story = timed.visits.story
    return Points(
        story_id=chart.flow.story_ids[story],
        stage=timed.visits.place,
        seconds=timed.lead,
        cents=chart.value_of(story),
        is_waiting=timed.is_waiting,
        left_at=timed.visits.left_at,
    )
