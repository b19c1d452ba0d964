"""Common random numbers: what happens by chance in each run, the same for every scenario.

The n-th piece of work that begins at a station takes the n-th drawn time, and the n-th that is finished there goes the
n-th drawn way, whichever story that is. So what a scenario changes is not blurred by luck, and with more people the
n-th of anything is never later (Shanthikumar & Yao 1989, "Stochastic monotonicity in general queueing networks").

Every run draws a past of its own from the past first (double bootstrap, Rubin 1981): the intervals then contain how
little a short past says, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import FloatArray, IntArray
from valuestream.domain.what_if.stream import RELEASING, Arrivals, Stream

RUNS = 200
_MOST_DRAWS = 4_096
_MOST_ARRIVALS = 20_000
_Drawn = TypeVar("_Drawn", np.float64, np.int64)


@dataclass(frozen=True)
class Draws:
    """Chance, by run. Draws of a station wrap around after the last one.

    `touch_weeks`, `goes_to` (runs, stations, draws). Stories that come: `arrives_at`, `arrives_in` (runs, arrivals).
    Of every story, open ones first, then those that come, then a batch: `value`, `cost_of_delay`, `born_at`
    (runs, stories). `release_weeks` (runs, stories): by the order in which they leave the last station.
    """

    touch_weeks: FloatArray
    goes_to: IntArray
    arrives_at: FloatArray
    arrives_in: IntArray
    batch_in: IntArray
    value: FloatArray
    cost_of_delay: FloatArray
    born_at: FloatArray
    release_weeks: FloatArray

    @property
    def runs(self) -> int:
        """How many runs were drawn."""
        return len(self.value)

    @property
    def stories(self) -> int:
        """Stories of a run, a batch included."""
        return int(self.value.shape[1])


def draw(
    stream: Stream, *, weeks: float, batch: int = 0, runs: int = RUNS, seed: int = 1, doubly: bool = True
) -> Draws:
    """All that chance decides in `runs` runs of `weeks`.

    `batch`: stories that come at once, each like one that came; none where none ever did. `doubly` False: take the
    past as the whole truth.
    """
    rng = np.random.default_rng(seed)
    batch = batch if len(stream.arrivals.station) else 0
    arrives_at, arrives_in, came = _draw_arrivals(stream.arrivals, weeks, runs, rng, doubly)
    batch_in, batch_came = _draw_stories(stream.arrivals, batch, runs, rng)
    draws = int(min(2 * (len(stream.open_work) + arrives_at.shape[1] + batch) + 16, _MOST_DRAWS))
    worth = [
        np.concatenate([np.broadcast_to(now, (runs, len(now))), then[came], then[batch_came]], axis=1)
        for now, then in (
            (stream.open_work.value, stream.arrivals.value),
            (stream.open_work.cost_of_delay, stream.arrivals.cost_of_delay),
        )
    ]
    born = [np.broadcast_to(-stream.open_work.age_weeks, (runs, len(stream.open_work))), arrives_at]
    return Draws(
        touch_weeks=_draw_touches(stream, (runs, draws), rng, doubly),
        goes_to=_stacked([_resample(one.goes_to, (runs, draws), rng, doubly) for one in stream.stations], runs, draws),
        arrives_at=arrives_at,
        arrives_in=arrives_in,
        batch_in=batch_in,
        value=worth[0],
        cost_of_delay=worth[1],
        born_at=np.concatenate([*born, np.zeros((runs, batch))], axis=1),
        release_weeks=_draw_releases(stream, (runs, worth[0].shape[1]), rng, doubly),
    )


def _resample(past: NDArray[_Drawn], shape: tuple[int, int], rng: np.random.Generator, doubly: bool) -> NDArray[_Drawn]:
    """Draw from the past with replacement; doubly: each run from a past of its own."""
    chosen = rng.integers(len(past), size=shape)
    if doubly:
        own = rng.integers(len(past), size=(shape[0], len(past)))
        chosen = np.take_along_axis(own, chosen, axis=1)
    return past[chosen]


def _stacked(drawn: Sequence[IntArray], runs: int, draws: int) -> IntArray:
    return np.stack(drawn, axis=1) if drawn else np.zeros((runs, 0, draws), dtype=np.int64)


def _draw_touches(stream: Stream, shape: tuple[int, int], rng: np.random.Generator, doubly: bool) -> FloatArray:
    """Times of work; those of work under way are what is left of a time longer than what was spent."""
    touches = np.zeros((shape[0], len(stream.stations), shape[1]))
    for at, station in enumerate(stream.stations):
        touches[:, at] = _resample(station.touch_weeks, shape, rng, doubly)
        spent = stream.open_work.touched_weeks[stream.open_work.station == at]
        under_way = np.flatnonzero(spent > 0)[: shape[1]]
        for place in under_way:
            touches[:, at, place] = _draw_left(station.touch_weeks, float(spent[place]), shape[0], rng)
    return touches


def _draw_left(past: FloatArray, spent: float, runs: int, rng: np.random.Generator) -> FloatArray:
    """What is left of what lasted longer than this; as long again where nothing ever did."""
    longer = past[past > spent] - spent
    left = longer if len(longer) else np.array([spent])
    return left[rng.integers(len(left), size=runs)]


def _draw_arrivals(
    arrivals: Arrivals, weeks: float, runs: int, rng: np.random.Generator, doubly: bool
) -> tuple[FloatArray, IntArray, IntArray]:
    """When stories come (inf: not within these weeks), at which station, and which story of the past each is like."""
    mean = float(arrivals.gaps_weeks.mean()) if len(arrivals.gaps_weeks) else 0.0
    if mean <= 0.0 or not len(arrivals.station):
        nothing = np.zeros((runs, 0), dtype=np.int64)
        return np.zeros((runs, 0)), nothing, nothing
    expected = weeks / mean
    count = int(min(1.5 * expected + 8 * expected**0.5 + 12, _MOST_ARRIVALS))
    at = np.cumsum(_resample(arrivals.gaps_weeks, (runs, count), rng, doubly), axis=1)
    come = at <= weeks
    most = int(come.sum(axis=1).max())
    station, came = _draw_stories(arrivals, most, runs, rng)
    return np.where(come, at, np.inf)[:, :most], station, came


def _draw_stories(arrivals: Arrivals, count: int, runs: int, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Stories like those that came: their stations, and which ones of the past they are like."""
    if not count or not len(arrivals.station):
        nothing = np.zeros((runs, count), dtype=np.int64)
        return nothing, nothing
    came = rng.integers(len(arrivals.station), size=(runs, count))
    return arrivals.station[came], came


def _draw_releases(stream: Stream, shape: tuple[int, int], rng: np.random.Generator, doubly: bool) -> FloatArray:
    """How long finished work waits to be released; the first ones are those that wait now, longest first."""
    if not len(stream.release_weeks):
        return np.zeros(shape)
    releases = _resample(stream.release_weeks, shape, rng, doubly)
    waits = np.sort(stream.open_work.touched_weeks[stream.open_work.station == RELEASING])[::-1]
    for place, waited in enumerate(waits):
        releases[:, place] = _draw_left(stream.release_weeks, float(waited), shape[0], rng)
    return releases
