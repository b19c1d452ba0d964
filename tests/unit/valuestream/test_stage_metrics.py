"""The stage-metrics kernel, against the definitions written out story by story, second by second."""

from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import time
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuestream.domain.calendar import EveryHour, WorkCalendar
from valuestream.domain.flow_metrics import NOBODY, UNVALUED, FlowMetrics, Items
from valuestream.domain.part_packing import pack_part, unpack_part
from valuestream.domain.spans import Spans
from valuestream.domain.stage_metrics import (
    FlowQuestion,
    MapMetrics,
    StreamMap,
    conclude,
    join_parts,
    measure_flow,
    measure_part,
)
from valuestream.domain.visits import OPEN, OUTSIDE, UNMAPPED, Visits

SECOND = 1_000_000
HORIZON = 30
# blocks: queue | design and build, parallel in one stage | test. State 4 is mapped nowhere, 5 is done
STREAM = StreamMap(
    block_of_state=np.array([0, 1, 2, 3, UNMAPPED, OUTSIDE, 1]),
    stage_of_block=np.array([0, 1, 1, 2]),
    is_wait=np.array([True, False, False, False]),
    staffed=np.array([np.nan, 2.0, 0.0]),
)

Span = tuple[int, int | None]


@dataclass(frozen=True)
class Case:
    """Stories as lists of (state, entered second); spans per story; what they are worth; the question."""

    stories: list[list[tuple[int, int]]]
    blocked: list[list[Span]]
    begun: list[list[Span]] | None
    values: list[int]
    people: list[int]
    start: int
    as_of: int


@st.composite
def cases(draw: st.DrawFn) -> Case:
    count = draw(st.integers(1, 4))
    per_story = partial(st.lists, min_size=count, max_size=count)
    spans = st.lists(st.tuples(st.integers(0, HORIZON), st.one_of(st.none(), st.integers(0, HORIZON))), max_size=3)
    story = st.lists(st.tuples(st.integers(0, 6), st.integers(0, HORIZON)), min_size=1, max_size=7)
    start = draw(st.integers(0, HORIZON))
    return Case(
        [sorted(listed, key=lambda entry: entry[1]) for listed in draw(per_story(story))],
        draw(per_story(spans)),
        draw(st.one_of(st.none(), per_story(spans))),
        draw(per_story(st.sampled_from([UNVALUED, 0, 700, 900]))),
        draw(per_story(st.sampled_from([NOBODY, 3, 4]))),
        start,
        draw(st.integers(start, HORIZON)),
    )


# ---- the kernel's arrays from a case


def spans_of(listed: list[list[Span]]) -> Spans:
    rows = [
        (story, start * SECOND, OPEN if end is None else end * SECOND)
        for story, spans in enumerate(listed)
        for start, end in spans
    ]
    return Spans.of(*np.array(rows, dtype=np.int64).reshape(-1, 3).T)


def visits_of(case: Case) -> Visits:
    rows = [
        (story, state, entered * SECOND, OPEN if left is None else left * SECOND)
        for story, entries in enumerate(case.stories)
        for state, entered, left in runs_of(entries)
    ]
    return Visits(*np.array(rows, dtype=np.int64).reshape(-1, 4).T)


def asked(case: Case) -> tuple[Items, FlowQuestion]:
    values = np.array(case.values)
    items = Items(values, np.where(values == UNVALUED, UNVALUED, values * 604_800), np.array(case.people))
    begun = None if case.begun is None else spans_of(case.begun)
    question = FlowQuestion(case.start * SECOND, case.as_of * SECOND, EveryHour(), spans_of(case.blocked), begun)
    return items, question


def answer(case: Case) -> MapMetrics:
    items, question = asked(case)
    return measure_flow(visits_of(case), STREAM, items, question)


def answer_in_parts(case: Case, part_of: list[int]) -> MapMetrics:
    """The same by parts of the stories, `part_of` each story: sent as bytes, joined one after the other."""
    items, question = asked(case)
    visits, numbers = visits_of(case), np.array(part_of[: len(case.stories)])
    parts = [
        unpack_part(pack_part(measure_part(visits.take(numbers[visits.story] == part), STREAM, items, question)))
        for part in sorted(set(numbers))
    ]
    joined = parts[0]
    for part in parts[1:]:
        joined = join_parts([joined, part])
    return conclude(joined, STREAM, question)


# ---- the definitions, written out

Run = tuple[int, int, int | None]


def runs_of(entries: list[tuple[int, int]]) -> list[Run]:
    """(place, entered, left) of maximal runs; left is None for the last."""
    kept = [entry for place, entry in enumerate(entries) if place == 0 or entries[place - 1][0] != entry[0]]
    leavings = [entered for _, entered in kept[1:]] + [None]
    return [(place, entered, left) for (place, entered), left in zip(kept, leavings, strict=False)]


def known_runs(case: Case, place_of: dict[int, int]) -> list[list[Run]]:
    """Runs of every story in larger places, as known at as_of; only mapped ones."""
    runs = []
    for entries in case.stories:
        known = [(place_of[state], entered) for state, entered in entries if entered <= case.as_of]
        runs.append([run for run in runs_of(known) if run[0] >= 0])
    return runs


BLOCKS = dict(enumerate(STREAM.block_of_state.tolist()))
STAGES = {state: int(STREAM.stage_of_block[block]) if block >= 0 else block for state, block in BLOCKS.items()}
WHOLE = {state: min(block, 0) for state, block in BLOCKS.items()}


def holds(spans: list[Span], second: int) -> bool:
    return any(start <= second and (end is None or second < end) for start, end in spans)


def is_waiting_during(case: Case, story: int, run: Run, second: int) -> bool:
    """Whether the second of a run in a block is waiting. Spans that start after as_of don't exist."""
    block, entered, _ = run
    if STREAM.is_wait[block] or holds(known_spans(case, case.blocked[story]), second):
        return True
    begun = None if case.begun is None else known_spans(case, case.begun[story])
    return begun is not None and not any(holds(begun, earlier) for earlier in range(entered, second + 1))


def known_spans(case: Case, spans: list[Span]) -> list[Span]:
    return [span for span in spans if span[0] <= case.as_of]


def waiting_seconds(case: Case, story: int, run: Run, start: int = 0) -> int:
    """Waiting within a run of any place: that of the block runs inside it."""
    return sum(
        is_waiting_during(case, story, block_run, second)
        for block_run in known_runs(case, BLOCKS)[story]
        for second in range(max(start, run[1], block_run[1]), min(end_of(case, run), end_of(case, block_run)))
    )


def end_of(case: Case, run: Run) -> int:
    return case.as_of if run[2] is None else run[2]


def place_runs(case: Case, place_of: dict[int, int], place: int) -> list[tuple[int, Run]]:
    return [(story, run) for story, runs in enumerate(known_runs(case, place_of)) for run in runs if run[0] == place]


ALL_PLACES = (
    [("blocks", BLOCKS, place) for place in range(4)]
    + [("stages", STAGES, place) for place in range(3)]
    + [("total", WHOLE, 0)]
)


def figures(metrics: MapMetrics, level: str, place: int) -> FlowMetrics:
    return metrics.total if level == "total" else getattr(metrics, level)[place]


@given(cases())
def test_counts_are_those_of_the_definitions(case: Case) -> None:
    metrics = answer(case)
    for level, place_of, place in ALL_PLACES:
        runs, found = place_runs(case, place_of, place), figures(metrics, level, place)
        still = [story for story, run in runs if run[2] is None]
        values = [case.values[story] for story in still]
        valued = [value for value in values if value != UNVALUED]
        assert found.arrivals == sum(run[1] >= case.start for _, run in runs)
        assert found.departures == sum(run[2] is not None and run[2] >= case.start for _, run in runs)
        assert found.wip == len(still)
        assert found.value_held_cents == sum(valued)
        assert found.unvalued_wip == values.count(UNVALUED)
        assert found.delay_cost_rate_cents == sum(valued) * 604_800
        assert found.largest_contribution_cents == max(valued, default=0)
        assert found.resources == len({case.people[story] for story in still} - {NOBODY})


@given(cases())
def test_times_are_those_of_the_definitions(case: Case) -> None:
    metrics = answer(case)
    for level, place_of, place in ALL_PLACES:
        runs, found = place_runs(case, place_of, place), figures(metrics, level, place)
        left = [(story, run) for story, run in runs if run[2] is not None and run[2] >= case.start]
        leads = [run[2] - run[1] for _, run in left if run[2] is not None]
        waits = [waiting_seconds(case, story, run) for story, run in left]
        ages = [case.as_of - run[1] for _, run in runs if run[2] is None]
        assert (found.lead_time.n, found.waiting_time.n, found.wip_age.n) == (len(left), len(left), len(ages))
        if left:
            assert found.lead_time.mean == pytest.approx(np.mean(leads))
            assert found.lead_time.p85 == pytest.approx(np.percentile(leads, 85))
            assert found.waiting_time.mean == pytest.approx(np.mean(waits))
            assert found.waiting_time.p50 == pytest.approx(np.median(waits))
        if ages:
            assert found.wip_age.maximum == max(ages)
        expected = 1 - sum(waits) / sum(leads) if sum(leads) else None
        assert found.flow_efficiency == (None if expected is None else pytest.approx(expected))


@given(cases())
def test_lead_time_is_waiting_and_process_time_always(case: Case) -> None:
    metrics = answer(case)
    for found in [*metrics.blocks, *metrics.stages, metrics.total]:
        lead, waiting, process = found.lead_time.mean, found.waiting_time.mean, found.process_time.mean
        assert (lead is None) == (waiting is None) == (process is None)
        if lead is not None and waiting is not None and process is not None:
            assert lead == pytest.approx(waiting + process)
            assert 0 <= waiting <= lead + 1e-9


@given(cases())
def test_idle_cost_is_the_waiting_within_the_window_at_the_cost_of_delay(case: Case) -> None:
    metrics = answer(case)
    for level, place_of, place in ALL_PLACES:
        expected = sum(
            waiting_seconds(case, story, run, case.start) * max(case.values[story], 0)
            for story, run in place_runs(case, place_of, place)
        )
        assert figures(metrics, level, place).idle_cost_cents == expected


def present_and_waiting(case: Case, instant: int, place_of: dict[int, int], place: int) -> int:
    return sum(
        is_waiting_during(case, story, block_run, instant)
        for story, run in place_runs(case, place_of, place)
        for block_run in known_runs(case, BLOCKS)[story]
        if block_run[1] <= instant and (block_run[2] is None or instant < block_run[2])
        if run[1] <= instant and (run[2] is None or instant < run[2])
    )


@given(cases())
def test_the_queue_is_the_open_visits_that_wait(case: Case) -> None:
    metrics = answer(case)
    for level, place_of, place in ALL_PLACES:
        found = figures(metrics, level, place)
        assert found.queue_length == present_and_waiting(case, case.as_of, place_of, place)
        assert found.queue_age.n == found.queue_length <= found.wip
        assert found.queue_length_at_start == present_and_waiting(case, case.start - 1, place_of, place)


@given(cases())
def test_complete_and_accurate_departures_never_come_back_to_this_or_an_earlier_stage(case: Case) -> None:
    metrics = answer(case)
    for stage in range(3):
        kept = [
            all(later[0] > stage for later in runs[place + 1 :])
            for runs in known_runs(case, STAGES)
            for place, run in enumerate(runs)
            if run[0] == stage and run[2] is not None and run[2] >= case.start
        ]
        expected = sum(kept) / len(kept) if kept else None
        assert metrics.stages[stage].percent_complete_accurate == expected


@given(cases())
def test_backward_moves_are_counted_per_pair_of_stages(case: Case) -> None:
    expected: dict[tuple[int, int], int] = {}
    for runs in known_runs(case, STAGES):
        for one, other in pairwise(runs):
            if other[0] < one[0] and other[1] >= case.start:
                expected[one[0], other[0]] = expected.get((one[0], other[0]), 0) + 1
    moves = answer(case).backward_moves
    assert {(move.from_stage, move.to_stage): move.count for move in moves} == expected


@given(cases(), st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_parts_of_the_stories_add_up_to_the_whole(case: Case, part_of: list[int]) -> None:
    whole, joined = answer(case), answer_in_parts(case, part_of)
    assert plain(joined) == plain(whole)


def plain(value: Any) -> Any:
    """Figures as numbers that compare equal but for rounding."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return pytest.approx(value, rel=1e-9, abs=1e-9) if isinstance(value, float) else value


@given(cases())
def test_what_happened_after_as_of_changes_nothing(case: Case) -> None:
    def up_to(spans: list[Span]) -> list[Span]:
        return [span for span in spans if span[0] <= case.as_of]

    stories = [[entry for entry in entries if entry[1] <= case.as_of] for entries in case.stories]
    begun = None if case.begun is None else [up_to(spans) for spans in case.begun]
    earlier = replace(case, stories=stories, begun=begun, blocked=[up_to(spans) for spans in case.blocked])
    assert answer(earlier) == answer(case)


@given(cases())
def test_littles_law_balances_arrivals_and_departures_with_the_average_wip(case: Case) -> None:
    for found, (level, place_of, place) in zip(
        [*answer(case).blocks, *answer(case).stages, answer(case).total], ALL_PLACES, strict=True
    ):
        spent = sum(
            max(0, (case.as_of if run[2] is None else run[2]) - max(run[1], case.start))
            for _, run in place_runs(case, place_of, place)
        )
        length = case.as_of - case.start
        assert found.littles_law.average_wip == (pytest.approx(spent / length) if length else None), level


@given(cases())
def test_time_in_states_mapped_nowhere_is_listed_as_such(case: Case) -> None:
    inside = [
        max(0, (case.as_of if left is None else left) - max(entered, case.start))
        for entries in case.stories
        for state, entered, left in runs_of([entry for entry in entries if entry[1] <= case.as_of])
        if state == 4 and (left is None or left >= case.start)
    ]
    found = answer(case).unmapped
    assert [(state.state, state.visits, state.seconds) for state in found] == (
        [(4, len(inside), sum(inside))] if inside else []
    )


def one_story(*entries: tuple[int, int], **changes: Any) -> Case:
    case = Case([list(entries)], [[]], None, [700], [3], 0, 20)
    return replace(case, **changes)


def test_where_nothing_left_nothing_is_known() -> None:
    found = answer(one_story((1, 0))).stages[1]
    assert (found.flow_efficiency, found.percent_complete_accurate, found.lead_time.mean) == (
        None,
        None,
        None,
    )


def test_utilisation_is_work_that_arrived_over_the_time_of_those_staffed() -> None:
    found = answer(one_story((1, 0), (3, 10))).stages[1]
    assert found.utilisation == pytest.approx(1 * 10 / (2 * 20))


def test_utilisation_is_unknown_without_staff() -> None:
    found = answer(one_story((0, 0), (3, 5), (5, 10))).stages
    assert (found[0].utilisation, found[2].utilisation) == (None, None)


def test_blocked_time_in_work_is_waiting_and_counts_once() -> None:
    case = one_story((1, 0), (5, 10), blocked=[[(2, 6), (4, 8)]])
    assert answer(case).stages[1].waiting_time.mean == 6


def test_time_before_work_began_is_waiting_also_where_it_was_blocked() -> None:
    case = one_story((1, 0), (5, 10), blocked=[[(2, 6)]], begun=[[(4, None)]])
    assert answer(case).stages[1].waiting_time.mean == 6


def test_the_cost_of_going_back_runs_until_the_story_is_as_far_again() -> None:
    move = answer(one_story((3, 0), (1, 4), (0, 6), (1, 7), (3, 9))).backward_moves
    assert [(m.from_stage, m.to_stage, m.seconds, m.cost_cents) for m in move] == [
        (1, 0, 1, 700),
        (2, 1, 5, 5 * 700),
    ]


def test_a_map_that_returns_to_a_parallel_block_is_not_complete_there() -> None:
    found = answer(one_story((1, 0), (2, 2), (1, 4), (3, 6)))
    assert found.blocks[1].percent_complete_accurate == 0.5
    assert found.stages[1].percent_complete_accurate == 1


def test_rolled_percent_complete_is_the_product_of_the_stages() -> None:
    case = Case([[(0, 0), (1, 1), (0, 2), (1, 3)], [(0, 0), (1, 1)]], [[], []], None, [1, 1], [3, 3], 0, 20)
    found = answer(case)
    expected = np.prod([s.percent_complete_accurate or 0.0 for s in found.stages if s.departures])
    assert found.total.percent_complete_accurate == pytest.approx(expected)


def test_on_the_working_clock_only_worked_hours_count_also_where_a_block_never_ended() -> None:
    hour, monday = 3600 * SECOND, 4 * 86_400 * SECOND
    office = WorkCalendar("UTC", frozenset(range(5)), time(9), time(17))
    visits = Visits(*np.array([[0, 1, monday, monday + 36 * hour], [0, 3, monday + 36 * hour, OPEN]]).T)
    blocked = Spans.of(np.array([0]), np.array([monday + 34 * hour]), np.array([OPEN]))
    items = Items(np.array([100]), np.array([4000]), np.array([3]))
    found = measure_flow(visits, STREAM, items, FlowQuestion(monday, monday + 60 * hour, office, blocked))
    assert found.stages[1].lead_time.mean == 11 * 3600
    assert found.stages[1].waiting_time.mean == 2 * 3600
    assert found.stages[1].idle_cost_cents == 4000 * 2 / 40
    assert found.stages[2].queue_length == 1


def test_no_visits_give_empty_figures() -> None:
    empty = np.zeros(0, dtype=np.int64)
    question = FlowQuestion(0, SECOND, EveryHour(), Spans.none())
    found = measure_flow(Visits(empty, empty, empty, empty), STREAM, Items(empty, empty, empty), question)
    assert (found.total.wip, found.total.lead_time.n, found.backward_moves, found.unmapped) == (0, 0, [], [])
