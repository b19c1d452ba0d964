"""Forecasts: what 10,000 runs cost, and whether what is called 85 % holds 85 % of the time.

Calibration asks of generated histories, whose future is known, how often the work was done by the date said: by the
double bootstrap as shipped, and by plain resampling of days, which most tools do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import FloatArray
from tests.bench.measuring import measure, report, sampled
from valuestream.domain.forecasting.completion import RUNS, Work, value_by_date
from valuestream.domain.forecasting.queues import ParallelForecast, ParallelWork, Queue, forecast_in_parallel
from valuestream.domain.forecasting.throughput import draw_futures

TEAMS = 3
STORIES_A_CAPABILITY = 8
HISTORY = 120
SIZES = np.array([1.0, 2, 3, 5, 8])
A_DAY = 1.5
"""Stories a team finishes on a working day."""
WEEKS_AHEAD = 26

NOMINAL = (0.5, 0.7, 0.85, 0.95)
LENGTHS = (30, 60, 120)
AHEAD = 40
"""Working days the work takes at the history's true pace: eight weeks."""
TRIALS = 600
CALIBRATION_RUNS = 1_000
LOOKED = 4
"""Times `AHEAD`: so far is looked; what isn't done by then counts as not held."""

Maker = Callable[[int, np.random.Generator], FloatArray]


def measure_forecasts(only: set[str], sizes: Sequence[int]) -> Iterator[str]:
    """A JSON line for each of the two operations' sizes that was asked for."""
    if "forecast" in only:
        yield from map(measure_forecast, sizes)
    if "forecast_calibration" in only:
        yield from measure_calibration()


def measure_forecast(stories: int) -> str:
    """A JSON line: days of every capability and value by week, of three teams with four months of history."""
    work, value = make_work(stories, np.random.default_rng(5))

    def forecast(number: int) -> ParallelForecast:
        told = forecast_in_parallel(work, seed=number)
        value_by_date(told.of_units(), value, np.arange(0, 5 * WEEKS_AHEAD, 5), (0.15, 0.5, 0.85))
        return told

    return measure("forecast", n=stories, operation=forecast, repeat=5, runs_drawn=RUNS, teams=TEAMS)


def make_work(stories: int, rng: np.random.Generator) -> tuple[ParallelWork, Work]:
    """Stories shared out to teams in turn, eight to a capability, one in ten waiting for another."""
    points = rng.choice(SIZES, stories)
    place = np.arange(stories)
    queues = [Queue(place[team::TEAMS], points[team::TEAMS], stationary(HISTORY, rng)) for team in range(TEAMS)]
    needs = [(int(story), int(rng.integers(story))) for story in place[1::10]]
    units = [place[first : first + STORIES_A_CAPABILITY] for first in range(0, stories, STORIES_A_CAPABILITY)]
    nothing = np.empty(0)
    value = Work(nothing, np.empty(0, dtype=np.int64), rng.lognormal(8, 1.3, len(units)))
    return ParallelWork(queues, needs, place, units), value


def _finished(rate: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Points of the stories finished on each day at these daily rates."""
    return np.array([rng.choice(SIZES, count).sum() for count in rng.poisson(rate)])


def stationary(days: int, rng: np.random.Generator) -> FloatArray:
    """Days that know nothing of each other."""
    return _finished(np.full(days, A_DAY), rng)


def autocorrelated(days: int, rng: np.random.Generator) -> FloatArray:
    """Good and bad weeks: the logarithm of the rate is an AR(1), 0.8 from day to day, standard deviation 0.5."""
    level, levels = rng.normal(0, 0.5), []
    for _ in range(days):
        level = 0.8 * level + rng.normal(0, 0.5 * np.sqrt(1 - 0.8**2))
        levels.append(level)
    return _finished(A_DAY * np.exp(np.array(levels) - 0.5**2 / 2), rng)


def shifted(days: int, rng: np.random.Generator) -> FloatArray:
    """On some day, in the history or after it, the pace falls to two thirds or rises by half."""
    day, factor = int(rng.integers(days)), float(rng.choice([2 / 3, 3 / 2]))
    return _finished(np.where(np.arange(days) < day, A_DAY, A_DAY * factor), rng)


MAKERS: dict[str, Maker] = {"stationary": stationary, "autocorrelated": autocorrelated, "regime shift": shifted}


@dataclass(frozen=True)
class Held:
    """Shares of forecasts that held, one for each of `NOMINAL`."""

    double: list[float]
    plain: list[float]


def measure_calibration() -> Iterator[str]:
    """A JSON line per kind and length of history: percent said, percent held by both ways."""
    for kind, make in MAKERS.items():
        for length in LENGTHS:
            with sampled() as sample:
                held = calibrate(make, length)
            yield report(
                "forecast_calibration",
                n=length,
                samples=[sample],
                history=kind,
                trials=TRIALS,
                said_percent=_percent(NOMINAL),
                held_percent=_percent(held.double),
                held_by_plain_percent=_percent(held.plain),
            )


def calibrate(make: Maker, length: int, *, trials: int = TRIALS, seed: int = 1) -> Held:
    """Forecast the same work from many generated histories and look when it was done."""
    rng = np.random.default_rng(seed)
    hits = np.zeros((2, len(NOMINAL)))
    for _ in range(trials):
        days = make(length + LOOKED * AHEAD, rng)
        known, ahead = days[:length], np.cumsum(days[length:])
        amount = A_DAY * SIZES.mean() * AHEAD
        done = int(ahead.searchsorted(amount))
        for way, futures in enumerate((_double(known, rng), _plain(known, rng))):
            needed = (futures < amount).sum(axis=1)
            hits[way] += done <= np.quantile(needed, NOMINAL, method="inverted_cdf")
    return Held(*(hits / trials).tolist())


def _double(known: FloatArray, rng: np.random.Generator) -> FloatArray:
    return draw_futures(known, days=LOOKED * AHEAD, runs=CALIBRATION_RUNS, rng=rng).done


def _plain(known: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Days drawn straight from the history, as if it were the whole truth."""
    sums: FloatArray = np.cumsum(known[rng.integers(len(known), size=(CALIBRATION_RUNS, LOOKED * AHEAD))], axis=1)
    return sums


def _percent(shares: Sequence[float]) -> list[float]:
    return [round(100 * share, 1) for share in shares]
