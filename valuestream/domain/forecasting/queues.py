"""The work of several teams at once: each takes its own stories one after another, all in the same futures.

A team never stands still for another's hand-over, but a story isn't done before what it needs, whoever does that.
Runs are drawn in parts, each from the seed and its own number: memory stays bounded, a long forecast can say how far
it is, and the answer doesn't depend on who computes it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from valuestream.domain.forecasting.completion import (
    COMMON_SIGMA,
    OWN_SIGMA,
    RUNS,
    Forecast,
    days_to_look,
    days_when,
    draw_effort,
)
from valuestream.domain.forecasting.throughput import check_history, draw_futures

MOST_AT_ONCE = 1_000
_CELLS_AT_ONCE = 3_000_000
_FEWEST_AT_ONCE = 50


@dataclass(frozen=True)
class Queue:
    """One team's stories in the order it takes them, and its past.

    `story`: their places among all stories, `points` at least 0, both (n,); `daily`: done on each past working day.
    """

    story: IntArray
    points: FloatArray
    daily: FloatArray


@dataclass(frozen=True)
class ParallelWork:
    """What teams have left. Every story stands in one queue.

    `needs`: pairs (story, what it needs), those of what is needed before those that need it. `subject`: the stories
    that are asked about. `units`: the stories each capability waits for, none of them empty.
    """

    queues: Sequence[Queue]
    needs: Sequence[tuple[int, int]]
    subject: IntArray
    units: Sequence[IntArray]

    @property
    def stories(self) -> int:
        """How many stories stand in all queues."""
        return sum(len(queue.story) for queue in self.queues)


@dataclass(frozen=True)
class ParallelForecast:
    """Days counted in working days from the first one ahead (0); `days` itself means later than was looked.

    `done_day` (runs,): the last story of the subject. `unit_day` (runs, units): the last story of each capability.
    `left` (some of the runs, days): the subject's stories that are left at the end of each day.
    """

    done_day: IntArray
    unit_day: IntArray
    left: IntArray
    days: int

    def quantile(self, share: float) -> int | None:
        """The day by which everything asked about is done in this share of the runs; None: later than looked."""
        return _quantile(self.done_day, share, self.days)

    def quantile_of_unit(self, unit: int, share: float) -> int | None:
        """The same for one capability."""
        return _quantile(self.unit_day[:, unit], share, self.days)

    def chance_by(self, day: int) -> float:
        """The share of runs in which everything asked about is done at the end of this day."""
        return float((self.done_day <= day).mean())

    def left_on(self, days: IntArray, shares: Sequence[float]) -> FloatArray:
        """Stories of the subject that are left at the end of these days, shape (shares, days asked).

        A share of 0.85 is the number that 85 of 100 runs have at most. From day `self.days` on nothing is known.
        """
        found: FloatArray = np.quantile(self.left[:, days], list(shares), axis=0, method="inverted_cdf")
        return found

    def of_units(self) -> Forecast:
        """The capabilities alone, as `completion.value_by_date` takes them."""
        return Forecast(np.empty((len(self.unit_day), 0), dtype=np.int64), self.unit_day, self.days)


Watch = Callable[[int, int], None]


def forecast_in_parallel(
    work: ParallelWork, *, seed: int, runs: int = RUNS, watch: Watch | None = None
) -> ParallelForecast:
    """Let every team work down its queue in `runs` futures. `watch` is told how many of them are drawn.

    Raises ThinHistory (`throughput`) for a queue whose past says nothing.
    """
    for queue in work.queues:
        check_history(queue.daily)
    days = max((days_to_look(float(queue.points.sum()), queue.daily) for queue in work.queues), default=1)
    done = np.empty(runs, dtype=np.int64)
    units = np.empty((runs, len(work.units)), dtype=np.int64)
    left = np.empty((0, days), dtype=np.int64)
    for part, (first, last) in enumerate(_parts(runs, work.stories)):
        story_day = _draw_part(work, days, last - first, np.random.default_rng([seed, part]))
        done[first:last] = story_day[:, work.subject].max(axis=1, initial=0)
        for unit, stories in enumerate(work.units):
            units[first:last, unit] = story_day[:, stories].max(axis=1)
        if part == 0:
            left = _count_left(story_day[:, work.subject], days)
        if watch is not None:
            watch(last, runs)
    return ParallelForecast(done, units, left, days)


def _parts(runs: int, stories: int) -> Iterator[tuple[int, int]]:
    """First and last run of each part; small ones where there are many stories."""
    size = min(max(_CELLS_AT_ONCE // max(stories, 1), _FEWEST_AT_ONCE), MOST_AT_ONCE)
    for first in range(0, runs, size):
        yield first, min(first + size, runs)


def _draw_part(work: ParallelWork, days: int, runs: int, rng: np.random.Generator) -> IntArray:
    """The day each story is done in each of these runs, shape (runs, stories)."""
    story_day = np.zeros((runs, work.stories), dtype=np.int64)
    for queue in work.queues:
        futures = draw_futures(queue.daily, days=days, runs=runs, rng=rng)
        effort = draw_effort(queue.points, runs, own_sigma=OWN_SIGMA, common_sigma=COMMON_SIGMA, rng=rng)
        story_day[:, queue.story] = days_when(effort, futures)
    for story, needed in work.needs:
        np.maximum(story_day[:, story], story_day[:, needed], out=story_day[:, story])
    return story_day


def _count_left(story_day: IntArray, days: int) -> IntArray:
    """How many stories of each run are not done at the end of each day, shape (runs, days)."""
    runs, stories = story_day.shape
    cell = story_day + np.arange(runs)[:, None] * (days + 1)
    done = np.bincount(cell.ravel(), minlength=runs * (days + 1)).reshape(runs, days + 1)
    left: IntArray = stories - np.cumsum(done[:, :days], axis=1)
    return left


def _quantile(days: IntArray, share: float, looked: int) -> int | None:
    day = int(np.quantile(days, share, method="inverted_cdf"))
    return day if day < looked else None
