"""The worked example of docs/algorithms/what-if.md, computed by the kernel."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from valuestream.domain.what_if.draws import draw
from valuestream.domain.what_if.judging import Change, judge, judge_further
from valuestream.domain.what_if.outcomes import Range
from valuestream.domain.what_if.stream import DELIVERED, Arrivals, OpenWork, Scenario, Station, Stream

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "algorithms" / "what-if.md"
WEEKS = 13


def example() -> Stream:
    """Two build, one reviews, a week each; 26 stories wait for Build and 4 for Review, each $1,000 and $70 a week."""
    waits = np.repeat([0, 1], [26, 4])
    count = len(waits)
    return Stream(
        stations=[
            Station(2, np.array([1.0]), np.array([1])),
            Station(1, np.array([1.0]), np.array([DELIVERED])),
        ],
        open_work=OpenWork(waits, np.zeros(count), np.zeros(count), np.full(count, 100_000.0), np.full(count, 7_000.0)),
        arrivals=Arrivals(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)),
        release_weeks=np.zeros(0),
    )


def dollars(cents: float) -> str:
    return f"${cents / 100:,.0f}".replace("$-", "\N{MINUS SIGN}$")


def middle(found: Range | None) -> float:
    assert found is not None
    return found.middle


def row(name: str, change: Change, written: object = dollars) -> str:
    assert callable(written)
    figures = (change.as_is, change.what_if, change.difference)
    return f"| {name} | {' | '.join(written(middle(one)) for one in figures)} |"


@pytest.fixture
def document() -> str:
    return DOCUMENT.read_text()


def test_the_table_is_what_the_kernel_computes(document: str) -> None:
    stream = example()
    more = Scenario((2, 2), (None, None), starts_in_weeks=3.0)
    judged, _ = judge(
        stream, draw(stream, weeks=WEEKS, runs=2), [stream.as_is, more], weeks=WEEKS, cost_per_week=50_000.0
    )

    assert row("Value delivered", judged.delivered_value) in document
    assert row("Value held at the end", judged.value_held) in document
    assert row("Idle cost", judged.idle_cost) in document
    assert row("Throughput a week", judged.throughput_per_week, lambda rate: f"{rate:.2f}") in document
    cost = dollars(judged.cost or 0)
    assert (
        f"costs {cost}, so it is **{judged.verdict.value}**, and is paid for after {judged.payback_weeks} weeks"
        in document
    )
    assert (judged.bottleneck, judged.next_bottleneck) == (0, 0)


def test_further_people_are_worth_what_is_written(document: str) -> None:
    stream = example()
    scenarios = [Scenario((2, people), (None, None), starts_in_weeks=3.0) for people in (1, 2, 3, 4)]
    _, outcomes = judge(stream, draw(stream, weeks=WEEKS, runs=2), scenarios, weeks=WEEKS, cost_per_week=50_000.0)
    further = judge_further(list(pairwise(outcomes)), [(1, 2), (1, 3), (1, 4)], cost=50_000.0 * WEEKS)

    for one in further:
        assert f"| {one.people} | {dollars(middle(one.gain))} | {one.verdict.value} |" in document
