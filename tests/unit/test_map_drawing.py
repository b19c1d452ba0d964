"""The geometry of a value stream map, and the words its numbers are written in."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuestream.web.map_drawing import (
    COLUMN,
    POOL_ROOM,
    RIVER_MOST,
    RIVER_TEXT,
    Move,
    draw_pools,
    draw_river,
    draw_to_scale,
    draw_way_back,
    river_label,
    round_levels,
)
from valuestream.web.map_numbers import DASH, MapNumbers, change, count, in_lines, items, percent, trimmed

amounts = st.floats(min_value=0, max_value=1e12, allow_nan=False)


def test_the_fullest_pool_fills_the_room_and_others_keep_its_scale() -> None:
    row = draw_pools([100, 50, 0], [80, 0, 0], [None, None, None])
    assert [pool.level for pool in row.pools] == [POOL_ROOM, POOL_ROOM / 2, 0]
    assert row.pools[0].waiting == pytest.approx(0.8 * POOL_ROOM, abs=0.1)
    assert row.pools[1].waiting == 0


def test_an_earlier_level_above_the_present_one_has_room_in_the_drawing() -> None:
    (pool,) = draw_pools([10], [10], [40]).pools
    assert pool.was == POOL_ROOM
    assert pool.was_y is not None
    assert 0 <= pool.was_y < pool.surface_y


def test_empty_pools_are_drawn_flat_and_without_a_scale() -> None:
    row = draw_pools([0, 0], [0, 0], [None, 0])
    assert [pool.level for pool in row.pools] == [0, 0]
    assert row.ticks == ()


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=12))
def test_no_pool_is_higher_than_the_room_whatever_it_holds(pairs: list[tuple[float, float]]) -> None:
    row = draw_pools([a for a, _ in pairs], [b for _, b in pairs], [None] * len(pairs))
    assert all(0 <= pool.level <= POOL_ROOM + 0.2 for pool in row.pools)
    assert all(pool.waiting >= 0 <= pool.working for pool in row.pools)


def test_less_than_a_cent_is_drawn_as_nothing() -> None:
    row = draw_pools([5e-324], [0], [None])
    assert (row.pools[0].level, row.ticks) == (0, ())


@given(st.floats(min_value=1e-3, max_value=1e12))
def test_the_scale_has_a_few_round_lines_up_to_the_top(top: float) -> None:
    levels = round_levels(top)
    assert 2 <= len(levels) <= 4
    assert levels[-1] <= top * (1 + 1e-9)


@pytest.mark.parametrize(("top", "lines"), [(1, [1]), (3, [1, 2, 3]), (9, [2, 4, 6, 8]), (0, [])])
def test_lines_for_items_are_whole_numbers(top: int, lines: list[int]) -> None:
    assert round_levels(top, in_whole=True) == lines


def test_the_stream_is_as_wide_as_what_flows() -> None:
    river = draw_river([50, 100, 25])
    assert river.widths == (RIVER_MOST / 2, RIVER_MOST, RIVER_MOST / 4)
    assert river.width_at(0, 0) == RIVER_MOST / 2
    assert river.width_at(0, 1) == RIVER_MOST
    assert river.width_at(2, 0.5) == RIVER_MOST / 4


def test_a_stream_without_flow_has_no_width() -> None:
    assert set(draw_river([0, 0, 0]).widths) == {0.0}


def test_words_stand_in_a_wide_stream_and_under_a_narrow_one() -> None:
    wide, narrow = river_label(RIVER_TEXT, 50), river_label(RIVER_TEXT - 1, 50)
    assert wide.is_inside
    assert wide.y < RIVER_TEXT
    assert not narrow.is_inside
    assert narrow.y > RIVER_TEXT


def test_ways_back_that_overlap_never_share_a_lane() -> None:
    river = draw_river([1] * 6)
    moves = [Move(4, 0, 5), Move(2, 1, 9), Move(4, 3, 1), Move(3, 1, 2)]
    way = draw_way_back(moves, river)
    lanes: dict[int, list[Move]] = {}
    for arc in way.arcs:
        lanes.setdefault(arc.label_y, []).append(moves[arc.move])
    for taken in lanes.values():
        for one in taken:
            assert all(other is one or other.source < one.target or one.source < other.target for other in taken)
    assert max(arc.label_y for arc in way.arcs) < way.height


def test_only_the_heaviest_ways_back_are_drawn() -> None:
    moves = [Move(5, target, weight) for weight, target in enumerate((0, 1, 2, 3, 4, 0, 1, 2), start=1)]
    way = draw_way_back(moves, draw_river([1] * 7))
    assert way.left_out == 2
    assert {arc.move for arc in way.arcs} == {2, 3, 4, 5, 6, 7}


def test_a_way_back_out_of_a_finished_stage_stays_in_the_drawing() -> None:
    river = draw_river([1, 1, 1])
    (arc,) = draw_way_back([Move(2, 0, 1)], river).arcs
    assert arc.path.startswith(f"M{2 * COLUMN - 2:.1f} ")


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=12))
def test_times_to_scale_follow_each_other_and_fill_the_line(times: list[tuple[float, float]]) -> None:
    spans = draw_to_scale(times, ["Stage"] * len(times), pixels=800)
    ends = [span.x + span.waiting + span.working for span in spans]
    for end, following in zip(ends, spans[1:], strict=False):
        assert following.x == pytest.approx(end, abs=0.01)
    assert ends[-1] == pytest.approx(100 if sum(map(sum, times)) > 0 else 0, abs=0.02)


def test_a_name_without_room_is_left_to_the_table() -> None:
    short, long = draw_to_scale([(1, 0), (99, 0)], ["Release", "Review"], pixels=800)
    assert (short.is_named, long.is_named) == (False, True)


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, DASH), (0, "0"), (90 * 60, "1.5 h"), (3 * 86_400, "3 d"), (200 * 86_400, "200 d")]
)
def test_durations_are_in_their_largest_unit_and_unknown_is_a_dash(seconds: float | None, text: str) -> None:
    assert MapNumbers("USD").duration(seconds) == text


def test_on_the_working_clock_a_day_is_a_working_day() -> None:
    numbers = MapNumbers("USD", workday_seconds=8 * 3600)
    assert numbers.duration(20 * 3600) == "2.5 wd"
    assert numbers.duration(3 * 3600) == "3 h"


def test_numbers_are_compact_and_signed() -> None:
    assert (count(1_000_000), count(9_999), items(1)) == ("1.00M", "9,999", "1 item")
    assert (change(4), change(-4), change(0)) == ("+4", "−4", "0")
    assert (percent(0.061), percent(None), trimmed(3.0), trimmed(1204.4)) == ("6%", DASH, "3", "1,204")
    assert MapNumbers("EUR").money(Decimal(1_240_000_000)) == "€1.24B"


@pytest.mark.parametrize(
    ("text", "lines"),
    [("most: A", ("most: A",)), ("most: Customs papers in one", ("most: Customs", "papers in one")), ("x" * 40, None)],
)
def test_long_names_break_between_words_and_end_with_an_ellipsis(text: str, lines: tuple[str, ...] | None) -> None:
    found = in_lines(text, 14)
    assert all(len(line) <= 14 for line in found)
    assert lines is None or found == lines
