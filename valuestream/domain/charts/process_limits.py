"""Natural process limits of a series: Shewhart's chart of individual values and moving ranges (XmR).

Donald J. Wheeler, Understanding Variation (1993). The limits are the mean plus and minus 2.66 times the
mean moving range, the mean of the differences between neighbours without their sign. Between the limits
a series does what it always does; only a signal is worth asking about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray

LIMIT_FACTOR = 2.66
"""3 / 1.128: three sigma, where 1.128 is what the mean range of two values is of one sigma."""
FEWEST_VALUES = 6
"""With fewer the limits are too uncertain to be drawn."""
FIRM_VALUES = 10
"""With fewer they are provisional."""
RUN_LENGTH = 8
NEAR_LIMIT, NEAR_LIMIT_OF = 3, 4


class Rule(Enum):
    """The rules that make a signal, those of Wheeler (1993), in falling weight."""

    OUTSIDE = "a value outside the limits"
    RUN = "eight values in a row on one side of the mean"
    NEAR_LIMIT = "three of four values in a row nearer a limit than the mean"


@dataclass(frozen=True)
class ProcessLimits:
    """The mean of a series, its mean moving range, and its limits. `lower` is never below the floor of the series."""

    mean: float
    mean_moving_range: float
    lower: float
    upper: float
    n: int

    @property
    def is_firm(self) -> bool:
        """Whether there are values enough for limits that will hardly move."""
        return self.n >= FIRM_VALUES


@dataclass(frozen=True)
class Signal:
    """Values from `first` to `last` (indices, both included) that break a rule, above or below the mean."""

    rule: Rule
    first: int
    last: int
    is_high: bool


def natural_process_limits(values: FloatArray, *, floor: float = 0.0) -> ProcessLimits | None:
    """The limits of a series; None for fewer than FEWEST_VALUES. `floor`: no value can be below (items, dollars)."""
    if len(values) < FEWEST_VALUES:
        return None
    mean = float(values.mean())
    moving_range = float(np.abs(np.diff(values)).mean())
    reach = LIMIT_FACTOR * moving_range
    return ProcessLimits(mean, moving_range, max(floor, mean - reach), mean + reach, len(values))


def find_signals(values: FloatArray, limits: ProcessLimits) -> list[Signal]:
    """Every signal of a series, by rule and then by time; runs are told once, as long as they last."""
    signals = [_outside(values, limits, int(at)) for at in np.flatnonzero(_is_outside(values, limits))]
    for is_high in (True, False):
        sided = values > limits.mean if is_high else values < limits.mean
        signals += [
            Signal(Rule.RUN, first, last, is_high) for first, last in _runs(sided) if last - first + 1 >= RUN_LENGTH
        ]
        signals += _near_limit(values, limits, is_high=is_high)
    order = list(Rule)
    return sorted(signals, key=lambda signal: (order.index(signal.rule), signal.first, signal.last))


def _is_outside(values: FloatArray, limits: ProcessLimits) -> BoolArray:
    return (values > limits.upper) | (values < limits.lower)


def _outside(values: FloatArray, limits: ProcessLimits, at: int) -> Signal:
    return Signal(Rule.OUTSIDE, at, at, bool(values[at] > limits.mean))


def _near_limit(values: FloatArray, limits: ProcessLimits, *, is_high: bool) -> list[Signal]:
    """Windows of four with three values beyond the middle between mean and limit; overlapping ones are one."""
    half_way = (limits.upper - limits.mean) / 2
    near = values > limits.mean + half_way if is_high else values < limits.mean - half_way
    if len(near) < NEAR_LIMIT_OF:
        return []
    counts = np.convolve(near.astype(np.int64), np.ones(NEAR_LIMIT_OF, dtype=np.int64), mode="valid")
    return [
        Signal(Rule.NEAR_LIMIT, first, last + NEAR_LIMIT_OF - 1, is_high) for first, last in _runs(counts >= NEAR_LIMIT)
    ]


def _runs(flags: BoolArray) -> Sequence[tuple[int, int]]:
    """First and last index of each run of true values."""
    edges = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    return list(zip(starts.tolist(), ends.tolist(), strict=True))
