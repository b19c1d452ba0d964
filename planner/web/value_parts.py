"""What the pages of a capability and of a story of its own show about value; both draw the same templates."""

from datetime import date, timedelta
from typing import Any

from common.clock import utc_now
from planner.domain.value.changes import ModelChanges, compare_models
from planner.domain.value.model import ValueModel
from planner.domain.value.sensitivity import weigh_inputs
from planner.models import Capability, Estimate, Story
from planner.selectors.capabilities import list_estimates
from planner.selectors.pins import today_of
from planner.selectors.returns import estimated_date, model_of, present_model, returns_of, urgency_curve
from planner.selectors.sensitivity import sensitivity_of
from planner.selectors.unit_rank import unit_rank
from planner.web.drawings import draw_payback
from planner.web.value_drawings import draw_density, draw_urgency

MOST_ESTIMATES = 50
MOST_SHARES = 2
TABLE_ROWS = 12
TABLE_WEEKS = (4, 13, 26, 52, 104)
LEAST_SHARE = 0.05
Context = dict[str, Any]
Thing = Capability | Story


def unit_id_of(thing: Thing) -> int:
    """The signed id that orders know the unit by."""
    return thing.pk if isinstance(thing, Capability) else -thing.pk


def named(thing: Thing) -> Context:
    """The thing itself, and the word that the names of its addresses begin with."""
    return {"thing": thing, "value_urls": "capability" if isinstance(thing, Capability) else "story"}


def estimates_of(thing: Thing) -> list[Estimate]:
    """The newest estimates, newest first."""
    rows = list_estimates(capability=thing) if isinstance(thing, Capability) else list_estimates(story=thing)
    return list(rows.select_related("workspace")[:MOST_ESTIMATES])


def value_context(thing: Thing) -> Context:
    """The value model, and the estimates so far with what each changed."""
    estimates = estimates_of(thing)
    model = present_model(estimates)
    return {
        **named(thing),
        "model": model,
        "ends_date": _ends_date(model, estimates),
        "estimates": list(zip(estimates, _changes(estimates), strict=True)),
        "band_top": max((estimate.cost_of_delay_high for estimate in estimates), default=None),
    }


def _ends_date(model: ValueModel | None, estimates: list[Estimate]) -> date | None:
    """The day of the deadline, or on which the value is gone."""
    weeks = (model.deadline_week or model.life_weeks) if model else None
    return None if weeks is None else estimated_date(estimates[0]) + timedelta(weeks=weeks)


def _changes(estimates: list[Estimate]) -> list[ModelChanges | None]:
    """What each estimate changed of the one before it; None for the first, and where a model can't be read."""
    models = [model_of(estimate) for estimate in estimates]
    pairs = zip(models, [*models, None][1:], strict=True)
    return [compare_models(older, newer) if newer and older else None for newer, older in pairs]


def returns_context(thing: Thing) -> Context:
    """What it returns on what is left to invest, where it stands, and when it would have paid back."""
    model = present_model(estimates_of(thing)[:1])
    returns = returns_of(thing=thing, model=model)
    today = today_of(workspace=thing.workspace, now=utc_now())
    rank = unit_rank(workspace=thing.workspace, unit_id=unit_id_of(thing))
    finished = rank.finished_date(today)
    payback = returns.payback
    context = {"thing": thing, "model": model, "returns": returns, "payback": payback, "rank": rank}
    if payback is None:
        return context
    weeks = [week for week in TABLE_WEEKS if week <= len(payback.cumulative)]
    paid_back = None if finished is None or payback.weeks is None else finished + timedelta(weeks=payback.weeks)
    return context | {
        "finished": finished,
        "paid_back": paid_back,
        "drawing": draw_payback(payback.cumulative, payback.investment, payback.weeks),
        "weeks": len(payback.cumulative),
        "sums": [(week, payback.cumulative[week - 1]) for week in weeks],
    }


def risk_context(thing: Thing) -> Context:
    """How uncertain the cost of delay is and what explains it; what finishing in each week is worth."""
    estimates = estimates_of(thing)[:1]
    model = present_model(estimates)
    context: Context = {**named(thing), "model": model, "density": None, "curve": None}
    if model is None or thing.cost_of_delay is None:
        return context
    estimate = estimates[0]
    mean, low, high = (
        float(figure) for figure in (estimate.cost_of_delay, estimate.cost_of_delay_low, estimate.cost_of_delay_high)
    )
    weights = weigh_inputs(model)
    telling = [weight for weight in weights if weight.share >= LEAST_SHARE] if len(weights) > 1 else []
    return {
        **context,
        **_urgency(thing, model, estimate),
        "estimate": estimate,
        "density": draw_density(model, mean=mean, low=low, high=high),
        "weights": telling[:MOST_SHARES],
    }


def _urgency(thing: Thing, model: ValueModel, estimate: Estimate) -> Context:
    today = today_of(workspace=thing.workspace, now=utc_now())
    finished = unit_rank(workspace=thing.workspace, unit_id=unit_id_of(thing)).finished_date(today)
    curve = urgency_curve(model=model, estimated=estimated_date(estimate), finished=finished)
    if curve is None:
        return {}
    step = -(-len(curve.weeks) // TABLE_ROWS)
    rows = list(zip(curve.weeks, curve.values, strict=True))[::step]
    return {"curve": curve, "curve_drawing": draw_urgency(curve), "curve_rows": rows, "finished": finished}


def sensitivity_context(thing: Thing) -> Context:
    """Which input moves its place most, and what knowing more is worth. Loads the whole backlog: fetched by itself."""
    model = present_model(estimates_of(thing)[:1])
    found = None
    if model is not None:
        found = sensitivity_of(workspace=thing.workspace, unit_id=unit_id_of(thing), model=model, now=utc_now())
    return {"thing": thing, "model": model, "sensitivity": found}
