"""The bottleneck: highest idle cost, with the signs that agree and those that don't."""

from dataclasses import replace

import numpy as np

from valuestream.domain.bottleneck import find_bottleneck
from valuestream.domain.calendar import EveryHour
from valuestream.domain.flow_metrics import FlowMetrics, Items
from valuestream.domain.spans import Spans
from valuestream.domain.stage_metrics import FlowQuestion, StreamMap, measure_flow
from valuestream.domain.visits import Visits


def idle_stages(count: int) -> list[FlowMetrics]:
    empty, places = np.zeros(0, dtype=np.int64), np.arange(count)
    stream = StreamMap(places, places, np.zeros(count, dtype=bool), np.full(count, np.nan))
    question = FlowQuestion(0, 1, EveryHour(), Spans.none())
    return measure_flow(Visits(empty, empty, empty, empty), stream, Items(empty, empty, empty), question).stages


def test_the_stage_with_the_highest_idle_cost_is_the_bottleneck() -> None:
    one, two, three = idle_stages(3)
    found = find_bottleneck([one, replace(two, idle_cost_cents=30), replace(three, idle_cost_cents=10)])
    assert found is not None
    assert (found.stage, found.idle_cost_cents, found.share_of_idle_cost) == (1, 30, 0.75)


def test_where_no_waiting_cost_anything_there_is_none() -> None:
    assert find_bottleneck(idle_stages(2)) is None
    assert find_bottleneck([]) is None


def test_a_sign_that_points_elsewhere_contests_it() -> None:
    one, two = idle_stages(2)
    found = find_bottleneck([replace(one, idle_cost_cents=5), replace(two, utilisation=0.9)])
    assert found is not None
    assert found.is_contested
    assert [evidence.points_at for evidence in found.evidence] == [None, 1, None]


def test_signs_that_point_at_it_or_nowhere_do_not() -> None:
    one, two = idle_stages(2)
    found = find_bottleneck([replace(one, idle_cost_cents=5, queue_length=4, arrivals=3), two])
    assert found is not None
    assert not found.is_contested
    assert [evidence.agrees for evidence in found.evidence] == [True, None, True]
