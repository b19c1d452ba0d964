"""Visits: maximal runs in one state, one story at a time and many at once alike."""

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from valuestream.domain.calendar import to_microseconds
from valuestream.domain.visits import (
    OPEN,
    OUTSIDE,
    UNMAPPED,
    ChangeLog,
    StateChange,
    StateVisit,
    Visits,
    build_visits,
    merge_visits,
    visits_of_story,
)

BORN = datetime(2026, 1, 5, 9, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return BORN + timedelta(minutes=minutes)


def change(minutes: int, sequence: int, from_state: int, to_state: int) -> StateChange:
    return StateChange(at(minutes), sequence, from_state, to_state)


def test_a_story_that_never_changed_is_still_in_its_first_state() -> None:
    assert visits_of_story(BORN, 4, []) == [StateVisit(4, BORN, None)]


def test_the_first_state_is_the_one_before_the_first_change() -> None:
    assert visits_of_story(BORN, 9, [change(5, 1, 0, 1)]) == [
        StateVisit(0, BORN, at(5)),
        StateVisit(1, at(5), None),
    ]


def test_a_change_to_the_same_state_does_not_split_a_visit() -> None:
    assert len(visits_of_story(BORN, 0, [change(5, 1, 0, 1), change(6, 2, 1, 1)])) == 2


def test_changes_of_one_instant_follow_their_sequence_and_keep_the_empty_visit() -> None:
    visits = visits_of_story(BORN, 0, [change(5, 2, 1, 2), change(5, 1, 0, 1)])
    assert [visit.state for visit in visits] == [0, 1, 2]
    assert visits[1] == StateVisit(1, at(5), at(5))


def test_a_story_that_comes_back_opens_a_new_visit() -> None:
    visits = visits_of_story(BORN, 0, [change(5, 1, 0, 1), change(6, 2, 1, 0)])
    assert [visit.state for visit in visits] == [0, 1, 0]


def test_a_change_before_the_creation_moves_the_creation_back() -> None:
    assert visits_of_story(BORN, 0, [change(-5, 1, 0, 1)])[0] == StateVisit(0, at(-5), at(-5))


changes = st.lists(
    st.tuples(st.integers(-3, 20), st.integers(0, 3), st.integers(0, 3)).map(
        lambda parts: (parts[0], parts[1], parts[2])
    ),
    max_size=8,
)
logs = st.lists(st.tuples(st.integers(0, 3), changes), min_size=1, max_size=5)
Log = list[tuple[int, list[tuple[int, int, int]]]]


def change_log(log: Log, shuffle: list[int] | None = None) -> ChangeLog:
    rows = [
        (story, to_microseconds(at(minutes)), sequence, old, new)
        for story, (_, listed) in enumerate(log)
        for sequence, (minutes, old, new) in enumerate(listed)
    ]
    if shuffle:
        rows = [row for _, row in sorted(zip(shuffle * len(rows), rows, strict=False), key=lambda pair: pair[0])]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    born = np.full(len(log), to_microseconds(BORN))
    story, occurred_at, sequence, from_state, to_state = columns
    first_states = np.array([first for first, _ in log])
    return ChangeLog(story, occurred_at, sequence, from_state, to_state, born, first_states)


def as_rows(visits: Visits) -> list[tuple[int, ...]]:
    columns = (visits.story, visits.place, visits.entered_at, visits.left_at)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(logs, st.lists(st.integers(0, 9), max_size=9))
def test_many_stories_at_once_have_the_visits_they_have_alone(log: Log, shuffle: list[int]) -> None:
    expected = [
        (story, state, to_microseconds(entered), OPEN if left is None else to_microseconds(left))
        for story, (first, listed) in enumerate(log)
        for state, entered, left in visits_of_story(
            BORN, first, [change(parts[0], place, *parts[1:]) for place, parts in enumerate(listed)]
        )
    ]
    assert as_rows(build_visits(change_log(log, shuffle))) == expected


@given(logs)
def test_visits_of_a_story_are_adjacent_and_only_the_last_is_open(log: Log) -> None:
    visits = build_visits(change_log(log))
    same = visits.story[1:] == visits.story[:-1]
    assert (visits.left_at[:-1][same] == visits.entered_at[1:][same]).all()
    assert ((visits.left_at == OPEN) == np.append(~same, True)).all()


@given(logs, st.integers(-5, 25))
def test_visits_as_of_an_instant_are_those_of_the_log_up_to_it(log: Log, minutes: int) -> None:
    instant = to_microseconds(at(minutes))
    whole = change_log([(first, listed) for first, listed in log])
    known = whole.occurred_at <= instant
    # first_state of a story that has not changed yet is the state before its first change, ever
    first_state = np.array([listed[0][1] if listed else first for first, listed in sorted_log(log)])
    earlier = ChangeLog(
        whole.story[known], whole.occurred_at[known], whole.sequence[known], whole.from_state[known],
        whole.to_state[known], whole.created_at, first_state,
    )  # fmt: skip
    expected = [row for row in as_rows(build_visits(earlier)) if row[2] <= instant]
    assert as_rows(build_visits(whole).as_of(instant)) == expected


def sorted_log(log: Log) -> Log:
    return [(first, sorted(listed, key=lambda parts: parts[0])) for first, listed in log]


def visits_of(*rows: tuple[int, int, int, int]) -> Visits:
    return Visits(*np.array(rows, dtype=np.int64).reshape(-1, 4).T)


def test_adjacent_visits_to_states_of_one_block_merge() -> None:
    merged, part_of = merge_visits(visits_of((0, 0, 0, 5), (0, 1, 5, 7), (0, 2, 7, OPEN)), np.array([0, 0, 1]))
    assert as_rows(merged) == [(0, 0, 0, 7), (0, 1, 7, OPEN)]
    assert part_of.tolist() == [0, 0, 1]


def test_visits_of_different_stories_never_merge() -> None:
    merged, _ = merge_visits(visits_of((0, 0, 0, 5), (1, 0, 5, OPEN)), np.array([0]))
    assert len(merged) == 2


def test_visits_with_a_gap_between_them_do_not_merge() -> None:
    merged, _ = merge_visits(visits_of((0, 0, 0, 5), (0, 0, 6, OPEN)), np.array([0]))
    assert len(merged) == 2


def test_codes_for_unmapped_and_outside_survive_a_merge() -> None:
    merged, _ = merge_visits(visits_of((0, UNMAPPED, 0, 5), (0, OUTSIDE, 5, OPEN)), np.array([3]))
    assert merged.place.tolist() == [UNMAPPED, OUTSIDE]


def test_nothing_merges_to_nothing() -> None:
    merged, part_of = merge_visits(visits_of(), np.array([], dtype=np.int64))
    assert (len(merged), len(part_of)) == (0, 0)
