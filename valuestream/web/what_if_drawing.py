"""The drawings of a what-if: ranges before and after, the bottleneck's move, what each further person brings."""

from collections.abc import Sequence
from dataclasses import dataclass

from valuestream.domain.what_if.judging import Change
from valuestream.domain.what_if.outcomes import Range

SLOPE_TOP, SLOPE_BOTTOM = 40.0, 206.0
_LABEL = 17.0
STEPS_TOP, STEPS_BOTTOM, STEPS_LEFT, STEPS_WIDTH = 24.0, 200.0, 58.0, 310.0
_ROOM = 1.12


@dataclass(frozen=True)
class Bar:
    """A range on an axis, in percent of its width."""

    low: float
    middle: float
    high: float


def draw_bars(change: Change) -> tuple[Bar | None, Bar | None]:
    """Before and after on one axis from 0."""
    ranges = (change.as_is, change.what_if)
    top = max((one.high for one in ranges if one is not None), default=0.0) * _ROOM
    before, after = (None if one is None or top <= 0 else _bar(one, top) for one in ranges)
    return before, after


def _bar(one: Range, top: float) -> Bar:
    def at(amount: float) -> float:
        return round(2 + 96 * max(amount, 0.0) / top, 2)

    return Bar(at(one.low), at(one.middle), at(one.high))


@dataclass(frozen=True)
class Slope:
    """A stage's line from before to after, and where its labels stand; y grows downwards."""

    stage: int
    tone: str
    before_y: float
    after_y: float
    before_label: float
    after_label: float


def draw_slopes(
    before: Sequence[float], after: Sequence[float], *, bottleneck: int | None, following: int | None
) -> list[Slope]:
    """A line for each stage, on one scale from 0; those that matter come last, on top."""
    top = max([*before, *after, 0.0]) or 1.0

    def y(amount: float) -> float:
        return round(SLOPE_BOTTOM - (SLOPE_BOTTOM - SLOPE_TOP) * amount / top, 1)

    ys = [y(amount) for amount in before], [y(amount) for amount in after]
    labels = [spread_labels(one) for one in ys]
    tones = ["next" if at == following else "was" if at == bottleneck else "" for at in range(len(before))]
    slopes = [Slope(at, tones[at], ys[0][at], ys[1][at], labels[0][at], labels[1][at]) for at in range(len(before))]
    return sorted(slopes, key=lambda one: one.tone != "")


def spread_labels(wanted: Sequence[float]) -> list[float]:
    """Places for labels as near as may be to where they are wanted, none on another."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    placed: dict[int, float] = {}
    floor = SLOPE_TOP - _LABEL
    for at in order:
        floor = max(floor + _LABEL, wanted[at])
        placed[at] = floor
    ceiling = SLOPE_BOTTOM + _LABEL
    for at in reversed(order):
        ceiling = min(ceiling - _LABEL, placed[at])
        placed[at] = ceiling
    return [round(placed[at], 1) for at in range(len(wanted))]


@dataclass(frozen=True)
class Step:
    """What one further person brings: a bar from low to high, its middle, on x; y grows downwards."""

    x: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Steps:
    """Bars on one axis: where 0 and the cost are, and lines with their amounts."""

    bars: tuple[Step | None, ...]
    zero: float
    cost: float | None
    ticks: tuple[tuple[float, float], ...]


def draw_steps(gains: Sequence[Range | None], cost: float | None) -> Steps:
    """Bars side by side, with room for what is below 0."""
    known = [one for one in gains if one is not None]
    top = max([*(one.high for one in known), cost or 0.0, 1.0]) * _ROOM
    bottom = min([*(one.low for one in known), 0.0]) * _ROOM
    step = nice_step((top - bottom) / 4)

    def y(amount: float) -> float:
        return round(STEPS_BOTTOM - (STEPS_BOTTOM - STEPS_TOP) * (amount - bottom) / (top - bottom), 1)

    width = STEPS_WIDTH / max(1, len(gains))
    bars = tuple(
        None
        if one is None
        else Step(round(STEPS_LEFT + width * (at + 0.35), 1), y(one.low), y(one.middle), y(one.high))
        for at, one in enumerate(gains)
    )
    first, last = int(bottom // step) + 1, int(top // step)
    ticks = tuple((y(number * step), number * step) for number in range(min(first, 0), last + 1))
    return Steps(bars, y(0.0), None if cost is None else y(cost), tuple(one for one in ticks if one[0] <= STEPS_BOTTOM))


def nice_step(rough: float) -> float:
    """1, 2 or 5 times a power of ten, at least as large."""
    power = 1.0
    while power * 10 <= rough:
        power *= 10
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough or factor == 10.0)
