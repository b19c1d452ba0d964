"""What an alert says: its figure, its threshold and its items in words, the same in the app, by e-mail and webhook."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from common.formats import DASH, format_duration, format_figure, format_money
from valuestream.domain.vocabulary import AlertUnit, Comparison
from valuestream.models import Alert, AlertFiring
from valuestream.selectors.alert_metrics import metric_label


def figure_words(figure: float | Decimal | None, unit: AlertUnit, currency: str) -> str:
    """A figure with its unit; a dash while it is not known."""
    if figure is None:
        return DASH
    number = Decimal(repr(figure)) if isinstance(figure, float) else figure
    if unit is AlertUnit.MONEY:
        return format_money(number, currency)
    text = format_figure(round(number, 1 if abs(number) >= 1 else 3))
    return {AlertUnit.DAYS: f"{text} d", AlertUnit.PERCENT: f"{text} %"}.get(unit, text)


def place_words(alert: Alert) -> str:
    """Where a figure is watched."""
    return "all stages" if alert.stage is None else alert.stage.name


def rule_words(alert: Alert, unit: AlertUnit) -> str:
    """What an alert watches for: "Value held in Review above $350k"."""
    threshold = figure_words(alert.threshold, unit, alert.map.workspace.currency)
    side = Comparison(alert.comparison).label.lower()
    return f"{metric_label(alert.metric, alert.custom_metric)} in {place_words(alert)} {side} {threshold}"


def firing_words(firing: AlertFiring, unit: AlertUnit) -> str:
    """What happened: "Value held in Review is $412k, above $350k"."""
    alert, currency = firing.alert, firing.alert.map.workspace.currency
    figure = figure_words(firing.figure, unit, currency)
    threshold = figure_words(firing.threshold, unit, currency)
    side = Comparison(firing.comparison).label.lower()
    label = metric_label(alert.metric, alert.custom_metric)
    return f"{label} in {place_words(alert)} is {figure}, {side} {threshold}"


def amount_words(item: Mapping[str, Any], currency: str) -> str:
    """What an item weighs, as a firing keeps it."""
    kind, amount = item["kind"], item["amount"]
    if not amount:
        return DASH
    if kind == "money":
        return format_money(Decimal(amount), currency)
    return format_duration(float(amount)) if kind == "seconds" else str(amount)
