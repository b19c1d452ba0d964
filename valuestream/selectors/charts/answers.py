"""Flow charts as the API tells them: names of definitions.md, durations in seconds, money as decimal text."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from planner.domain.arrays import FloatArray
from planner.models import Story
from valuestream.domain.charts.durations import Bands, older_than
from valuestream.domain.charts.process_limits import ProcessLimits, Signal
from valuestream.domain.charts.work_mix import WorkMix
from valuestream.domain.flow_metrics import UNVALUED
from valuestream.domain.visits import OPEN
from valuestream.selectors.answers import Answer, money
from valuestream.selectors.charts.cumulative import CumulativeFlow
from valuestream.selectors.charts.durations import Ageing, CycleTimes, Points
from valuestream.selectors.charts.loading import ChartFlow
from valuestream.selectors.charts.weekly import Departures, Mix, Throughput
from valuestream.selectors.work_items import to_instant


def head(chart: ChartFlow) -> Answer:
    """What was asked: every chart's answer begins with it."""
    return {
        "map": chart.map.pk,
        "as_of": _iso(chart.as_of),
        "window_days": chart.asked.window_days,
        "clock": chart.asked.clock.value,
    }


def _iso(instant: int) -> str:
    return to_instant(instant).isoformat().replace("+00:00", "Z")


def cfd_answer(chart: ChartFlow, flow: CumulativeFlow) -> Answer:
    """Cells by stage and block, columns in the order of `days`."""
    stages = [{"id": stage.pk, "name": stage.name, "blocks": []} for stage in chart.layout.stages]
    for at, placed in enumerate(chart.layout.blocks):
        block: Answer = {
            "id": placed.block.pk,
            "name": placed.block.name,
            "kind": placed.block.kind,
            "finished": placed.is_finished,
            "arrivals": flow.entered[:, at].tolist(),
            "departures": flow.left[:, at].tolist(),
            "items": flow.items[:, at].tolist(),
            "value": [money(cents) for cents in flow.cents[:, at].tolist()],
        }
        stages[placed.stage]["blocks"].append(block)  # type: ignore[attr-defined]
    return {
        **head(chart),
        "step_days": flow.step_days,
        "days": [day.isoformat() for day in flow.days],
        "last_day_is_over": not flow.is_partial,
        "stages": stages,
    }


def bands_answer(bands: Bands) -> Answer:
    """Percentiles in seconds; null where n is 0."""
    return {"n": bands.n, "p50": _rounded(bands.p50), "p85": _rounded(bands.p85), "p95": _rounded(bands.p95)}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def ageing_answer(chart: ChartFlow, ageing: Ageing) -> Answer:
    """Bands and open items by stage, the oldest items first."""
    shown = ageing.open_items.take(ageing.shown)
    keys = _keys(shown)
    stages = []
    for at, bands in zip(ageing.stages, ageing.bands, strict=True):
        there, told = ageing.in_stage(at), shown.take(shown.stage == at)
        stages.append(
            {
                "id": chart.layout.stages[at].pk,
                "name": chart.layout.stages[at].name,
                "finished_visits": bands_answer(bands),
                "wip": len(there),
                "older_than_p85": None if bands.p85 is None else older_than(there.seconds, bands.p85),
                "items": [
                    {**story, "age": round(seconds, 3), "waiting": waits, "value": value}
                    for story, seconds, waits, value in _rows(told, keys)
                ],
            }
        )
    return {**head(chart), "wip": len(ageing.open_items), "told": len(shown), "stages": stages}


def cycle_times_answer(chart: ChartFlow, times: CycleTimes) -> Answer:
    """Percentiles of all, and the points that are told, by when they left."""
    shown = times.left.take(times.shown)
    keys = _keys(shown)
    left_at = [_iso(instant) for instant in shown.left_at.tolist()]
    points = [
        {**story, "left_at": left, "cycle_time": round(seconds, 3), "value": value}
        for (story, seconds, _, value), left in zip(_rows(shown, keys), left_at, strict=True)
    ]
    return {**head(chart), "cycle_time": bands_answer(times.bands), "told": len(shown), "items": points}


def _keys(points: Points) -> dict[int, tuple[str, str]]:
    rows = Story.objects.filter(pk__in=points.story_id.tolist()).values_list("pk", "key", "title")
    return {pk: (key, title) for pk, key, title in rows}


def _rows(points: Points, keys: dict[int, tuple[str, str]]) -> list[tuple[Answer, float, bool, str | None]]:
    """Story, seconds, whether it waits, and value: the longest first for open items, else as they come."""
    order = np.argsort(-points.seconds, kind="stable") if (points.left_at == OPEN).any() else np.arange(len(points))
    told = points.take(order)
    return [
        (_story(pk, keys), seconds, waits, None if cents == UNVALUED else money(cents))
        for pk, seconds, waits, cents in zip(
            told.story_id.tolist(), told.seconds.tolist(), told.is_waiting.tolist(), told.cents.tolist(), strict=True
        )
    ]


def _story(pk: int, keys: dict[int, tuple[str, str]]) -> Answer:
    key, title = keys.get(pk, ("", ""))
    return {"story_id": pk, "key": key, "title": title}


def throughput_answer(chart: ChartFlow, found: Throughput) -> Answer:
    """Items and value by week, each with its limits and signals; null limits for too few weeks."""
    return {
        **head(chart),
        "weeks": [week.isoformat() for week in found.departures.weeks],
        "unvalued": found.departures.unvalued,
        "items": {
            "values": [round(number) for number in found.items.tolist()],
            "limits": _limits(found.item_limits),
            "signals": _signals(found.item_signals, found.departures),
        },
        "value": {
            "values": [money(cents) for cents in found.cents.tolist()],
            "limits": _money_limits(found.cent_limits),
            "signals": _signals(found.cent_signals, found.departures),
        },
    }


def _limits(limits: ProcessLimits | None) -> Answer | None:
    if limits is None:
        return None
    figures = ("mean", "mean_moving_range", "lower", "upper")
    return {name: round(getattr(limits, name), 4) for name in figures} | {"n": limits.n, "firm": limits.is_firm}


def _money_limits(limits: ProcessLimits | None) -> Answer | None:
    if limits is None:
        return None
    figures = ("mean", "mean_moving_range", "lower", "upper")
    return {name: money(getattr(limits, name)) for name in figures} | {"n": limits.n, "firm": limits.is_firm}


def _signals(signals: Sequence[Signal], left: Departures) -> list[Answer]:
    return [
        {
            "rule": signal.rule.value,
            "from": left.weeks[signal.first].isoformat(),
            "to": left.weeks[signal.last].isoformat(),
            "above": signal.is_high,
        }
        for signal in signals
    ]


def work_mix_answer(chart: ChartFlow, found: Mix) -> Answer:
    """Items and value by week and group, the largest groups by value first, and all others together."""
    weeks = found.departures.weeks
    return {
        **head(chart),
        "by": found.grouping.word,
        "weeks": [week.isoformat() for week in weeks],
        "items": _mix(found, found.items, _whole),
        "value": _mix(found, found.cents, _money),
    }


def _whole(amounts: FloatArray) -> list[Any]:
    return [round(amount) for amount in amounts.tolist()]


def _money(amounts: FloatArray) -> list[Any]:
    return [money(cents) for cents in amounts.tolist()]


def _mix(found: Mix, mix: WorkMix, told: Any) -> Answer:
    return {
        "groups": [
            {"name": found.grouping.labels[group], "values": told(mix.amounts[:, at])}
            for at, group in enumerate(mix.groups.tolist())
        ],
        "others": told(mix.others),
    }


def rework_answer_of(metrics: Answer) -> Answer:
    """Moves back and their sums, from the metrics of a map."""
    moves = metrics["rework"]
    cents = sum(round(float(move["cost"]) * 100) for move in moves)
    kept = ("map", "as_of", "window_days", "clock", "stale")
    return {
        **{name: metrics[name] for name in kept},
        "moves": moves,
        "total": {
            "n": sum(move["n"] for move in moves),
            "seconds": round(sum(move["seconds"] for move in moves), 3),
            "cost": money(cents),
        },
    }
