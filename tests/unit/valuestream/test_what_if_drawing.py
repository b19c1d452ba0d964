"""The drawings of a what-if: one axis for both sides, labels that never cover each other, room below zero."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from valuestream.domain.what_if.judging import Change
from valuestream.domain.what_if.outcomes import Range
from valuestream.web.what_if_drawing import SLOPE_BOTTOM, draw_bars, draw_slopes, draw_steps, nice_step, spread_labels

LABEL = 17.0


def test_before_and_after_share_an_axis_that_begins_at_zero() -> None:
    before, after = draw_bars(Change(Range(0.0, 50.0, 100.0), Range(50.0, 100.0, 200.0), None))

    assert before is not None
    assert after is not None
    assert (before.low, before.high) == (2.0, after.middle)
    assert after.high < 100


def test_what_is_not_known_is_not_drawn() -> None:
    assert draw_bars(Change(None, None, None)) == (None, None)


@given(st.lists(st.floats(40.0, SLOPE_BOTTOM), max_size=8))
def test_labels_keep_their_order_and_their_distance(wanted: list[float]) -> None:
    placed = spread_labels(wanted)

    assert all(below - above >= LABEL - 0.11 for above, below in pairwise(sorted(placed)))


def test_the_bottlenecks_lines_lie_on_top() -> None:
    slopes = draw_slopes([5.0, 9.0, 1.0], [5.0, 2.0, 1.0], bottleneck=1, following=0)

    assert [one.tone for one in slopes] == ["", "next", "was"]


def test_losses_have_room_below_zero() -> None:
    steps = draw_steps([Range(-100.0, 20.0, 300.0), None], cost=50.0)

    (first, second) = steps.bars
    assert second is None
    assert first is not None
    assert first.low > steps.zero > first.high
    assert steps.cost is not None
    assert steps.cost < steps.zero


@given(st.floats(0.5, 1e9))
def test_steps_of_an_axis_are_round_and_large_enough(rough: float) -> None:
    step = nice_step(rough)

    assert step >= rough * (1 - 1e-9)
    assert float(f"{step:.0e}") == step
