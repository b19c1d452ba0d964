"""Making, changing, muting and deleting alerts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import User
from common.errors import Conflict, InvalidInput
from common.live.services import record_change
from common.webhooks import check_webhook_url
from planner.services.saving import save_clean
from valuestream.domain.vocabulary import Comparison
from valuestream.models import Alert, CustomMetric, Map
from valuestream.selectors.alert_metrics import ALERT_METRICS, CUSTOM, metric_label
from valuestream.selectors.alerts import list_watchable
from valuestream.services.requests import request_alerts

MOST_ALERTS = 50
"""So many alerts a map may have: all of them are looked at after every change."""
LONGEST_NAME = 120
LARGEST_ID = 2**63 - 1
FIELDS = (
    "name", "metric", "custom_metric", "stage", "comparison", "threshold", "watchers", "by_email", "webhook_url",
    "is_muted",
)  # fmt: skip
LARGEST = Decimal(10) ** 14
Errors = dict[str, list[str]]


@transaction.atomic
def create_alert(
    *,
    map: Map,  # noqa: A002 - the product's word
    values: Mapping[str, Any],
    actor: User | None,
    now: datetime,
    origin: str = "",
) -> Alert:
    """Watch a figure of a map; whoever does is told, unless `watchers` says otherwise.

    Raises InvalidInput with every refused field, Conflict beyond 50 alerts.
    """
    if Alert.objects.filter(map=map).count() >= MOST_ALERTS:
        raise Conflict(f"A map has at most {MOST_ALERTS} alerts; delete one first.")
    alert = Alert(map=map, created_at=now, origin=origin)
    watchers = _set(alert, {"comparison": Comparison.ABOVE.value, **values})
    save_clean(alert)
    alert.watchers.set([actor] if watchers is None and actor is not None else watchers or [])
    _announce(alert, "created", actor, now)
    request_alerts(map_id=map.pk, workspace_id=map.workspace_id, now=now)
    return alert


@transaction.atomic
def update_alert(
    *,
    alert: Alert,
    values: Mapping[str, Any],
    actor: User | None,
    now: datetime,
    version: int | None = None,
    origin: str = "",
) -> Alert:
    """Change what is named of an alert. What it watches changed: its open firing ends, and it may fire anew.

    Raises InvalidInput with every refused field, Conflict for an old `version`.
    """
    if version is not None and version != alert.version:
        raise Conflict("Somebody changed this alert meanwhile: reload, then try again.", code="stale")
    before = _watched(alert)
    watchers = _set(alert, {**_present(alert), **values})
    alert.version += 1
    alert.origin = origin or alert.origin
    if _watched(alert) != before:
        alert.is_over, alert.figure, alert.checked_at = False, None, None
        alert.firings.filter(recovered_at=None).update(recovered_at=now)
    save_clean(alert)
    if watchers is not None:
        alert.watchers.set(watchers)
    _announce(alert, "updated", actor, now)
    request_alerts(map_id=alert.map_id, workspace_id=alert.map.workspace_id, now=now)
    return alert


def mute_alert(*, alert: Alert, is_muted: bool, actor: User | None, now: datetime) -> Alert:
    """Tell nobody when it fires, or tell them again; firings are kept either way."""
    return update_alert(alert=alert, values={"is_muted": is_muted}, actor=actor, now=now)


@transaction.atomic
def watch_alert(*, alert: Alert, user: User, is_watching: bool, now: datetime) -> None:
    """Be told of an alert, or be told no more; doing it twice is once."""
    if is_watching:
        alert.watchers.add(user)
    else:
        alert.watchers.remove(user)
    _announce(alert, "updated", user, now)


@transaction.atomic
def delete_alert(*, alert: Alert, actor: User | None, now: datetime) -> None:
    """Delete an alert with its history."""
    _announce(alert, "deleted", actor, now)
    alert.delete()


def secret_of(*, alert: Alert) -> str:
    """The secret that signs an alert's webhooks: made of the installation's key, so nothing is stored."""
    return salted_hmac("valuestream.alert-webhook", str(alert.pk), algorithm="sha256").hexdigest()


def _announce(alert: Alert, verb: str, actor: User | None, now: datetime) -> None:
    map_, actor_id = alert.map, None if actor is None else actor.pk
    record_change(
        workspace_id=map_.workspace_id, topic="alert", object_id=map_.pk, actor_id=actor_id, verb=verb, now=now
    )


def _watched(alert: Alert) -> tuple[object, ...]:
    return (alert.metric, alert.custom_metric_id, alert.stage_id, alert.comparison, alert.threshold)


def _present(alert: Alert) -> dict[str, Any]:
    kept = ("name", "metric", "comparison", "threshold", "by_email", "webhook_url", "is_muted")
    references = {"custom_metric": alert.custom_metric_id, "stage": alert.stage_id}
    return {name: getattr(alert, name) for name in kept} | references


def _set(alert: Alert, values: Mapping[str, Any]) -> list[User] | None:
    """Read every value and return the watchers, None when none are named. Raises InvalidInput with all refused."""
    errors: Errors = {
        str(name)[:40]: [f"Remove this field; known are: {', '.join(FIELDS)}."] for name in values if name not in FIELDS
    }
    _set_metric(alert, values, errors)
    _set_stage(alert, values.get("stage"), errors)
    if values.get("comparison") not in [one.value for one in Comparison]:
        errors["comparison"] = ["Use ABOVE or BELOW."]
    alert.comparison = str(values.get("comparison"))
    alert.threshold = _read_threshold(values.get("threshold"), errors)
    for name in ("by_email", "is_muted"):
        setattr(alert, name, _read_flag(values.get(name, False), name, errors))
    alert.webhook_url = _read_address(values.get("webhook_url"), errors)
    watchers = None if values.get("watchers") is None else _read_watchers(alert, values["watchers"], errors)
    if errors:
        raise InvalidInput(field_errors=errors)
    alert.name = _read_name(values.get("name"), alert)
    return watchers


def _set_metric(alert: Alert, values: Mapping[str, Any], errors: Errors) -> None:
    """The figure watched: one of the map's own, or a custom metric by its id."""
    metric, custom_id = values.get("metric"), values.get("custom_metric")
    alert.custom_metric = None
    if metric == CUSTOM:
        pk = _read_id(custom_id)
        alert.custom_metric = CustomMetric.objects.filter(map=alert.map, pk=pk).first() if pk else None
        if alert.custom_metric is None:
            errors["custom_metric"] = ["Choose one of this map's own metrics, by its id."]
    elif metric not in ALERT_METRICS:
        errors["metric"] = [f"Use one of: {', '.join([*ALERT_METRICS, CUSTOM])}."]
    alert.metric = str(metric)


def _set_stage(alert: Alert, value: Any, errors: Errors) -> None:
    alert.stage = None
    if value is None or value == "":
        return
    pk = _read_id(value)
    alert.stage = alert.map.stages.filter(pk=pk).first() if pk else None
    if alert.stage is None:
        errors["stage"] = ["Choose a stage of this map, or none for all of them."]


def _read_id(value: Any) -> int | None:
    text = str(value) if not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _read_threshold(value: Any, errors: Errors) -> Decimal:
    try:
        text = "" if value is None or isinstance(value, bool) else str(value).strip().replace(",", "")
        threshold = Decimal(text)
    except InvalidOperation:
        threshold = Decimal("NaN")
    if not threshold.is_finite():
        errors["threshold"] = ["Use a number, such as 50000 or 2.5."]
        return Decimal(0)
    if abs(threshold) >= LARGEST:
        errors["threshold"] = ["Use a number below 100,000,000,000,000."]
        return Decimal(0)
    return round(threshold, 4)


def _read_flag(value: Any, name: str, errors: Errors) -> bool:
    if not isinstance(value, bool):
        errors[name] = ["Use true or false."]
        return False
    return value


def _read_address(value: Any, errors: Errors) -> str:
    if value is None or value == "":
        return ""
    try:
        return check_webhook_url(value if isinstance(value, str) else "", field="webhook_url")
    except InvalidInput as refused:
        errors |= refused.errors
        return ""


def _read_watchers(alert: Alert, value: Any, errors: Errors) -> list[User]:
    """Members by their ids."""
    wanted: Sequence[Any] = value if isinstance(value, list) else [None]
    known = {user.pk: user for user in list_watchable(workspace=alert.map.workspace)}
    found = [known.get(_read_id(one) or 0) for one in wanted]
    if None in found:
        errors["watchers"] = ["Send the ids of members of this workspace."]
    return [user for user in found if user is not None]


def _read_name(value: Any, alert: Alert) -> str:
    if value is None or value == "":
        return _own_name(alert)[:LONGEST_NAME]
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text or len(text) > LONGEST_NAME or "\x00" in text:
        raise InvalidInput(f"Use a name of 1 to {LONGEST_NAME} characters.", field="name")
    return text


def _own_name(alert: Alert) -> str:
    """What an alert is called that was given no name: "Queue in Review above 5"."""
    place = "" if alert.stage is None else f" in {alert.stage.name}"
    threshold = format(alert.threshold.normalize(), ",f")
    side = Comparison(alert.comparison).label.lower()
    return f"{metric_label(alert.metric, alert.custom_metric)}{place} {side} {threshold}"
