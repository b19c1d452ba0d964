"""The items behind a figure of a chart: which were counted, those that are worth most first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from common.errors import InvalidInput, NotFound
from planner.domain.arrays import BoolArray
from valuestream.domain.days import end_of_day
from valuestream.domain.flow_metrics import TimedVisits
from valuestream.domain.visits import OPEN
from valuestream.models import Map
from valuestream.selectors.charts.durations import ageing_of, cycle_times_of, points_of
from valuestream.selectors.charts.groups import read_grouping
from valuestream.selectors.charts.loading import ChartFlow, load_chart_flow
from valuestream.selectors.work_items import index_of, to_instant
from valuestream.web.charts.gathering import names_of
from valuestream.web.charts.tables import money
from valuestream.web.map_numbers import MapNumbers
from valuestream.web.map_question import MapQuestion

MOST_LISTED = 50
LONGEST_ID = 18
KINDS = ("held", "old", "left", "slow")


@dataclass(frozen=True)
class Line:
    """An item that was counted; `left_on` None while it is open."""

    key: str
    title: str
    time: str
    value: Decimal | None
    left_on: date | None


@dataclass(frozen=True)
class Evidence:
    """What was counted, in words, with the items worth most."""

    title: str
    counted: str
    number: int
    value: Decimal
    unvalued: int
    lines: list[Line]


@dataclass(frozen=True)
class Asked:
    """Which figure: its kind, the days it is of (both included), and its stage or group."""

    kind: str
    since: date
    until: date
    stage_id: int | None
    by: str
    group: str


def read_asked(words: Mapping[str, str]) -> Asked:
    """Return which figure an address asks of. Raises InvalidInput that names the word it can't use."""
    kind, stage = words.get("of", ""), words.get("stage", "")
    if kind not in KINDS:
        raise InvalidInput(f"Use one of {', '.join(KINDS)}.", field="of")
    if stage and not (stage.isascii() and stage.isdigit() and len(stage) <= LONGEST_ID):
        raise InvalidInput("Use the id of a stage.", field="stage")
    since, until = ("day", "day") if kind in ("held", "old") else ("since", "until")
    return Asked(
        kind,
        _day(words, since),
        _day(words, until),
        int(stage) if stage else None,
        words.get("by", ""),
        words.get("group", ""),
    )


def _day(words: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(words.get(name, ""))
    except ValueError:
        raise InvalidInput("Use a day such as 2026-03-31.", field=name) from None


def evidence_of(map_: Map, question: MapQuestion, asked: Asked, numbers: MapNumbers) -> Evidence:
    """Return the items behind a figure. Raises InvalidInput, NotFound for what isn't on the map."""
    if asked.kind in ("held", "old"):
        return _of_open(_chart_on(map_, question, asked.until), asked, numbers)
    return _of_left(load_chart_flow(map=map_, now=question.now, asked=question.asked), asked, numbers)


def _chart_on(map_: Map, question: MapQuestion, day: date) -> ChartFlow:
    """The flow as it was at the end of a day, or at the instant asked about when that is earlier."""
    ends: datetime = end_of_day(day, map_.workspace.time_zone)
    then = question.asked if ends >= question.as_of else replace(question.asked, as_of=ends)
    return load_chart_flow(map=map_, now=question.now, asked=then)


def _of_open(chart: ChartFlow, asked: Asked, numbers: MapNumbers) -> Evidence:
    stage = None if asked.stage_id is None else _stage_index(chart, asked.stage_id)
    places = chart.open_stages if stage is None else [stage]
    timed = chart.stages
    chosen = (timed.visits.left_at == OPEN) & np.isin(timed.visits.place, np.array(places, dtype=np.int64))
    name = "the stream" if stage is None else chart.layout.stages[stage].name
    on = f"{asked.until:%-d %B %Y}"
    if asked.kind == "held":
        return _evidence(chart, timed, chosen, numbers, f"In {name} on {on}", "items in it at the end of that day")
    chosen &= _is_old(chart, stage, timed)
    return _evidence(
        chart, timed, chosen, numbers, f"Older than 85% of what left {name}",
        f"items in it on {on}, for longer than 85% of the visits that left it in {chart.asked.window_days} days",
    )  # fmt: skip


def _is_old(chart: ChartFlow, stage: int | None, timed: TimedVisits) -> BoolArray:
    ageing = ageing_of(chart)
    limits = np.full(len(chart.layout.stages), np.inf)
    for at, bands in zip(ageing.stages, ageing.bands, strict=True):
        limits[at] = np.inf if bands.p85 is None else bands.p85
    old: BoolArray = timed.lead > limits[timed.visits.place]
    return old


def _of_left(chart: ChartFlow, asked: Asked, numbers: MapNumbers) -> Evidence:
    runs = chart.runs
    start, end = chart.start_of(asked.since), chart.start_of(asked.until + timedelta(days=1))
    chosen = chart.left_since(runs, start) & (runs.visits.left_at < end)
    days = f"{asked.since:%-d %b} to {asked.until:%-d %b %Y}"
    if asked.kind == "slow":
        limit = cycle_times_of(chart).bands.p85
        chosen &= chart.left_since(runs, chart.window_start) & (runs.lead > (np.inf if limit is None else limit))
        return _evidence(chart, runs, chosen, numbers, f"The slowest that left, {days}", "items slower than 85% of all")
    if asked.group:
        chosen &= _in_group(chart, asked)
    title = f"{asked.group}, {days}" if asked.group else f"Left the stream, {days}"
    return _evidence(chart, runs, chosen, numbers, title, "items that left the stream on these days")


def _in_group(chart: ChartFlow, asked: Asked) -> BoolArray:
    grouping = read_grouping(workspace=chart.map.workspace, by=asked.by or "application")
    if asked.group not in grouping.labels:
        raise NotFound("There is no such group of work.")
    at = index_of(chart.flow.story_ids[chart.runs.visits.story], grouping.story_ids)
    group = np.where(at >= 0, grouping.group[at], 0) if len(grouping.group) else np.zeros(len(at), dtype=np.int64)
    found: BoolArray = group == grouping.labels.index(asked.group)
    return found


def _stage_index(chart: ChartFlow, stage_id: int) -> int:
    for at, stage in enumerate(chart.layout.stages):
        if stage.pk == stage_id:
            return at
    raise NotFound("This map has no such stage.")


def _evidence(
    chart: ChartFlow, timed: TimedVisits, chosen: BoolArray, numbers: MapNumbers, title: str, counted: str
) -> Evidence:
    points = points_of(chart, timed.take(chosen))
    most = points.take(np.lexsort((-points.seconds, -points.cents))[:MOST_LISTED])
    names = names_of(most.story_id.tolist())
    told = zip(most.story_id.tolist(), most.seconds.tolist(), most.cents.tolist(), most.left_at.tolist(), strict=True)
    lines = [
        Line(
            *names.get(pk, ("", "")),
            time=numbers.duration(seconds),
            value=None if cents < 0 else money(cents),
            left_on=None if left == OPEN else to_instant(left).date(),
        )
        for pk, seconds, cents, left in told
    ]
    valued = points.cents >= 0
    value = money(float(points.cents[valued].sum()))
    return Evidence(title, counted, len(points), value, int((~valued).sum()), lines)
