"""A map's flow loaded once for all of its charts: timed visits of blocks, stages and the whole stream."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from common.errors import InvalidInput
from planner.domain.arrays import BoolArray, IntArray
from valuestream.domain.calendar import DAY_SECONDS, MICROSECONDS, to_microseconds
from valuestream.domain.days import day_of, end_of_day, start_of_day
from valuestream.domain.flow_metrics import TimedVisits
from valuestream.domain.stage_metrics import FlowQuestion, time_places
from valuestream.domain.visits import OPEN
from valuestream.models import Map
from valuestream.selectors.asking import Question
from valuestream.selectors.clocks import clock_of
from valuestream.selectors.drawings import narrowed
from valuestream.selectors.loading import LoadedFlow, load_flow
from valuestream.selectors.maps import Layout, lay_out
from valuestream.selectors.measuring import has_more_visits, stream_map_of
from valuestream.selectors.work_items import to_instant

FEWEST_WEEKS = 26
"""Process limits and the mix look back at least so far, for a few weeks say nothing about what is usual."""
CHARTED_VISITS = 500_000
"""Charts of more are not drawn while somebody waits: so many take some five seconds."""
_CALENDAR_REACH_YEARS = 20


@dataclass(frozen=True)
class ChartFlow:
    """What every chart of a map is computed from. Places of `blocks` and `stages` are those of `layout`.

    `as_of` and `window_start`: microseconds since 1970 UTC. The visits go back to `reach`: FEWEST_WEEKS at least, of
    a map too large for that only to the window's start.
    """

    map: Map
    asked: Question
    layout: Layout
    flow: LoadedFlow
    blocks: TimedVisits
    stages: TimedVisits
    runs: TimedVisits
    window_start: int
    reach: int
    as_of: int
    first_day: date
    last_day: date

    @property
    def zone(self) -> str:
        """The workspace's time zone."""
        return self.map.workspace.time_zone

    @property
    def is_finished(self) -> BoolArray:
        """Whether stories have left the stream in each stage."""
        return np.array([self.layout.is_finished(at) for at in range(len(self.layout.stages))], dtype=np.bool_)

    @property
    def last_day_is_over(self) -> bool:
        """Whether the day asked about is asked about up to its end."""
        return self.as_of + 1 >= self.start_of(self.last_day + timedelta(days=1))

    @property
    def open_stages(self) -> list[int]:
        """Indices of the stages of the stream, in its order."""
        return np.flatnonzero(~self.is_finished).tolist()

    def left_since(self, timed: TimedVisits, start: int) -> BoolArray:
        """Which visits were left from an instant on."""
        left: BoolArray = (timed.visits.left_at >= start) & (timed.visits.left_at != OPEN)
        return left

    def start_of(self, day: date) -> int:
        """When a day begins, in microseconds."""
        return to_microseconds(start_of_day(day, self.zone))

    def end_of(self, day: date) -> int:
        """The last instant of a day; of the day asked about, the instant asked about."""
        return min(to_microseconds(end_of_day(day, self.zone)), self.as_of)

    def value_of(self, story: IntArray) -> IntArray:
        """Attributed value of stories in cents as of the instant asked about, UNVALUED where unknown."""
        return self.flow.items.value_cents[story]


def load_chart_flow(*, map: Map, now: datetime, asked: Question) -> ChartFlow:  # noqa: A002 - the product's word
    """Load a fetched map's flow for its charts. Raises InvalidInput for more than CHARTED_VISITS without a filter."""
    as_of = asked.as_of or now
    instant = to_microseconds(as_of)
    start = instant - asked.window_days * DAY_SECONDS * MICROSECONDS
    reach = _reach(map, asked, start, instant)
    flow = load_flow(
        workspace_id=map.workspace_id,
        window_start=reach,
        as_of=instant,
        is_past=asked.as_of is not None,
        wait_rule=map.wait_rule,
        where=narrowed(map=map, where=asked.where, as_of=as_of),
        field_id=map.field_id,
    )
    time = clock_of(
        workspace=map.workspace,
        clock=asked.clock,
        first_year=as_of.year - _CALENDAR_REACH_YEARS,
        last_year=as_of.year + 1,
    )
    layout = lay_out(map=map)
    question = FlowQuestion(start, instant, time, flow.blocked, flow.begun)
    blocks, stages, runs = time_places(flow.visits.as_of(instant), stream_map_of(flow, layout), question)
    zone = map.workspace.time_zone
    first = day_of(as_of - timedelta(days=asked.window_days), zone)
    return ChartFlow(map, asked, layout, flow, blocks, stages, runs, start, reach, instant, first, day_of(as_of, zone))


def _reach(map_: Map, asked: Question, start: int, instant: int) -> int:
    """How far back to load: as many weeks as limits need, or no more than the window where that is much."""
    wanted = min(start, instant - (FEWEST_WEEKS + 1) * 7 * DAY_SECONDS * MICROSECONDS)
    if asked.where is not None:
        return wanted
    for since in (wanted, start):
        if not has_more_visits(map=map_, since=to_instant(since), than=CHARTED_VISITS):
            return since
    raise InvalidInput(
        f"More than {CHARTED_VISITS:,} visits lie in these {asked.window_days} days. Choose a shorter window, or only "
        "some stories.",
        field="window_days",
    )
