"""Metrics that the ferry company watches beside the map's own."""

from datetime import datetime
from typing import Any

from valuestream.models import Map
from valuestream.services.custom_metrics import create_custom_metric

METRICS: tuple[dict[str, Any], ...] = (
    {"name": "Points in it", "aggregate": "SUM", "field": "points"},
    {"name": "Age, 85 of 100 are younger", "aggregate": "PERCENTILE", "percentile": 85, "field": "age"},
    {"name": "Teams that share it", "aggregate": "COUNT_DISTINCT", "field": "team"},
    {"name": "Calls a week that wait", "aggregate": "SUM", "field": "calls_a_week"},
    {"name": "Dearest item that left", "aggregate": "MAX", "field": "business_value", "items": "LEFT"},
)


def add_metrics(*, map: Map, now: datetime) -> None:  # noqa: A002 - the product's word
    """Define the metrics; over the fields of `valuestream.demo.fields`, which must be there."""
    for values in METRICS:
        create_custom_metric(map=map, values=values, actor_id=None, now=now)
