"""The figures of one block, one stage or the whole map, and how they are summed up from timed visits.

In two steps, so that any number of workers can do the first one at once: stories fall into parts, each part says
what it knows of a place (`measure_places`), parts add up (`join_places`), and the sum is put into figures
(`conclude_place`). Durations stay single values until then, for a percentile is none of its parts' percentiles.

`definitions.md`, "Value stream map". Durations are seconds on the clock asked for, money is whole
cents, ratios 0-1. None is "not known", which is not 0. Percentiles interpolate linearly (NumPy
"linear").
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

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


@dataclass(frozen=True)
class PlacePart:
    """What some of the stories say of one place; parts of other stories add up to the whole (`join_places`).

    ``lead`` and ``waiting``: seconds of each visit that left in the window. ``wip_age`` and ``queue_age``: of each
    open one, and of each that waits. ``people``: who is assigned to open visits, each once, rising.
    ``largest``: (cents, story) of the open visit that holds most, None where none is valued.
    """

    lead: FloatArray
    waiting: FloatArray
    wip_age: FloatArray
    queue_age: FloatArray
    people: IntArray
    largest: tuple[int, int] | None
    arrivals: int
    clean_departures: int
    queue_length_at_start: int
    value_held_cents: int
    value_waiting_cents: int
    value_arrived_cents: int
    value_departed_cents: int
    delay_cost_rate_cents: int
    unvalued_wip: int
    unvalued_visits: int
    idle_cost_cents: float
    seconds_in_window: float


_ARRAYS = ("lead", "waiting", "wip_age", "queue_age")
_JOINED_OTHERWISE = (*_ARRAYS, "people", "largest")


def measure_places(timed: TimedVisits, count: int, items: Items, window: Window) -> list[PlacePart]:
    """What these visits say of places 0 to ``count`` - 1.

    Places are sorted as 16-bit integers, which NumPy does by radix, in linear time.
    """
    in_window = np.flatnonzero(timed.visits.left_at >= window.start)
    place = timed.visits.place[in_window].astype(np.int16)
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(count + 1))
    by_place = timed.take(in_window[order])
    return [_part(by_place.take(slice(*bounds[index : index + 2])), items, window) for index in range(count)]


def _part(timed: TimedVisits, items: Items, window: Window) -> PlacePart:
    visits = timed.visits
    is_open, has_arrived = visits.left_at == OPEN, visits.entered_at >= window.start
    left, there = timed.take(~is_open), visits.story[is_open]
    worth, held, people = items.value_cents[visits.story], items.value_cents[there], items.person[there]
    at = int(np.argmax(held)) if (held != UNVALUED).any() else None
    return PlacePart(
        lead=left.lead,
        waiting=left.waiting,
        wip_age=timed.lead[is_open],
        queue_age=timed.lead[timed.is_waiting],
        people=np.unique(people[people != NOBODY]),
        largest=None if at is None else (int(held[at]), int(there[at])),
        arrivals=int(has_arrived.sum()),
        clean_departures=int((~left.came_back).sum()),
        queue_length_at_start=int(timed.was_waiting.sum()),
        value_held_cents=_total(held),
        value_waiting_cents=_total(worth[timed.is_waiting]),
        value_arrived_cents=_total(worth[has_arrived]),
        value_departed_cents=_total(worth[~is_open]),
        delay_cost_rate_cents=_total(items.cost_of_delay_cents[there]),
        unvalued_wip=int((held == UNVALUED).sum()),
        unvalued_visits=int((items.cost_of_delay_cents[visits.story] == UNVALUED).sum()),
        idle_cost_cents=_idle_cost(timed, items, window),
        seconds_in_window=float(timed.lead_in_window.sum()),
    )


def join_places(parts: Sequence[PlacePart]) -> PlacePart:
    """The part of one place that all these stories make; of equal largest holdings, the lowest story's."""
    if len(parts) == 1:
        return parts[0]
    largest = [part.largest for part in parts if part.largest is not None]
    sums = [field.name for field in fields(PlacePart) if field.name not in _JOINED_OTHERWISE]
    joined: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS}
    joined |= {name: sum(getattr(part, name) for part in parts) for name in sums}
    return replace(
        parts[0],
        people=np.unique(np.concatenate([part.people for part in parts])),
        largest=min(largest, key=lambda one: (-one[0], one[1])) if largest else None,
        **joined,
    )


def conclude_place(place: int, part: PlacePart, window: Window, staffed: float = np.nan) -> FlowMetrics:
    """The figures of a place from all that is said of it. ``staffed``: people typed for it, NaN where not."""
    departures, wip = len(part.lead), len(part.wip_age)
    lead_time, process = distribution(part.lead), part.lead - part.waiting
    process_time = distribution(process)
    cents, largest = part.largest or (0, None)
    return FlowMetrics(
        place=place,
        arrivals=part.arrivals,
        departures=departures,
        throughput_per_week=_ratio(departures, window.calendar_weeks),
        wip=wip,
        queue_length=len(part.queue_age),
        queue_length_at_start=part.queue_length_at_start,
        wip_age=distribution(part.wip_age),
        queue_age=distribution(part.queue_age),
        lead_time=lead_time,
        waiting_time=distribution(part.waiting),
        process_time=process_time,
        flow_efficiency=_ratio(float(process.sum()), float(part.lead.sum())),
        percent_complete_accurate=_ratio(part.clean_departures, departures),
        value_held_cents=part.value_held_cents,
        value_waiting_cents=part.value_waiting_cents,
        value_arrived_cents=part.value_arrived_cents,
        value_departed_cents=part.value_departed_cents,
        average_value_cents=_ratio(part.value_held_cents, wip),
        largest_contributor=largest,
        largest_contribution_cents=cents,
        unvalued_wip=part.unvalued_wip,
        delay_cost_rate_cents=part.delay_cost_rate_cents,
        idle_cost_cents=round(part.idle_cost_cents),
        unvalued_visits=part.unvalued_visits,
        resources=len(part.people),
        load=_ratio(wip, len(part.people)),
        staffed=None if np.isnan(staffed) else float(staffed),
        utilisation=_utilisation(part.arrivals, process_time.mean, staffed, window),
        littles_law=_littles_law(part, lead_time.mean, window),
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


def _idle_cost(timed: TimedVisits, items: Items, window: Window) -> float:
    """Waiting in the window, in weeks of the clock, x cost of delay; unvalued stories are left out."""
    per_week = np.maximum(items.cost_of_delay_cents[timed.visits.story], 0)
    return float((timed.waiting_in_window / window.week_seconds * per_week).sum())


def _utilisation(arrivals: int, mean_process: float | None, staffed: float, window: Window) -> float | None:
    """Work that arrived over the time of those staffed, on one clock; None unless people were typed."""
    capacity = staffed * window.seconds
    return None if mean_process is None or not capacity > 0 else arrivals * mean_process / capacity


def _littles_law(part: PlacePart, lead_time: float | None, window: Window) -> LittlesLaw:
    arrivals, departures = part.arrivals, len(part.lead)
    average_wip = _ratio(part.seconds_in_window, window.seconds)
    throughput = _ratio(departures, window.seconds)
    is_steady = bool(abs(arrivals - departures) <= STEADY_SHARE * max(arrivals, departures))
    if average_wip is None or throughput is None or lead_time is None:
        return LittlesLaw(average_wip, throughput, lead_time, None, is_steady and departures > 0)
    residual = average_wip - throughput * lead_time
    return LittlesLaw(average_wip, throughput, lead_time, residual, is_steady)
