"""Where the lines of a forecast's charts lie."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuestream.web.forecast_drawing import (
    BAND_WIDTH,
    FLOOR,
    LEFT,
    RIGHT,
    TOP,
    date_marks,
    draw_fan,
    draw_said,
    nice_top,
)

MONDAY = date(2026, 3, 2)
spans = st.integers(0, 1_900)


@given(st.floats(0.01, 1e12))
def test_the_top_of_an_axis_is_round_and_not_far_above(most: float) -> None:
    top = nice_top(most)
    assert most * (1 - 1e-9) <= top <= max(2 * most, 2)


@given(spans)
def test_a_few_days_are_named_under_an_axis(days: int) -> None:
    last = MONDAY + timedelta(days=days)
    marks = [day for day, _ in date_marks(MONDAY, last)]
    assert 0 < len(marks) <= 8
    assert marks == sorted(set(marks))
    assert all(MONDAY <= day <= last for day in marks)


@given(spans, st.lists(st.integers(0, 500), min_size=3, max_size=3).map(sorted))
def test_a_fan_stays_in_its_box(days: int, band: list[int]) -> None:
    low, half, high = (float(amount) for amount in band)
    last = MONDAY + timedelta(days=days)
    fan = draw_fan([MONDAY, last], [(high, high, high), (low, half, high)], finishes=[(85, last), (50, MONDAY)])
    points = [part.split() for part in fan.band.strip("MZ").split("L")]
    assert all(LEFT <= float(x) <= RIGHT and TOP <= float(y) <= FLOOR for x, y in points)
    assert [finish.share for finish in fan.finishes] == [85, 50]


def test_what_was_said_shares_one_axis_and_an_open_end_runs_out_of_it() -> None:
    week = timedelta(days=7)
    said, later, nothing = draw_said(
        [(MONDAY, MONDAY + week, MONDAY + 2 * week), (MONDAY + week, MONDAY + week, None), (None, None, None)]
    )
    assert said is not None
    assert later is not None
    assert nothing is None
    assert float(said.x) < float(later.x)
    assert float(said.middle) == pytest.approx(float(later.middle))
    assert later.is_open
    assert float(later.x) + float(later.width) == pytest.approx(BAND_WIDTH)
