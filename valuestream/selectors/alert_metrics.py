"""The figures that an alert can watch: where each lies in a map's answer, its unit, and which items cause it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from valuestream.domain.custom_metrics import COUNTING
from valuestream.domain.vocabulary import Aggregate, AlertUnit, FieldContent
from valuestream.models import CustomMetric
from valuestream.selectors.evidence import Counting, Weight
from valuestream.selectors.metric_fields import MetricFields

CUSTOM = "custom"
DAY_SECONDS = 86_400
_SCALES = {AlertUnit.DAYS: 1 / DAY_SECONDS, AlertUnit.PERCENT: 100.0}


@dataclass(frozen=True)
class AlertMetric:
    """A figure: `path` leads to it in the figures of a place; its items are the visits counted, the heaviest first."""

    label: str
    path: tuple[str, ...]
    unit: AlertUnit
    counting: Counting
    weight: Weight

    def figure_in(self, figures: Mapping[str, Any]) -> float | None:
        """The figure in the threshold's unit; None while it is not known."""
        found: Any = figures
        for name in self.path:
            found = found[name]
        return None if found is None else float(found) * _SCALES.get(self.unit, 1.0)


_U, _C, _W = AlertUnit, Counting, Weight
ALERT_METRICS: Mapping[str, AlertMetric] = {
    "idle_cost": AlertMetric("Idle cost", ("idle_cost",), _U.MONEY, _C.WAITED, _W.IDLE_COST),
    "value_held": AlertMetric("Value held", ("value_held",), _U.MONEY, _C.OPEN, _W.VALUE),
    "value_waiting": AlertMetric("Value waiting", ("value_waiting",), _U.MONEY, _C.WAITING, _W.VALUE),
    "delay_cost_rate": AlertMetric("Delay cost a week", ("delay_cost_rate",), _U.MONEY, _C.OPEN, _W.COST_OF_DELAY),
    "queue_length": AlertMetric("Queue", ("queue_length",), _U.ITEMS, _C.WAITING, _W.WAITING),
    "queue_age_p85": AlertMetric("Age in the queue, p85", ("queue_age", "p85"), _U.DAYS, _C.WAITING, _W.WAITING),
    "queue_age_max": AlertMetric("Oldest in the queue", ("queue_age", "max"), _U.DAYS, _C.WAITING, _W.WAITING),
    "wip": AlertMetric("Items in it", ("wip",), _U.ITEMS, _C.OPEN, _W.TIME),
    "wip_age_p85": AlertMetric("Age, p85", ("wip_age", "p85"), _U.DAYS, _C.OPEN, _W.TIME),
    "wip_age_max": AlertMetric("Oldest item", ("wip_age", "max"), _U.DAYS, _C.OPEN, _W.TIME),
    "waiting_time_p85": AlertMetric("Waiting time, p85", ("waiting_time", "p85"), _U.DAYS, _C.LEFT, _W.WAITING),
    "lead_time_p85": AlertMetric("Lead time, p85", ("lead_time", "p85"), _U.DAYS, _C.LEFT, _W.TIME),
    "throughput": AlertMetric("Throughput a week", ("throughput",), _U.NUMBER, _C.LEFT, _W.TIME),
    "flow_efficiency": AlertMetric("Flow efficiency", ("flow_efficiency",), _U.PERCENT, _C.LEFT, _W.WAITING),
    "percent_complete_accurate": AlertMetric(
        "Complete and accurate", ("percent_complete_accurate",), _U.PERCENT, _C.CAME_BACK, _W.TIME
    ),
    "utilisation": AlertMetric("Utilisation", ("utilisation",), _U.PERCENT, _C.LEFT, _W.TIME),
}
"""On the 24x7 clock, over the last 90 days."""


def metric_label(metric: str, custom: CustomMetric | None) -> str:
    """What people call a watched figure."""
    return custom.name if custom is not None else ALERT_METRICS[metric].label


def metric_unit(metric: str, custom: CustomMetric | None, fields: MetricFields) -> AlertUnit:
    """The unit of a watched figure's threshold; a figure that is a day is watched as days ago."""
    if custom is None:
        return ALERT_METRICS[metric].unit
    if Aggregate(custom.aggregate) in COUNTING:
        return AlertUnit.ITEMS if custom.aggregate == Aggregate.COUNT.value else AlertUnit.NUMBER
    field = fields.get(custom.field)
    if field is not None and field.content is FieldContent.MONEY:
        return AlertUnit.MONEY
    is_time = field is not None and (field.content is FieldContent.DAY or (field.key == "age" and not field.custom))
    return AlertUnit.DAYS if is_time else AlertUnit.NUMBER
