"""Custom metrics as the API tells them."""

from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from valuestream.domain.custom_metrics import COUNTING
from valuestream.domain.vocabulary import Aggregate, FieldContent
from valuestream.models import CustomMetric
from valuestream.models.choices import AGGREGATES, ITEMS_OF
from valuestream.selectors.custom_metrics import MapFigures, MetricFigures, PlaceFigure

CENT = Decimal("0.01")


class CustomMetricSerializer(serializers.ModelSerializer[CustomMetric]):
    """A metric: an aggregate over a field of the items in, or leaving, each stage and block."""

    aggregate = serializers.ChoiceField(choices=AGGREGATES)
    items = serializers.ChoiceField(choices=ITEMS_OF)

    class Meta:
        model = CustomMetric
        fields = ["id", "map", "name", "aggregate", "percentile", "field", "items", "version", "created_at"]
        read_only_fields = fields


class CustomMetricChange(serializers.Serializer[Any]):
    """What may be set of a metric. The service reads it; this describes it."""

    name = serializers.CharField(required=False, max_length=80, help_text="Without one it is called what it is.")
    aggregate = serializers.ChoiceField(choices=AGGREGATES, required=False)
    percentile = serializers.FloatField(
        required=False, allow_null=True, min_value=0, max_value=100, help_text="Only with PERCENTILE."
    )
    field = serializers.CharField(required=False, max_length=40, help_text="The key of a field of stories.")
    items = serializers.ChoiceField(choices=ITEMS_OF, required=False, help_text="IN without it.")
    version = serializers.IntegerField(required=False, help_text="The version you read.")


class CustomMetricDraft(CustomMetricChange):
    """A new metric."""

    aggregate = serializers.ChoiceField(choices=AGGREGATES)
    field = serializers.CharField(max_length=40, help_text="The key of a field of stories.")
    version = None  # type: ignore[assignment]


class PlaceFigureSerializer(serializers.Serializer[Any]):
    """A figure of a stage, a block or the stream."""

    value = serializers.CharField(
        allow_null=True, help_text="A decimal, or a day such as 2026-03-02; null: not known, which is not 0."
    )
    items = serializers.IntegerField(help_text="Items in the place, or that left it.")
    known = serializers.IntegerField(help_text="Those of them that have a value.")


class NamedFigureSerializer(PlaceFigureSerializer):
    """A figure of a stage or a block."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class MeasuredMetricSerializer(serializers.Serializer[Any]):
    """A metric with its figures."""

    metric = CustomMetricSerializer()
    stages = NamedFigureSerializer(many=True)
    blocks = NamedFigureSerializer(many=True)
    total = PlaceFigureSerializer(help_text="The stream: all blocks that are not finished.")
    problem = serializers.CharField(help_text="Why there are no figures; empty where there are.")


class CustomMetricsSerializer(serializers.Serializer[Any]):
    """A map's metrics as of an instant."""

    as_of = serializers.DateTimeField()
    window_days = serializers.IntegerField()
    results = MeasuredMetricSerializer(many=True)


def measured_answer(figures: MapFigures) -> list[dict[str, Any]]:
    """The rows of an answer."""
    stages = [(stage.pk, stage.name) for stage in figures.layout.stages]
    blocks = [(placed.block.pk, placed.block.name) for placed in figures.layout.blocks]
    return [
        {
            "metric": CustomMetricSerializer(row.metric).data,
            "stages": _named(row, stages, row.stages),
            "blocks": _named(row, blocks, row.blocks),
            "total": _figure(row, row.total),
            "problem": row.problem,
        }
        for row in figures.rows
    ]


def _named(row: MetricFigures, places: list[tuple[int, str]], figures: list[PlaceFigure]) -> list[dict[str, Any]]:
    return [
        {"id": pk, "name": name, **_figure(row, figure)} for (pk, name), figure in zip(places, figures, strict=True)
    ]


def _figure(row: MetricFigures, figure: PlaceFigure) -> dict[str, Any]:
    return {"value": figure_value(row, figure.value), "items": figure.items, "known": figure.known}


def figure_value(row: MetricFigures, value: float | None) -> str | None:
    """A figure as text: a count, an amount to the cent, a day, or a decimal."""
    if value is None or row.field is None:
        return None
    if Aggregate(row.metric.aggregate) in COUNTING:
        return str(int(value))
    if row.field.content is FieldContent.DAY:
        return date.fromordinal(round(value)).isoformat()
    if row.field.content is FieldContent.MONEY:
        return format(Decimal(repr(value)).quantize(CENT), "f")
    return format(Decimal(repr(value)).normalize(), "f")
