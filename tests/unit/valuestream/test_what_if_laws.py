"""What must hold of every what-if: more people are never late, luck is shared, nothing is lost."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuestream.domain.what_if.draws import Draws, draw
from valuestream.domain.what_if.judging import Verdict, judge, judge_further, verdict_of
from valuestream.domain.what_if.outcomes import conclude_outcomes, range_of
from valuestream.domain.what_if.playing import Played, play
from valuestream.domain.what_if.stream import (
    DELIVERED,
    DROPPED,
    RELEASING,
    Arrivals,
    OpenWork,
    Scenario,
    Station,
    Stream,
)

WEEKS = 6.0
RUNS = 7


@st.composite
def streams(draw_one: st.DrawFn) -> Stream:
    """Small streams: any ways on and back, work under way, waiting, and waiting to be released."""
    count = draw_one(st.integers(1, 4))
    times = st.lists(st.floats(0.2, 3.0), min_size=1, max_size=6).map(np.array)

    def ways(at: int) -> st.SearchStrategy[np.ndarray]:
        forward = at + 1 if at + 1 < count else DELIVERED
        return st.lists(
            st.sampled_from([forward, forward, DELIVERED, DROPPED, *range(count)]), min_size=1, max_size=8
        ).map(np.array)

    stations = [Station(draw_one(st.integers(1, 3)), draw_one(times), draw_one(ways(at))) for at in range(count)]
    places = draw_one(st.lists(st.sampled_from([RELEASING, *range(count)]), max_size=12))
    begun = [draw_one(st.sampled_from([0.0, 0.4])) if place >= 0 else 0.2 for place in places]
    order = np.argsort([-time for time in begun], kind="stable")
    size = len(places)
    return Stream(
        stations=stations,
        open_work=OpenWork(
            np.array(places, dtype=np.int64)[order], np.array(begun)[order], np.full(size, 2.0),
            np.linspace(0.0, 900.0, size), np.linspace(0.0, 90.0, size),
        ),
        arrivals=Arrivals(
            np.array(draw_one(st.lists(st.floats(0.05, 2.0), min_size=1, max_size=4))),
            np.array([0, count - 1]), np.array([100.0, 700.0]), np.array([5.0, 50.0]),
        ),
        release_weeks=draw_one(st.one_of(st.just(np.zeros(0)), times)),
    )  # fmt: skip


def chance(stream: Stream, batch: int = 0) -> Draws:
    return draw(stream, weeks=WEEKS, batch=batch, runs=RUNS, seed=3)


@settings(max_examples=120, deadline=None)
@given(streams(), st.data())
def test_the_nth_delivery_is_never_later_with_more_people(stream: Stream, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(stream.stations) - 1))
    more = stream.as_is.with_people(at, stream.stations[at].people + data.draw(st.integers(1, 2)))
    done = play(stream, chance(stream), [stream.as_is, more], weeks=WEEKS)

    before, after = np.sort(done.left_at, axis=2)

    assert (after <= before + 1e-9).all()


@settings(max_examples=60, deadline=None)
@given(streams())
def test_the_same_question_has_the_same_answer(stream: Stream) -> None:
    first, second = (play(stream, chance(stream), [stream.as_is], weeks=WEEKS) for _ in range(2))

    assert np.array_equal(first.left_at, second.left_at)
    assert np.array_equal(first.idle_cost, second.idle_cost)


@settings(max_examples=60, deadline=None)
@given(streams(), st.lists(st.integers(1, 4), min_size=4, max_size=4))
def test_a_scenario_beside_others_is_played_as_alone(stream: Stream, limits: list[int]) -> None:
    other = Scenario(stream.as_is.people, tuple(limits[: len(stream.stations)]), starts_in_weeks=1.0)
    draws = chance(stream)

    alone = play(stream, draws, [stream.as_is], weeks=WEEKS)
    beside = play(stream, draws, [other, stream.as_is], weeks=WEEKS)

    assert np.array_equal(alone.left_at[0], beside.left_at[1])
    assert np.allclose(alone.waited_weeks[0], beside.waited_weeks[1])


@settings(max_examples=100, deadline=None)
@given(streams(), st.lists(st.integers(1, 3), min_size=4, max_size=4), st.integers(0, 5))
def test_nothing_is_lost_behind_limits(stream: Stream, limits: list[int], batch: int) -> None:
    limited = Scenario(stream.as_is.people, tuple(limits[: len(stream.stations)]), batch=batch)
    draws = chance(stream, batch)
    (outcome,) = conclude_outcomes(play(stream, draws, [limited], weeks=WEEKS), draws, weeks=WEEKS)
    done = play(stream, draws, [limited], weeks=WEEKS)

    came = np.where(done.entered[0] & ~done.dropped[0], draws.value, 0.0).sum(axis=1)

    assert outcome.delivered_value + outcome.value_held == pytest.approx(came)


@settings(max_examples=60, deadline=None)
@given(streams())
def test_limits_that_hold_nobody_up_change_nothing(stream: Stream) -> None:
    wide = Scenario(stream.as_is.people, (10_000,) * len(stream.stations))
    done = play(stream, chance(stream), [stream.as_is, wide], weeks=WEEKS)

    assert np.array_equal(done.left_at[0], done.left_at[1])
    assert np.allclose(done.idle_cost[0], done.idle_cost[1])


def queue(people: int = 1, waiting: int = 12, cents: float = 1_000.0) -> Stream:
    """A stage of one-week jobs with a line before it, to which nothing more comes."""
    return Stream(
        stations=[Station(people, np.array([1.0]), np.array([DELIVERED]))],
        open_work=OpenWork(
            np.zeros(waiting, dtype=np.int64), np.zeros(waiting), np.ones(waiting),
            np.full(waiting, cents), np.full(waiting, 70.0),
        ),
        arrivals=Arrivals(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)),
        release_weeks=np.zeros(0),
    )  # fmt: skip


def played(stream: Stream, *scenarios: Scenario, weeks: float = WEEKS) -> Played:
    return play(stream, draw(stream, weeks=weeks, runs=2), scenarios, weeks=weeks)


def test_two_do_twice_as_much_as_one() -> None:
    stream = queue()

    done = played(stream, stream.as_is, stream.as_is.with_people(0, 2))

    assert np.isfinite(done.left_at).sum(axis=2).tolist() == [[6, 6], [12, 12]]


def test_a_new_person_counts_only_once_he_has_learnt() -> None:
    stream = queue()
    learning = Scenario((2,), (None,), starts_in_weeks=2.0)

    done = played(stream, learning)

    assert np.sort(done.left_at[0, 0])[:6].tolist() == [1.0, 2.0, 3.0, 3.0, 4.0, 4.0]


def test_fewer_people_do_less() -> None:
    stream = queue(people=3)

    done = played(stream, stream.as_is, stream.as_is.with_people(0, 1))

    assert np.isfinite(done.left_at).sum(axis=2).tolist() == [[12, 12], [6, 6]]


def test_a_stage_without_people_delivers_nothing() -> None:
    stream = queue()

    done = played(stream, stream.as_is.with_people(0, 0))

    assert not np.isfinite(done.left_at).any()


def test_work_under_way_is_finished_after_what_is_left_of_it() -> None:
    stream = queue(waiting=1)
    under_way = Stream(
        stream.stations,
        OpenWork(np.array([0]), np.array([0.75]), np.ones(1), np.ones(1), np.ones(1)),
        stream.arrivals,
        stream.release_weeks,
    )

    assert played(under_way, under_way.as_is).left_at.ravel().tolist() == [0.25, 0.25]


def test_a_limit_keeps_work_before_the_stage_and_delivers_nothing_sooner() -> None:
    two = [Station(1, np.array([1.0]), np.array([1])), Station(1, np.array([2.0]), np.array([DELIVERED]))]
    stream = Stream(two, queue().open_work, queue().arrivals, np.zeros(0))

    done = played(stream, stream.as_is, Scenario((1, 1), (None, 1)), Scenario((1, 1), (2, 1)), weeks=20.0)

    assert np.array_equal(done.left_at[0], done.left_at[1])
    assert np.array_equal(done.left_at[0], done.left_at[2])


def test_it_is_said_only_where_nine_runs_of_ten_agree() -> None:
    gain = np.arange(100.0)

    assert verdict_of(gain, 9.0) is Verdict.WORTH_IT
    assert verdict_of(gain, 50.0) is Verdict.CANT_TELL
    assert verdict_of(gain, 89.0) is Verdict.NOT_WORTH_IT
    assert verdict_of(gain, None) is Verdict.CANT_TELL


def test_the_answer_weighs_what_is_delivered_against_the_cost() -> None:
    stream = queue()
    scenarios = [stream.as_is, stream.as_is.with_people(0, 2)]
    draws = draw(stream, weeks=WEEKS, runs=2)

    dear, _ = judge(stream, draws, scenarios, weeks=WEEKS, cost_per_week=1_100.0)
    cheap, _ = judge(stream, draws, scenarios, weeks=WEEKS, cost_per_week=900.0)

    assert (dear.verdict, cheap.verdict) == (Verdict.NOT_WORTH_IT, Verdict.WORTH_IT)
    assert cheap.delivered_value.difference == range_of(np.array([6_000.0, 6_000.0]))
    assert (cheap.cost, cheap.payback_weeks, dear.payback_weeks) == (5_400.0, 1, None)
    assert (cheap.bottleneck, cheap.next_bottleneck) == (0, 0)
    assert [round(one.idle_cost) for one in cheap.stations] == [70 * (0 + 1 + 2 + 3 + 4 + 5 + 6 + 5 * 6)]


def test_people_whose_cost_is_not_known_leave_it_open() -> None:
    stream = queue()
    scenarios = [stream.as_is, stream.as_is.with_people(0, 2)]

    judged, _ = judge(stream, draw(stream, weeks=WEEKS, runs=2), scenarios, weeks=WEEKS, cost_per_week=None)

    assert (judged.verdict, judged.cost, judged.pays) == (Verdict.CANT_TELL, None, None)


def test_the_third_person_is_worth_less_than_the_second() -> None:
    stream = queue(waiting=14)
    scenarios = [stream.as_is.with_people(0, people) for people in (1, 2, 3)]
    _, outcomes = judge(stream, draw(stream, weeks=WEEKS, runs=2), scenarios, weeks=WEEKS, cost_per_week=500.0)

    second, third = judge_further(list(pairwise(outcomes)), [(0, 2), (0, 3)], cost=3_000.0)

    assert (second.gain, third.gain) == (range_of(np.array([6_000.0] * 2)), range_of(np.array([2_000.0] * 2)))
    assert (second.verdict, third.verdict) == (Verdict.WORTH_IT, Verdict.NOT_WORTH_IT)
