"""What the browser draws each chart from: plain numbers, dollars and days as floats."""

from typing import Any

from planner.domain.arrays import FloatArray, IntArray
from valuestream.domain.charts.durations import Bands
from valuestream.domain.charts.process_limits import ProcessLimits, Signal
from valuestream.domain.charts.work_mix import WorkMix
from valuestream.domain.flow_metrics import UNVALUED
from valuestream.selectors.charts.durations import Points
from valuestream.selectors.work_items import to_instant
from valuestream.web.charts.gathering import Charts
from valuestream.web.map_numbers import shortened

LONGEST_TITLE = 80
_CENTS = 100
_DAY = 86_400
Drawing = dict[str, Any]


def dollars(cents: FloatArray | IntArray) -> list[float]:
    """Whole dollars: nobody sees cents on an axis."""
    return [round(amount / _CENTS) for amount in cents.tolist()]


def draw_cfd(charts: Charts) -> Drawing:
    """Items and dollars by stage and day; a finished stage begins where it was least."""
    chart, flow = charts.chart, charts.cfd
    count = len(chart.layout.stages)
    items, cents = flow.by_stage(flow.items, count), flow.by_stage(flow.cents, count)
    finished = chart.is_finished
    return {
        "days": [day.isoformat() for day in flow.days],
        "stages": [
            {
                "id": chart.layout.stages[at].pk,
                "name": chart.layout.stages[at].name,
                "finished": bool(finished[at]),
                "items": _above_least(items[:, at], finished=bool(finished[at])).astype(int).tolist(),
                "dollars": dollars(_above_least(cents[:, at], finished=bool(finished[at]))),
            }
            for at in charts.drawn_stages
        ],
    }


def _above_least(cells: FloatArray, *, finished: bool) -> FloatArray:
    return cells - cells.min() if finished and len(cells) else cells


def draw_ageing(charts: Charts, *, workday: float | None) -> Drawing:
    """Open items in their stages over the bands of what left; ages in days of the clock."""
    ageing, day = charts.ageing, workday or _DAY
    shown = ageing.open_items.take(ageing.shown)
    stages = charts.chart.layout.stages
    return {
        "stages": [
            {
                "id": stages[at].pk,
                "name": stages[at].name,
                "wip": len(there := ageing.in_stage(at)),
                "dollars": round(float(there.cents[there.cents > 0].sum()) / _CENTS),
                **_bands(bands, day),
            }
            for at, bands in zip(ageing.stages, ageing.bands, strict=True)
        ],
        "items": [
            {**item, "stage": ageing.stages.index(stage), "waits": waits}
            for item, stage, waits in zip(
                _items(charts, shown, day), shown.stage.tolist(), shown.is_waiting.tolist(), strict=True
            )
        ],
    }


def _bands(bands: Bands, day: float) -> Drawing:
    percentiles = {"p50": bands.p50, "p85": bands.p85, "p95": bands.p95}
    return {"n": bands.n} | {
        name: None if seconds is None else round(seconds / day, 3) for name, seconds in percentiles.items()
    }


def _items(charts: Charts, points: Points, day: float) -> list[Drawing]:
    told = zip(points.story_id.tolist(), points.seconds.tolist(), points.cents.tolist(), strict=True)
    return [
        {
            "key": charts.names.get(pk, ("", ""))[0],
            "title": shortened(charts.names.get(pk, ("", ""))[1], LONGEST_TITLE),
            "days": round(seconds / day, 3),
            "dollars": None if cents == UNVALUED else round(cents / _CENTS),
        }
        for pk, seconds, cents in told
    ]


def draw_cycle(charts: Charts, *, workday: float | None) -> Drawing:
    """What left, by when it left and how long it had been in the stream."""
    times, day = charts.cycle, workday or _DAY
    shown = times.left.take(times.shown)
    left = [to_instant(instant).isoformat() for instant in shown.left_at.tolist()]
    return {
        "from": charts.chart.first_day.isoformat(),
        "to": charts.chart.last_day.isoformat(),
        **_bands(times.bands, day),
        "items": [{**item, "left": at} for item, at in zip(_items(charts, shown, day), left, strict=True)],
    }


def draw_throughput(charts: Charts) -> Drawing:
    """What left a week in both measures, with limits and signals."""
    found = charts.throughput
    return {
        "weeks": [week.isoformat() for week in found.departures.weeks],
        "items": {
            "values": [round(number) for number in found.items.tolist()],
            **_limits(found.item_limits, 1),
            "signals": _signals(found.item_signals),
        },
        "dollars": {
            "values": dollars(found.cents),
            **_limits(found.cent_limits, _CENTS),
            "signals": _signals(found.cent_signals),
        },
    }


def _limits(limits: ProcessLimits | None, unit: int) -> Drawing:
    if limits is None:
        return {"mean": None, "lower": None, "upper": None}
    return {name: round(getattr(limits, name) / unit, 2) for name in ("mean", "lower", "upper")}


def _signals(signals: list[Signal]) -> list[Drawing]:
    return [
        {"rule": signal.rule.name.lower(), "first": signal.first, "last": signal.last, "high": signal.is_high}
        for signal in signals
    ]


def draw_mix(charts: Charts) -> Drawing:
    """What left a week by group in both measures."""
    mix = charts.mix
    return {
        "weeks": [week.isoformat() for week in mix.departures.weeks],
        "by": mix.grouping.word,
        "items": _groups(charts, mix.items, 1),
        "dollars": _groups(charts, mix.cents, _CENTS),
    }


def _groups(charts: Charts, mix: WorkMix, unit: int) -> list[Drawing]:
    labels = charts.mix.grouping.labels
    named = [
        {"name": labels[group], "values": [round(amount / unit) for amount in mix.amounts[:, at].tolist()]}
        for at, group in enumerate(mix.groups.tolist())
    ]
    rest = [round(amount / unit) for amount in mix.others.tolist()]
    return [*named, {"name": "Others", "values": rest}] if any(rest) else named
