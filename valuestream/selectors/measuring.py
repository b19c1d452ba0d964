"""Measuring a map a range of stories at a time: what takes part in an answer, and how much memory it takes.

A question about few visits is measured at once. One about more is measured in ranges of stories whose parts add up
(`stage_metrics.join_parts`): what is held at a time is then one range's visits, and two numbers for each visit that
left in the window, for percentiles need them all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from django.db.models import Q

from valuestream.domain.calendar import ElapsedTime, to_microseconds
from valuestream.domain.spans import Spans
from valuestream.domain.stage_metrics import (
    FlowQuestion,
    MapMetrics,
    MapPart,
    StreamMap,
    conclude,
    join_parts,
    measure_part,
)
from valuestream.domain.visits import UNMAPPED
from valuestream.domain.vocabulary import BlockKind, Clock
from valuestream.models import Map, Visit
from valuestream.selectors.choice_visits import count_choice_visits
from valuestream.selectors.clocks import clock_of
from valuestream.selectors.drawings import narrowed
from valuestream.selectors.loading import FlowSource, LoadedFlow, StoryRange, load_range, open_flow
from valuestream.selectors.maps import Layout, lay_out

AT_ONCE = 300_000
"""Up to so many visits are loaded and measured in one piece: some 100 MB."""
RANGE = 25_000
"""Stories that are measured at a time, of a question about more."""
_CALENDAR_REACH_YEARS = 20


@dataclass(frozen=True)
class Measuring:
    """A question about a map, with what all parts of its answer share. Make it with `open_measuring`."""

    map: Map
    layout: Layout
    source: FlowSource
    as_of: datetime
    window_days: int

    @property
    def stream_map(self) -> StreamMap:
        """The kernel's view of the map."""
        return stream_map_of(self.source, self.layout)

    def ranges(self) -> list[StoryRange | None]:
        """The ranges in which the question is measured; [None] where all stories are measured at once."""
        since = self.as_of - timedelta(days=self.window_days)
        if not has_more_visits(map=self.map, since=since, than=AT_ONCE):
            return [None]
        return [*self.source.ranges(RANGE)]

    def measure(self, stories: StoryRange | None, clocks: Sequence[Clock]) -> dict[Clock, MapPart]:
        """What the stories of a range say on each clock."""
        flow = load_range(self.source, stories)
        return {
            clock: measure_part(flow.visits, self.stream_map, flow.items, self._question(clock, flow))
            for clock in clocks
        }

    def load(self, stories: StoryRange | None, clock: Clock) -> tuple[LoadedFlow, FlowQuestion]:
        """What happened to the stories of a range, and what the kernel is asked of them."""
        flow = load_range(self.source, stories)
        return flow, self._question(clock, flow)

    def conclude(self, clock: Clock, parts: Sequence[MapPart]) -> MapMetrics:
        """The figures that parts of all stories add up to."""
        return conclude(join_parts(parts), self.stream_map, self._question(clock))

    def time(self, clock: Clock) -> ElapsedTime:
        """The clock, for all the years that matter."""
        return self._times[clock]

    @cached_property
    def _times(self) -> dict[Clock, ElapsedTime]:
        years = (self.as_of.year - _CALENDAR_REACH_YEARS, self.as_of.year + 1)
        return {
            clock: clock_of(workspace=self.map.workspace, clock=clock, first_year=years[0], last_year=years[1])
            for clock in Clock
        }

    def _question(self, clock: Clock, flow: LoadedFlow | None = None) -> FlowQuestion:
        """The kernel's question; what happened to the stories matters only while they are measured."""
        blocked, begun = (Spans.none(), None) if flow is None else (flow.blocked, flow.begun)
        return FlowQuestion(self.source.window_start, self.source.as_of, self.time(clock), blocked, begun)


def open_measuring(
    *,
    map: Map,  # noqa: A002 - the product's word
    as_of: datetime,
    is_past: bool,
    window_days: int,
    where: Q | None = None,
) -> Measuring:
    """Load what all parts of an answer share. `is_past`: roll stories back to `as_of`."""
    source = open_flow(
        workspace_id=map.workspace_id,
        window_start=to_microseconds(as_of - timedelta(days=window_days)),
        as_of=to_microseconds(as_of),
        is_past=is_past,
        wait_rule=map.wait_rule,
        where=narrowed(map=map, where=where, as_of=as_of),
        field_id=map.field_id,
    )
    return Measuring(map, lay_out(map=map), source, as_of, window_days)


def has_more_visits(*, map: Map, since: datetime, than: int) -> bool:  # noqa: A002 - the product's word
    """Whether a map has more than so many visits open, or left since; counts no further than that.

    Those of a map over a choice field are worked out of the whole log, so that all of them count.
    """
    if map.field_id is not None:
        return count_choice_visits(field_id=map.field_id, most=than + 1) > than
    visits = Visit.objects.filter(workspace_id=map.workspace_id)
    left = visits.filter(left_at__gte=since)[: than + 1].count()
    return left > than or left + visits.filter(left_at=None)[: than + 1].count() > than


def stream_map_of(flow: FlowSource | LoadedFlow, layout: Layout) -> StreamMap:
    """The kernel's view of a layout, by the indices of the loaded states."""
    block_of = {state.pk: index for index, placed in enumerate(layout.blocks) for state in placed.states}
    return StreamMap(
        block_of_state=np.array([block_of.get(state.pk, UNMAPPED) for state in flow.states], dtype=np.int64),
        stage_of_block=np.array([placed.stage for placed in layout.blocks], dtype=np.int64),
        is_wait=np.array([placed.block.kind == BlockKind.WAIT for placed in layout.blocks], dtype=np.bool_),
        staffed=np.array([np.nan if stage.staffed is None else stage.staffed for stage in layout.stages]),
        finished=np.array([layout.is_finished(index) for index in range(len(layout.stages))], dtype=np.bool_),
    )
