"""Each chart's twin: its figures as rows, for reading and as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from planner.domain.arrays import FloatArray
from valuestream.domain.charts.durations import Bands
from valuestream.domain.charts.work_mix import WorkMix
from valuestream.domain.flow_metrics import UNVALUED
from valuestream.selectors.charts.durations import Points
from valuestream.selectors.work_items import to_instant
from valuestream.web.charts.gathering import Charts
from valuestream.web.map_numbers import DASH, MapNumbers, trimmed

MOST_READ = 120
"""Rows a page has; the file has all that are drawn."""
_CENTS = 100

Cell = date | Decimal | float | int | str | None


@dataclass(frozen=True)
class Table:
    """Rows of plain cells: days as dates, money as Decimal, durations in days as float."""

    headings: list[str]
    rows: list[list[Cell]]


def read_rows(table: Table, numbers: MapNumbers) -> list[list[str]]:
    """Rows as people read them, the last MOST_READ."""
    return [[_read(cell, numbers) for cell in row] for row in table.rows[-MOST_READ:]]


def _read(cell: Cell, numbers: MapNumbers) -> str:
    if cell is None:
        return DASH
    if isinstance(cell, date):
        return f"{cell:%-d %b %Y}"
    if isinstance(cell, Decimal):
        return numbers.money_exact(cell)
    if isinstance(cell, float):
        return f"{trimmed(cell)} {numbers.day_unit}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def export_rows(table: Table) -> list[list[str]]:
    """Rows as programs read them; empty where a figure is not known."""
    return [["" if cell is None else str(cell) for cell in row] for row in table.rows]


def money(cents: float) -> Decimal:
    """Cents as money."""
    return (Decimal(round(cents)) / _CENTS).quantize(Decimal("0.01"))


def cfd_table(charts: Charts) -> Table:
    """A row a day, two columns a stage."""
    layout, flow = charts.chart.layout, charts.cfd
    count = len(layout.stages)
    items, cents = flow.by_stage(flow.items, count), flow.by_stage(flow.cents, count)
    names = [layout.stages[at].name for at in charts.drawn_stages]
    rows: list[list[Cell]] = [
        [day, *_pairs(items[row, charts.drawn_stages], cents[row, charts.drawn_stages])]
        for row, day in enumerate(flow.days)
    ]
    return Table(["Day", *(f"{name}, {what}" for name in names for what in ("items", "value"))], rows)


def _pairs(items: FloatArray, cents: FloatArray) -> list[Cell]:
    pairs = zip(items.tolist(), cents.tolist(), strict=True)
    return [cell for number, amount in pairs for cell in (int(number), money(amount))]


def ageing_table(charts: Charts, numbers: MapNumbers) -> Table:
    """Open items, the oldest last, each with the bands of its stage."""
    ageing = charts.ageing
    shown = ageing.open_items.take(ageing.shown)
    bands = dict(zip(ageing.stages, ageing.bands, strict=True))
    rows = [
        [*head, charts.chart.layout.stages[stage].name, age, value, *_band_cells(bands[stage], numbers)]
        for stage, (head, age, value) in zip(shown.stage.tolist(), _points(charts, shown, numbers), strict=True)
    ]
    rows.sort(key=lambda row: row[3])
    return Table(["Story", "Title", "Stage", "Days in it", "Value", "n that left", "p50", "p85", "p95"], rows)


def _band_cells(bands: Bands, numbers: MapNumbers) -> list[Cell]:
    figures = (bands.p50, bands.p85, bands.p95)
    day = numbers.workday_seconds or 86_400
    return [bands.n, *(None if one is None else one / day for one in figures)]


def cycle_table(charts: Charts, numbers: MapNumbers) -> Table:
    """What left, in the order it did."""
    shown = charts.cycle.left.take(charts.cycle.shown)
    left = [to_instant(instant).date() for instant in shown.left_at.tolist()]
    rows: list[list[Cell]] = [
        [*head, day, age, value] for day, (head, age, value) in zip(left, _points(charts, shown, numbers), strict=True)
    ]
    return Table(["Story", "Title", "Left on", "Days in the stream", "Value"], rows)


def _points(charts: Charts, points: Points, numbers: MapNumbers) -> list[tuple[tuple[str, str], float, Decimal | None]]:
    day = numbers.workday_seconds or 86_400
    told = zip(points.story_id.tolist(), points.seconds.tolist(), points.cents.tolist(), strict=True)
    return [
        (charts.names.get(pk, ("", "")), round(seconds / day, 4), None if cents == UNVALUED else money(cents))
        for pk, seconds, cents in told
    ]


def throughput_table(charts: Charts) -> Table:
    """A row a week with its signals."""
    found = charts.throughput
    signals: list[list[str]] = [[] for _ in found.departures.weeks]
    for measure, several in (("items", found.item_signals), ("dollars", found.cent_signals)):
        for signal in several:
            for week in range(signal.first, signal.last + 1):
                signals[week].append(f"{measure}: {signal.rule.value}")
    weeks = zip(found.departures.weeks, found.items.tolist(), found.cents.tolist(), signals, strict=True)
    rows: list[list[Cell]] = [
        [week, int(number), money(cents), "; ".join(told) or None] for week, number, cents, told in weeks
    ]
    return Table(["Week of", "Items", "Value", "Signals"], rows)


def mix_table(charts: Charts) -> Table:
    """A row a week and group."""
    mix = charts.mix
    named = np.union1d(mix.items.groups, mix.cents.groups).tolist()
    columns = [(mix.grouping.labels[group], _column(mix.items, group), _column(mix.cents, group)) for group in named]
    rows: list[list[Cell]] = [
        [week, name, None if items is None else int(items[at]), None if cents is None else money(cents[at])]
        for at, week in enumerate(mix.departures.weeks)
        for name, items, cents in columns
    ]
    return Table(["Week of", mix.grouping.word.capitalize(), "Items", "Value"], rows)


def _column(mix: WorkMix, group: int) -> Sequence[float] | None:
    groups = mix.groups.tolist()
    amounts: list[float] | None = mix.amounts[:, groups.index(group)].tolist() if group in groups else None
    return amounts
