"""What left the stream a week: with the limits of what is usual, and what it was of."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from planner.domain.arrays import FloatArray, IntArray, sum_by
from valuestream.domain.charts.process_limits import ProcessLimits, Signal, find_signals, natural_process_limits
from valuestream.domain.charts.work_mix import WorkMix, mix_work
from valuestream.domain.days import day_of
from valuestream.domain.visits import OPEN
from valuestream.selectors.charts.groups import Grouping, read_grouping
from valuestream.selectors.charts.loading import FEWEST_WEEKS, ChartFlow
from valuestream.selectors.work_items import index_of, to_instant

MOST_WEEKS = 522
MOST_GROUPS = 6


@dataclass(frozen=True)
class Departures:
    """What left the stream in whole weeks, Monday to Sunday of the workspace's days, shape (departures,).

    `weeks`: the Mondays, rising; the week that `as_of` lies in is left out unless it is over. `week`: the index of
    each departure's; `cents` is 0 where a story has no value, and `unvalued` counts those.
    """

    weeks: list[date]
    week: IntArray
    story: IntArray
    cents: FloatArray
    unvalued: int
    begun: date | None

    @property
    def items_by_week(self) -> FloatArray:
        """Departures of each week."""
        return np.bincount(self.week, minlength=len(self.weeks)).astype(np.float64)

    @property
    def cents_by_week(self) -> FloatArray:
        """Attributed value that left in each week, in cents."""
        return sum_by(self.week, self.cents, len(self.weeks))


@dataclass(frozen=True)
class Throughput:
    """A series by week, its limits and its signals: in items, and in cents."""

    departures: Departures
    items: FloatArray
    cents: FloatArray
    item_limits: ProcessLimits | None
    cent_limits: ProcessLimits | None
    item_signals: list[Signal]
    cent_signals: list[Signal]


@dataclass(frozen=True)
class Mix:
    """The mix of what left, by week and group of one field, in items and in cents."""

    departures: Departures
    grouping: Grouping
    items: WorkMix
    cents: WorkMix


def departures_of(chart: ChartFlow) -> Departures:
    """Return what left the stream in the window's whole weeks, in FEWEST_WEEKS at least.

    Weeks before anything ever entered the stream say nothing about it and are left out.
    """
    weeks = [week for week in _whole_weeks(chart) if chart.start_of(week) >= chart.reach]
    begun = _begun(chart)
    if begun is not None:
        weeks = [week for week in weeks if week + timedelta(days=6) >= begun]
    visits = chart.runs.visits
    bounds = np.array([chart.start_of(week) for week in [*weeks, weeks[-1] + timedelta(days=7)]] if weeks else [0])
    week = np.searchsorted(bounds, visits.left_at, side="right") - 1
    inside = (week >= 0) & (week < len(weeks)) & (visits.left_at != OPEN)
    story = visits.story[inside]
    cents = chart.value_of(story)
    return Departures(
        weeks, week[inside], story, np.maximum(cents, 0).astype(np.float64), int((cents < 0).sum()), begun
    )


def _whole_weeks(chart: ChartFlow) -> list[date]:
    after = chart.last_day + timedelta(days=1) if chart.last_day_is_over else chart.last_day
    monday = after - timedelta(days=after.weekday())
    wanted = min(max(FEWEST_WEEKS, (monday - chart.first_day).days // 7), MOST_WEEKS)
    return [monday - timedelta(weeks=back) for back in range(wanted, 0, -1)]


def _begun(chart: ChartFlow) -> date | None:
    """The day anything first entered the stream, as far back as the visits reach."""
    visits = chart.runs.visits
    if not len(visits):
        return None
    return day_of(to_instant(int(visits.entered_at.min())), chart.zone)


def throughput_of(chart: ChartFlow) -> Throughput:
    """Return throughput by week with natural process limits and signals."""
    left = departures_of(chart)
    items, cents = left.items_by_week, left.cents_by_week
    item_limits, cent_limits = natural_process_limits(items), natural_process_limits(cents)
    return Throughput(
        left,
        items,
        cents,
        item_limits,
        cent_limits,
        find_signals(items, item_limits) if item_limits else [],
        find_signals(cents, cent_limits) if cent_limits else [],
    )


def work_mix_of(chart: ChartFlow, *, by: str) -> Mix:
    """Return what left by week and group: "application", "capability", "value_kind", or a choice field's key.

    Groups are those of today. Raises InvalidInput for another word.
    """
    left = departures_of(chart)
    grouping = read_grouping(workspace=chart.map.workspace, by=by)
    at = index_of(chart.flow.story_ids[left.story], grouping.story_ids)
    group = np.where(at >= 0, grouping.group[at], 0) if len(grouping.group) else np.zeros(len(at), dtype=np.int64)
    shape = {"periods": len(left.weeks), "group_count": len(grouping.labels), "most": MOST_GROUPS}
    items = mix_work(left.week, group, np.ones(len(group)), **shape)
    return Mix(left, grouping, items, mix_work(left.week, group, left.cents, **shape))
