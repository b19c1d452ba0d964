"""What a unit returns on what is left to invest in it: NPV, ROI, payback, and by when it would have to be finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from planner.domain.value.model import ValueModel, ValueModelError, benefit_by_week, business_value, parse_model
from planner.domain.vocabulary import Urgency
from planner.models import Capability, Estimate, Story
from planner.selectors.investment import Investment, investment_of

WEEK = timedelta(weeks=1)
MOST_POINTS = 80


@dataclass(frozen=True)
class Payback:
    """How the benefit adds up week by week from release on, beside what is left to invest.

    `weeks`: the first week in which the sum reaches the investment; None when it never does in the horizon.
    """

    cumulative: list[float]
    investment: float
    weeks: int | None


@dataclass(frozen=True)
class Returns:
    """What a unit returns; None is not known, never zero."""

    investment: Investment | None
    npv: Decimal | None
    roi: Decimal | None
    payback: Payback | None


@dataclass(frozen=True)
class UrgencyCurve:
    """Business value by the week of finishing, counted from the estimate; the value never waits evenly.

    `ends_week`, `ends_date`: the deadline, or when the value is gone. `finish_week`: where the unit is expected to be
    finished, and `finish_value` what it is worth then; None where that is not known.
    """

    weeks: list[int]
    values: list[Decimal]
    ends_week: int
    ends_date: date
    finish_week: int | None
    finish_value: Decimal | None

    @property
    def is_too_late(self) -> bool:
        """Whether the unit is expected after the end."""
        return self.finish_week is not None and self.finish_week > self.ends_week


def present_model(estimates: Sequence[Estimate]) -> ValueModel | None:
    """The value model of the newest estimate; None without one, or when its document can no longer be read."""
    return model_of(estimates[0]) if estimates else None


def model_of(estimate: Estimate) -> ValueModel | None:
    """The model of an estimate; None when its document can no longer be read."""
    try:
        return parse_model(estimate.model)
    except ValueModelError:
        return None


def returns_of(*, thing: Capability | Story, model: ValueModel | None) -> Returns:
    """What a capability, or a story of its own, returns on the work that is left."""
    investment = investment_of(thing=thing)
    total = investment.total if investment else None
    return Returns(
        investment=investment,
        npv=npv_of(business_value=thing.business_value, investment=total),
        roi=roi_of(business_value=thing.business_value, investment=total),
        payback=payback_of(model=model, investment=total) if model and total else None,
    )


def npv_of(*, business_value: Decimal | None, investment: Decimal | None) -> Decimal | None:
    """Business value - investment; None where either is not known."""
    return None if business_value is None or investment is None else business_value - investment


def roi_of(*, business_value: Decimal | None, investment: Decimal | None) -> Decimal | None:
    """(business value - investment) / investment; None where either is not known or nothing is left to invest."""
    if business_value is None or not investment:
        return None
    return (business_value - investment) / investment


def payback_of(*, model: ValueModel, investment: Decimal) -> Payback:
    """When the benefit, not discounted, has added up to what is left to invest."""
    total, cumulative = 0.0, []
    for benefit in benefit_by_week(model):
        total += float(benefit)
        cumulative.append(total)
    reached = next((week for week, amount in enumerate(cumulative, 1) if amount >= float(investment)), None)
    return Payback(cumulative, float(investment), reached)


def estimated_date(estimate: Estimate) -> date:
    """The day of the estimate in the workspace's time zone: weeks of its model count from it."""
    return estimate.occurred_at.astimezone(ZoneInfo(estimate.workspace.time_zone)).date()


def urgency_curve(*, model: ValueModel, estimated: date, finished: date | None) -> UrgencyCurve | None:
    """What finishing in each week is worth; None while urgency is steady. `finished`: when that is expected."""
    ends = {Urgency.DEADLINE: model.deadline_week, Urgency.SHORT_LIFE: model.life_weeks}.get(model.urgency)
    if ends is None:
        return None
    finish = None if finished is None else max(0, -(-(finished - estimated).days // 7))
    last = max(round(ends * 1.25), ends + 2, min(finish or 0, ends * 3))
    step = max(1, last // MOST_POINTS)
    weeks = sorted({*range(0, last + 1, step), ends, min(ends + 1, last)})
    return UrgencyCurve(
        weeks=weeks,
        values=[business_value(model, week) for week in weeks],
        ends_week=ends,
        ends_date=estimated + ends * WEEK,
        finish_week=finish,
        finish_value=None if finish is None else business_value(model, finish),
    )
