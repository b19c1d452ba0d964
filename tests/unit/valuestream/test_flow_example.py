"""The worked example of docs/algorithms/flow.md: three stories, two stages, one week; every figure that it tells."""

import numpy as np
import pytest

from planner.domain.arrays import IntArray
from valuestream.domain.bottleneck import find_bottleneck
from valuestream.domain.calendar import EveryHour
from valuestream.domain.flow_metrics import UNVALUED, Items
from valuestream.domain.spans import Spans
from valuestream.domain.stage_metrics import FlowQuestion, MapMetrics, StreamMap, measure_flow
from valuestream.domain.visits import runs

DAY = 86_400_000_000
"""Microseconds; day 0 is Monday 2 March, 0:00."""
READY, CODING, QUEUED, REVIEWING = range(4)
A, B, C = range(3)
ENTRIES = [
    *((A, READY, 0), (A, CODING, 1), (A, QUEUED, 2), (A, REVIEWING, 5)),
    *((A, CODING, 5.5), (A, QUEUED, 6), (A, REVIEWING, 6.5)),
    *((B, READY, -1), (B, CODING, 2), (B, QUEUED, 4)),
    (C, READY, 4),
]


def instants(*days: float) -> IntArray:
    return (np.array(days) * DAY).astype(np.int64)


@pytest.fixture(scope="module")
def metrics() -> MapMetrics:
    story, place, days = zip(*ENTRIES, strict=True)
    return measure_flow(
        runs(np.array(story), np.array(place), instants(*days)),
        StreamMap(
            block_of_state=np.arange(4),
            stage_of_block=np.array([0, 0, 1, 1]),
            is_wait=np.array([True, False, True, False]),
            staffed=np.array([np.nan, 2.0]),
        ),
        Items(
            value_cents=np.array([20_000_000, 3_000_000, UNVALUED]),
            cost_of_delay_cents=np.array([700_000, 70_000, UNVALUED]),
            person=np.array([7, 8, 9]),
        ),
        FlowQuestion(
            window_start=0,
            as_of=7 * DAY,
            clock=EveryHour(),
            blocked=Spans.of(np.array([B]), instants(3), instants(4)),
        ),
    )


def test_build_is_quick_and_half_of_what_leaves_it_comes_back(metrics: MapMetrics) -> None:
    build = metrics.stages[0]
    assert (build.arrivals, build.departures, build.wip, build.queue_length) == (3, 3, 1, 1)
    lead = build.lead_time
    assert lead.mean == pytest.approx(2.5 * 86_400)
    assert (lead.p50, lead.p85) == pytest.approx((2 * 86_400, 4.1 * 86_400))
    assert build.waiting_time.mean == pytest.approx(5 / 3 * 86_400)
    assert build.flow_efficiency == pytest.approx(2.5 / 7.5)
    assert build.percent_complete_accurate == pytest.approx(2 / 3)
    assert build.idle_cost_cents == 130_000


def test_check_holds_the_money(metrics: MapMetrics) -> None:
    check = metrics.stages[1]
    assert (check.arrivals, check.departures, check.wip, check.queue_length) == (3, 1, 2, 1)
    assert check.flow_efficiency == pytest.approx(0.5 / 3.5)
    assert check.percent_complete_accurate == 0
    assert check.value_held_cents == 23_000_000
    assert (check.largest_contributor, check.largest_contribution_cents) == (A, 20_000_000)
    assert check.delay_cost_rate_cents == 770_000
    assert check.idle_cost_cents == 380_000
    assert check.utilisation == pytest.approx(3 * 0.5 / (2 * 7))
    bottleneck = find_bottleneck(metrics.stages)
    assert bottleneck is not None
    assert bottleneck.stage == 1
    assert bottleneck.share_of_idle_cost == pytest.approx(380 / 510)


def test_the_move_back_costs_half_a_day(metrics: MapMetrics) -> None:
    (moves,) = metrics.backward_moves
    assert (moves.from_stage, moves.to_stage, moves.count) == (1, 0, 1)
    assert moves.seconds == pytest.approx(86_400 / 2)
    assert moves.cost_cents == 50_000


def test_littles_law_leaves_a_rest_where_the_week_is_short(metrics: MapMetrics) -> None:
    law = metrics.stages[0].littles_law
    assert law.average_wip == pytest.approx(9.5 / 7)
    assert law.residual == pytest.approx(9.5 / 7 - 3 / 7 * 2.5)
    assert law.is_steady
