"""Visits in the choices of a field: finished time is cut out, and nothing else is."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from valuestream.domain.choice_visits import cut_finished
from valuestream.domain.visits import OPEN, ChangeLog, Visits, build_visits

Row = tuple[int, int, int, int]


def visits(*rows: Row) -> Visits:
    columns = [np.array([row[at] for row in rows], dtype=np.int64) for at in range(4)]
    return Visits(*columns)


def rows(found: Visits) -> list[Row]:
    columns = (found.story, found.place, found.entered_at, found.left_at)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_a_finished_story_has_left_the_stream_whatever_its_field_says() -> None:
    found = cut_finished(visits((0, 4, 0, 5), (0, 7, 5, OPEN)), visits((0, 9, 8, OPEN)))
    assert rows(found) == [(0, 4, 0, 5), (0, 7, 5, 8)]


def test_a_reopened_story_comes_back_into_the_choice_it_has_then() -> None:
    found = cut_finished(visits((0, 4, 0, 6), (0, 7, 6, OPEN)), visits((0, 9, 5, 8)))
    assert rows(found) == [(0, 4, 0, 5), (0, 7, 8, OPEN)]


def test_done_and_then_cancelled_is_finished_without_a_break() -> None:
    found = cut_finished(visits((0, 4, 0, OPEN)), visits((0, 9, 5, 8), (0, 10, 8, OPEN)))
    assert rows(found) == [(0, 4, 0, 5)]


def test_a_story_finished_for_no_time_stays_in_the_stream() -> None:
    found = cut_finished(visits((0, 4, 0, OPEN)), visits((0, 9, 5, 5)))
    assert rows(found) == [(0, 4, 0, OPEN)]


def test_a_field_that_changes_as_the_story_is_finished_changes_first() -> None:
    found = cut_finished(visits((0, 4, 0, 5), (0, 7, 5, OPEN)), visits((0, 9, 5, OPEN)))
    assert rows(found) == [(0, 4, 0, 5), (0, 7, 5, 5)]


def test_one_story_that_is_finished_says_nothing_of_the_next() -> None:
    found = cut_finished(visits((0, 4, 0, OPEN), (1, 4, 0, OPEN)), visits((0, 9, 5, OPEN)))
    assert rows(found) == [(0, 4, 0, 5), (1, 4, 0, OPEN)]


def test_nothing_is_cut_where_nothing_was_finished() -> None:
    assert rows(cut_finished(visits((0, 4, 0, OPEN)), visits())) == [(0, 4, 0, OPEN)]
    assert rows(cut_finished(visits(), visits())) == []


@st.composite
def histories(draw: st.DrawFn) -> tuple[Visits, Visits]:
    """Some stories, each with changes of a field and spans in which it was finished."""
    count = draw(st.integers(1, 3))
    changes = [
        (story, at, sequence, place)
        for story in range(count)
        for sequence, (at, place) in enumerate(
            draw(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=4))
        )
    ]
    column = [np.array([change[one] for change in changes], dtype=np.int64) for one in range(4)]
    born = np.zeros(count, dtype=np.int64)
    log = ChangeLog(column[0], column[1], column[2], np.zeros(len(changes), dtype=np.int64), column[3], born, born)
    finished: list[Row] = []
    for story in range(count):
        edges = sorted(draw(st.sets(st.integers(0, 30), max_size=4)))
        spans = zip(edges[::2], [*edges[1::2], OPEN], strict=False)
        finished += [(story, 9, start, end) for start, end in spans]
    return build_visits(log), visits(*finished)


def place_at(found: Visits, story: int, instant: float) -> int | None:
    here = (found.story == story) & (found.entered_at <= instant) & (found.left_at > instant)
    return int(found.place[here][0]) if here.any() else None


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_at_every_instant_a_story_is_in_its_choice_unless_it_is_finished(given_both: tuple[Visits, Visits]) -> None:
    choices, finished = given_both
    found = cut_finished(choices, finished)
    for story in range(3):
        for instant in np.arange(0.5, 32):
            expected = None if place_at(finished, story, instant) is not None else place_at(choices, story, instant)
            assert place_at(found, story, instant) == expected
    assert (found.left_at >= found.entered_at).all()
    assert (np.diff(found.story) >= 0).all()
