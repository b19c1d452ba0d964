"""The played network against what is known in closed form: Erlang's formula, and Jackson's networks."""

from dataclasses import dataclass
from math import factorial

import numpy as np
import pytest

from planner.domain.arrays import FloatArray
from valuestream.domain.what_if.draws import draw
from valuestream.domain.what_if.playing import play
from valuestream.domain.what_if.stream import DELIVERED, Arrivals, OpenWork, Station, Stream

WARM_UP = 300.0
WEEKS = 700.0
RUNS = 400
QUANTILES = 4_000


def exponential(mean: float) -> FloatArray:
    """A past that is exponential to the last quantile."""
    shares = (np.arange(QUANTILES) + 0.5) / QUANTILES
    times: FloatArray = -np.log1p(-shares)
    return times * (mean / float(times.mean()))


def network(*, rate: float, stations: list[tuple[int, float, dict[int, float]]], into: int = 0) -> Stream:
    """Poisson arrivals of `rate` a week; of each station people, mean weeks of work, and the shares that go on."""
    return Stream(
        stations=[
            Station(people, exponential(mean), np.repeat(list(ways), [round(1000 * share) for share in ways.values()]))
            for people, mean, ways in stations
        ],
        open_work=OpenWork.none(),
        arrivals=Arrivals(exponential(1 / rate), np.array([into]), np.array([100.0]), np.array([10.0])),
        release_weeks=np.zeros(0),
    )


@dataclass(frozen=True)
class Steady:
    """What happened a week in an average run once the empty start was forgotten, by station."""

    begun: FloatArray
    waited_weeks: FloatArray
    worked_weeks: FloatArray

    def mean_wait(self, station: int) -> float:
        """Weeks a piece of work waited."""
        return float(self.waited_weeks[station] / self.begun[station])


def played(stream: Stream) -> Steady:
    draws = draw(stream, weeks=WARM_UP + WEEKS, runs=RUNS, seed=7, doubly=False)
    early, late = (play(stream, draws, [stream.as_is], weeks=weeks) for weeks in (WARM_UP, WARM_UP + WEEKS))
    return Steady(
        *(
            (of_late - of_early).mean(axis=(0, 1)) / WEEKS
            for of_early, of_late in (
                (early.begun, late.begun),
                (early.waited_weeks, late.waited_weeks),
                (early.worked_weeks, late.worked_weeks),
            )
        )
    )


def erlang_c(people: int, load: float) -> float:
    """The chance of having to wait (Erlang 1917); `load` in people."""
    waits = load**people / factorial(people) * people / (people - load)
    return waits / (sum(load**busy / factorial(busy) for busy in range(people)) + waits)


@pytest.mark.parametrize(("people", "rate"), [(1, 0.5), (1, 0.8), (2, 1.6), (3, 2.1), (5, 4.0)])
def test_a_stage_waits_as_erlang_says(people: int, rate: float) -> None:
    done = played(network(rate=rate, stations=[(people, 1.0, {DELIVERED: 1.0})]))

    assert done.mean_wait(0) == pytest.approx(erlang_c(people, rate) / (people - rate), rel=0.05)


def test_a_stage_is_busy_as_its_load_says() -> None:
    done = played(network(rate=2.1, stations=[(3, 1.0, {DELIVERED: 1.0})]))

    assert done.worked_weeks[0] / 3 == pytest.approx(0.7, rel=0.02)


def test_stages_in_a_row_wait_as_if_each_stood_alone() -> None:
    """Jackson (1957): in a tandem of exponential stages each is an M/M/c queue of its own."""
    done = played(network(rate=0.7, stations=[(1, 1.0, {1: 1.0}), (2, 2.2, {2: 1.0}), (1, 0.8, {DELIVERED: 1.0})]))

    expected = [
        erlang_c(1, 0.7) / (1 - 0.7),
        erlang_c(2, 1.54) * 2.2 / (2 - 1.54),
        erlang_c(1, 0.56) * 0.8 / (1 - 0.56),
    ]
    assert [done.mean_wait(station) for station in range(3)] == pytest.approx(expected, rel=0.06)


def test_rework_loads_a_stage_as_the_traffic_equations_say() -> None:
    """A quarter goes back from the second stage to the first: both see 4/3 of what arrives (Jackson 1963)."""
    done = played(network(rate=0.6, stations=[(1, 1.0, {1: 1.0}), (1, 0.9, {0: 0.25, DELIVERED: 0.75})]))

    load = 0.6 / 0.75
    assert done.begun == pytest.approx([load] * 2, rel=0.02)
    expected = [load / (1 - load), 0.9 * (0.9 * load) / (1 - 0.9 * load)]
    assert [done.mean_wait(station) for station in range(2)] == pytest.approx(expected, rel=0.08)
