"""A what-if's answer as JSON. Durations are seconds, money decimal text, ratios 0 to 1."""

from collections.abc import Callable
from decimal import Decimal

from valuestream.domain.calendar import WEEK_SECONDS
from valuestream.domain.what_if.judging import Change, Further, Verdict
from valuestream.domain.what_if.outcomes import Range
from valuestream.selectors.answers import Answer
from valuestream.selectors.what_if import FEWEST_DEPARTURES, Answered

_Written = Callable[[float], object]


def money_text(cents: float) -> str:
    """Cents as decimal text, in whole units: no simulation knows cents."""
    return str(Decimal(round(cents / 100)))


def what_if_answer(answered: Answered) -> Answer:
    """All that is told of a what-if."""
    judged, fitted = answered.judged, answered.fitted
    cost = answered.cost_per_week
    return {
        "as_of": fitted.as_of.isoformat().replace("+00:00", "Z"),
        "window_days": fitted.window_days,
        "weeks": answered.weeks,
        "runs": answered.runs,
        "changed": answered.is_changed,
        "verdict": verdict_of_answer(answered).value,
        "because": because(answered),
        "pays_share": judged.pays,
        "cost": None if judged.cost is None else money_text(judged.cost),
        "cost_per_person_week": None if cost is None else str(cost),
        "payback_weeks": judged.payback_weeks,
        "delivered_value": _change(judged.delivered_value, money_text),
        "throughput_per_week": _change(judged.throughput_per_week, _rate),
        "lead_time_p50": _change(judged.lead_p50_weeks, _seconds),
        "lead_time_p85": _change(judged.lead_p85_weeks, _seconds),
        "value_held": _change(judged.value_held, money_text),
        "idle_cost": _change(judged.idle_cost, money_text),
        "bottleneck": _stage_name(answered, judged.bottleneck),
        "next_bottleneck": _stage_name(answered, judged.next_bottleneck),
        "stages": [_stage(answered, at) for at in range(len(fitted.stages))],
        "further": [_further(answered, one) for one in answered.further],
    }


def verdict_of_answer(answered: Answered) -> Verdict:
    """The verdict, left open where a stage it rests on says too little."""
    return Verdict.CANT_TELL if answered.thin or not answered.is_changed else answered.judged.verdict


def because(answered: Answered) -> str:
    """Why nothing can be told; empty where something is."""
    if not answered.is_changed:
        return "Nothing is changed: both sides are the stream as it is."
    if answered.thin:
        at = answered.thin[0]
        left, name = answered.station(at).departures, answered.fitted.stages[at].name
        return (
            f"Only {left} {'story' if left == 1 else 'stories'} left {name} in {answered.fitted.window_days} days; "
            f"with {FEWEST_DEPARTURES} or more there is something to go by."
        )
    if answered.cost_per_week is None and answered.judged.cost is None and answered.judged.verdict is Verdict.CANT_TELL:
        return "What a person costs is not known: type the cost of a week, or the cost of a point in the settings."
    return ""


def _change(change: Change, written: _Written) -> Answer:
    return {name: _range(getattr(change, name), written) for name in ("as_is", "what_if", "difference")}


def _range(found: Range | None, written: _Written) -> Answer | None:
    if found is None:
        return None
    return {"low": written(found.low), "middle": written(found.middle), "high": written(found.high)}


def _rate(rate: float) -> float:
    return round(rate, 3)


def _seconds(weeks: float) -> float:
    return float(round(weeks * WEEK_SECONDS))


def _stage_name(answered: Answered, at: int | None) -> Answer | None:
    if at is None:
        return None
    return {"stage_id": answered.fitted.stages[at].pk, "stage": answered.fitted.stages[at].name}


def _stage(answered: Answered, at: int) -> Answer:
    stage, known, change = answered.fitted.stages[at], answered.station(at), answered.judged.stations[at]
    return {
        "id": stage.pk,
        "name": stage.name,
        "people": known.people,
        "people_after": answered.people[at],
        "people_assumed": known.is_assumed,
        "wip_limit": answered.levers.wip_limits.get(stage.pk),
        "departures": known.departures,
        "items_at_once": round(known.items_at_once, 2),
        "back_share": round(known.back_share, 4),
        "utilisation": None if change.utilisation is None else round(change.utilisation, 4),
        "utilisation_after": None if change.utilisation_after is None else round(change.utilisation_after, 4),
        "idle_cost": money_text(change.idle_cost),
        "idle_cost_after": money_text(change.idle_cost_after),
        "holds": list(answered.fitted.waiting[at]),
    }


def _further(answered: Answered, one: Further) -> Answer:
    stage = answered.fitted.stages[one.station]
    return {
        "stage_id": stage.pk,
        "stage": stage.name,
        "people": one.people,
        "gain": _range(one.gain, money_text),
        "verdict": one.verdict.value,
    }
