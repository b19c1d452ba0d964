"""Spans of a story: union, cover and measure, against sets of seconds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from valuestream.domain.calendar import EveryHour
from valuestream.domain.spans import Spans
from valuestream.domain.visits import OPEN

SECOND = 1_000_000
END = 25
rows = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 20), st.one_of(st.integers(0, 20), st.just(END))), max_size=8
)
Rows = list[tuple[int, int, int]]


def spans_of(listed: Rows) -> Spans:
    story, start, end = np.array(listed, dtype=np.int64).reshape(-1, 3).T
    return Spans.of(story, start * SECOND, end * SECOND)


def seconds_of(listed: Rows, story: int) -> set[int]:
    return {second for one, start, end in listed if one == story for second in range(start, end)}


STORIES, INSTANTS = (grid.ravel() for grid in np.meshgrid(np.arange(5), np.arange(END)))


@given(rows)
def test_spans_are_disjoint_and_sorted(listed: Rows) -> None:
    spans = spans_of(listed)
    same = spans.story[1:] == spans.story[:-1]
    assert (spans.start[1:][same] > spans.end[:-1][same]).all()
    assert (spans.story[1:] >= spans.story[:-1]).all()
    assert (spans.end > spans.start).all()


@given(rows)
def test_a_moment_is_covered_when_any_span_holds(listed: Rows) -> None:
    covered = spans_of(listed).covers(STORIES, INSTANTS * SECOND)
    expected = [
        second in seconds_of(listed, story) for story, second in zip(STORIES.tolist(), INSTANTS.tolist(), strict=True)
    ]
    assert covered.tolist() == expected


@given(rows)
def test_the_next_covered_moment_is_the_first_from_there_on(listed: Rows) -> None:
    found = spans_of(listed).next_covered(STORIES, INSTANTS * SECOND)
    for story, second, instant in zip(STORIES.tolist(), INSTANTS.tolist(), found.tolist(), strict=True):
        later = [covered for covered in seconds_of(listed, story) if covered >= second]
        assert instant == (min(later) * SECOND if later else OPEN)


@given(rows, st.integers(0, 20), st.integers(0, 20))
def test_covered_time_is_the_part_of_an_interval_in_any_span(listed: Rows, start: int, length: int) -> None:
    stories = np.arange(5)
    begins, ends = np.full(5, start * SECOND), np.full(5, (start + length) * SECOND)
    found = spans_of(listed).covered_seconds(stories, begins, ends, EveryHour())
    expected = [len(seconds_of(listed, story) & set(range(start, start + length))) for story in range(5)]
    assert found.tolist() == expected


def test_a_span_that_goes_on_is_known_up_to_the_instant_asked_about() -> None:
    spans = Spans.of(np.array([0, 0]), np.array([2, 9]), np.array([OPEN, OPEN])).as_of(5)
    assert (spans.start.tolist(), spans.end.tolist()) == ([2], [6])
    assert spans.covers(np.array([0]), np.array([5])).tolist() == [True]


def test_no_spans_cover_nothing() -> None:
    instant = np.array([7])
    assert Spans.none().covers(np.array([0]), instant).tolist() == [False]
    assert Spans.none().next_covered(np.array([0]), instant).tolist() == [OPEN]
    assert Spans.none().covered_seconds(np.array([0]), instant, instant + 1, EveryHour()).tolist() == [0]


def test_a_span_inside_a_longer_one_does_not_end_it() -> None:
    spans = spans_of([(0, 0, 10), (0, 2, 3), (0, 5, 6)])
    assert (spans.start.tolist(), spans.end.tolist()) == ([0], [10 * SECOND])
