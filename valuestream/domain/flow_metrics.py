"""The figures of one block, one stage or the whole map, and how they are summed up from timed visits.

`definitions.md`, "Value stream map". Durations are seconds on the clock asked for, money is whole
cents, ratios 0-1. None is "not known", which is not 0. Percentiles interpolate linearly (NumPy
"linear").
"""

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from valuestream.domain.calendar import WEEK_SECONDS
from valuestream.domain.visits import OPEN, Visits

STEADY_SHARE = 0.2
UNVALUED = -1
NOBODY = -1


@dataclass(frozen=True)
class Items:
    """What is known of the stories at ``as_of``, shape (stories,).

    ``value_cents`` and ``cost_of_delay_cents`` (per week): attributed, UNVALUED where the capability
    has no estimate. ``person``: whoever is assigned, or NOBODY.
    """

    value_cents: IntArray
    cost_of_delay_cents: IntArray
    person: IntArray


@dataclass(frozen=True)
class TimedVisits:
    """Visits with what was measured of them, shape (visits,).

    ``lead`` and ``waiting``: seconds until left, or until ``as_of``; ``..._in_window``: the part in the
    window. ``is_waiting``: open, and waiting at ``as_of``; ``was_waiting``: there, and waiting, just
    before the window. ``came_back``: left, and then returned to the same or an earlier stage.
    """

    visits: Visits
    lead: FloatArray
    waiting: FloatArray
    lead_in_window: FloatArray
    waiting_in_window: FloatArray
    is_waiting: BoolArray
    was_waiting: BoolArray
    came_back: BoolArray

    def take(self, chosen: BoolArray | IntArray | slice) -> "TimedVisits":
        """The chosen visits, in the order chosen; a slice copies nothing."""
        return TimedVisits(
            self.visits.take(chosen),
            self.lead[chosen],
            self.waiting[chosen],
            self.lead_in_window[chosen],
            self.waiting_in_window[chosen],
            self.is_waiting[chosen],
            self.was_waiting[chosen],
            self.came_back[chosen],
        )


@dataclass(frozen=True)
class Window:
    """From ``start`` to ``as_of``, both included, with its length in seconds on the clock and the clock's week."""

    start: int
    as_of: int
    seconds: float
    week_seconds: float

    @property
    def calendar_weeks(self) -> float:
        """Length in weeks of the calendar, whatever the clock."""
        return (self.as_of - self.start) / 1_000_000 / WEEK_SECONDS


@dataclass(frozen=True)
class Distribution:
    """How a duration is spread, in seconds; None throughout where there is nothing to measure."""

    n: int
    mean: float | None = None
    p50: float | None = None
    p85: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class LittlesLaw:
    """WIP = throughput x lead time (Little, 1961), over the window: what it says, and by how much it's off.

    ``residual`` = average WIP - throughput x lead time, in items. Not steady: arrivals and departures
    differ by more than a fifth of the larger, and then the law isn't expected to hold.
    """

    average_wip: float | None
    throughput_per_second: float | None
    lead_time: float | None
    residual: float | None
    is_steady: bool


@dataclass(frozen=True)
class FlowMetrics:
    """Every figure of a block, a stage or the map. ``place``: index of the block or stage, 0 for the map."""

    place: int
    arrivals: int
    departures: int
    throughput_per_week: float | None
    wip: int
    queue_length: int
    queue_length_at_start: int
    wip_age: Distribution
    queue_age: Distribution
    lead_time: Distribution
    waiting_time: Distribution
    process_time: Distribution
    flow_efficiency: float | None
    percent_complete_accurate: float | None
    value_held_cents: int
    value_waiting_cents: int
    value_arrived_cents: int
    value_departed_cents: int
    average_value_cents: float | None
    largest_contributor: int | None
    largest_contribution_cents: int
    unvalued_wip: int
    delay_cost_rate_cents: int
    idle_cost_cents: int
    unvalued_visits: int
    resources: int
    load: float | None
    staffed: float | None
    utilisation: float | None
    littles_law: LittlesLaw


def summarise(
    timed: TimedVisits, count: int, items: Items, window: Window, staffed: FloatArray | None = None
) -> list[FlowMetrics]:
    """The figures of places 0 to ``count`` - 1. ``staffed``: people per place, NaN where not typed.

    Places are sorted as 16-bit integers, which NumPy does by radix, in linear time.
    """
    in_window = np.flatnonzero(timed.visits.left_at >= window.start)
    place = timed.visits.place[in_window].astype(np.int16)
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(count + 1))
    by_place = timed.take(in_window[order])
    people = np.full(count, np.nan) if staffed is None else staffed
    return [
        _figures(index, by_place.take(slice(*bounds[index : index + 2])), items, window, people[index])
        for index in range(count)
    ]


def _figures(place: int, timed: TimedVisits, items: Items, window: Window, staffed: float) -> FlowMetrics:
    """The figures of one place from its visits."""
    visits = timed.visits
    is_open = visits.left_at == OPEN
    left = timed.take(~is_open)
    departures = int((~is_open).sum())
    wip, process = int(is_open.sum()), left.lead - left.waiting
    lead_time, process_time = distribution(left.lead), distribution(process)
    value = items.value_cents[visits.story[is_open]]
    worth, has_arrived = items.value_cents[visits.story], visits.entered_at >= window.start
    arrivals = int(has_arrived.sum())
    people = items.person[visits.story[is_open]]
    resources = len(np.unique(people[people != NOBODY]))
    largest = int(np.argmax(value)) if (value != UNVALUED).any() else None
    value_held = _total(value)
    return FlowMetrics(
        place=place,
        arrivals=arrivals,
        departures=departures,
        throughput_per_week=_ratio(departures, window.calendar_weeks),
        wip=wip,
        queue_length=int(timed.is_waiting.sum()),
        queue_length_at_start=int(timed.was_waiting.sum()),
        wip_age=distribution(timed.lead[is_open]),
        queue_age=distribution(timed.lead[timed.is_waiting]),
        lead_time=lead_time,
        waiting_time=distribution(left.waiting),
        process_time=process_time,
        flow_efficiency=_ratio(float(process.sum()), float(left.lead.sum())),
        percent_complete_accurate=_ratio(float((~left.came_back).sum()), departures),
        value_held_cents=value_held,
        value_waiting_cents=_total(worth[timed.is_waiting]),
        value_arrived_cents=_total(worth[has_arrived]),
        value_departed_cents=_total(worth[~is_open]),
        average_value_cents=_ratio(value_held, wip),
        largest_contributor=None if largest is None else int(visits.story[is_open][largest]),
        largest_contribution_cents=0 if largest is None else int(value[largest]),
        unvalued_wip=int((value == UNVALUED).sum()),
        delay_cost_rate_cents=_total(items.cost_of_delay_cents[visits.story[is_open]]),
        idle_cost_cents=_idle_cost(timed, items, window),
        unvalued_visits=int((items.cost_of_delay_cents[visits.story] == UNVALUED).sum()),
        resources=resources,
        load=_ratio(wip, resources),
        staffed=None if np.isnan(staffed) else float(staffed),
        utilisation=_utilisation(arrivals, process_time.mean, staffed, window),
        littles_law=_littles_law(timed, arrivals, departures, lead_time.mean, window),
    )


def distribution(seconds: FloatArray) -> Distribution:
    """Count, mean, median, 85th percentile and largest of some durations."""
    if not len(seconds):
        return Distribution(0)
    p50, p85 = np.percentile(seconds, (50, 85))
    return Distribution(len(seconds), float(seconds.mean()), float(p50), float(p85), float(seconds.max()))


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _total(cents: IntArray) -> int:
    return int(cents[cents != UNVALUED].sum())


def _idle_cost(timed: TimedVisits, items: Items, window: Window) -> int:
    """Waiting in the window, in weeks of the clock, x cost of delay; unvalued stories are left out."""
    per_week = np.maximum(items.cost_of_delay_cents[timed.visits.story], 0)
    return round(float((timed.waiting_in_window / window.week_seconds * per_week).sum()))


def _utilisation(arrivals: int, mean_process: float | None, staffed: float, window: Window) -> float | None:
    """Work that arrived over the time of those staffed, on one clock; None unless people were typed."""
    capacity = staffed * window.seconds
    return None if mean_process is None or not capacity > 0 else arrivals * mean_process / capacity


def _littles_law(
    timed: TimedVisits, arrivals: int, departures: int, lead_time: float | None, window: Window
) -> LittlesLaw:
    average_wip = _ratio(float(timed.lead_in_window.sum()), window.seconds)
    throughput = _ratio(departures, window.seconds)
    is_steady = bool(abs(arrivals - departures) <= STEADY_SHARE * max(arrivals, departures))
    if average_wip is None or throughput is None or lead_time is None:
        return LittlesLaw(average_wip, throughput, lead_time, None, is_steady and departures > 0)
    residual = average_wip - throughput * lead_time
    return LittlesLaw(average_wip, throughput, lead_time, residual, is_steady)
