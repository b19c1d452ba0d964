"""Alerts of the ferry company: one that has fired, one that is fine and one that is muted."""

from datetime import datetime
from typing import Any

from accounts.models import User
from valuestream.models import Map
from valuestream.services.alert_checks import check_alerts
from valuestream.services.alerts import create_alert

ALERTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Review", {"name": "Value stuck before review", "metric": "value_waiting", "threshold": 50_000}),
    ("Test", {"name": "Oldest item in test", "metric": "wip_age_max", "threshold": 365}),
    ("", {"name": "Idle cost of the stream", "metric": "idle_cost", "threshold": 10_000, "is_muted": True}),
)


def add_alerts(*, map: Map, watcher: User, now: datetime) -> None:  # noqa: A002 - the product's word
    """Watch figures of an arranged map, and look at them once."""
    stages = {stage.name: stage.pk for stage in map.stages.all()}
    for stage, values in ALERTS:
        create_alert(map=map, values={**values, "stage": stages.get(stage)}, actor=watcher, now=now)
    check_alerts(map=map, now=now)
