"""Forecasts: laws that every drawn future obeys, and whether what is called 85 % holds 85 % of the time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.arrays import FloatArray
from valuestream.domain.forecasting.backtest import backtest
from valuestream.domain.forecasting.completion import Work, forecast_work, value_by_date
from valuestream.domain.forecasting.throughput import ThinHistory, block_length, draw_futures

EVEN = np.full(20, 4.0)


def rng_of(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


def work_of(points: list[float], unit: list[int], value: list[float]) -> Work:
    return Work(np.array(points), np.array(unit, dtype=np.int64), np.array(value))


histories = st.lists(st.integers(0, 9), min_size=10, max_size=40).filter(any).map(lambda days: np.array(days, float))


@given(histories, st.integers(1, 30), st.integers(0, 99))
def test_the_same_question_has_the_same_answer_and_nothing_done_is_undone(
    daily: FloatArray, days: int, seed: int
) -> None:
    first, again = (draw_futures(daily, days=days, runs=20, rng=rng_of(seed)).done for _ in range(2))
    assert (first == again).all()
    assert first.shape == (20, days)
    assert (np.diff(first, axis=1) >= 0).all()
    assert first.max() <= daily.max() * days


@given(
    histories,
    st.lists(st.tuples(st.floats(0.5, 13), st.integers(0, 4)), min_size=1, max_size=20),
)
def test_stories_end_in_order_and_a_capability_with_its_last_story(
    daily: FloatArray, stories: list[tuple[float, int]]
) -> None:
    work = work_of([points for points, _ in stories], [unit for _, unit in stories], [1.0] * 5)
    told = forecast_work(work, daily, rng=rng_of(), runs=30)
    assert (np.diff(told.story_day, axis=1) >= 0).all()
    for unit in range(5):
        own = told.story_day[:, work.unit == unit]
        assert (told.unit_day[:, unit] == (own.max(axis=1) if own.size else 0)).all()


def test_an_even_past_and_sure_estimates_give_the_day_that_division_gives() -> None:
    work = work_of([4, 4, 8], [0, 0, 1], [500, 1000])
    told = forecast_work(work, EVEN, rng=rng_of(), runs=50, own_sigma=0, common_sigma=0)
    assert told.story_day[0].tolist() == [0, 1, 3]
    assert told.quantiles_of_unit(1, (0.15, 0.85)) == [3, 3]
    assert told.chance_by(1, 2) == 0
    assert told.chance_by(1, 3) == 1
    value = value_by_date(told, work, np.array([0, 1, 4]), (0.5,))
    assert value.live_per_week.tolist() == [[0, 500, 1500]]
    assert value.earned[0].tolist() == pytest.approx([0, 100, 400 + 2 * 200]), "it earns from its last day on"


def test_what_lies_beyond_the_horizon_has_no_date() -> None:
    work = work_of([50_000.0], [0], [1.0])
    assert forecast_work(work, EVEN, rng=rng_of(), runs=20).quantiles_of_all((0.5,)) == [None]


def test_estimates_that_err_together_widen_the_total() -> None:
    work = work_of([3.0] * 200, [0] * 200, [1.0])
    alone, together = (
        forecast_work(work, EVEN, rng=rng_of(), runs=400, common_sigma=sigma).story_day[:, -1].std()
        for sigma in (0.0, 0.15)
    )
    assert together > 2 * alone


def test_a_days_quantile_reaches_its_share() -> None:
    work = work_of([5.0] * 12, [0] * 12, [1.0])
    told = forecast_work(work, rng_of().poisson(4, 40).astype(float), rng=rng_of(), runs=1_000)
    [day] = told.quantiles_of_unit(0, (0.85,))
    assert day is not None
    assert told.chance_by(0, day) >= 0.85 > told.chance_by(0, day - 1)


def _held(ahead: int, *, is_double: bool, trials: int = 300) -> float:
    """The share of forecasts at 85 % that held, from 30 independent days."""
    rng, held = rng_of(3), 0
    for _ in range(trials):
        days = rng.poisson(2, 30 + ahead) * rng.lognormal(0, 0.5, 30 + ahead)
        known = days[:30]
        plain = known[rng.integers(30, size=(400, ahead))].sum(axis=1)
        totals = draw_futures(known, days=ahead, runs=400, rng=rng).done[:, -1] if is_double else plain
        held += bool(days[30:].sum() >= np.quantile(totals, 0.15))
    return held / trials


def test_what_is_called_85_percent_holds_where_plain_resampling_does_not() -> None:
    assert _held(60, is_double=True) == pytest.approx(0.85, abs=0.05)
    assert _held(60, is_double=False) < 0.80


def test_days_that_are_alike_are_drawn_together() -> None:
    weeks = np.repeat(rng_of().poisson(5, 12), 5).astype(float)
    assert block_length(weeks) > 1
    assert block_length(rng_of().permutation(weeks)) == 1
    assert block_length(EVEN) == 1


@pytest.mark.parametrize(
    ("daily", "said"),
    [
        (np.ones(9), "needs 10 working days of history; there are 9"),
        (np.zeros(12), "Nothing was finished in the 12 working days"),
        (np.array([1.0] * 11 + [-1.0]), "negative or no numbers"),
        (np.array([1.0] * 11 + [np.nan]), "negative or no numbers"),
    ],
)
def test_a_history_that_says_nothing_is_refused(daily: FloatArray, said: str) -> None:
    with pytest.raises(ThinHistory, match=said):
        draw_futures(daily, days=5, runs=5, rng=rng_of())


def test_the_past_is_asked_whether_forecasts_held() -> None:
    told = backtest(rng_of().poisson(3, 200).astype(float), rng=rng_of())
    assert told.held is not None
    assert told.n == 40
    assert told.held[0] == pytest.approx(0.5, abs=0.25)
    assert told.held[1] >= told.held[0]


def test_a_past_that_broke_down_shows_in_what_held() -> None:
    daily = np.concatenate([np.full(40, 9.0), np.full(40, 1.0)])
    told = backtest(daily, rng=rng_of(), history=30)
    assert told.held is not None
    assert told.held[1] < 0.7


def test_a_short_past_is_not_tried() -> None:
    told = backtest(np.ones(30), rng=rng_of())
    assert (told.held, told.n) == (None, 0)
    assert "it takes 40" in told.reason
