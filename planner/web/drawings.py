"""Small drawings as paths of SVG: the spread of an input, and how benefit adds up."""

from collections.abc import Sequence
from dataclasses import dataclass

from planner.domain.value.model import ThreePoint

SPREAD_WIDTH, SPREAD_HEIGHT = 88, 22
SPREAD_STEPS = 28
PAYBACK_WIDTH, PAYBACK_HEIGHT = 288, 110


@dataclass(frozen=True)
class Spread:
    """The density of an estimate between low and high, and where its mean lies."""

    area: str
    mean_x: str


@dataclass(frozen=True)
class PaybackDrawing:
    """The sum of the benefit as an area; the investment as a level; the week it is reached as an abscissa."""

    area: str
    line: str
    level: str
    reached_x: str | None


def draw_spread(estimate: ThreePoint) -> Spread | None:
    """The PERT-beta density of a three-point estimate; None for one without spread."""
    low, likely, high = float(estimate.low), float(estimate.likely), float(estimate.high)
    if high <= low:
        return None
    rise, fall = 4 * (likely - low) / (high - low), 4 * (high - likely) / (high - low)
    heights = [_density(step / SPREAD_STEPS, rise, fall) for step in range(SPREAD_STEPS + 1)]
    top = max(heights)
    xs = [_scaled(step, SPREAD_STEPS, SPREAD_WIDTH) for step in range(SPREAD_STEPS + 1)]
    ys = [f"{SPREAD_HEIGHT - 2 - (SPREAD_HEIGHT - 4) * height / top:.1f}" for height in heights]
    mean = (float(estimate.mean) - low) / (high - low)
    return Spread(_area(xs, ys, SPREAD_HEIGHT - 2), f"{2 + (SPREAD_WIDTH - 4) * mean:.1f}")


def _density(share: float, rise: float, fall: float) -> float:
    """The beta density at a share of the range, up to a factor."""
    return float(share**rise * (1 - share) ** fall)


def draw_payback(cumulative: Sequence[float], investment: float, weeks: int | None) -> PaybackDrawing:
    """The sum of the benefit over the horizon and the investment on one scale."""
    top = max(cumulative[-1] if cumulative else 0.0, investment, 1.0)
    sums = [0.0, *cumulative]
    xs = [_scaled(week, len(cumulative) or 1, PAYBACK_WIDTH) for week in range(len(sums))]
    ys = [_level(amount, top) for amount in sums]
    reached = None if weeks is None else _scaled(weeks, len(cumulative), PAYBACK_WIDTH)
    return PaybackDrawing(_area(xs, ys, PAYBACK_HEIGHT), _line(xs, ys), _level(investment, top), reached)


def _level(amount: float, top: float) -> str:
    return f"{PAYBACK_HEIGHT - (PAYBACK_HEIGHT - 6) * amount / top:.1f}"


def _scaled(part: int, whole: int, width: int) -> str:
    return f"{2 + (width - 4) * part / whole:.1f}"


def _line(xs: Sequence[str], ys: Sequence[str]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in zip(xs, ys, strict=True))


def _area(xs: Sequence[str], ys: Sequence[str], floor: float) -> str:
    return f"{_line(xs, ys)}L{xs[-1]} {floor}L{xs[0]} {floor}Z"
