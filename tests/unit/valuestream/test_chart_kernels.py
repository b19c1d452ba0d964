"""The kernels of the flow charts: laws that hold for any input, and examples worked by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.arrays import IntArray
from planner.domain.value.attribution import attribute_values
from valuestream.domain.charts.cumulative_value import (
    NO_CAPABILITY,
    Changes,
    WorthInputs,
    cumulative_value,
    worth_by_day,
)
from valuestream.domain.charts.durations import bands_by_place, bands_of, older_than, sample_points
from valuestream.domain.charts.process_limits import Rule, find_signals, natural_process_limits
from valuestream.domain.charts.work_mix import mix_work
from valuestream.domain.cumulative_flow import cumulative_flow
from valuestream.domain.flow_metrics import UNVALUED
from valuestream.domain.visits import OPEN, Visits

TRADE_DEFICIT_1987 = np.array([10.7, 13.0, 11.4, 11.5, 12.5, 14.1, 14.8, 14.1, 12.6, 16.0, 11.7, 10.6])
"""Billions of dollars by month: the first chart of Wheeler, Understanding Variation (1993)."""

amounts = st.lists(st.floats(0, 1e6), min_size=6, max_size=40).map(np.array)


# Natural process limits


def test_limits_are_those_of_wheelers_first_chart() -> None:
    limits = natural_process_limits(TRADE_DEFICIT_1987)
    assert limits is not None
    assert limits.mean == pytest.approx(12.75)
    assert limits.mean_moving_range == pytest.approx(18.3 / 11)
    assert (round(limits.lower, 2), round(limits.upper, 2)) == (8.32, 17.18)
    assert find_signals(TRADE_DEFICIT_1987, limits) == []


def test_too_few_values_have_no_limits() -> None:
    assert natural_process_limits(np.ones(5)) is None


@given(amounts)
def test_limits_lie_around_the_mean_and_never_below_the_floor(values: Any) -> None:
    limits = natural_process_limits(values)
    assert limits is not None
    assert 0 <= limits.lower <= limits.mean <= limits.upper
    assert limits.upper - limits.mean == pytest.approx(2.66 * limits.mean_moving_range)


def test_a_value_outside_is_a_signal() -> None:
    values = np.array([10, 11, 10, 11, 10, 11, 10, 40, 10, 11, 10.0])
    limits = natural_process_limits(values)
    assert limits is not None
    first = find_signals(values, limits)[0]
    assert (first.rule, first.first, first.is_high) == (Rule.OUTSIDE, 7, True)


def test_eight_in_a_row_are_a_signal_and_seven_are_none() -> None:
    def runs(length: int) -> list[tuple[int, int]]:
        values = np.array([6.0, 4.0] * 8 + [4.9] * length + [6.0])
        limits = natural_process_limits(values)
        assert limits is not None
        found = find_signals(values, limits)
        return [(one.first, one.last) for one in found if one.rule is Rule.RUN]

    assert runs(8) == [(15, 23)]
    assert runs(6) == []


def test_three_of_four_near_a_limit_are_a_signal() -> None:
    values = np.array([5.0, 6, 5, 6, 5, 6, 5, 6, 9, 9, 9, 5, 6, 5, 6])
    limits = natural_process_limits(values)
    assert limits is not None
    near = [one for one in find_signals(values, limits) if one.rule is Rule.NEAR_LIMIT]
    assert [(one.first, one.last, one.is_high) for one in near] == [(7, 11, True)]


@given(amounts)
def test_signals_name_values_on_their_side_of_the_mean(values: Any) -> None:
    limits = natural_process_limits(values)
    assert limits is not None
    for signal in find_signals(values, limits):
        part = values[signal.first : signal.last + 1]
        assert ((part > limits.mean) if signal.is_high else (part < limits.mean)).any()


# Durations


def test_bands_interpolate() -> None:
    bands = bands_of(np.array([1.0, 2.0, 3.0, 4.0]))
    assert (bands.n, bands.p50) == (4, 2.5)
    assert bands.p85 == pytest.approx(3.55)
    assert bands_of(np.array([])).p50 is None
    assert older_than(np.array([1.0, 5.0]), None) == 0
    assert older_than(np.array([1.0, 5.0]), 1.0) == 1


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1e7)), max_size=40))
def test_bands_of_places_are_those_of_each_alone(rows: list[tuple[int, float]]) -> None:
    place = np.array([row[0] for row in rows], dtype=np.int64)
    seconds = np.array([row[1] for row in rows], dtype=np.float64)
    assert bands_by_place(place, seconds, 4) == [bands_of(seconds[place == at]) for at in range(4)]


@given(st.lists(st.floats(0, 1e7), max_size=200), st.integers(8, 60))
def test_a_sample_keeps_the_slowest_and_no_more_than_asked(listed: list[float], limit: int) -> None:
    seconds = np.array(listed)
    kept = sample_points(seconds, limit)
    assert len(kept) == min(len(listed), limit) or len(kept) <= limit
    assert (np.diff(kept) > 0).all()
    if len(listed) > limit:
        slow = np.sort(seconds)[::-1][: limit // 4]
        assert set(slow) <= set(seconds[kept])
    assert sample_points(seconds, limit).tolist() == kept.tolist()


# Work mix


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), st.integers(0, 1000)), max_size=60), st.integers(1, 10))
def test_a_mix_loses_nothing_and_names_the_largest(rows: list[tuple[int, int, int]], most: int) -> None:
    period, group, amount = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    mix = mix_work(period, group, amount.astype(np.float64), periods=5, group_count=10, most=most)
    assert mix.totals.tolist() == [amount[period == at].sum() for at in range(5)]
    sums = mix.amounts.sum(axis=0)
    assert (np.diff(sums) <= 0).all()
    assert len(mix.groups) == min(most, len(set(group.tolist())))


# Cumulative flow in dollars


def no_changes() -> Changes:
    return Changes(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0))


def inputs_of(**changed: Any) -> WorthInputs:
    """Two stories of 1 and 3 points in one capability worth 400 cents, and a loose one worth 50."""
    plain: dict[str, Any] = {
        "created_at": np.array([0, 0, 0]),
        "capability": np.array([0, 0, NO_CAPABILITY]),
        "required": np.array([True, True, True]),
        "points": np.array([1.0, 3.0, np.nan]),
        "own_value": np.array([UNVALUED, UNVALUED, 50]),
        "capability_value": np.array([400]),
        **{f"{field}_changes": no_changes() for field in ("capability", "required", "points", "own_value")},
        "capability_value_changes": no_changes(),
    }
    return WorthInputs(**plain | changed)


def one_change(at: int, subject: int, before: float) -> Changes:
    return Changes(np.array([at]), np.array([subject]), np.array([before]))


def values_by_day(inputs: WorthInputs, *instants: int) -> list[list[int]]:
    told = [values.tolist() for values in worth_by_day(inputs, np.array(instants))]
    return told[::-1]


def test_worth_is_shared_by_points_and_stays_while_nothing_changes() -> None:
    assert values_by_day(inputs_of(), 10, 20) == [[100, 300, 50], [100, 300, 50]]


def test_an_estimate_counts_from_its_day_on() -> None:
    inputs = inputs_of(capability_value_changes=one_change(15, 0, UNVALUED))
    assert values_by_day(inputs, 10, 20) == [[UNVALUED, UNVALUED, 50], [100, 300, 50]]


def test_points_are_those_of_the_day() -> None:
    inputs = inputs_of(points_changes=one_change(15, 1, 1.0))
    assert values_by_day(inputs, 10, 20) == [[200, 200, 50], [100, 300, 50]]


def test_a_story_that_joined_a_capability_had_its_own_value_before() -> None:
    inputs = inputs_of(capability_changes=one_change(15, 1, NO_CAPABILITY), own_value_changes=one_change(15, 1, 70.0))
    assert values_by_day(inputs, 10, 20) == [[400, 70, 50], [100, 300, 50]]


def test_a_story_takes_no_share_before_it_was_there() -> None:
    inputs = inputs_of(created_at=np.array([0, 15, 0]))
    assert values_by_day(inputs, 10, 20) == [[400, UNVALUED, 50], [100, 300, 50]]


def test_what_is_not_required_has_no_share() -> None:
    inputs = inputs_of(required_changes=one_change(15, 0, 0.0))
    assert values_by_day(inputs, 10, 20) == [[0, 400, 50], [100, 300, 50]]


story_rows = st.lists(
    st.tuples(st.integers(-1, 2), st.booleans(), st.integers(0, 5), st.integers(0, 12)), min_size=1, max_size=6
)
history_rows = st.lists(
    st.tuples(st.sampled_from(["capability", "required", "points", "value"]), st.integers(0, 5), st.integers(0, 5)),
    max_size=10,
)


@given(story_rows, st.lists(st.integers(0, 900), min_size=3, max_size=3), history_rows)
def test_taking_back_a_day_at_a_time_is_computing_each_day_anew(
    stories: list[tuple[int, bool, int, int]], worth: list[int], history: list[tuple[str, int, int]]
) -> None:
    """Replays the history forwards, one change a tick, and compares each tick."""
    state: dict[str, Any] = {
        "capability": np.array([row[0] for row in stories]),
        "required": np.array([row[1] for row in stories]),
        "points": np.array([float(row[2]) for row in stories]),
        "value": np.array(worth),
    }
    created = np.array([row[3] for row in stories])
    before: dict[str, list[tuple[int, int, float]]] = {field: [] for field in state}

    def computed(tick: int) -> list[int]:
        exists = created <= tick
        capability = np.where(exists, state["capability"], -1)
        shares = attribute_values(state["value"], capability, state["points"], state["required"])
        valued: list[int] = np.where(capability >= 0, shares, UNVALUED).tolist()
        return valued

    expected = [computed(0)]
    for tick, (field, subject, figure) in enumerate(history, start=1):
        at = subject % len(state[field])
        to: float = {"capability": figure % 4 - 1, "required": figure % 2 == 0, "value": figure * 100}.get(
            field, figure
        )
        before[field].append((tick, at, float(state[field][at])))
        state[field][at] = to
        expected.append(computed(tick))

    def changes(field: str) -> Changes:
        rows = np.array(before[field]).reshape(-1, 3)
        return Changes(rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64), rows[:, 2])

    inputs = WorthInputs(
        created_at=created,
        capability=state["capability"],
        required=state["required"],
        points=state["points"],
        own_value=np.full(len(stories), UNVALUED),
        capability_value=state["value"],
        capability_changes=changes("capability"),
        required_changes=changes("required"),
        points_changes=changes("points"),
        own_value_changes=no_changes(),
        capability_value_changes=changes("value"),
    )
    assert values_by_day(inputs, *range(len(history) + 1)) == expected


visit_rows = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 30), st.one_of(st.just(0), st.integers(1, 20))),
    max_size=12,
)


def visits_of(rows: list[tuple[int, int, int, int]]) -> Visits:
    listed = [(story, place, entered, entered + length if length else OPEN) for story, place, entered, length in rows]
    return Visits(*np.array(listed, dtype=np.int64).reshape(-1, 4).T)


ENDS: IntArray = np.array([9, 19, 29])


@given(visit_rows)
def test_dollars_of_stories_worth_a_cent_each_are_items(rows: list[tuple[int, int, int, int]]) -> None:
    visits = visits_of(rows)
    ones = [np.ones(3, dtype=np.int64)] * 3
    assert (
        cumulative_value(visits, ENDS, 3, ones, visits.story).tolist() == cumulative_flow(visits, ENDS + 1, 3).tolist()
    )


@given(visit_rows)
def test_arrivals_never_fall_behind_departures_and_bands_are_their_difference(
    rows: list[tuple[int, int, int, int]],
) -> None:
    visits = visits_of(rows)
    arrived = np.array([(visits.entered_at <= end).sum() for end in ENDS])
    departed = np.array([(visits.left_at <= end).sum() for end in ENDS])
    assert (arrived >= departed).all()
    assert cumulative_flow(visits, ENDS + 1, 3).sum(axis=1).tolist() == (arrived - departed).tolist()


def test_unvalued_stories_are_in_no_dollar() -> None:
    visits = visits_of([(0, 0, 1, 0), (1, 0, 1, 0)])
    values = [np.array([UNVALUED, 7])] * 3
    assert cumulative_value(visits, ENDS, 1, values, visits.story).tolist() == [[7], [7], [7]]
