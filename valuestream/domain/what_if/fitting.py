"""From a map's visits to a network of queues: what each stage's own past says.

A stage with work in it is a station. One of nothing but waiting is the line of the next station after it; behind the
last station it is a wait for release. Where more is in work at once than people work there, a person's time is
shared: each story then takes that part of its time in work (`items_at_once`), and what a stage can do stays what it
did (Little's law).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from valuestream.domain.calendar import DAY_SECONDS, MICROSECONDS, WEEK_SECONDS
from valuestream.domain.flow_metrics import Items
from valuestream.domain.stage_metrics import FlowQuestion, StreamMap, time_places
from valuestream.domain.visits import OPEN, Visits, merge_visits
from valuestream.domain.what_if.stream import (
    DELIVERED,
    DROPPED,
    RELEASING,
    Arrivals,
    OpenWork,
    Station,
    Stream,
)

_Known = TypeVar("_Known", np.float64, np.int64)
MOST_SAMPLED = 1_000
"""So many times of a stage are kept; more say nothing new."""
RECENT_DAYS = 28
"""How many stories people have in work at once is read from so many days: people of before are no people of today."""
MOST_IN_LINE = 500
"""So many stories of a station's line are played; those behind them are counted only."""


@dataclass(frozen=True)
class Places:
    """Which station each stage is or waits for; RELEASING behind the last one, DELIVERED or DROPPED, (stages,)."""

    of_stage: IntArray
    stations: IntArray

    @property
    def codes(self) -> IntArray:
        """The same with places for what are none: release, delivered and dropped come after the stations."""
        count = len(self.stations)
        codes = {RELEASING: count, DELIVERED: count + 1, DROPPED: count + 2}
        return np.array([codes.get(int(one), int(one)) for one in self.of_stage], dtype=np.int64)


def place_stages(stream_map: StreamMap, dropped: BoolArray) -> Places:
    """Find the stations. `dropped`: stages of nothing but cancelled stories."""
    works = np.zeros(stream_map.stage_count, dtype=np.bool_)
    works[stream_map.stage_of_block[~stream_map.is_wait]] = True
    works &= ~stream_map.is_finished
    stations = np.flatnonzero(works)
    following = np.searchsorted(stations, np.arange(stream_map.stage_count))
    of_stage = np.where(following < len(stations), following, RELEASING)
    of_stage = np.where(stream_map.is_finished, np.where(dropped, DROPPED, DELIVERED), of_stage)
    return Places(of_stage, stations)


@dataclass(frozen=True)
class Observed:
    """What stories say of the stations; parts of other stories add up. Seconds, and instants in microseconds.

    Of visits that were left: station `left`, `worked`, `next` place. `released`: how long finished work waited. Of
    what goes on: place `open_at`, its stage and since when, what was `open_worked` there, whether it is in work, and
    since when it is in the stream. Of each story that came: when, at which place. `done_story`: delivered ones.
    `in_work`: seconds worked in the last days of the window, by station.
    """

    left: IntArray
    worked: FloatArray
    next: IntArray
    released: FloatArray
    open_at: IntArray
    open_stage: IntArray
    open_since: IntArray
    open_worked: FloatArray
    open_in_work: BoolArray
    open_story: IntArray
    open_born: IntArray
    came_at: IntArray
    came_in: IntArray
    came_story: IntArray
    done_story: IntArray
    in_work: FloatArray


def observe(visits: Visits, stream_map: StreamMap, question: FlowQuestion, places: Places) -> Observed:
    """What these visits of workflow states say."""
    _, stages, _ = time_places(visits.as_of(question.as_of), stream_map, question)
    count = len(places.stations)
    at, part_of = merge_visits(stages.visits, places.codes)
    worked, lead = (
        np.bincount(part_of, weights=seconds, minlength=len(at)).astype(np.float64)
        for seconds in (stages.lead - stages.waiting, stages.lead)
    )
    was_left = (at.left_at != OPEN) & (at.left_at >= question.window_start)
    following = _following(at, count)
    is_left = was_left & (at.place < count)
    is_out = following == count + 1
    straight = int((is_left & is_out).sum()) if (places.of_stage == RELEASING).any() else 0
    is_entry = _is_entry(at, count)
    came = is_entry & (at.entered_at >= question.window_start)
    goes_on = np.flatnonzero((at.left_at == OPEN) & (at.place <= count))
    latest = np.searchsorted(part_of, goes_on, side="right") - 1
    born = at.entered_at[np.maximum.accumulate(np.where(is_entry, np.arange(len(at)), 0))]
    is_release = at.place[goes_on] == count
    return Observed(
        left=at.place[is_left],
        worked=worked[is_left],
        next=following[is_left],
        released=np.concatenate([lead[was_left & (at.place == count) & is_out], np.zeros(straight)]),
        open_at=at.place[goes_on],
        open_stage=stages.visits.place[latest],
        open_since=stages.visits.entered_at[latest],
        open_worked=np.where(is_release, lead[goes_on], (stages.lead - stages.waiting)[latest]),
        open_in_work=~stages.is_waiting[latest] & ~is_release,
        open_story=at.story[goes_on],
        open_born=born[goes_on],
        came_at=at.entered_at[came],
        came_in=at.place[came],
        came_story=at.story[came],
        done_story=at.story[was_left & (at.place <= count) & is_out],
        in_work=_in_work(visits, stream_map, question, places),
    )


def recent_start(question: FlowQuestion) -> int:
    """When the last days of the window begin."""
    return max(question.window_start, question.as_of - RECENT_DAYS * DAY_SECONDS * MICROSECONDS)


def _in_work(visits: Visits, stream_map: StreamMap, question: FlowQuestion, places: Places) -> FloatArray:
    """Seconds worked at each station in the last days."""
    recent = replace(question, window_start=recent_start(question))
    _, stages, _ = time_places(visits.as_of(question.as_of), stream_map, recent)
    worked = stages.lead_in_window - stages.waiting_in_window
    count = len(places.stations)
    sums = np.bincount(places.codes[stages.visits.place], weights=worked, minlength=count)
    return sums[:count].astype(np.float64)


def _following(at: Visits, count: int) -> IntArray:
    """The place after each visit; out of the map, and delivered, where there is none."""
    following = np.full(len(at), count + 1)
    stays = at.story[1:] == at.story[:-1]
    following[:-1][stays] = at.place[1:][stays]
    return following


def _is_entry(at: Visits, count: int) -> BoolArray:
    """Whether a story comes into the stream with each visit."""
    is_entry = at.place <= count
    is_entry[1:] &= (at.story[1:] != at.story[:-1]) | (at.place[:-1] > count) | (at.left_at[:-1] != at.entered_at[1:])
    return is_entry


def join_observed(parts: Sequence[Observed]) -> Observed:
    """What all of these stories say. `parts`: at least one."""
    joined = {
        one.name: np.concatenate([getattr(part, one.name) for part in parts])
        for one in fields(Observed)
        if one.name != "in_work"
    }
    return Observed(**joined, in_work=np.sum([part.in_work for part in parts], axis=0))


@dataclass(frozen=True)
class StationFit:
    """What is known of a station. `stage`: its index; `departures`: visits that were left in the window.

    `is_assumed`: nobody typed how many people work there, and those assigned were counted. `touch_weeks`: the mean
    time of a person. `items_at_once`: of each person; below 1 where people have other work, too.
    `beyond`: stories too far behind in its line to be played.
    """

    stage: int
    people: int
    is_assumed: bool
    departures: int
    items_at_once: float
    touch_weeks: float
    back_share: float
    beyond: int


@dataclass(frozen=True)
class Fit:
    """A stream with what its figures rest on. `unvalued`: stories in it without an estimate."""

    stream: Stream
    stations: list[StationFit]
    open_stories: int
    unvalued: int
    arrivals: int
    delivered: int


def fit(observed: Observed, items: Items, question: FlowQuestion, places: Places, staffed: FloatArray) -> Fit:
    """Put the network together. `staffed`: people typed for each stage, NaN where nobody did."""
    weeks = (question.as_of - recent_start(question)) / MICROSECONDS / WEEK_SECONDS
    count = len(places.stations)
    stations, fits = [], []
    for station in range(count):
        known = _fit_station(observed, items, places, staffed, station, weeks, recent_start(question))
        left = np.flatnonzero(observed.left == station)
        stations.append(_station(observed, left, known, station, count))
        fits.append(known)
    work, unvalued = _open_work(observed, items, fits, question.as_of)
    return Fit(
        Stream(stations, work, _arrivals(observed, items, question, count), _sampled(observed.released) / _WEEK),
        fits,
        open_stories=len(observed.open_story),
        unvalued=unvalued,
        arrivals=len(observed.came_at),
        delivered=len(observed.done_story),
    )


_WEEK = float(WEEK_SECONDS)
_LEAST_SHARE = 0.05


def _fit_station(
    observed: Observed, items: Items, places: Places, staffed: FloatArray, station: int, weeks: float, recent_from: int
) -> StationFit:
    """Where everybody could have taken something from the line all the time, what they did is what they can."""
    stage = int(places.stations[station])
    typed = float(staffed[stage])
    is_here = observed.open_at == station
    assigned = items.person[observed.open_story[is_here & observed.open_in_work]]
    people = int(typed) if np.isfinite(typed) else max(1, len(np.unique(assigned[assigned >= 0])))
    waits = is_here & ~observed.open_in_work & (observed.open_since <= recent_from)
    share = float(observed.in_work[station]) / _WEEK / weeks / people if people else 1.0
    at_once = max(share, _LEAST_SHARE) if people and int(waits.sum()) >= people else max(share, 1.0)
    left = observed.left == station
    worked = observed.worked[left]
    return StationFit(
        stage=stage,
        people=people,
        is_assumed=not np.isfinite(typed),
        departures=int(left.sum()),
        items_at_once=at_once,
        touch_weeks=float(worked.mean()) / _WEEK / at_once if len(worked) else 0.0,
        back_share=float((observed.next[left] < station).mean()) if len(worked) else 0.0,
        beyond=max(0, int(is_here.sum()) - MOST_IN_LINE),
    )


def _station(observed: Observed, left: IntArray, known: StationFit, station: int, count: int) -> Station:
    """A station's own past; where nothing left it, work passes through at once, and goes on to the next one."""
    kept = _sampled(left)
    goes_to = observed.next[kept]
    goes_to = np.where(goes_to < count, goes_to, np.where(goes_to == count + 2, DROPPED, DELIVERED))
    if not len(kept):
        onward = station + 1 if station + 1 < count else DELIVERED
        return Station(known.people, np.zeros(1), np.array([onward], dtype=np.int64))
    return Station(known.people, observed.worked[kept] / _WEEK / known.items_at_once, goes_to)


def _sampled(known: NDArray[_Known]) -> NDArray[_Known]:
    """At most MOST_SAMPLED of these, evenly spread."""
    if len(known) <= MOST_SAMPLED:
        return known
    return known[np.linspace(0, len(known) - 1, MOST_SAMPLED).astype(np.int64)]


def _open_work(observed: Observed, items: Items, fits: Sequence[StationFit], as_of: int) -> tuple[OpenWork, int]:
    """What is in the stream, in the order in which it is taken: under way, then nearest to the station, then oldest."""
    order = np.lexsort((observed.open_since, -observed.open_stage, -observed.open_worked * observed.open_in_work))
    place = observed.open_at[order]
    rank = np.zeros(len(order), dtype=np.int64)
    for one in np.unique(place):
        rank[place == one] = np.arange(int((place == one).sum()))
    order = order[(rank < MOST_IN_LINE) | (place == len(fits))]
    place, story = observed.open_at[order], observed.open_story[order]
    at_once = np.array([*(one.items_at_once for one in fits), 1.0])
    is_begun = observed.open_in_work[order] | (place == len(fits))
    value, cost = items.value_cents[story], items.cost_of_delay_cents[story]
    work = OpenWork(
        station=np.where(place == len(fits), RELEASING, place),
        touched_weeks=np.where(is_begun, observed.open_worked[order] / _WEEK / at_once[place], 0.0),
        age_weeks=(as_of - observed.open_born[order]) / MICROSECONDS / _WEEK,
        value=np.maximum(value, 0).astype(np.float64),
        cost_of_delay=np.maximum(cost, 0).astype(np.float64),
    )
    return work, int((items.value_cents[observed.open_story] < 0).sum())


def _arrivals(observed: Observed, items: Items, question: FlowQuestion, count: int) -> Arrivals:
    """Gaps between what came in the window, the first one from its start, and what each story was like."""
    came_at = np.sort(observed.came_at)
    gaps = np.diff(np.concatenate([[question.window_start], came_at])) / MICROSECONDS / _WEEK
    known = _sampled(np.flatnonzero(observed.came_in < count))
    story = observed.came_story[known]
    return Arrivals(
        gaps_weeks=_sampled(gaps),
        station=observed.came_in[known],
        value=np.maximum(items.value_cents[story], 0).astype(np.float64),
        cost_of_delay=np.maximum(items.cost_of_delay_cents[story], 0).astype(np.float64),
    )
