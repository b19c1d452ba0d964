"""The chart of value live: steps, the area between two lines, and names that touch nothing."""

import re
from itertools import combinations, pairwise

import numpy as np
import pytest

from planner.web.lens_chart import (
    LETTER,
    LINE_HEIGHT,
    SIZES,
    Axis,
    Label,
    Line,
    Size,
    draw_chart,
    effort_ticks,
    shade_path,
    step_path,
    week_ticks,
)

AXIS = Axis(end=100, total=100, points_per_week=10, is_time=False)


def line(role: str, *steps: tuple[float, float], name: str = "") -> Line:
    return Line(name or role, name or role, role, np.array([x for x, _ in steps]), np.array([y for _, y in steps]))


def area(path: str) -> float:
    """The area of a closed path, in parts of the drawing."""
    corners = [tuple(map(float, corner.split())) for corner in path.strip("MZ").split("L")]
    closed = [*corners, corners[0]]
    return abs(sum(x * b - a * y for (x, y), (a, b) in pairwise(closed)) / 2) / 1e8


def random_line(role: str, seed: int, steps: int = 30) -> Line:
    random = np.random.default_rng(seed)
    effort = np.cumsum(random.integers(1, 30, steps)).astype(float)
    share = np.cumsum(random.random(steps))
    return Line(f"lens{seed}", f"A lens, no. {seed}", role, effort / effort[-1] * 100, share / share[-1])


def test_a_line_goes_across_and_then_up() -> None:
    assert step_path(line("a", (25, 0.5), (100, 1)), 100) == "M0 10000H2500V5000H10000V0"


def test_a_line_that_ends_early_goes_on_to_the_end() -> None:
    assert step_path(line("a", (25, 1.0)), 100) == "M0 10000H2500V0H10000"


def test_a_step_counts_from_its_own_point_on() -> None:
    assert line("a", (50, 0.6), (100, 1)).share_at(np.array([49.9, 50, 100])).tolist() == [0, 0.6, 1]


def test_the_shaded_area_is_the_difference() -> None:
    above, below = line("a", (20, 1.0)), line("b", (80, 1.0))
    assert area(shade_path(above, below, start=0, end=100, scale=100)) == pytest.approx(0.6)


def test_the_shade_up_to_the_horizon_ends_there() -> None:
    above, below = line("a", (20, 1.0)), line("b", (80, 1.0))
    assert area(shade_path(above, below, start=0, end=50, scale=100)) == pytest.approx(0.3)


def test_nothing_is_shaded_where_the_second_lies_above() -> None:
    above, below = line("a", (80, 1.0)), line("b", (20, 1.0))
    assert shade_path(above, below, start=0, end=100, scale=100) == ""


@pytest.mark.parametrize("seed", range(5))
def test_gain_less_loss_is_the_difference_of_the_two_areas(seed: int) -> None:
    first, second = random_line("a", seed), random_line("b", seed + 100)
    efforts = np.union1d(first.effort, second.effort)
    widths = np.diff(np.append(efforts, 100)) / 100
    expected = float(((first.share_at(efforts) - second.share_at(efforts)) * widths).sum())
    gain = shade_path(first, second, start=0, end=100, scale=100)
    loss = shade_path(second, first, start=0, end=100, scale=100)
    assert (area(gain) if gain else 0) - (area(loss) if loss else 0) == pytest.approx(expected, abs=0.005)


def test_a_long_line_is_sampled() -> None:
    assert len(step_path(random_line("a", 1, steps=20_000), 100)) < 16_000


def test_marks_stand_at_the_quarters_of_the_effort() -> None:
    chart = draw_chart([line("a", (10, 1)), line("b", (60, 1))], AXIS, horizon_points=200)
    assert [(mark.role, mark.x, mark.y) for mark in chart.marks] == [
        ("b", "25.00%", "100.00%"),
        ("b", "50.00%", "100.00%"),
        ("b", "75.00%", "0.00%"),
        ("a", "25.00%", "0.00%"),
        ("a", "50.00%", "0.00%"),
        ("a", "75.00%", "0.00%"),
    ]
    assert (chart.half, chart.half_span, chart.horizon) == ("50.00%", ("100.00%", "0.00%"), "")


def test_weeks_are_counted_in_steps_people_use() -> None:
    axis = Axis(end=260, total=100, points_per_week=10, is_time=True)
    assert [tick.label for tick in week_ticks(axis)] == ["now", *(f"week {week}" for week in range(4, 26, 4))]


def test_time_beyond_the_end_of_the_work_shrinks_the_effort() -> None:
    assert [tick.at for tick in effort_ticks(Axis(200, 100, 10, is_time=True))][-1] == "50.00%"


def box(label: Label, size: Size) -> tuple[float, float, float, float]:
    x, bottom = (float(text.rstrip("%")) / 100 for text in (label.x, label.y))
    width = LETTER[label.role] * len(label.text)
    left = x * size.width - (width if label.anchor == "end" else 0)
    return left, bottom * size.height - LINE_HEIGHT + 4, left + width, bottom * size.height + 4


@pytest.mark.parametrize("seed", range(6))
def test_no_two_names_touch_and_none_leaves_the_drawing(seed: int) -> None:
    roles = ["a", "b", *["other"] * 11]
    lines = [random_line(role, 20 * seed + number) for number, role in enumerate(roles)]
    chart = draw_chart(lines, AXIS, horizon_points=50)
    for size, labels in chart.labels:
        boxes = [box(label, size) for label in labels]
        for one, other in combinations(boxes, 2):
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert all(left >= 0 and right <= size.width and top >= 0 for left, top, right, _ in boxes)


def test_the_compared_two_are_named_at_every_width() -> None:
    lines = [random_line("a", 1), random_line("b", 2), *(random_line("other", 3 + number) for number in range(5))]
    chart = draw_chart(lines, AXIS, horizon_points=50)
    assert [size for size, _ in chart.labels] == list(SIZES)
    for _, labels in chart.labels:
        assert {"a", "b"} <= {label.role for label in labels}


def test_paths_are_whole_numbers_within_the_drawing() -> None:
    chart = draw_chart([random_line("a", 1), random_line("b", 2)], AXIS, horizon_points=50)
    for path in [drawn.path for drawn in chart.lines] + [chart.gain, chart.gain_so_far]:
        assert all(0 <= int(number) <= 10_000 for number in re.findall(r"\d+", path))
