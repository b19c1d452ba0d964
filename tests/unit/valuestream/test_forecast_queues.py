"""Several teams at once: laws of their queues, of the order, of the days, and of a history that changed."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuestream.domain.forecasting.ordering import closure_of, order_with_needs
from valuestream.domain.forecasting.queues import ParallelWork, Queue, forecast_in_parallel
from valuestream.domain.forecasting.shifts import find_shift
from valuestream.domain.forecasting.throughput import ThinHistory
from valuestream.domain.forecasting.workdays import NobodyWorks, WorkDays

SLOW, QUICK = np.full(20, 1.0), np.full(20, 4.0)


def queue_of(story: list[int], points: list[float], daily: np.ndarray = QUICK) -> Queue:
    return Queue(np.array(story, dtype=np.int64), np.array(points), daily)


def work_of(queues: list[Queue], *, needs: list[tuple[int, int]] | None = None, units: int = 1) -> ParallelWork:
    everything = np.arange(sum(len(queue.story) for queue in queues))
    return ParallelWork(queues, needs or [], everything, [everything[unit::units] for unit in range(units)])


graphs = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.permutations(range(n)),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda pair: pair[0] > pair[1])),
    )
)


@given(graphs)
def test_an_order_is_kept_but_what_a_story_needs_comes_before_it(
    graph: tuple[list[int], list[tuple[int, int]]],
) -> None:
    order, edges = graph
    needs: dict[int, list[int]] = {}
    for story, needed in edges:
        needs.setdefault(story, []).append(needed)
    found = order_with_needs(order, needs)
    assert sorted(found) == sorted(order)
    assert all(found.index(needed) < found.index(story) for story, needed in edges)
    if not edges:
        assert found == list(order)
    assert closure_of(order[:1], needs) <= set(found[: found.index(order[0]) + 1])


def test_a_circle_is_cut_and_a_chain_may_be_long() -> None:
    assert sorted(order_with_needs([1, 2], {1: [2], 2: [1]})) == [1, 2]
    chain = {story: [story + 1] for story in range(5_000)}
    assert order_with_needs(range(5_001), chain) == list(range(5_000, -1, -1))


def test_teams_work_side_by_side_and_the_slower_one_sets_the_day() -> None:
    both = work_of([queue_of([0, 1], [20, 20]), queue_of([2], [20.0], SLOW)])
    alone = work_of([queue_of([0], [20.0], SLOW)])
    told, slow = forecast_in_parallel(both, seed=1, runs=400), forecast_in_parallel(alone, seed=1, runs=400)
    assert told.quantile(0.5) == pytest.approx(slow.quantile(0.5) or 0, abs=1)


def test_a_story_is_not_done_before_what_another_team_owes_it() -> None:
    queues = [queue_of([0], [1.0]), queue_of([1], [30.0], SLOW), queue_of([2], [1.0])]
    free = forecast_in_parallel(work_of(queues, units=3), seed=1, runs=200)
    held = forecast_in_parallel(work_of(queues, needs=[(0, 1), (2, 0)], units=3), seed=1, runs=200)
    assert free.unit_day[:, 0].max() < held.unit_day[:, 0].min()
    assert (held.unit_day[:, 2] == held.unit_day[:, 1]).all(), "it needs one that needs it"


@given(st.integers(0, 2**31), st.integers(1, 60))
def test_the_same_seed_gives_the_same_days_however_they_are_counted(seed: int, runs: int) -> None:
    work = work_of([queue_of([0, 1], [3, 5]), queue_of([2], [8.0], SLOW)], units=2)
    told, again = (forecast_in_parallel(work, seed=seed, runs=runs) for _ in range(2))
    assert (told.done_day == again.done_day).all()
    assert (told.done_day == told.unit_day.max(axis=1)).all()
    assert told.chance_by(told.days) == 1


def test_a_longer_queue_is_drawn_in_parts_and_says_how_far_it_is() -> None:
    heard: list[tuple[int, int]] = []
    work = work_of([queue_of(list(range(100)), [1.0] * 100)])
    forecast_in_parallel(work, seed=1, runs=2_500, watch=lambda done, total: heard.append((done, total)))
    assert heard == [(1_000, 2_500), (2_000, 2_500), (2_500, 2_500)]


def test_the_date_of_a_share_is_reached_by_that_share_of_runs() -> None:
    told = forecast_in_parallel(work_of([queue_of([0, 1, 2], [5.0, 8, 13])]), seed=3, runs=1_000)
    for share in (0.5, 0.7, 0.85, 0.95):
        day = told.quantile(share)
        assert day is not None
        assert told.chance_by(day) >= share > told.chance_by(day - 1)


def test_one_thin_past_is_enough_to_refuse() -> None:
    with pytest.raises(ThinHistory):
        forecast_in_parallel(work_of([queue_of([0], [1.0]), queue_of([1], [1.0], np.ones(5))]), seed=1, runs=10)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.sets(st.integers(0, 6), min_size=1), st.integers(0, 40))
def test_working_days_rise_and_lead_back(first: date, weekdays: set[int], count: int) -> None:
    days = WorkDays(frozenset(weekdays), frozenset({first + timedelta(days=1)}))
    ahead = days.ahead(first, count)
    assert ahead == sorted(set(ahead))
    assert all(day >= first and days.has(day) for day in ahead)
    if ahead:
        assert days.behind(ahead[-1], count) == ahead


@pytest.mark.parametrize("weekdays", [frozenset(), frozenset({9})])
def test_a_calendar_nobody_works_by_is_refused(weekdays: frozenset[int]) -> None:
    with pytest.raises(NobodyWorks, match="choose some in Settings"):
        WorkDays(weekdays).ahead(date(2026, 3, 2), 1)


def test_a_history_that_changed_is_noticed_where_it_did() -> None:
    rng = np.random.default_rng(4)
    daily = np.concatenate([rng.poisson(6, 50), rng.poisson(2, 50)]).astype(float)
    shift = find_shift(daily)
    assert shift is not None
    assert shift.day == pytest.approx(50, abs=10)
    assert shift.before > 2 * shift.after


def test_an_even_history_is_seldom_taken_for_a_changed_one() -> None:
    rng = np.random.default_rng(4)
    noticed = sum(find_shift(rng.poisson(3, 100).astype(float)) is not None for _ in range(300))
    assert noticed <= 0.08 * 300


def test_a_history_of_a_few_weeks_is_not_judged() -> None:
    assert find_shift(np.array([0.0] * 20 + [9.0] * 19)) is None


@given(st.lists(st.floats(0.5, 13), min_size=1, max_size=12), st.integers(0, 2**16))
def test_nothing_is_left_exactly_when_all_is_done(points: list[float], seed: int) -> None:
    daily = np.array([0.0, 3.0, 1.0, 5.0] * 5)
    told = forecast_in_parallel(work_of([queue_of(list(range(len(points))), points, daily)]), seed=seed, runs=30)
    assert told.left.shape == (30, told.days)
    assert (np.diff(told.left, axis=1) <= 0).all()
    assert (told.left <= len(points)).all()
    days = np.arange(told.days)
    assert ((told.left == 0) == (days[None, :] >= told.done_day[:, None])).all()
    low, high = told.left_on(days[::7], (0.15, 0.85))
    assert (low <= high).all()
