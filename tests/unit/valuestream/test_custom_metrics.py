"""The kernel of custom metrics beside a slow one that says what it means."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuestream.domain.custom_metrics import (
    FieldValues,
    Members,
    aggregate_places,
    find_members,
    join_members,
)
from valuestream.domain.stage_metrics import StreamMap
from valuestream.domain.visits import OPEN, Visits
from valuestream.domain.vocabulary import Aggregate, ItemsOf

PLACES = 4
Pairs = list[tuple[int, int]]
Values = dict[int, list[float]]

numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 3))
members = st.lists(st.tuples(st.integers(0, 9), st.integers(0, PLACES - 1)), unique=True, max_size=25)
values = st.dictionaries(st.integers(0, 9), st.lists(numbers, min_size=1, max_size=3), max_size=10)


def as_arrays(pairs: Pairs, known: Values) -> tuple[Members, FieldValues]:
    told = [(item, value) for item, each in known.items() for value in each]
    return (
        Members(
            np.array([item for item, _ in pairs], dtype=np.int64), np.array([at for _, at in pairs], dtype=np.int64)
        ),
        FieldValues.of(
            np.array([item for item, _ in told], dtype=np.int64),
            np.array([value for _, value in told], dtype=np.float64),
        ),
    )


def slowly(pairs: Pairs, known: Values, place: int, aggregate: Aggregate, percentile: float) -> float | None:
    items = [item for item, at in pairs if at == place and item in known]
    held = [value for item in items for value in known[item]]
    if aggregate is Aggregate.COUNT:
        return len(items)
    if aggregate is Aggregate.COUNT_DISTINCT:
        return len(set(held))
    if not held:
        return None
    reduce: dict[Aggregate, Any] = {
        Aggregate.SUM: np.sum,
        Aggregate.AVG: np.mean,
        Aggregate.MEDIAN: np.median,
        Aggregate.MIN: min,
        Aggregate.MAX: max,
        Aggregate.PERCENTILE: lambda each: np.percentile(each, percentile),
    }
    return float(reduce[aggregate](held))


@given(members, values, st.sampled_from(list(Aggregate)), st.floats(0, 100))
def test_every_aggregate_is_what_it_says(pairs: Pairs, known: Values, aggregate: Aggregate, percentile: float) -> None:
    found = aggregate_places(*as_arrays(pairs, known), places=PLACES, aggregate=aggregate, percentile=percentile)
    for place in range(PLACES):
        expected = slowly(pairs, known, place, aggregate, percentile)
        figure = found.figure[place]
        assert (expected is None) == bool(np.isnan(figure))
        assert expected is None or figure == pytest.approx(expected, rel=1e-9, abs=1e-6)
        assert found.items[place] == sum(at == place for _, at in pairs)


@given(members, values)
def test_the_order_of_items_does_not_matter(pairs: Pairs, known: Values) -> None:
    for aggregate in (Aggregate.MEDIAN, Aggregate.COUNT_DISTINCT):
        one = aggregate_places(*as_arrays(pairs, known), places=PLACES, aggregate=aggregate).figure
        other = aggregate_places(
            *as_arrays(pairs[::-1], dict(reversed(known.items()))), places=PLACES, aggregate=aggregate
        ).figure
        np.testing.assert_array_equal(one, other)


@given(members, values)
def test_a_percentile_lies_between_least_and_most(pairs: Pairs, known: Values) -> None:
    least, most, middle = (
        aggregate_places(*as_arrays(pairs, known), places=PLACES, aggregate=one, percentile=85).figure
        for one in (Aggregate.MIN, Aggregate.MAX, Aggregate.PERCENTILE)
    )
    known_places = ~np.isnan(middle)
    assert (least[known_places] <= middle[known_places] + 1e-9).all()
    assert (middle[known_places] <= most[known_places] + 1e-9).all()


@pytest.mark.parametrize("percentile", [-0.1, 100.1, float("nan")])
def test_a_percentile_that_is_none_is_refused(percentile: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 100"):
        aggregate_places(*as_arrays([], {}), places=1, aggregate=Aggregate.PERCENTILE, percentile=percentile)


def two_blocks() -> StreamMap:
    """Two blocks of one stage, then a stage that is finished."""
    return StreamMap(
        block_of_state=np.array([0, 1, 2]),
        stage_of_block=np.array([0, 0, 1]),
        is_wait=np.array([True, False, False]),
        staffed=np.array([np.nan, np.nan]),
        finished=np.array([False, True]),
    )


def visits_of(*rows: tuple[int, int, int, int]) -> Visits:
    return Visits(*(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)))


def told(found: Members) -> set[tuple[int, int]]:
    return set(zip(found.item.tolist(), found.place.tolist(), strict=True))


def test_an_item_that_changes_blocks_of_a_stage_leaves_the_block_and_not_the_stage() -> None:
    visits = visits_of((0, 0, 0, 10), (0, 1, 10, OPEN))
    left = find_members(visits, two_blocks(), window_start=5, of=ItemsOf.LEFT)
    inside = find_members(visits, two_blocks(), window_start=5, of=ItemsOf.IN)
    assert (told(left.blocks), told(left.stages), told(left.stream)) == ({(0, 0)}, set(), set())
    assert (told(inside.blocks), told(inside.stages), told(inside.stream)) == ({(0, 1)}, {(0, 0)}, {(0, 0)})


def test_an_item_that_finishes_leaves_the_stream_and_one_that_left_before_the_window_does_not_count() -> None:
    visits = visits_of((0, 1, 0, 10), (0, 2, 10, OPEN), (1, 1, 0, 3), (1, 2, 3, OPEN))
    left = find_members(visits, two_blocks(), window_start=5, of=ItemsOf.LEFT)
    assert (told(left.stages), told(left.stream)) == ({(0, 0)}, {(0, 0)})


def test_an_item_that_leaves_twice_counts_once() -> None:
    visits = visits_of((0, 0, 0, 10), (0, 1, 10, 12), (0, 0, 12, 14), (0, 1, 14, OPEN))
    left = find_members(visits, two_blocks(), window_start=5, of=ItemsOf.LEFT)
    assert sorted(left.blocks.place.tolist()) == [0, 1]


def test_parts_of_different_items_join_to_what_they_are_together() -> None:
    one = find_members(visits_of((0, 0, 0, OPEN)), two_blocks(), window_start=0, of=ItemsOf.IN)
    other = find_members(visits_of((3, 1, 0, OPEN)), two_blocks(), window_start=0, of=ItemsOf.IN)
    assert told(join_members([one, other]).blocks) == {(0, 0), (3, 1)}
