"""The chart "value live as the work gets done" as numbers of SVG.

Lines live in a square of 10,000 x 10,000 that is stretched to whatever width the page has; labels are placed in
per cent beside them, so text never scales. Labels are placed once for each of three widths, each at its narrowest:
where there is more room than that they only move further apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from planner.domain.arrays import FloatArray, IntArray

SIDE = 10_000
MOST_STEPS = 600
"""More steps than a screen has columns are sampled."""

QUARTERS = (0.25, 0.5, 0.75)
NICE_WEEKS = (1, 2, 4, 8, 13, 26, 52, 104, 260, 520, 1040, 2600, 5200)
MOST_TICKS = 7


@dataclass(frozen=True)
class Line:
    """One order: its share of value live from each step on. `role`: "a", "b" or "other".

    `effort`: points, rising, at which the share becomes `share` (0 to 1).
    """

    name: str
    label: str
    role: str
    effort: FloatArray
    share: FloatArray

    def share_at(self, effort: FloatArray) -> FloatArray:
        """Return the share live when so many points are done; a step counts from its own point on."""
        place = np.searchsorted(self.effort, effort * (1 + 1e-12), side="right")
        return np.concatenate([[0.0], self.share])[place]


@dataclass(frozen=True)
class Axis:
    """What stands along the bottom. `end` is in points; `points_per_week` turns it into weeks."""

    end: float
    total: float
    points_per_week: float
    is_time: bool


@dataclass(frozen=True)
class Tick:
    """A place on an axis in per cent of its length, with its label; `is_minor`: left out where it is narrow."""

    at: str
    label: str
    anchor: str = "middle"
    is_minor: bool = False


@dataclass(frozen=True)
class Mark:
    """A dot on a line, in per cent of the drawing."""

    role: str
    x: str
    y: str


@dataclass(frozen=True)
class Label:
    """A line's name beside the line, in per cent of the drawing."""

    role: str
    name: str
    text: str
    x: str
    y: str
    anchor: str


@dataclass(frozen=True)
class Size:
    """A width the chart is made for: its name in the style sheet, and its narrowest plot in px."""

    name: str
    width: int
    height: int
    has_others: bool


@dataclass(frozen=True)
class DrawnLine:
    """A line as a path."""

    name: str
    label: str
    role: str
    path: str


@dataclass(frozen=True)
class Chart:
    """Everything the template draws."""

    lines: list[DrawnLine]
    gain: str
    loss: str
    gain_so_far: str
    horizon: str
    frozen: str
    marks: list[Mark]
    half: str
    half_span: tuple[str, str]
    levels: list[tuple[str, str]]
    ticks: list[Tick]
    labels: list[tuple[Size, list[Label]]]


SIZES = (Size("wide", 900, 440, True), Size("middle", 560, 380, True), Size("narrow", 250, 290, False))
LETTER = {"a": 8.2, "b": 8.2, "other": 6.3}
"""About how wide a letter is, px."""
LINE_HEIGHT = 16
GAP = 7
SAMPLE = 3
STRONG = 4.0
FOREIGN = 1000.0
SHARED_PX = 5.0
MOST_SHARED = 0.6
"""A name is not put where its line runs together with another."""


def draw_chart(lines: Sequence[Line], axis: Axis, *, horizon_points: float, frozen_points: float = 0.0) -> Chart:
    """Draw the lines, the two compared ones last; shade what lies between those, stronger up to the horizon.

    `frozen_points`: what a running sprint takes before any order begins.
    """
    first, second = (next(line for line in lines if line.role == role) for role in ("a", "b"))
    ordered = [line for line in lines if line.role == "other"] + [second, first]
    marks = _marks(first, second, axis)
    return Chart(
        lines=[DrawnLine(line.name, line.label, line.role, step_path(line, axis.end)) for line in ordered],
        gain=shade_path(first, second, start=0, end=axis.end, scale=axis.end),
        loss=shade_path(second, first, start=0, end=axis.end, scale=axis.end),
        gain_so_far=shade_path(first, second, start=0, end=min(horizon_points, axis.end), scale=axis.end),
        horizon=_percent(horizon_points / axis.end) if horizon_points < axis.end else "",
        frozen=_percent(frozen_points / axis.end) if frozen_points > 0 else "",
        marks=marks,
        half=_percent(axis.total / 2 / axis.end),
        half_span=(marks[1].y, marks[4].y),
        levels=[(f"{100 - part}%", f"{part} %") for part in (0, 25, 50, 75, 100)],
        ticks=week_ticks(axis) if axis.is_time else effort_ticks(axis),
        labels=[
            (
                size,
                place_labels(
                    [first, second], ordered, axis, size, _kept_free(axis, size, horizon_points, frozen_points)
                ),
            )
            for size in SIZES
        ],
    )


def step_path(line: Line, end: float) -> str:
    """The line as steps of whole units: across, then up; what can't be seen is left out."""
    effort, share = _sampled(line, end)
    xs, ys = _across(effort, end), _down(share)
    path, at_x, at_y = [f"M0 {SIDE}"], 0, SIDE
    for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
        if y == at_y:
            continue
        path.append(f"V{y}" if x == at_x else f"H{x}V{y}")
        at_x, at_y = x, y
    return "".join(path) + (f"H{SIDE}" if at_x < SIDE else "")


def shade_path(above: Line, below: Line, *, start: float, end: float, scale: float) -> str:
    """The area where one line lies above another, between two points of the effort; "" where it nowhere does."""
    inside = np.union1d(_sampled(above, scale)[0], _sampled(below, scale)[0])
    efforts = np.concatenate([[start], inside[(inside > start) & (inside < end)]])
    lower = below.share_at(efforts)
    upper = np.maximum(above.share_at(efforts), lower)
    if end <= start or not np.any(upper - lower > 0.5 / SIDE):
        return ""
    xs = [*_across(efforts, scale).tolist(), round(SIDE * end / scale)]
    there = _steps_between(xs, _down(upper).tolist())
    back = _steps_between(xs, _down(lower).tolist())
    corners = [there[0], *_corners(there[1:]), *reversed(_corners(back))]
    return "M" + "L".join(f"{x} {y}" for x, y in corners) + "Z"


def _steps_between(xs: list[int], ys: list[int]) -> list[tuple[int, int]]:
    return [corner for (left, right), y in zip(pairwise(xs), ys, strict=True) for corner in ((left, y), (right, y))]


def _corners(steps: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without those between two on the same height."""
    kept: list[tuple[int, int]] = []
    for corner in steps:
        if len(kept) > 1 and kept[-1][1] == kept[-2][1] == corner[1]:
            kept[-1] = corner
        elif not kept or kept[-1] != corner:
            kept.append(corner)
    return kept


def _sampled(line: Line, end: float) -> tuple[FloatArray, FloatArray]:
    if len(line.effort) <= MOST_STEPS:
        return line.effort, line.share
    efforts = np.linspace(0, end, MOST_STEPS)
    return efforts, line.share_at(efforts)


def _across(effort: FloatArray, end: float) -> IntArray:
    places: IntArray = np.rint(SIDE * np.minimum(effort / end, 1)).astype(np.int64)
    return places


def _down(share: FloatArray) -> IntArray:
    return np.rint(SIDE * (1 - share)).astype(np.int64)


def _percent(ratio: float) -> str:
    return f"{100 * ratio:.2f}%"


def _marks(first: Line, second: Line, axis: Axis) -> list[Mark]:
    efforts = np.array(QUARTERS) * axis.total
    return [
        Mark(line.role, _percent(effort / axis.end), _percent(1 - share))
        for line in (second, first)
        for effort, share in zip(efforts.tolist(), line.share_at(efforts).tolist(), strict=True)
    ]


def effort_ticks(axis: Axis) -> list[Tick]:
    """Quarters of the effort."""
    anchors = {0: "start", 100: "end"}
    return [
        Tick(_percent(axis.total * part / 100 / axis.end), f"{part} %", anchors.get(part, "middle"))
        for part in (0, 25, 50, 75, 100)
    ]


def week_ticks(axis: Axis) -> list[Tick]:
    """Weeks from now, in steps that people count in; every other one is left out where it is narrow."""
    weeks = axis.end / axis.points_per_week
    step = next((nice for nice in NICE_WEEKS if weeks / nice <= MOST_TICKS), max(weeks / MOST_TICKS, 1))
    numbers = np.arange(0, weeks * (1 + 1e-9), step).tolist()
    ticks = [
        Tick(_percent(number / weeks), f"week {number:.0f}" if number else "now", is_minor=index % 2 == 1)
        for index, number in enumerate(numbers)
    ]
    return [_at_edge(tick) for tick in ticks]


def _at_edge(tick: Tick) -> Tick:
    place = float(tick.at.rstrip("%"))
    anchor = "start" if place < 4 else "end" if place > 96 else "middle"
    return Tick(tick.at, tick.label, anchor, tick.is_minor)


# Labels


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


SPRINT_NAME = _Box(0, 0, 156, 40)
"""Where the template says what a running sprint takes."""


@dataclass(frozen=True)
class _Place:
    box: _Box
    x: float
    anchor: str


def place_labels(
    strong: Sequence[Line], lines: Sequence[Line], axis: Axis, size: Size, kept_free: Sequence["_Box"] = ()
) -> list[Label]:
    """Name lines where a name touches no other name and as little of any line as can be.

    The compared two come first and are named wherever there is any room; another line is named only where
    it is the nearest one to its name.
    """
    columns = np.arange(0, size.width + 1, SAMPLE) / size.width * axis.end
    heights = np.stack([size.height * (1 - line.share_at(columns)) for line in lines])
    taken = [_Box(0, size.height - 4, size.width, size.height + 40), _half_box(strong, axis, size), *kept_free]
    labels = []
    others = [line for line in reversed(lines) if line.role == "other"] if size.has_others else []
    for line in [*strong, *others]:
        place = _best_place(line, list(lines).index(line), heights, taken, size)
        if place is not None:
            taken.append(place.box)
            labels.append(_label(line, place, size))
    return labels


def _kept_free(axis: Axis, size: Size, horizon_points: float, frozen_points: float) -> list[_Box]:
    """The horizon's line, and the name of the running sprint."""
    x = horizon_points / axis.end * size.width
    horizon = [_Box(x - 3, 0, x + 3, size.height)] if horizon_points < axis.end else []
    return [*horizon, SPRINT_NAME] if frozen_points > 0 else horizon


def _half_box(strong: Sequence[Line], axis: Axis, size: Size) -> _Box:
    """The dotted line between the two at half the effort."""
    x = axis.total / 2 / axis.end * size.width
    heights = [float(size.height * (1 - line.share_at(np.array([axis.total / 2]))[0])) for line in strong]
    return _Box(x - 4, min(heights) - 6, x + 4, max(heights) + 6)


def _best_place(line: Line, row: int, heights: FloatArray, taken: list[_Box], size: Size) -> _Place | None:
    free = [place for place in _places(line, heights[row], size) if not any(place.box.meets(box) for box in taken)]
    scored = [(_clutter(place, row, heights), place) for place in free]
    if line.role == "other":
        scored = [(clutter, place) for clutter, place in scored if clutter < FOREIGN]
    return min(scored, key=lambda pair: pair[0])[1] if scored else None


def _places(line: Line, height: FloatArray, size: Size) -> list[_Place]:
    """Above the line to the left of it, and below it to the right, all along."""
    width = LETTER[line.role] * len(line.label)
    found = []
    for column in range(6, len(height) - 6, 6 if line.role != "other" else 10):
        x, y = column * SAMPLE, float(height[column])
        found.append(_Place(_Box(x - GAP - width, y - GAP - LINE_HEIGHT, x - GAP, y - GAP), x - GAP, "end"))
        found.append(_Place(_Box(x + GAP, y + GAP, x + GAP + width, y + GAP + LINE_HEIGHT), x + GAP, "start"))
    return [p for p in found if p.box.left >= 2 and p.box.right <= size.width - 2 and p.box.top >= 2]


def _clutter(place: _Place, row: int, heights: FloatArray) -> float:
    """How much of lines the name would lie on; FOREIGN and more where it could be taken for another line's."""
    box = place.box
    part = heights[:, max(int(box.left // SAMPLE), 0) : int(box.right // SAMPLE) + 2]
    weight = np.where(np.arange(len(heights)) < len(heights) - 2, 1, STRONG)  # the compared two are drawn last
    crossed = float(weight @ ((part > box.top - 2) & (part < box.bottom + 2)).mean(axis=1))
    jumped = float(weight @ ((part.min(axis=1) < box.top) & (part.max(axis=1) > box.bottom)))
    away = np.abs(part - (box.top + box.bottom) / 2).mean(axis=1)
    is_foreign = bool(np.delete(away, row).min(initial=np.inf) < away[row])
    others = np.delete(part, row, axis=0)
    shared = float((np.abs(others - part[row]) < SHARED_PX).any(axis=0).mean()) if len(others) else 0.0
    middle = (box.left + box.right) / 2 / (len(heights[row]) * SAMPLE)
    clutter = 10 * crossed + 5 * jumped + 20 * shared + float(away[row]) / 20 + abs(middle - 0.5)
    return clutter + FOREIGN if is_foreign or shared > MOST_SHARED else clutter


def _label(line: Line, place: _Place, size: Size) -> Label:
    baseline = (place.box.bottom - 4) / size.height
    return Label(line.role, line.name, line.label, _percent(place.x / size.width), _percent(baseline), place.anchor)
