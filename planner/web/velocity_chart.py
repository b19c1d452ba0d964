"""Velocity as bars of SVG: initial planned, planned and actual of each completed sprint, with P50 and P15."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from planner.models import Sprint
from planner.selectors.velocity import SprintVelocity, TeamVelocity

HEADROOM = 1.12
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2500, 5000, 10_000)
MOST_LEVELS = 5
HEADINGS = ("Sprint", "Initial planned", "Planned", "Actual", "Done of the commitment", "Hours")
PART = 0.24
"""Width of a bar, as a share of a sprint's place."""


@dataclass(frozen=True)
class Bar:
    """One bar in per cent of the drawing: `kind` is initial, planned or actual."""

    kind: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Group:
    """One sprint's bars with its name beneath."""

    row: SprintVelocity
    x: str
    name: str
    bars: Sequence[Bar]
    label_y: str
    is_marked: bool


@dataclass(frozen=True)
class VelocityChart:
    """Everything the template draws; `p50`, `p15`: heights of the lines, empty where unknown."""

    groups: Sequence[Group]
    levels: Sequence[tuple[str, str]]
    p50: str
    p15: str
    finding: str
    rows: Sequence[Sequence[str]]
    headings: Sequence[str] = HEADINGS


def draw_velocity(velocity: TeamVelocity, *, marked: Sprint | None = None) -> VelocityChart | None:
    """Draw the sprints, the oldest first; None without any. `marked`: the one the page is about."""
    rows = velocity.sprints
    if not rows:
        return None
    most = float(max(max(row.initial_planned, row.planned, row.actual) for row in rows)) or 1.0
    top = most * HEADROOM
    return VelocityChart(
        groups=[_group(row, number, len(rows), top, marked) for number, row in enumerate(rows)],
        levels=[(_y(level, top), f"{level:g}") for level in _levels(most)],
        p50=_line(velocity.usual.p50, top),
        p15=_line(velocity.usual.p15, top),
        finding=_finding(velocity),
        rows=[_cells(row) for row in rows],
    )


def _group(row: SprintVelocity, number: int, count: int, top: float, marked: Sprint | None) -> Group:
    place, middle = 100 / count, 100 * (number + 0.5) / count
    width = PART * place
    figures = (("initial", row.initial_planned), ("planned", row.planned), ("actual", row.actual))
    bars = [
        Bar(
            kind,
            f"{middle + (index - 1.5) * width:.2f}%",
            _y(float(points), top),
            f"{width * 0.92:.2f}%",
            f"{100 * float(points) / top:.2f}%",
        )
        for index, (kind, points) in enumerate(figures)
    ]
    is_marked = marked is not None and row.sprint.pk == marked.pk
    return Group(row, f"{middle:.2f}%", row.sprint.name, bars, _y(float(row.actual), top), is_marked)


def _levels(most: float) -> list[float]:
    step = next((step for step in STEPS if most / step <= MOST_LEVELS), STEPS[-1])
    return [float(step * number) for number in range(int(most // step) + 1)]


def _y(level: float, top: float) -> str:
    return f"{100 * (1 - level / top):.2f}%"


def _line(points: Decimal | None, top: float) -> str:
    return "" if points is None else _y(min(float(points), top), top)


def _finding(velocity: TeamVelocity) -> str:
    usual = velocity.usual
    if usual.p50 is None:
        return "No completed sprint yet"
    committed = [row for row in velocity.sprints[-usual.n :] if row.initial_planned > 0]
    done = sum((row.actual for row in committed), Decimal(0))
    wanted = sum((row.initial_planned for row in committed), Decimal(0))
    sentence = f"{usual.p50.normalize():f} points are done in half of the sprints"
    return f"{sentence}; of what was committed {100 * done / wanted:.0f} %" if wanted else sentence


def _cells(row: SprintVelocity) -> list[str]:
    figures = (row.initial_planned, row.planned, row.actual)
    kept = "–" if row.kept is None else f"{100 * row.kept:.0f} %"
    hours = "–" if row.hours is None else f"{row.hours.normalize():f}"
    return [row.sprint.name, *(f"{figure.normalize():f}" for figure in figures), kept, hours]
