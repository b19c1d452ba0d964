"""Alerts and what fired as the page shows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from valuestream.domain.vocabulary import AlertUnit, DeliveryState
from valuestream.models import Alert, AlertDelivery, AlertFiring, CustomMetric, Map
from valuestream.selectors.alert_metrics import ALERT_METRICS, CUSTOM, metric_unit
from valuestream.selectors.alert_words import amount_words, figure_words, firing_words, rule_words
from valuestream.selectors.metric_fields import MetricFields, metric_fields

UNIT_HINTS = {
    AlertUnit.MONEY: "money",
    AlertUnit.ITEMS: "items",
    AlertUnit.DAYS: "days",
    AlertUnit.PERCENT: "%",
    AlertUnit.NUMBER: "a number",
}


@dataclass(frozen=True)
class AlertRow:
    """An alert: its rule in words, its figure now, and whether the reader is told."""

    alert: Alert
    rule: str
    figure: str
    is_money: bool
    watchers: tuple[User, ...]
    is_watched: bool

    @property
    def state(self) -> str:
        """The word for how it stands: over, unknown or fine."""
        if self.alert.is_over:
            return "over"
        return "unknown" if self.alert.figure is None else "fine"


def alert_rows(alerts: Sequence[Alert], *, map: Map, reader: User) -> list[AlertRow]:  # noqa: A002 - the product's word
    """A row for each alert."""
    fields = _fields_for(map, alerts)
    return [_row(alert, fields, reader) for alert in alerts]


def _fields_for(map_: Map, alerts: Iterable[Alert]) -> MetricFields:
    return metric_fields(workspace=map_.workspace) if any(alert.custom_metric_id for alert in alerts) else {}


def _row(alert: Alert, fields: MetricFields, reader: User) -> AlertRow:
    unit = metric_unit(alert.metric, alert.custom_metric, fields)
    watchers = tuple(alert.watchers.all())
    return AlertRow(
        alert=alert,
        rule=rule_words(alert, unit),
        figure=figure_words(alert.figure, unit, alert.map.workspace.currency),
        is_money=unit is AlertUnit.MONEY,
        watchers=watchers,
        is_watched=reader in watchers,
    )


@dataclass(frozen=True)
class ItemLine:
    """An item of a firing with what it weighed."""

    key: str
    title: str
    amount: str


@dataclass(frozen=True)
class FiringRow:
    """A firing in words with its items, and what became of the messages."""

    firing: AlertFiring
    words: str
    items: tuple[ItemLine, ...]
    deliveries: tuple[AlertDelivery, ...]

    @property
    def failed(self) -> list[AlertDelivery]:
        """The messages that did not arrive."""
        return [one for one in self.deliveries if one.state == DeliveryState.FAILED.value]


def firing_rows(firings: Sequence[AlertFiring], *, map: Map) -> list[FiringRow]:  # noqa: A002 - the product's word
    """A row for each firing."""
    fields = _fields_for(map, (firing.alert for firing in firings))
    return [_firing_row(firing, fields, map.workspace.currency) for firing in firings]


def _firing_row(firing: AlertFiring, fields: MetricFields, currency: str) -> FiringRow:
    unit = metric_unit(firing.alert.metric, firing.alert.custom_metric, fields)
    items = tuple(ItemLine(one["key"], one["title"], amount_words(one, currency)) for one in firing.items)
    return FiringRow(firing, firing_words(firing, unit), items, tuple(firing.deliveries.all()))


def metric_choices(metrics: Sequence[CustomMetric], fields: MetricFields) -> list[tuple[str, str]]:
    """What can be watched, each with the unit of its threshold."""
    own = [(f"{CUSTOM}:{one.pk}", one.name, metric_unit(CUSTOM, one, fields)) for one in metrics]
    built_in = [(name, metric.label, metric.unit) for name, metric in ALERT_METRICS.items()]
    return [(code, f"{label} ({UNIT_HINTS[unit]})") for code, label, unit in [*built_in, *own]]


def metric_code(alert: Alert) -> str:
    """An alert's metric as the form names it."""
    return alert.metric if alert.custom_metric_id is None else f"{CUSTOM}:{alert.custom_metric_id}"


def read_alert_form(posted: Mapping[str, str], watchers: Sequence[str]) -> dict[str, Any]:
    """What the dialog sent, as the service takes it."""
    metric, _, custom = posted.get("metric", "").partition(":")
    return {
        "name": posted.get("name", ""),
        "metric": metric,
        "custom_metric": custom or None,
        "stage": posted.get("stage", "") or None,
        "comparison": posted.get("comparison", ""),
        "threshold": posted.get("threshold", ""),
        "by_email": "by_email" in posted,
        "webhook_url": posted.get("webhook_url", ""),
        "watchers": list(watchers),
    }
