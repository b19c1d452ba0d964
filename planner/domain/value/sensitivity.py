"""Which input of one value model matters: for the spread of its cost of delay, and for its place in the order.

The share of the spread is the first-order index of Sobol (1993), in closed form: inputs are independent PERT
betas, a source is their product, the cost of delay their sum. The shares add up to less than 1: the rest comes
from inputs together.
"""

from dataclasses import dataclass
from math import prod

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from planner.domain.value.confidence import Effort
from planner.domain.value.sources import INPUTS, MINUTES_PER_HOUR, InputSpec, ThreePoint, ValueModel, ValueSource
from planner.domain.vocabulary import ValueKind

PERT_SHAPES = 6.0  # alpha + beta of the PERT beta


@dataclass(frozen=True)
class InputWeight:
    """One input of a model. ``share``: of the variance of the cost of delay, 0-1, that this input alone explains.

    ``cost_at_low`` and ``cost_at_high``: cost of delay a week with this input there and all others at their means.
    """

    source: int
    kind: ValueKind
    spec: InputSpec
    estimate: ThreePoint
    share: float
    cost_at_low: float
    cost_at_high: float


def weigh_inputs(model: ValueModel) -> list[InputWeight]:
    """The inputs that have a spread, the one that explains most of it first. One-offs are in no cost of delay."""
    weekly = [(number, source) for number, source in enumerate(model.sources) if not source.one_off]
    total = sum(_mean(source) for _, source in weekly)
    variance = sum(_variance(source) for _, source in weekly)
    weights = [
        _weigh(number, source, spec, total, variance)
        for number, source in weekly
        for spec in INPUTS[source.kind]
        if source.inputs[spec.name].high > source.inputs[spec.name].low
    ]
    return sorted(weights, key=lambda weight: -weight.share)


def _weigh(number: int, source: ValueSource, spec: InputSpec, total: float, variance: float) -> InputWeight:
    estimate = source.inputs[spec.name]
    factor = _unit(source) * prod(
        float(other.mean) for name, other in source.inputs.items() if name != spec.name
    )  # what one more of this input is worth a week
    explained = factor**2 * pert_variance(estimate)
    mean, low, high = float(estimate.mean), float(estimate.low), float(estimate.high)
    return InputWeight(
        source=number,
        kind=source.kind,
        spec=spec,
        estimate=estimate,
        share=explained / variance if variance > 0 else 0.0,
        cost_at_low=total + factor * (low - mean),
        cost_at_high=total + factor * (high - mean),
    )


def pert_variance(estimate: ThreePoint) -> float:
    """Variance of the PERT beta: width^2 x alpha x beta / (6^2 x 7), as (mean - low)(high - mean) / 7."""
    mean = float(estimate.mean)
    return (mean - float(estimate.low)) * (float(estimate.high) - mean) / (PERT_SHAPES + 1)


def _mean(source: ValueSource) -> float:
    return _unit(source) * prod(float(estimate.mean) for estimate in source.inputs.values())


def _variance(source: ValueSource) -> float:
    """Of a product of independent factors: product of the second moments less the square of the mean."""
    seconds = prod(float(estimate.mean) ** 2 + pert_variance(estimate) for estimate in source.inputs.values())
    return max(_unit(source) ** 2 * seconds - _mean(source) ** 2, 0.0)


def _unit(source: ValueSource) -> float:
    return 1.0 / MINUTES_PER_HOUR if source.kind is ValueKind.TIME_SAVINGS else 1.0


def places_at(effort: Effort, mean: FloatArray, place: int, costs: FloatArray) -> IntArray:
    """Where the unit at ``place`` (from 0) would stand if its cost of delay were each of ``costs``, others as they are.

    ``effort`` and ``mean``: over the places of the order. A dearer unit moves up, a cheaper one down, by as much as
    makes the total least; it stays where moving saves nothing.
    """
    upwards = _savings(effort.added[:place][::-1], mean[:place][::-1])
    downwards = _savings(effort.added[place + 1 :], mean[place + 1 :])
    places = np.full(len(costs), place, dtype=np.int64)
    for number, cost in enumerate(costs.tolist()):
        if cost > mean[place]:
            saved = cost * upwards[0] - effort.added[place] * upwards[1]
            places[number] -= _best(saved, cost * effort.added[place])
        elif cost < mean[place]:
            saved = effort.own[place] * downwards[1] - cost * downwards[0]
            places[number] += _best(saved, cost * effort.added[place])
    return places


def _savings(points: FloatArray, costs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Points and cost of delay of the units passed by moving 0, 1, 2, ... places."""
    return np.concatenate(([0.0], np.cumsum(points))), np.concatenate(([0.0], np.cumsum(costs)))


def _best(saved: FloatArray, size: float) -> int:
    """The fewest places that save the most; differences within rounding are none."""
    return int(np.argmax(saved >= saved.max() - 1e-9 * (abs(float(saved.max())) + size)))
