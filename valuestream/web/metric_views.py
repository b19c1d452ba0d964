"""Custom metrics on a map's page: their card, the dialog that defines one, and what a figure is made of."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import Action
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import NotFound
from planner.web.answers import say, toast
from planner.web.forms import read_version
from valuestream.domain.vocabulary import Aggregate, ItemsOf
from valuestream.models import CustomMetric, Map
from valuestream.selectors.custom_metrics import counted_items, custom_figures, get_metric_for, list_metrics
from valuestream.selectors.metric_fields import metric_fields
from valuestream.services.custom_metrics import (
    create_custom_metric,
    delete_custom_metric,
    update_custom_metric,
)
from valuestream.web.map_asking import LONGEST_ID, asked_of, find_map, place_of
from valuestream.web.map_page import numbers_of
from valuestream.web.metric_rows import (
    figure_at,
    figure_text,
    item_lines,
    known_words,
    metric_rows,
    metric_words,
)

DONE = 204
GIVEN = ("name", "aggregate", "field", "items")


@login_required
@require_http_methods(["GET", "POST"])
def custom_metrics(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """The card of a map's custom metrics (GET; `?part=dialog` asks for a new one), or define one (POST)."""
    is_dialog = request.GET.get("part") == "dialog"
    action = Action.EDIT_MAP if is_dialog or request.method == "POST" else Action.VIEW
    found = find_map(request, workspace, map_id, action)
    if request.method == "POST":
        metric = create_custom_metric(map=found, values=_posted(request), actor_id=reader_of(request).pk, now=utc_now())
        message = f"{metric.name} is shown for every stage."
        return say(HttpResponse(status=DONE), toast=toast(message), close_dialog=True)
    if is_dialog:
        return _dialog(request, found, None)
    found, question = asked_of(request, found)
    metrics = list_metrics(map=found)
    context: dict[str, Any] = {
        **shell_context(user=reader_of(request), workspace=found.workspace),
        "map": found,
        "question": question,
    }
    if metrics:
        figures = custom_figures(map=found, metrics=metrics, asked=question.asked, now=question.now)
        context["stages"] = figures.layout.stages
        context["rows"] = metric_rows(found, figures, question, numbers_of(found.workspace, question.clock))
    return render(request, "valuestream/custom_metrics/card.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def custom_metric(request: HttpRequest, workspace: str, map_id: int, metric_id: int) -> HttpResponse:
    """Ask for a metric's new definition (GET), or save it (POST)."""
    metric = _fetch(request, workspace, map_id, metric_id, Action.EDIT_MAP)
    if request.method == "GET":
        return _dialog(request, metric.map, metric)
    update_custom_metric(
        metric=metric,
        values=_posted(request),
        actor_id=reader_of(request).pk,
        now=utc_now(),
        version=read_version(request.POST.dict()),
    )
    return say(HttpResponse(status=DONE), toast=toast(f"{metric.name} is saved."), close_dialog=True)


@login_required
@require_POST
def custom_metric_delete(request: HttpRequest, workspace: str, map_id: int, metric_id: int) -> HttpResponse:
    """Delete a metric."""
    metric = _fetch(request, workspace, map_id, metric_id, Action.EDIT_MAP)
    delete_custom_metric(metric=metric, actor_id=reader_of(request).pk, now=utc_now())
    return say(HttpResponse(status=DONE), toast=toast(f"{metric.name} is deleted."), close_dialog=True)


@login_required
@require_GET
def custom_metric_evidence(request: HttpRequest, workspace: str, map_id: int, metric_id: int) -> HttpResponse:
    """What a metric's figure of a `stage`, a `block` or the stream is made of."""
    metric = _fetch(request, workspace, map_id, metric_id, Action.VIEW)
    found = find_map(request, workspace, map_id)
    (found, question), place = asked_of(request, found), place_of(request)
    figures = custom_figures(map=found, metrics=[metric], asked=question.asked, now=question.now)
    numbers = numbers_of(found.workspace, question.clock)
    counted = counted_items(map=found, metric=metric, place=place, asked=question.asked, now=question.now)
    row = figures.rows[0]
    name, figure = figure_at(figures, place)
    context = {
        "workspace": found.workspace,
        "question": question,
        "metric": metric,
        "place": name,
        "figure": figure_text(figure.value, metric, row.field, numbers),
        "known": known_words(figure),
        "missing": figure.items - figure.known,
        "problem": row.problem,
        "words": metric_words(metric, row.field.label if row.field else metric.field),
        "lines": item_lines(counted, row.field, numbers),
        "counted": figure.items,
    }
    return render(request, "valuestream/custom_metrics/evidence.html", context)


def _fetch(request: HttpRequest, workspace: str, map_id: int, metric_id: int, action: Action) -> CustomMetric:
    if max(len(str(map_id)), len(str(metric_id))) > LONGEST_ID:
        raise NotFound("This map has no such metric.")
    found = get_metric_for(user=reader_of(request), map_id=map_id, metric_id=metric_id, action=action)
    if found.map.workspace.key != workspace.upper():
        raise NotFound("This map has no such metric.")
    return found


def _posted(request: HttpRequest) -> dict[str, Any]:
    """What the dialog sent; its percentile counts only where there is one."""
    values: dict[str, Any] = {name: request.POST.get(name, "") for name in GIVEN}
    is_percentile = values["aggregate"] == Aggregate.PERCENTILE.value
    return values | ({"percentile": request.POST.get("percentile", "")} if is_percentile else {})


def _dialog(request: HttpRequest, found: Map, metric: CustomMetric | None) -> HttpResponse:
    arguments: list[Any] = [found.workspace.key, found.pk]
    fields = metric_fields(workspace=found.workspace).values()
    context = {
        "workspace": found.workspace,
        "metric": metric,
        "url": reverse("custom-metric", args=[*arguments, metric.pk])
        if metric
        else reverse("custom-metrics", args=arguments),
        "aggregates": Aggregate.choices(),
        "items": ItemsOf.choices(),
        "fields": [(field.key, f"{field.label} ({field.content.label})") for field in fields],
    }
    return render(request, "valuestream/custom_metrics/dialog.html", context)
