"""Cumulative flow: cells at the end of each day, and the deltas that add up to them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from valuestream.domain.cumulative_flow import cumulative_flow, daily_deltas
from valuestream.domain.visits import OPEN, OUTSIDE, Visits

DAYS = np.array([0, 10, 20, 30])
rows = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from([OUTSIDE, 0, 1]),
        st.integers(0, 35),
        st.one_of(st.just(OPEN), st.integers(0, 20)),
    ).map(lambda row: (*row[:3], row[3] if row[3] == OPEN else row[2] + row[3])),
    max_size=12,
)
Rows = list[tuple[int, int, int, int]]


def visits_of(listed: Rows) -> Visits:
    return Visits(*np.array(listed, dtype=np.int64).reshape(-1, 4).T)


@given(rows)
def test_a_cell_holds_what_was_there_just_before_midnight(listed: Rows) -> None:
    expected = [
        [sum(place == cell and entered < end <= left for _, place, entered, left in listed) for cell in (0, 1)]
        for end in DAYS[1:]
    ]
    zero_length = [row for row in listed if row[2] == row[3]]
    assert not zero_length or cumulative_flow(visits_of(zero_length), DAYS[1:], 2).sum() == 0
    assert cumulative_flow(visits_of(listed), DAYS[1:], 2).tolist() == expected


@given(rows)
def test_daily_deltas_add_up_to_the_cells(listed: Rows) -> None:
    deltas = daily_deltas(visits_of(listed), DAYS, 2)
    cells = np.cumsum(deltas.entered - deltas.left, axis=0)
    assert cells.tolist() == cumulative_flow(visits_of(listed), DAYS[1:], 2).tolist()


@given(rows)
def test_cells_weighted_by_one_are_items(listed: Rows) -> None:
    visits = visits_of(listed)
    weighted = cumulative_flow(visits, DAYS[1:], 2, np.ones(4))
    assert weighted.tolist() == cumulative_flow(visits, DAYS[1:], 2).tolist()


def test_cells_can_be_dollars() -> None:
    visits = visits_of([(0, 0, 1, OPEN), (1, 0, 2, 12)])
    assert cumulative_flow(visits, DAYS[1:], 1, np.array([5.0, 7.0])).tolist() == [[12], [5], [5]]


def test_an_event_at_midnight_belongs_to_the_next_day() -> None:
    visits = visits_of([(0, 0, 10, OPEN)])
    assert daily_deltas(visits, DAYS, 1).entered.tolist() == [[0], [1], [0]]
    assert cumulative_flow(visits, DAYS[1:], 1).tolist() == [[0], [1], [1]]
