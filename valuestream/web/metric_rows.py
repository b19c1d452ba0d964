"""A map's custom metrics as people read them: figures with their unit, and the words that explain them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from common.formats import DASH
from valuestream.domain.custom_metrics import COUNTING
from valuestream.domain.vocabulary import Aggregate, FieldContent, ItemsOf
from valuestream.models import CustomMetric, Map
from valuestream.selectors.custom_metrics import CountedItem, MapFigures, MetricFigures, PlaceFigure
from valuestream.selectors.evidence import Place
from valuestream.selectors.metric_fields import MetricField
from valuestream.web.map_numbers import MapNumbers, items, trimmed
from valuestream.web.map_question import MapQuestion


@dataclass(frozen=True)
class MetricCell:
    """A figure that opens its evidence. `note` says of how many items it is, or why it is not known."""

    text: str
    note: str
    url: str
    label: str
    is_money: bool


@dataclass(frozen=True)
class MetricRow:
    """A custom metric with its cell in each stage and in the stream."""

    metric: CustomMetric
    words: str
    cells: tuple[MetricCell, ...]
    problem: str


def metric_words(metric: CustomMetric, label: str) -> str:
    """What a metric is: "85th percentile of Points, of items in it"."""
    aggregate = Aggregate(metric.aggregate)
    what = f"Percentile {metric.percentile.normalize():f}" if metric.percentile is not None else aggregate.label
    if aggregate in COUNTING:
        return f"{what}: {label}. {ItemsOf(metric.items).label}."
    return f"{what} of {label}. {ItemsOf(metric.items).label}."


def figure_text(figure: float | None, metric: CustomMetric, field: MetricField | None, numbers: MapNumbers) -> str:
    """A figure in the unit of its field; a dash where it is not known."""
    if figure is None or field is None:
        return DASH
    if Aggregate(metric.aggregate) in COUNTING:
        return f"{figure:,.0f}"
    return value_text(figure, field, numbers)


def value_text(value: float, field: MetricField, numbers: MapNumbers) -> str:
    """A value of a field of numbers, money or days."""
    if field.content is FieldContent.MONEY:
        return numbers.money(Decimal(repr(value)))
    if field.content is FieldContent.DAY:
        return f"{date.fromordinal(round(value)):%-d %b %Y}"
    unit = "d" if field.custom is None and field.key == "age" else field.unit
    return f"{trimmed(value) if abs(value) >= 1 else f'{value:.3g}'}{f' {unit}' if unit else ''}"


def metric_rows(map_: Map, figures: MapFigures, question: MapQuestion, numbers: MapNumbers) -> list[MetricRow]:
    """A row for each metric, cells in the order of stages, the stream last."""
    return [_row(map_, figures, row, question, numbers) for row in figures.rows]


def _row(map_: Map, figures: MapFigures, row: MetricFigures, question: MapQuestion, numbers: MapNumbers) -> MetricRow:
    places = [(stage.name, {"stage": str(stage.pk)}) for stage in figures.layout.stages]
    asked = question.query(measure="").removeprefix("?")
    base = reverse("custom-metric-evidence", args=[map_.workspace.key, map_.pk, row.metric.pk])
    cells = [
        _cell(row, figure, name, f"{base}?{'&'.join(filter(None, [urlencode(words), asked]))}", numbers)
        for (name, words), figure in zip([*places, ("All stages", {})], [*row.stages, row.total], strict=True)
    ]
    label = row.field.label if row.field else row.metric.field
    return MetricRow(row.metric, metric_words(row.metric, label), tuple(cells), row.problem)


def _cell(row: MetricFigures, figure: PlaceFigure, place: str, url: str, numbers: MapNumbers) -> MetricCell:
    text = figure_text(figure.value, row.metric, row.field, numbers)
    is_counted = Aggregate(row.metric.aggregate) in COUNTING
    is_money = row.field is not None and row.field.content is FieldContent.MONEY and not is_counted
    note = row.problem or known_words(figure)
    return MetricCell(text, note, url, f"{row.metric.name}, {place}: {text}", is_money)


def known_words(figure: PlaceFigure) -> str:
    """Of how many items a figure is."""
    if not figure.items:
        return "no item"
    if figure.known == figure.items:
        return items(figure.items)
    return f"{figure.known:,} of {items(figure.items)}"


@dataclass(frozen=True)
class ItemLine:
    """A counted item with its value as the sheet shows it."""

    item: CountedItem
    value: str


def item_lines(found: Sequence[CountedItem], field: MetricField | None, numbers: MapNumbers) -> list[ItemLine]:
    """The counted items with their values; a dash for those that have none."""
    return [ItemLine(one, _values(one, field, numbers)) for one in found]


def _values(one: CountedItem, field: MetricField | None, numbers: MapNumbers) -> str:
    if field is None or not one.values:
        return DASH
    if field.content is FieldContent.WORDS:
        return ", ".join(filter(None, one.words)) or DASH
    return ", ".join(value_text(value, field, numbers) for value in one.values)


def figure_at(figures: MapFigures, place: Place) -> tuple[str, PlaceFigure]:
    """The name of a place with the first metric's figure there; the stream's where no place is named."""
    [row] = figures.rows
    for stage, figure in zip(figures.layout.stages, row.stages, strict=True):
        if stage.pk == place.stage_id:
            return stage.name, figure
    for placed, figure in zip(figures.layout.blocks, row.blocks, strict=True):
        if placed.block.pk == place.block_id:
            return placed.block.name, figure
    return "All stages", row.total
