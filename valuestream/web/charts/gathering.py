"""All charts of one page, from one load of the map's flow."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from planner.domain.vocabulary import StateCategory
from planner.models import Story
from valuestream.models import Map
from valuestream.selectors.asking import Question
from valuestream.selectors.charts.cumulative import CumulativeFlow, cumulative_flow_of
from valuestream.selectors.charts.durations import Ageing, CycleTimes, ageing_of, cycle_times_of
from valuestream.selectors.charts.loading import ChartFlow, load_chart_flow
from valuestream.selectors.charts.weekly import Mix, Throughput, throughput_of, work_mix_of

Names = dict[int, tuple[str, str]]


@dataclass(frozen=True)
class Charts:
    """What a page of flow charts draws. `names`: key and title of each story that is told of."""

    chart: ChartFlow
    cfd: CumulativeFlow
    ageing: Ageing
    cycle: CycleTimes
    throughput: Throughput
    mix: Mix
    names: Names

    @property
    def is_valued(self) -> bool:
        """Whether anything drawn has a value: without one every chart is of items."""
        return bool(self.cfd.cents.any() or self.throughput.cents.any())

    @property
    def drawn_stages(self) -> list[int]:
        """Indices of the stages that the cumulative flow draws: all but those of cancelled work."""
        layout = self.chart.layout
        cancelled = {StateCategory.CANCELLED.value}
        return [
            at
            for at in range(len(layout.stages))
            if {state.category for _, placed in layout.blocks_of(at) for state in placed.states} != cancelled
        ]


def gather_charts(*, map_: Map, asked: Question, now: datetime, by: str) -> Charts:
    """Return every chart of a map. Raises InvalidInput for a mix by an unknown word."""
    chart = load_chart_flow(map=map_, now=now, asked=asked)
    ageing, cycle = ageing_of(chart), cycle_times_of(chart)
    told = np.union1d(ageing.open_items.story_id[ageing.shown], cycle.left.story_id[cycle.shown])
    return Charts(
        chart=chart,
        cfd=cumulative_flow_of(chart),
        ageing=ageing,
        cycle=cycle,
        throughput=throughput_of(chart),
        mix=work_mix_of(chart, by=by or "application"),
        names=names_of(told.tolist()),
    )


def names_of(story_ids: list[int]) -> Names:
    """Return key and title of stories."""
    rows = Story.objects.filter(pk__in=story_ids).values_list("pk", "key", "title")
    return {pk: (key, title) for pk, key, title in rows}
