"""The drawings of a proposed order: coordinates that stay true to the figures."""

import itertools
import re
from datetime import date
from decimal import Decimal

import pytest

from planner.web.proposal_drawings import (
    CURVE_RIGHT,
    MOST_LINES,
    SCALE_LEFT,
    SCALE_RIGHT,
    STRIP_MIDDLE,
    Bump,
    Scale,
    date_marks,
    draw_curves,
    draw_scale,
    draw_slope,
    round_step,
    split_gap,
)

WORDS = ("$1.5k not settled", "$12.2k frozen sprint", "$5.7k pins", "$29.1k won by 7 moves")


def scale(**others: int) -> Scale:
    figures = {"lower_bound": 1000, "proposed": 1200, "now": 1500, "frozen": 80, "pins": 40} | others
    drawn = draw_scale(words=WORDS, **{name: Decimal(figure) for name, figure in figures.items()})
    assert drawn is not None
    return drawn


def test_the_parts_of_the_gap_add_up_to_it() -> None:
    parts = split_gap(
        lower_bound=Decimal(1000), proposed=Decimal(1200), now=Decimal(1500), frozen=Decimal(80), pins=Decimal(40)
    )
    assert dict(parts) == {"open": 80, "frozen": 80, "pins": 40, "moves": 300}


def test_frozen_work_and_pins_never_take_more_than_the_proposal_is_above_the_bound() -> None:
    parts = split_gap(
        lower_bound=Decimal(1000), proposed=Decimal(1050), now=Decimal(1500), frozen=Decimal(40), pins=Decimal(40)
    )
    assert dict(parts) == {"open": 0, "frozen": 40, "pins": 10, "moves": 450}


def test_the_scale_runs_from_the_bound_to_the_present_order() -> None:
    drawn = scale()
    assert [segment.kind for segment in drawn.segments] == ["open", "frozen", "pins", "moves"]
    assert float(drawn.segments[0].x) == SCALE_LEFT
    last = drawn.segments[-1]
    assert float(last.x) + float(last.width) == pytest.approx(SCALE_RIGHT - 1, abs=0.2)
    assert drawn.proposed_x == last.x


def test_parts_of_the_scale_are_as_wide_as_their_money() -> None:
    widths = {segment.kind: float(segment.width) for segment in scale().segments}
    assert widths["moves"] / widths["open"] == pytest.approx(300 / 80, rel=0.08)


def test_labels_of_the_scale_do_not_touch() -> None:
    drawn = scale(proposed=1010, frozen=4, pins=4)
    spans: dict[int, list[tuple[float, float]]] = {}
    for segment in drawn.segments:
        half = len(segment.label) * 3.2
        middle = float(segment.label_x)
        spans.setdefault(segment.label_y, []).append((middle - half, middle + half))
    for row in spans.values():
        row.sort()
        assert all(left[1] < right[0] for left, right in itertools.pairwise(row))


def test_the_label_of_the_proposal_keeps_clear_of_the_ends() -> None:
    near, far = scale(proposed=1001, frozen=0, pins=0), scale(proposed=1499, frozen=0, pins=0)
    assert float(near.proposed_label_x) > float(near.proposed_x) + 150
    assert float(far.proposed_label_x) < SCALE_RIGHT - 150


def test_there_is_no_scale_where_nothing_can_cost_less() -> None:
    figures = dict.fromkeys(("lower_bound", "proposed", "now"), Decimal(1000))
    assert draw_scale(words=WORDS, frozen=Decimal(0), pins=Decimal(0), **figures) is None


def test_a_move_is_drawn_over_those_that_make_room() -> None:
    slope = draw_slope([Bump("A", 1, 3, "down"), Bump("B", 2, 1, "stay"), Bump("C", 3, 2, "stay")])
    assert [line.bump.key for line in slope.lines] == ["B", "C", "A"]
    assert slope.left_out == 0


def test_a_line_runs_from_the_old_place_to_the_new_one() -> None:
    slope = draw_slope([Bump("A", 1, 2, "down"), Bump("B", 2, 1, "up")])
    down = next(line for line in slope.lines if line.bump.key == "A")
    assert down.path == "M122 32C190 32 190 47 258 47"
    assert float(down.left_y) < float(down.right_y)


def test_a_long_backlog_shares_a_scale_and_says_what_is_not_drawn() -> None:
    bumps = [Bump(f"S-{place}", place, place, "stay") for place in range(1, 5001)]
    bumps[9] = Bump("S-10", 10, 4000, "down")
    slope = draw_slope(bumps)
    assert [line.bump.key for line in slope.lines] == ["S-10"]
    assert slope.left_out == 4999
    assert slope.height < 800


def test_labels_of_a_shared_scale_do_not_touch() -> None:
    slope = draw_slope([Bump(f"S-{place}", place, 5000 - place, "down") for place in range(1, 101)])
    assert len(slope.lines) == MOST_LINES
    heights = sorted(float(line.left_y) for line in slope.lines)
    assert all(below - above >= 14 for above, below in itertools.pairwise(heights))


@pytest.mark.parametrize(
    ("amount", "step"), [(9.9, 5), (10, 10), (19, 10), (20, 20), (0.05, 0.05), (0.3, 0.2), (7e12, 5e12)]
)
def test_an_axis_has_round_steps(amount: float, step: float) -> None:
    assert round_step(amount) == pytest.approx(step)


def test_curves_are_steps_up_to_the_last_week() -> None:
    curves = draw_curves(weeks=[1, 2, 4], now=[0, 10, 30], proposed=[20, 20, 30], first_day=date(2026, 6, 1))
    assert curves is not None
    assert curves.now.endswith(f"H{CURVE_RIGHT:.0f}")
    assert curves.now.count("V") == 2
    assert curves.proposed.count("V") == 2


def test_the_difference_goes_back_to_nothing_when_both_have_all_live() -> None:
    curves = draw_curves(weeks=[1, 2, 4], now=[0, 10, 30], proposed=[20, 20, 30], first_day=date(2026, 6, 1))
    assert curves is not None
    levels = [float(level) for level in re.findall(r"V([\d.]+)", curves.difference)]
    assert levels[0] < STRIP_MIDDLE
    assert levels[-1] == STRIP_MIDDLE


def test_there_is_no_curve_while_nothing_earns() -> None:
    assert draw_curves(weeks=[], now=[], proposed=[], first_day=date(2026, 6, 1)) is None
    assert draw_curves(weeks=[1], now=[0], proposed=[0], first_day=date(2026, 6, 1)) is None


def test_dates_are_first_days_of_months_and_few() -> None:
    marks = date_marks(date(2026, 6, 15), weeks=20)
    assert [mark.text for mark in marks] == ["Jul", "Aug", "Sep", "Oct", "Nov"]
    assert len(date_marks(date(2026, 6, 15), weeks=700)) <= 7
    assert date_marks(date(2026, 6, 2), weeks=2) == []


def test_a_part_too_small_to_see_is_left_to_the_table() -> None:
    scale = draw_scale(
        lower_bound=Decimal(1000),
        proposed=Decimal("1000.5"),
        now=Decimal(2000),
        frozen=Decimal(0),
        pins=Decimal(0),
        words=("not settled", "frozen", "pins", "moves"),
    )
    assert scale is not None
    assert [segment.kind for segment in scale.segments] == ["moves"]
