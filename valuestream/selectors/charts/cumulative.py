"""The cumulative flow of a map: items and dollars in each block at the end of each day."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from valuestream.domain.charts.cumulative_value import cumulative_value, worth_by_day
from valuestream.domain.cumulative_flow import cumulative_flow, daily_deltas
from valuestream.selectors.charts.loading import ChartFlow
from valuestream.selectors.charts.worth_history import read_worth_history
from valuestream.selectors.work_items import index_of

MOST_DAYS = 367
"""Of a longer window only every so many days are told, counted back from the last one."""


@dataclass(frozen=True)
class CumulativeFlow:
    """Cells by day and block: `items`, `cents` as known on the day itself, and what entered and left since the
    day before. The last day may not be over: then its cells are those of the instant asked about.
    """

    days: list[date]
    step_days: int
    items: IntArray
    cents: FloatArray
    entered: IntArray
    left: IntArray
    stage_of_block: IntArray
    is_partial: bool

    def by_stage(self, cells: IntArray | FloatArray, count: int) -> FloatArray:
        """Cells of blocks added up by stage, shape (days, stages)."""
        summed = np.zeros((len(cells), count))
        np.add.at(summed.T, self.stage_of_block, cells.T)
        return summed


def cumulative_flow_of(chart: ChartFlow, *, in_dollars: bool = True) -> CumulativeFlow:
    """Return a map's cumulative flow over the window. Without `in_dollars` all cents are 0, and nothing is loaded."""
    days, step = told_days(chart.first_day, chart.last_day)
    ends = np.array([chart.end_of(day) for day in days], dtype=np.int64)
    visits, count = chart.blocks.visits, len(chart.layout.blocks)
    items = cumulative_flow(visits, ends + 1, count).astype(np.int64)
    before = chart.end_of(days[0] - timedelta(days=step))
    deltas = daily_deltas(visits, np.concatenate([[before], ends]) + 1, count)
    cents = _cents(chart, ends, count) if in_dollars else np.zeros(items.shape)
    stage_of_block = np.array([placed.stage for placed in chart.layout.blocks], dtype=np.int64)
    return CumulativeFlow(
        days, step, items, cents, deltas.entered, deltas.left, stage_of_block, not chart.last_day_is_over
    )


def told_days(first: date, last: date) -> tuple[list[date], int]:
    """The days of a window that are told, at most MOST_DAYS, and the days from one to the next."""
    length = (last - first).days
    step = max(1, ceil((length + 1) / MOST_DAYS))
    return [last - timedelta(days=back) for back in range(length - length % step, -1, -step)], step


def _cents(chart: ChartFlow, ends: IntArray, count: int) -> FloatArray:
    history = read_worth_history(workspace_id=chart.map.workspace_id, since=int(ends[0]))
    visits = chart.blocks.visits
    story = index_of(chart.flow.story_ids, history.story_ids)[visits.story]
    return cumulative_value(visits, ends, count, worth_by_day(history.inputs, ends), story)
