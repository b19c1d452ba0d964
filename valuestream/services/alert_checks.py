"""Looking at alerts: what crossed its threshold fires once, with the items that cause it, and its watchers are told."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from common.live.services import record_change
from planner.domain.vocabulary import NoticeKind
from planner.models import Notice
from planner.services.notices import deliver
from valuestream.domain.alerting import Verdict, judge
from valuestream.domain.vocabulary import Comparison
from valuestream.models import Alert, AlertFiring, Map
from valuestream.selectors.alert_words import firing_words
from valuestream.selectors.alerts import CausingItems, causing_items, list_alerts, read_watched, unit_of
from valuestream.services.alert_deliveries import queue_deliveries

NOTICE_LENGTH = 300


def check_alerts(*, map: Map, now: datetime) -> list[AlertFiring]:  # noqa: A002 - the product's word
    """Look at every alert of a fetched map and return what fired. Two workers at once fire nothing twice."""
    alerts = list_alerts(map=map)
    if not alerts:
        return []
    figures = read_watched(map=map, alerts=alerts, now=now)
    fired = [_check(map, alert, figures.get(alert.pk), now) for alert in alerts]
    return [firing for firing in fired if firing is not None]


def _check(map_: Map, alert: Alert, figure: float | None, now: datetime) -> AlertFiring | None:
    """Compare one figure; what caused it is looked up before the row is held."""
    causing = causing_items(map=map_, alert=alert, now=now) if _judge(alert, figure).fires else None
    with transaction.atomic():
        held = Alert.objects.select_for_update().filter(pk=alert.pk, version=alert.version).first()
        if held is None or (held.checked_at is not None and held.checked_at > now):
            return None
        verdict = _judge(held, figure)
        Alert.objects.filter(pk=held.pk).update(is_over=verdict.is_over, figure=figure, checked_at=now)
        if verdict.recovers:
            held.firings.filter(recovered_at=None).update(recovered_at=now)
        fires = verdict.fires and causing is not None and figure is not None
        firing = _fire(alert, figure, causing, now) if fires and causing and figure is not None else None
        if verdict.fires or verdict.recovers:
            _announce(map_, verdict, now)
    return firing


def _judge(alert: Alert, figure: float | None) -> Verdict:
    return judge(
        was_over=alert.is_over,
        figure=figure,
        threshold=float(alert.threshold),
        comparison=Comparison(alert.comparison),
    )


def _fire(alert: Alert, figure: float, causing: CausingItems, now: datetime) -> AlertFiring:
    firing = AlertFiring.objects.create(
        alert=alert,
        fired_at=now,
        figure=figure,
        threshold=alert.threshold,
        comparison=alert.comparison,
        items=[item.document for item in causing.items],
        item_count=causing.count,
        is_muted=alert.is_muted,
    )
    if not alert.is_muted:
        watchers = _present_watchers(alert)
        _tell_in_app(firing, watchers, now)
        queue_deliveries(alert=alert, firing=firing, watchers=watchers, now=now)
    return firing


def _present_watchers(alert: Alert) -> Sequence[int]:
    """The ids of watchers who still belong to the workspace."""
    watchers = alert.watchers.filter(is_active=True, memberships__workspace=alert.map.workspace_id)
    return list(watchers.order_by("pk").values_list("pk", flat=True).distinct())


def _tell_in_app(firing: AlertFiring, watchers: Sequence[int], now: datetime) -> None:
    """Put a line into each watcher's inbox."""
    alert = firing.alert
    workspace = alert.map.workspace
    address = f"{reverse('map-alerts', args=[workspace.key, alert.map_id])}#firing-{firing.pk}"
    text = f"{alert.name}: {firing_words(firing, unit_of(alert=alert))}"
    notices = [
        Notice(
            user_id=user_id,
            workspace=workspace,
            address=address,
            kind=NoticeKind.ALERT.value,
            text=text[:NOTICE_LENGTH],
            created_at=now,
        )
        for user_id in watchers
    ]
    deliver(workspace_id=workspace.pk, notices=notices, now=now)


def _announce(map_: Map, verdict: Verdict, now: datetime) -> None:
    verb = "fired" if verdict.fires else "recovered"
    record_change(workspace_id=map_.workspace_id, topic="alert", object_id=map_.pk, actor_id=None, verb=verb, now=now)
