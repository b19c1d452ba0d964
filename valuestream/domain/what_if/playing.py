"""Playing a network of queues forward, all runs of all scenarios side by side.

Each station keeps the vector of Kiefer and Wolfowitz (1955): when each of its people is free again. A step takes in
every row (a run of a scenario) the next thing that happens, an arrival or the end of a piece of work, so that work
which comes back finds its place in the line by time. A person free at a station takes the first in its line.

A limit on work in progress lets nobody in beyond it; who may not enter stays where he is and counts there. Work that
comes back is let in over the limit: else two full stages could wait for each other for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from valuestream.domain.what_if.draws import Draws
from valuestream.domain.what_if.stream import DELIVERED, DROPPED, RELEASING, Scenario, Stream

_NOBODY = -1
_OUTSIDE = -1
_NO_LIMIT = np.iinfo(np.int64).max
_ROUNDS = 8


@dataclass(frozen=True)
class Played:
    """What happened, by scenario and run; weeks from now, inf for what did not happen.

    `left_at`: when each story left the last station to be delivered (scenarios, runs, stories). The rest
    (scenarios, runs, stations): pieces of work begun, weeks waited for by them, weeks worked, and what the waiting
    cost, in cents, of those that wait at the end too. Of each story `entered`: it came, or was there; `dropped`: it was
    given up.
    """

    left_at: FloatArray
    entered: BoolArray
    dropped: BoolArray
    begun: IntArray
    waited_weeks: FloatArray
    worked_weeks: FloatArray
    idle_cost: FloatArray


def play(stream: Stream, draws: Draws, scenarios: Sequence[Scenario], *, weeks: float) -> Played:
    """Play the scenarios with the same chance. `draws`: with a batch as large as any scenario's."""
    network = _Network(stream, draws, scenarios, weeks)
    for _ in range(network.most_steps):
        if not network.step():
            break
    return network.conclude()


class _Network:
    """The state of all rows. Arrays are flat: the entry of a row and a station is at row x stations + station."""

    def __init__(self, stream: Stream, draws: Draws, scenarios: Sequence[Scenario], weeks: float) -> None:
        self.stream, self.draws, self.weeks = stream, draws, weeks
        self.shape = len(scenarios), draws.runs
        self.rows = np.arange(len(scenarios) * draws.runs)
        self.run = self.rows % draws.runs
        self.stations, self.stories = len(stream.stations), draws.stories
        self.wraps = int(draws.touch_weeks.shape[2])
        self._seat(scenarios)
        self._line_up()
        self._expect(scenarios)
        self._begin()

    @property
    def most_steps(self) -> int:
        """Enough for any stream whose stories get out of it; work that only goes round and round ends here."""
        return self.stories + _ROUNDS * self.stations * (self.wraps + self.desks)

    # The start

    def _seat(self, scenarios: Sequence[Scenario]) -> None:
        """People: free now, or counting later; one column more for the next arrival."""
        people = np.repeat(np.array([one.people for one in scenarios], dtype=np.int64), self.shape[1], axis=0)
        today = np.array(self.stream.as_is.people, dtype=np.int64)
        starts = np.repeat([one.starts_in_weeks for one in scenarios], self.shape[1])
        self.desks = int(max(people.max(initial=1), 1))
        self.until = np.full((len(self.rows), self.stations * self.desks + 1), np.inf)
        self.holds = np.full((len(self.rows), self.stations * self.desks), _NOBODY, dtype=np.int64)
        late = np.where(starts[:, None] > 0, np.maximum(people - today, 0), 0)
        for station in range(self.stations):
            for desk in range(int(late[:, station].max(initial=0))):
                waits = late[:, station] > desk
                self.until[waits, station * self.desks + desk] = starts[waits]
        self.free = (people - late).ravel()
        limits = [[_NO_LIMIT if limit is None else limit for limit in one.wip_limits] for one in scenarios]
        self.limit = np.repeat(np.array(limits, dtype=np.int64), self.shape[1], axis=0).ravel()
        self.is_limited = bool((self.limit < _NO_LIMIT).any())

    def _line_up(self) -> None:
        """The lines: of what is in the stream now, in order; and nobody at the gates."""
        rows, places = len(self.rows), len(self.rows) * self.stations
        self.line = np.zeros(places * self.stories, dtype=np.int32)
        self.head, self.tail = np.zeros(places, dtype=np.int64), np.zeros(places, dtype=np.int64)
        self.gate = np.zeros(places * self.stories if self.is_limited else 0, dtype=np.int32)
        self.gate_head, self.gate_tail = np.zeros(places, dtype=np.int64), np.zeros(places, dtype=np.int64)
        self.place = np.full(rows * self.stories, _OUTSIDE, dtype=np.int64)
        self.waits_for = np.full(rows * self.stories, _NOBODY, dtype=np.int64)
        self.entered = np.zeros((rows, self.stories), dtype=np.bool_)
        self.ready = np.zeros(rows * self.stories)
        self.left_at = np.full(rows * self.stories, np.inf)
        self.ended = np.zeros(places, dtype=np.int64)
        self.waited, self.worked, self.idle = np.zeros(places), np.zeros(places), np.zeros(places)
        by_row = (self.rows * self.stories)[:, None]
        for station in range(self.stations):
            stories = np.flatnonzero(self.stream.open_work.station == station)
            at = (self.rows * self.stations + station) * self.stories
            self.line[(at[:, None] + np.arange(len(stories))).ravel()] = np.tile(stories, rows)
            self.tail[self.rows * self.stations + station] = len(stories)
            self.place[(by_row + stories).ravel()] = station
            self.waits_for[(by_row + stories).ravel()] = station
        releasing = np.flatnonzero(self.stream.open_work.station == RELEASING)
        self.left_at[(by_row + releasing).ravel()] = np.tile(-self.stream.open_work.touched_weeks[releasing], rows)
        self.entered[:, : len(self.stream.open_work)] = True
        self.count = self.tail.copy()

    def _expect(self, scenarios: Sequence[Scenario]) -> None:
        """The agenda of arrivals of each row: by time, a batch first."""
        draws, batch = self.draws, self.draws.batch_in.shape[1]
        first = len(self.stream.open_work)
        come = draws.arrives_at.shape[1]
        shape = *self.shape, batch
        comes = np.arange(batch) < np.array([one.batch for one in scenarios])[:, None, None]
        now = np.where(np.broadcast_to(comes, shape), 0.0, np.inf)
        later = np.broadcast_to(draws.arrives_at, (*self.shape, come))
        at = np.concatenate([now, later], axis=2).reshape(len(self.rows), -1)
        order = np.argsort(at, axis=1, kind="stable")
        stories = np.concatenate([first + come + np.arange(batch), first + np.arange(come)])
        into = np.concatenate([draws.batch_in, draws.arrives_in], axis=1)[self.run]
        end = np.full((len(self.rows), 1), np.inf)
        self.agenda_at = np.concatenate([np.take_along_axis(at, order, axis=1), end], axis=1)
        self.agenda_story = stories[order]
        self.agenda_into = np.take_along_axis(into, order, axis=1)
        self.arrived = np.zeros(len(self.rows), dtype=np.int64)
        self.until[:, -1] = self.agenda_at[:, 0]

    def _begin(self) -> None:
        """Everybody takes something."""
        now = np.zeros(len(self.rows))
        for station in range(self.stations):
            for _ in range(self.desks):
                self._start(self.rows, np.full(len(self.rows), station), now)

    # A step

    def step(self) -> bool:
        """Take the next thing of each row; False once nothing more happens in these weeks."""
        which = self.until.argmin(axis=1)
        now = self.until[self.rows, which]
        going = now <= self.weeks
        going &= np.isfinite(now)
        if not going.any():
            return False
        rows = np.flatnonzero(going)
        which, now = which[rows], now[rows]
        is_arrival = which == self.stations * self.desks
        if is_arrival.any():
            self._arrive(rows[is_arrival], now[is_arrival])
        if not is_arrival.all():
            ends = ~is_arrival
            self._finish(rows[ends], which[ends], now[ends])
        return True

    def _arrive(self, rows: IntArray, now: FloatArray) -> None:
        number = self.arrived[rows]
        story, into = self.agenda_story[rows, number], self.agenda_into[rows, number]
        self.arrived[rows] = number + 1
        self.until[rows, -1] = self.agenda_at[rows, number + 1]
        self.entered[rows, story] = True
        self._enter(rows, into, story, now, np.zeros(len(rows), dtype=np.bool_))

    def _finish(self, rows: IntArray, desk: IntArray, now: FloatArray) -> None:
        """Somebody is done with a story, or begins to count: the next in line is taken, the story goes on."""
        station, story = desk // self.desks, self.holds[rows, desk]
        at = rows * self.stations + station
        self.until[rows, desk] = np.inf
        self.free[at] += 1
        self._start(rows, station, now)
        done = story != _NOBODY
        if not done.all():
            rows, station, story, at, now = rows[done], station[done], story[done], at[done], now[done]
        number = self.ended[at]
        self.ended[at] = number + 1
        goes_to = self.draws.goes_to[self.run[rows], station, number % self.wraps]
        stays = goes_to >= 0
        if not stays.all():
            self._leave(rows[~stays], station[~stays], story[~stays], now[~stays], goes_to[~stays])
        if stays.any():
            is_back = goes_to[stays] <= station[stays]
            self._enter(rows[stays], goes_to[stays], story[stays], now[stays], is_back)

    def _leave(self, rows: IntArray, station: IntArray, story: IntArray, now: FloatArray, goes_to: IntArray) -> None:
        at = rows * self.stories + story
        self.left_at[at] = np.where(goes_to == DELIVERED, now, np.inf)
        self.place[at] = goes_to
        self.count[rows * self.stations + station] -= 1
        if self.is_limited:
            self._let_in(rows, station, now)

    def _enter(self, rows: IntArray, into: IntArray, story: IntArray, now: FloatArray, is_back: BoolArray) -> None:
        """Stories come to stations: into the line, or to the gate where the limit lets nobody in."""
        at = rows * self.stories + story
        self.ready[at], self.waits_for[at] = now, into
        if self.is_limited:
            place = rows * self.stations + into
            is_full = ~is_back & (self.count[place] >= self.limit[place])
            held = place[is_full]
            self.gate[held * self.stories + self.gate_tail[held] % self.stories] = story[is_full]
            self.gate_tail[held] += 1
            rows, into, story, now = rows[~is_full], into[~is_full], story[~is_full], now[~is_full]
        self._admit(rows, into, story, now)

    def _admit(self, rows: IntArray, into: IntArray, story: IntArray, now: FloatArray) -> None:
        """Take stories into the line; where that makes room behind them, those that wait for it follow."""
        at, place = rows * self.stories + story, rows * self.stations + into
        came_from = self.place[at]
        self.place[at] = into
        self.count[place] += 1
        self.line[place * self.stories + self.tail[place] % self.stories] = story
        self.tail[place] += 1
        self._start(rows, into, now)
        inside = came_from >= 0
        rows, came_from, now = rows[inside], came_from[inside], now[inside]
        self.count[rows * self.stations + came_from] -= 1
        if self.is_limited and len(rows):
            self._let_in(rows, came_from, now)

    def _let_in(self, rows: IntArray, station: IntArray, now: FloatArray) -> None:
        """The first at the gate goes in, where there is one and the limit has room."""
        place = rows * self.stations + station
        may = (self.gate_head[place] < self.gate_tail[place]) & (self.count[place] < self.limit[place])
        if not may.any():
            return
        rows, station, now, place = rows[may], station[may], now[may], place[may]
        story = self.gate[place * self.stories + self.gate_head[place] % self.stories].astype(np.int64)
        self.gate_head[place] += 1
        self._admit(rows, station, story, now)

    def _start(self, rows: IntArray, station: IntArray, now: FloatArray) -> None:
        """Who is free takes the first in line."""
        place = rows * self.stations + station
        may = (self.free[place] > 0) & (self.head[place] < self.tail[place])
        if not may.all():
            if not may.any():
                return
            rows, station, now, place = rows[may], station[may], now[may], place[may]
        number = self.head[place]
        story = self.line[place * self.stories + number % self.stories].astype(np.int64)
        touch = self.draws.touch_weeks[self.run[rows], station, number % self.wraps]
        self.head[place] = number + 1
        self.free[place] -= 1
        at = rows * self.stories + story
        self.waits_for[at] = _NOBODY
        waited = now - self.ready[at]
        self.waited[place] += waited
        self.idle[place] += waited * self.draws.cost_of_delay[self.run[rows], story]
        self.worked[place] += np.minimum(touch, self.weeks - now)
        desk = self._free_desk(rows, station)
        self.until[rows, desk] = now + touch
        self.holds[rows, desk] = story

    def _free_desk(self, rows: IntArray, station: IntArray) -> IntArray:
        desks = (station * self.desks)[:, None] + np.arange(self.desks)
        free: IntArray = station * self.desks + np.isinf(self.until[rows[:, None], desks]).argmax(axis=1)
        return free

    # The end

    def conclude(self) -> Played:
        """Count what still waits, and hand over."""
        by_story, by_station = (*self.shape, self.stories), (*self.shape, self.stations)
        waits_for = self.waits_for.reshape(len(self.rows), -1)
        left = self.weeks - self.ready.reshape(len(self.rows), -1)
        cost = left * self.draws.cost_of_delay[self.run]
        at_the_end = [np.where(waits_for == one, cost, 0.0).sum(axis=1) for one in range(self.stations)]
        idle = self.idle.reshape(len(self.rows), -1) + np.array(at_the_end).T.reshape(len(self.rows), self.stations)
        return Played(
            left_at=self.left_at.reshape(by_story),
            entered=self.entered.reshape(by_story),
            dropped=(self.place == DROPPED).reshape(by_story),
            begun=self.head.reshape(by_station),
            waited_weeks=self.waited.reshape(by_station),
            worked_weeks=self.worked.reshape(by_station),
            idle_cost=idle.reshape(by_station),
        )
