"""Making, changing and deleting the custom metrics of a map."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from common.errors import Conflict, InvalidInput
from common.live.services import record_change
from planner.services.saving import save_clean
from valuestream.domain.vocabulary import Aggregate, FieldContent, ItemsOf
from valuestream.models import CustomMetric, Map
from valuestream.selectors.metric_fields import MetricFields, hint_at, metric_fields

MOST_METRICS = 20
"""So many custom metrics a map may have: all of them are shown at once."""
LONGEST_NAME = 80
FIELDS = ("name", "aggregate", "percentile", "field", "items")


@transaction.atomic
def create_custom_metric(*, map: Map, values: Mapping[str, Any], actor_id: int | None, now: datetime) -> CustomMetric:  # noqa: A002 - the product's word
    """Give a map a metric of `aggregate` over `field`; without a name it is called what it is.

    Raises InvalidInput with every refused field, Conflict beyond 20 metrics.
    """
    if CustomMetric.objects.filter(map=map).count() >= MOST_METRICS:
        raise Conflict(f"A map has at most {MOST_METRICS} metrics of its own; delete one first.")
    metric = CustomMetric(map=map, created_at=now)
    _set(metric, {"items": ItemsOf.IN.value, **values})
    save_clean(metric)
    _announce(metric, "created", actor_id, now)
    return metric


@transaction.atomic
def update_custom_metric(
    *,
    metric: CustomMetric,
    values: Mapping[str, Any],
    actor_id: int | None,
    now: datetime,
    version: int | None = None,
) -> CustomMetric:
    """Change what is named of a metric. Raises InvalidInput with every refused field, Conflict for an old `version`."""
    if version is not None and version != metric.version:
        raise Conflict("Somebody changed this metric meanwhile: reload, then try again.", code="stale")
    present = {name: getattr(metric, name) for name in FIELDS}
    _set(metric, {**present, "percentile": _kept_percentile(metric, values), **values})
    metric.version += 1
    save_clean(metric)
    _announce(metric, "updated", actor_id, now)
    return metric


@transaction.atomic
def delete_custom_metric(*, metric: CustomMetric, actor_id: int | None, now: datetime) -> None:
    """Delete a metric; the values it was made of stay."""
    _announce(metric, "deleted", actor_id, now)
    metric.delete()


def _kept_percentile(metric: CustomMetric, values: Mapping[str, Any]) -> Decimal | None:
    """The percentile of before, unless the aggregate is another one now."""
    return metric.percentile if values.get("aggregate", metric.aggregate) == metric.aggregate else None


def _announce(metric: CustomMetric, verb: str, actor_id: int | None, now: datetime) -> None:
    map_ = metric.map
    record_change(
        workspace_id=map_.workspace_id, topic="custom-metric", object_id=map_.pk, actor_id=actor_id, verb=verb, now=now
    )


def _set(metric: CustomMetric, values: Mapping[str, Any]) -> None:
    """Read every value; raises InvalidInput with all that is refused."""
    errors: dict[str, list[str]] = {
        str(name)[:40]: [f"Remove this field; known are: {', '.join(FIELDS)}."] for name in values if name not in FIELDS
    }
    fields = metric_fields(workspace=metric.map.workspace)
    metric.field = _read_field(values.get("field"), fields, errors)
    metric.aggregate = _read_word(values.get("aggregate"), "aggregate", [one.value for one in Aggregate], errors)
    metric.items = _read_word(values.get("items"), "items", [one.value for one in ItemsOf], errors)
    metric.percentile = _read_percentile(values.get("percentile"), metric.aggregate, errors)
    if not errors:
        _require_fitting(metric, fields, errors)
    if errors:
        raise InvalidInput(field_errors=errors)
    metric.name = _read_name(values.get("name"), metric, fields)


def _read_field(value: Any, fields: MetricFields, errors: dict[str, list[str]]) -> str:
    key = value.strip() if isinstance(value, str) else ""
    if key not in fields:
        told = f"Stories have no field {key[:40]}. {hint_at(key[:40], fields)}" if key else "Choose a field of stories."
        errors["field"] = [told]
    return key


def _read_word(value: Any, name: str, known: list[str], errors: dict[str, list[str]]) -> str:
    if value not in known:
        errors[name] = [f"Use one of: {', '.join(known)}."]
        return ""
    return str(value)


def _read_percentile(value: Any, aggregate: str, errors: dict[str, list[str]]) -> Decimal | None:
    is_given = value is not None and value != ""
    if aggregate != Aggregate.PERCENTILE.value:
        if is_given and aggregate:
            errors["percentile"] = ["Leave this out: only PERCENTILE has one."]
        return None
    told = "Use a percentile from 0 to 100, such as 85."
    try:
        percentile = Decimal(str(value).strip()) if is_given and not isinstance(value, bool) else None
    except InvalidOperation:
        percentile = None
    if percentile is None or not percentile.is_finite() or not 0 <= percentile <= 100:
        errors["percentile"] = [told]
        return None
    return round(percentile, 2)


def _require_fitting(metric: CustomMetric, fields: MetricFields, errors: dict[str, list[str]]) -> None:
    """Words can only be counted, and days not be summed."""
    field, aggregate = fields[metric.field], Aggregate(metric.aggregate)
    if aggregate in field.aggregates:
        return
    what = "days, which have no sum" if field.content is FieldContent.DAY else "words, which can only be counted"
    usable = ", ".join(one.value for one in field.aggregates)
    errors["aggregate"] = [f"{field.label} holds {what}: use one of {usable}."]


def _read_name(value: Any, metric: CustomMetric, fields: MetricFields) -> str:
    if value is None or value == "":
        return _own_name(metric, fields[metric.field].label)[:LONGEST_NAME]
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text or len(text) > LONGEST_NAME or "\x00" in text:
        raise InvalidInput(f"Use a name of 1 to {LONGEST_NAME} characters.", field="name")
    return text


def _own_name(metric: CustomMetric, label: str) -> str:
    """What a metric is called that was given no name: "Sum of Points"."""
    words = {
        Aggregate.PERCENTILE: f"Percentile {metric.percentile.normalize():f} of"
        if metric.percentile is not None
        else "",
        Aggregate.COUNT: "Items with",
        Aggregate.COUNT_DISTINCT: "Different values of",
    }.get(Aggregate(metric.aggregate), f"{Aggregate(metric.aggregate).label} of")
    leaving = ", items that left" if metric.items == ItemsOf.LEFT.value else ""
    return f"{words} {label}{leaving}"
