"""The page of a map's alerts: added, changed, muted, watched, tried out, and what fired."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import Action
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import NotFound
from planner.web.answers import say, toast
from planner.web.forms import read_id, read_version
from valuestream.domain.vocabulary import Comparison
from valuestream.models import Alert, Map
from valuestream.selectors.alerts import (
    FIRINGS_SHOWN,
    get_alert_for,
    list_alerts,
    list_firings,
    list_tests,
    list_watchable,
)
from valuestream.selectors.custom_metrics import list_metrics
from valuestream.selectors.metric_fields import metric_fields
from valuestream.services.alert_deliveries import send_test
from valuestream.services.alerts import (
    create_alert,
    delete_alert,
    mute_alert,
    secret_of,
    update_alert,
    watch_alert,
)
from valuestream.web.alert_rows import alert_rows, firing_rows, metric_choices, metric_code, read_alert_form
from valuestream.web.map_asking import LONGEST_ID, find_map

DONE = 204


@login_required
@require_http_methods(["GET", "POST"])
def map_alerts(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """The alerts of a map and what fired (GET; `?part=lists`, `?part=dialog` for a new one), or add one (POST)."""
    part = request.GET.get("part", "")
    changes = request.method == "POST" or part == "dialog"
    found = find_map(request, workspace, map_id, Action.EDIT_MAP if changes else Action.VIEW)
    if request.method == "POST":
        alert = create_alert(
            map=found,
            values=_posted(request),
            actor=reader_of(request),
            now=utc_now(),
            origin=_origin(request),
        )
        return say(HttpResponse(status=DONE), toast=toast(f"{alert.name} is watched from now on."), close_dialog=True)
    if part == "dialog":
        return _dialog(request, found, None)
    template = "lists" if part == "lists" else "page"
    return render(request, f"valuestream/alerts/{template}.html", _context(request, found))


def _context(request: HttpRequest, found: Map) -> dict[str, Any]:
    reader = reader_of(request)
    before = read_id(request.GET.get("before", ""))
    firings = list_firings(map=found).order_by("-pk")
    if before is not None:
        firings = firings.filter(pk__lt=before)
    shown = list(firings[: FIRINGS_SHOWN + 1])
    return {
        **shell_context(user=reader, workspace=found.workspace),
        "map": found,
        "alerts": alert_rows(list_alerts(map=found), map=found, reader=reader),
        "firings": firing_rows(shown[:FIRINGS_SHOWN], map=found),
        "next_before": shown[FIRINGS_SHOWN - 1].pk if len(shown) > FIRINGS_SHOWN else None,
        "is_continued": before is not None,
        "tests": list_tests(map=found),
        "trail": [(found.name, reverse("map", args=[found.workspace.key, found.pk])), ("Alerts", "")],
    }


@login_required
@require_http_methods(["GET", "POST"])
def map_alert(request: HttpRequest, workspace: str, map_id: int, alert_id: int) -> HttpResponse:
    """Ask for an alert's new rule (GET), or save it (POST)."""
    alert = _fetch(request, workspace, map_id, alert_id)
    if request.method == "GET":
        return _dialog(request, alert.map, alert)
    update_alert(
        alert=alert,
        values=_posted(request),
        actor=reader_of(request),
        now=utc_now(),
        version=read_version(request.POST.dict()),
        origin=_origin(request),
    )
    return say(HttpResponse(status=DONE), toast=toast(f"{alert.name} is saved."), close_dialog=True)


@login_required
@require_POST
def map_alert_delete(request: HttpRequest, workspace: str, map_id: int, alert_id: int) -> HttpResponse:
    """Delete an alert with its history."""
    alert = _fetch(request, workspace, map_id, alert_id)
    delete_alert(alert=alert, actor=reader_of(request), now=utc_now())
    return say(HttpResponse(status=DONE), toast=toast(f"{alert.name} is deleted."), close_dialog=True)


@login_required
@require_POST
def map_alert_mute(request: HttpRequest, workspace: str, map_id: int, alert_id: int) -> HttpResponse:
    """Tell nobody when it fires (`mute=1`), or tell them again (`mute=0`)."""
    alert = _fetch(request, workspace, map_id, alert_id)
    is_muted = request.POST.get("mute", "1") != "0"
    mute_alert(alert=alert, is_muted=is_muted, actor=reader_of(request), now=utc_now())
    words = f"{alert.name} is muted: firings are kept, nobody is told." if is_muted else f"{alert.name} tells again."
    undo = {"mute": "0" if is_muted else "1"}
    return say(HttpResponse(status=DONE), toast=toast(words, undo_url=request.path, undo=undo))


@login_required
@require_POST
def map_alert_test(request: HttpRequest, workspace: str, map_id: int, alert_id: int) -> HttpResponse:
    """Send the reader what a firing looks like, and the webhook too."""
    alert = _fetch(request, workspace, map_id, alert_id)
    sent = send_test(alert=alert, user=reader_of(request), now=utc_now())
    words = "A test is in your inbox." if sent == 1 else "A test is in your inbox; the other messages are on their way."
    return say(HttpResponse(status=DONE), toast=toast(words))


@login_required
@require_POST
def map_alert_watch(request: HttpRequest, workspace: str, map_id: int, alert_id: int) -> HttpResponse:
    """Be told of an alert (`watch=1`), or be told no more (`watch=0`)."""
    alert = _fetch(request, workspace, map_id, alert_id, Action.VIEW)
    is_watching = request.POST.get("watch", "1") != "0"
    watch_alert(alert=alert, user=reader_of(request), is_watching=is_watching, now=utc_now())
    words = f"You are told when {alert.name} fires." if is_watching else f"You are told no more of {alert.name}."
    return say(HttpResponse(status=DONE), toast=toast(words))


def _fetch(request: HttpRequest, workspace: str, map_id: int, alert_id: int, action: Action = Action.EDIT_MAP) -> Alert:
    if max(len(str(map_id)), len(str(alert_id))) > LONGEST_ID:
        raise NotFound("This map has no such alert.")
    found = get_alert_for(user=reader_of(request), map_id=map_id, alert_id=alert_id, action=action)
    if found.map.workspace.key != workspace.upper():
        raise NotFound("This map has no such alert.")
    return found


def _posted(request: HttpRequest) -> dict[str, Any]:
    return read_alert_form(request.POST.dict(), request.POST.getlist("watchers"))


def _origin(request: HttpRequest) -> str:
    """Where the reader reads Millrace: messages lead back there."""
    return request.build_absolute_uri("/").rstrip("/")


def _dialog(request: HttpRequest, found: Map, alert: Alert | None) -> HttpResponse:
    arguments: list[Any] = [found.workspace.key, found.pk]
    name, more = ("map-alerts", []) if alert is None else ("map-alert", [alert.pk])
    watching = [reader_of(request)] if alert is None else list(alert.watchers.all())
    context = {
        "workspace": found.workspace,
        "map": found,
        "alert": alert,
        "url": reverse(name, args=[*arguments, *more]),
        "metrics": metric_choices(list_metrics(map=found), metric_fields(workspace=found.workspace)),
        "metric": "value_held" if alert is None else metric_code(alert),
        "threshold": "" if alert is None else format(alert.threshold.normalize(), "f"),
        "stages": [("", "All stages"), *((stage.pk, stage.name) for stage in found.stages.all())],
        "comparisons": Comparison.choices(),
        "people": [(user, user in watching) for user in list_watchable(workspace=found.workspace)],
        "secret": "" if alert is None else secret_of(alert=alert),
    }
    return render(request, "valuestream/alerts/dialog.html", context)
