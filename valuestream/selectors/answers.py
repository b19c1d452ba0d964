"""A map's figures as the API tells them: names of definitions.md, durations in seconds, money as decimal text."""

from collections.abc import Mapping
from typing import Any

from valuestream.domain.bottleneck import Bottleneck
from valuestream.domain.flow_metrics import Distribution, FlowMetrics, LittlesLaw
from valuestream.domain.rework import BackwardMoves

Answer = dict[str, Any]


def money(cents: float) -> str:
    """Cents as decimal text with two places."""
    whole = round(cents)
    return f"{'-' if whole < 0 else ''}{abs(whole) // 100}.{abs(whole) % 100:02d}"


def figures(metrics: FlowMetrics, holders: Mapping[int, Answer], week_seconds: float) -> Answer:
    """All figures of a block, a stage or the map; null where a figure is not known."""
    average = metrics.average_value_cents
    return {
        "arrivals": metrics.arrivals,
        "departures": metrics.departures,
        "throughput": _rounded(metrics.throughput_per_week, 4),
        "wip": metrics.wip,
        "queue_length": metrics.queue_length,
        "queue_length_at_start": metrics.queue_length_at_start,
        "wip_age": _age(metrics.wip_age),
        "queue_age": _age(metrics.queue_age),
        "lead_time": _duration(metrics.lead_time),
        "waiting_time": _duration(metrics.waiting_time),
        "process_time": _duration(metrics.process_time),
        "flow_efficiency": _rounded(metrics.flow_efficiency, 6),
        "percent_complete_accurate": _rounded(metrics.percent_complete_accurate, 6),
        "resources": metrics.resources,
        "staffed": None if metrics.staffed is None else int(metrics.staffed),
        "load": _rounded(metrics.load, 4),
        "value_held": money(metrics.value_held_cents),
        "value_waiting": money(metrics.value_waiting_cents),
        "value_arrived": money(metrics.value_arrived_cents),
        "value_departed": money(metrics.value_departed_cents),
        "average_value": None if average is None else money(average),
        "largest_holder": _holder(metrics, holders),
        "unvalued": metrics.unvalued_wip,
        "delay_cost_rate": money(metrics.delay_cost_rate_cents),
        "idle_cost": money(metrics.idle_cost_cents),
        "unvalued_visits": metrics.unvalued_visits,
        "utilisation": _rounded(metrics.utilisation, 6),
        "littles_law": _littles_law(metrics.littles_law, week_seconds),
    }


def _rounded(figure: float | None, places: int) -> float | None:
    return None if figure is None else round(figure, places)


def _age(spread: Distribution) -> Answer:
    return {
        "p50": _rounded(spread.p50, 3),
        "p85": _rounded(spread.p85, 3),
        "max": _rounded(spread.maximum, 3),
    }


def _duration(spread: Distribution) -> Answer:
    return {
        "n": spread.n,
        "mean": _rounded(spread.mean, 3),
        "p50": _rounded(spread.p50, 3),
        "p85": _rounded(spread.p85, 3),
    }


def _holder(metrics: FlowMetrics, holders: Mapping[int, Answer]) -> Answer | None:
    if metrics.largest_contributor is None or metrics.largest_contributor not in holders:
        return None
    return {**holders[metrics.largest_contributor], "value": money(metrics.largest_contribution_cents)}


def _littles_law(law: LittlesLaw, week_seconds: float) -> Answer:
    """Throughput is a week of the clock, as everywhere; the residual is in items."""
    a_week = None if law.throughput_per_second is None else law.throughput_per_second * week_seconds
    return {
        "wip": _rounded(law.average_wip, 4),
        "throughput": _rounded(a_week, 4),
        "lead_time": _rounded(law.lead_time, 3),
        "residual": _rounded(law.residual, 4),
        "steady": law.is_steady,
    }


def bottleneck_answer(found: Bottleneck | None, stages: list[tuple[int, str]]) -> Answer | None:
    """The bottleneck and what else points at it or elsewhere; `stages` are ids and names."""
    if found is None:
        return None
    stage_id, name = stages[found.stage]
    return {
        "stage_id": stage_id,
        "stage": name,
        "idle_cost": money(found.idle_cost_cents),
        "share": round(found.share_of_idle_cost, 6),
        "agrees": not found.is_contested,
        "evidence": [
            {
                "sign": evidence.sign,
                "points_at": None if evidence.points_at is None else stages[evidence.points_at][1],
                "agrees": evidence.agrees,
            }
            for evidence in found.evidence
        ],
    }


def rework_answer(moves: BackwardMoves, stages: list[tuple[int, str]]) -> Answer:
    """Moves back from one stage to an earlier one, the time until lost ground was regained, and its cost."""
    return {
        "from": stages[moves.from_stage][1],
        "from_id": stages[moves.from_stage][0],
        "to": stages[moves.to_stage][1],
        "to_id": stages[moves.to_stage][0],
        "n": moves.count,
        "seconds": round(moves.seconds, 3),
        "cost": money(moves.cost_cents),
    }
