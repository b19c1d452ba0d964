"""Reading alerts: who may, their figures now, and the items that cause them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import require
from common.errors import NotFound
from valuestream.domain.days import day_of
from valuestream.domain.vocabulary import AlertUnit, FieldContent
from valuestream.models import Alert, AlertDelivery, AlertFiring, Map
from valuestream.selectors.alert_metrics import ALERT_METRICS, CUSTOM, metric_unit
from valuestream.selectors.asking import Question
from valuestream.selectors.custom_metrics import MapFigures, counted_items, custom_figures
from valuestream.selectors.evidence import CountedVisit, Place, Weight, visits_counted
from valuestream.selectors.metric_fields import metric_fields
from valuestream.selectors.metrics import map_metrics

ITEMS_KEPT = 10
FIRINGS_SHOWN = 30


@dataclass(frozen=True)
class CausingItem:
    """An item that weighs in an alert; `amount` is money, seconds, a number or words, as `kind` says."""

    story_id: int
    key: str
    title: str
    kind: str
    amount: str

    @property
    def document(self) -> dict[str, Any]:
        """As a firing keeps it."""
        return dict(vars(self))


@dataclass(frozen=True)
class CausingItems:
    """Those that weigh most, and how many there are in all."""

    items: list[CausingItem]
    count: int


def list_alerts(*, map: Map) -> list[Alert]:  # noqa: A002 - the product's word
    """Return a map's alerts with what they are about and who watches them."""
    return list(query_alerts(map=map).order_by("pk"))


def query_alerts(*, map: Map) -> QuerySet[Alert]:  # noqa: A002 - the product's word
    """Return the same, for whoever pages them."""
    return _whole().filter(map=map)


def get_alert_for(*, user: User, map_id: int, alert_id: int, action: Action) -> Alert:
    """Return an alert of a map, if this user may do this with it."""
    found = _whole().filter(pk=alert_id, map=map_id).first()
    if found is None:
        raise NotFound("This map has no such alert.")
    require(user=user, workspace_id=found.map.workspace_id, action=action, what="alert")
    return found


def maps_with_alerts(*, map_id: int | None = None) -> list[int]:
    """Return the ids of maps that have alerts: all of them, or the one asked about."""
    alerts = Alert.objects.all() if map_id is None else Alert.objects.filter(map=map_id)
    return list(alerts.order_by("map").values_list("map", flat=True).distinct())


def list_firings(*, map: Map, alert_id: int | None = None) -> QuerySet[AlertFiring]:  # noqa: A002 - the product's word
    """Return what fired on a map, the newest first."""
    firings = AlertFiring.objects.filter(alert__map=map)
    if alert_id is not None:
        firings = firings.filter(alert=alert_id)
    return firings.select_related("alert__stage", "alert__custom_metric", "alert__map__workspace").prefetch_related(
        "deliveries"
    )


def list_tests(*, map: Map, limit: int = 5) -> list[AlertDelivery]:  # noqa: A002 - the product's word
    """Return the newest test messages of a map's alerts."""
    tests = AlertDelivery.objects.filter(alert__map=map, firing=None).select_related("alert")
    return list(tests.order_by("-pk")[:limit])


def list_watchable(*, workspace: Workspace) -> list[User]:
    """Return who can be told of an alert: the workspace's active members."""
    members = User.objects.filter(memberships__workspace=workspace, is_active=True)
    return list(members.distinct().order_by("username"))


def _whole() -> QuerySet[Alert]:
    alerts = Alert.objects.select_related("map__workspace", "stage", "custom_metric")
    return alerts.prefetch_related("watchers")


def unit_of(*, alert: Alert) -> AlertUnit:
    """Return the unit of an alert's threshold."""
    fields = metric_fields(workspace=alert.map.workspace) if alert.custom_metric else {}
    return metric_unit(alert.metric, alert.custom_metric, fields)


def read_watched(*, map: Map, alerts: Sequence[Alert], now: datetime) -> dict[int, float | None]:  # noqa: A002 - the product's word
    """Return the present figure of each alert of a fetched map by its id, in the threshold's unit; None: not known."""
    found: dict[int, float | None] = {}
    built_in = [alert for alert in alerts if alert.metric != CUSTOM]
    if built_in:
        answer = map_metrics(map=map, now=now)
        places = {stage["id"]: stage["metrics"] for stage in answer["stages"]}
        for alert in built_in:
            figures = answer["total"] if alert.stage_id is None else places.get(alert.stage_id)
            found[alert.pk] = None if figures is None else ALERT_METRICS[alert.metric].figure_in(figures)
    custom = [alert for alert in alerts if alert.custom_metric is not None]
    if custom:
        metrics = [alert.custom_metric for alert in custom if alert.custom_metric is not None]
        answers = custom_figures(map=map, metrics=metrics, asked=Question(), now=now)
        for index, alert in enumerate(custom):
            found[alert.pk] = _custom_figure(alert, answers, index, now)
    return found


def _custom_figure(alert: Alert, answers: MapFigures, index: int, now: datetime) -> float | None:
    row = answers.rows[index]
    stages = [stage.pk for stage in answers.layout.stages]
    figure = row.total if alert.stage_id is None else None
    if alert.stage_id in stages:
        figure = row.stages[stages.index(alert.stage_id)]
    if figure is None or figure.value is None or row.field is None:
        return None
    unit = metric_unit(alert.metric, alert.custom_metric, {row.field.key: row.field})
    if unit is AlertUnit.DAYS and row.field.content is FieldContent.DAY:
        return day_of(now, alert.map.workspace.time_zone).toordinal() - figure.value
    return figure.value


def causing_items(*, map: Map, alert: Alert, now: datetime) -> CausingItems:  # noqa: A002 - the product's word
    """Return the items that an alert's figure is made of, those that weigh most first."""
    place = Place(stage_id=alert.stage_id)
    if alert.custom_metric is not None:
        return _custom_items(map, alert, place, now)
    metric = ALERT_METRICS[alert.metric]
    counted = visits_counted(
        map=map,
        now=now,
        asked=Question(),
        place=place,
        counting=metric.counting,
        weight=metric.weight,
        limit=ITEMS_KEPT,
    )
    items = [_visit_item(visit, metric.weight) for visit in counted.rows]
    return CausingItems(items, counted.counted)


def _visit_item(visit: CountedVisit, weight: Weight) -> CausingItem:
    money = {Weight.VALUE: visit.value, Weight.COST_OF_DELAY: visit.cost_of_delay, Weight.IDLE_COST: visit.idle_cost}
    story = visit.story
    if weight in money:
        amount: Decimal | float | None = money[weight]
        return CausingItem(story.pk, story.key, story.title, "money", "" if amount is None else str(amount))
    seconds = visit.seconds if weight is Weight.TIME else visit.waiting_seconds
    return CausingItem(story.pk, story.key, story.title, "seconds", f"{seconds:.0f}")


def _custom_items(map_: Map, alert: Alert, place: Place, now: datetime) -> CausingItems:
    metric = alert.custom_metric
    if metric is None:
        return CausingItems([], 0)
    found = counted_items(map=map_, metric=metric, place=place, asked=Question(), now=now, limit=ITEMS_KEPT)
    field = metric_fields(workspace=map_.workspace).get(metric.field)
    is_money = field is not None and field.content is FieldContent.MONEY
    is_number = field is not None and field.content is FieldContent.NUMBER
    kind = "money" if is_money else "number" if is_number else "words"
    items = []
    for one in found:
        amount = ", ".join(filter(None, one.words))
        if kind != "words":
            amount = ", ".join(f"{value:g}" if kind == "number" else f"{value:.2f}" for value in one.values)
        items.append(CausingItem(one.story.pk, one.story.key, one.story.title, kind, amount))
    return CausingItems(items, len(items))
