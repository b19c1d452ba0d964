"""What a capability is worth: cost of delay, benefit by week, present value and its likely range.

Formulas: `definitions.md`, "Value". Urgency profiles after Reinertsen (2009) and Arnold's catalogue:

- STEADY: the weekly value is the same whenever the capability is finished.
- DEADLINE: everything is earned when it is finished by ``deadline_week``, nothing when later.
- SHORT_LIFE: the weekly value falls linearly from today to nothing at ``life_weeks``.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from math import fsum

import numpy as np

from planner.domain.arrays import FloatArray
from planner.domain.value.parsing import ValueModelError, dump_model, parse_model
from planner.domain.value.sources import (
    INPUTS,
    MINUTES_PER_HOUR,
    ZERO,
    FormulaTerm,
    InputSpec,
    ThreePoint,
    ValueModel,
    ValueSource,
    formula_terms,
    one_off_value,
    value_per_week,
)
from planner.domain.vocabulary import Urgency, ValueKind

__all__ = [
    "INPUTS",
    "FormulaTerm",
    "InputSpec",
    "ThreePoint",
    "ValueModel",
    "ValueModelError",
    "ValueSource",
    "benefit_by_week",
    "business_value",
    "cost_of_delay",
    "draw_weekly_values",
    "dump_model",
    "formula_terms",
    "likely_interval",
    "one_off_value",
    "parse_model",
    "value_per_week",
]

WEEKS_PER_YEAR = 52
CENT = Decimal("0.01")
INTERVAL_DRAWS = 10_000
INTERVAL_SEED = 1959
INTERVAL_PERCENTILES = (10, 90)


def cost_of_delay(model: ValueModel) -> Decimal:
    """Mean value per week once live in full, in money: what one week later costs while urgency is steady.

    A one-off is not in it: a week later it is still avoided once.
    """
    return _to_cents(sum((value_per_week(source) for source in model.sources), ZERO))


def benefit_by_week(model: ValueModel, finished_week: int = 0) -> FloatArray:
    """Mean benefit in each of the ``horizon_weeks`` weeks after the capability is finished, in money.

    Entry t is the whole of week t, not discounted. The linear ramp is averaged over the week:
    (t + 1/2) / ramp. One-offs fall in week 0. ``finished_week`` counts from the day of the
    estimate and matters to DEADLINE and SHORT_LIFE only.
    """
    weeks = np.arange(model.horizon_weeks, dtype=np.float64) + 0.5
    ramp = np.minimum(1.0, weeks / model.ramp_weeks) if model.ramp_weeks else np.ones_like(weeks)
    weekly = float(cost_of_delay(model)) * ramp * _share_left(model, finished_week + weeks, finished_week)
    if len(weekly):
        at_once = _share_left(model, np.array([float(finished_week)]), finished_week)
        weekly[0] += float(model.one_off_value) * at_once[0]
    return weekly


def _share_left(model: ValueModel, at_weeks: FloatArray, finished_week: int) -> FloatArray:
    """Share of the full weekly value that urgency leaves at the given moments (weeks from the estimate)."""
    if model.urgency is Urgency.SHORT_LIFE and model.life_weeks:
        return np.maximum(0.0, 1.0 - at_weeks / model.life_weeks)
    if model.urgency is Urgency.DEADLINE and model.deadline_week is not None:
        return np.full_like(at_weeks, float(finished_week <= model.deadline_week))
    return np.ones_like(at_weeks)


def business_value(model: ValueModel, finished_week: int = 0) -> Decimal:
    """Present value, on the day it is finished, of the benefit over the horizon; money, to the cent.

    Week t is discounted by (1 + yearly rate) ** (-t / 52), so week 0 and one-offs count in full.
    """
    benefit = benefit_by_week(model, finished_week)
    discount = (1.0 + float(model.discount_rate)) ** (-np.arange(len(benefit)) / WEEKS_PER_YEAR)
    return _to_cents(Decimal(fsum(benefit * discount)))


def likely_interval(model: ValueModel) -> tuple[Decimal, Decimal]:
    """10th and 90th percentile of the value per week, in money: 8 in 10 draws fall between them.

    Every input is drawn independently from its PERT-beta distribution, with a fixed seed, so that the same
    estimate always shows the same range. One-offs are left out, as in `cost_of_delay`.
    """
    low, high = np.percentile(draw_weekly_values(model), INTERVAL_PERCENTILES)
    return _to_cents(Decimal(float(low))), _to_cents(Decimal(float(high)))


def draw_weekly_values(model: ValueModel) -> FloatArray:
    """Draws of the value per week, in money, shape (INTERVAL_DRAWS,), behind `likely_interval`."""
    generator = np.random.default_rng(INTERVAL_SEED)
    weekly = np.zeros(INTERVAL_DRAWS)
    for source in model.sources:
        if not source.one_off:
            weekly += _draw_weekly_value(source, generator)
    return weekly


def _draw_weekly_value(source: ValueSource, generator: np.random.Generator) -> FloatArray:
    """Draws of the value per week of one source, shape (INTERVAL_DRAWS,)."""
    drawn = np.ones(INTERVAL_DRAWS)
    for spec in INPUTS[source.kind]:
        drawn *= _draw_pert(source.inputs[spec.name], generator)
    return drawn / MINUTES_PER_HOUR if source.kind is ValueKind.TIME_SAVINGS else drawn


def _draw_pert(estimate: ThreePoint, generator: np.random.Generator) -> FloatArray:
    """Draws from the beta distribution on [low, high] with the PERT mean (Clark, 1962; shape 4)."""
    low, likely, high = float(estimate.low), float(estimate.likely), float(estimate.high)
    width = high - low
    if width <= 0:
        return np.full(INTERVAL_DRAWS, low)
    rise, fall = 1 + 4 * (likely - low) / width, 1 + 4 * (high - likely) / width
    return low + width * generator.beta(rise, fall, INTERVAL_DRAWS)


def _to_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_EVEN)
