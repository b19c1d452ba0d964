"""Drawings of uncertain and of urgent value, as paths of SVG."""

from dataclasses import dataclass

import numpy as np

from planner.domain.value.model import ValueModel, draw_weekly_values
from planner.selectors.returns import UrgencyCurve

WIDTH, FLOOR, TOP = 288.0, 92.0, 18.0
STEPS = 64
OUTSIDE = (0.2, 99.8)
NARROWEST = 0.02
LABEL_ROOM = 62.0


@dataclass(frozen=True)
class DensityDrawing:
    """The density of the cost of delay: the whole, the part that holds 8 in 10, and where mean and bounds lie."""

    area: str
    inner: str
    mean_x: float
    low_x: float
    high_x: float
    low_label_x: float
    high_label_x: float
    mean_label_x: float


@dataclass(frozen=True)
class UrgencyDrawing:
    """Business value by week of finishing; `finish_x` lies outside the picture as None."""

    area: str
    line: str
    ends_x: float
    finish_x: float | None
    ends_label_x: float


def draw_density(model: ValueModel, *, mean: float, low: float, high: float) -> DensityDrawing | None:
    """The spread of the value per week from the draws behind the interval; None for a certain one."""
    if high - low <= NARROWEST * abs(mean):
        return None
    drawn = draw_weekly_values(model)
    first, last = np.percentile(drawn, OUTSIDE)
    counts, edges = np.histogram(drawn, bins=STEPS, range=(first, last))
    window = np.hanning(9)
    heights = np.convolve(np.pad(counts.astype(np.float64), 4), window / window.sum(), mode="valid")
    heights[[0, -1]] = 0.0
    middles = (edges[:-1] + edges[1:]) / 2
    scale = (WIDTH - 4) / (last - first)
    xs, ys = 2 + (middles - first) * scale, FLOOR - (FLOOR - TOP) * heights / heights.max()
    at = {name: float(2 + (figure - first) * scale) for name, figure in (("m", mean), ("l", low), ("h", high))}
    inside = (xs >= at["l"]) & (xs <= at["h"])
    inner_xs = np.concatenate(([at["l"]], xs[inside], [at["h"]]))
    inner_ys = np.interp(inner_xs, xs, ys)
    low_label, high_label = _apart(at["l"], at["h"])
    return DensityDrawing(
        area=_area(xs.tolist(), ys.tolist()),
        inner=_area(inner_xs.tolist(), inner_ys.tolist()),
        mean_x=round(at["m"], 1),
        low_x=round(at["l"], 1),
        high_x=round(at["h"], 1),
        low_label_x=low_label,
        high_label_x=high_label,
        mean_label_x=round(min(max(at["m"], LABEL_ROOM), WIDTH - LABEL_ROOM), 1),
    )


def _apart(low: float, high: float) -> tuple[float, float]:
    """Middles of two labels, moved apart where they would touch and kept inside the picture."""
    middle, half = (low + high) / 2, max((high - low) / 2, LABEL_ROOM / 2)
    room = LABEL_ROOM / 2
    return round(max(middle - half, room), 1), round(min(middle + half, WIDTH - room), 1)


def draw_urgency(curve: UrgencyCurve) -> UrgencyDrawing:
    """Value by the week of finishing, from the day of the estimate."""
    last, top = float(curve.weeks[-1]) or 1.0, max(float(max(curve.values)), 1.0)
    xs = [_x(week, last) for week in curve.weeks]
    ys = [round(FLOOR - (FLOOR - TOP) * float(value) / top, 1) for value in curve.values]
    ends = _x(curve.ends_week, last)
    return UrgencyDrawing(
        area=_area(xs, ys),
        line=_line(xs, ys),
        ends_x=ends,
        finish_x=_x(curve.finish_week, last) if curve.finish_week is not None and curve.finish_week <= last else None,
        ends_label_x=round(min(max(ends, LABEL_ROOM), WIDTH - LABEL_ROOM), 1),
    )


def _x(week: int, last: float) -> float:
    return round(2 + (WIDTH - 4) * week / last, 1)


def _line(xs: list[float], ys: list[float]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(xs, ys, strict=True))


def _area(xs: list[float], ys: list[float]) -> str:
    return f"{_line(xs, ys)}L{xs[-1]:.1f} {FLOOR:g}L{xs[0]:.1f} {FLOOR:g}Z"
