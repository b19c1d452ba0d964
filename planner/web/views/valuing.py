"""Giving a value from the backlog: a direct figure a week. The capability's page has the whole value model."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import Workspace
from accounts.policies import Action
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import InvalidInput
from common.formats import currency_symbol, format_money
from planner.domain.value.model import ThreePoint, ValueModel, ValueModelError, parse_model
from planner.domain.vocabulary import ValueKind
from planner.models import Capability, Estimate, Story
from planner.selectors.fetch import get_capability_for, get_story_for
from planner.selectors.outline import newest_estimate
from planner.services.estimates import estimate_value
from planner.web.answers import say, toast
from planner.web.forms import page_actor

POINTS = ("low", "likely", "high")


@login_required
@require_http_methods(["GET", "POST"])
def capability_value(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Show the form of a direct figure (GET), or append it as the capability's newest estimate (POST)."""
    reader = reader_of(request)
    capability = get_capability_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_VALUE)
    if request.method == "GET":
        return _form(request, thing=capability, estimate=newest_estimate(capability=capability))
    estimate = estimate_value(
        capability=capability,
        model=read_direct_figure(request.POST.dict(), workspace=capability.workspace),
        reason=request.POST.get("reason", ""),
        actor=page_actor(reader),
        now=utc_now(),
    )
    return _saved(capability, estimate, changed={"capability": capability.pk})


@login_required
@require_http_methods(["GET", "POST"])
def story_value(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Give a story of its own (in no capability) a direct figure."""
    reader = reader_of(request)
    story = get_story_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_VALUE)
    if request.method == "GET":
        return _form(request, thing=story, estimate=newest_estimate(story=story))
    estimate = estimate_value(
        story=story,
        model=read_direct_figure(request.POST.dict(), workspace=story.workspace),
        reason=request.POST.get("reason", ""),
        actor=page_actor(reader),
        now=utc_now(),
    )
    return _saved(story, estimate, changed={"story": story.pk})


def read_direct_figure(values: Mapping[str, str], *, workspace: Workspace) -> ValueModel:
    """Read low, likely and high a week; a lone likely figure stands for all three."""
    typed = {point: _plain(values.get(point, ""), workspace.currency) for point in POINTS}
    figures = {point: typed[point] or typed["likely"] for point in POINTS}
    source = {"kind": ValueKind.DIRECT.value, "inputs": {"value": figures}}
    try:
        return parse_model(
            {"sources": [source]}, horizon_weeks=workspace.horizon_weeks, discount_rate=workspace.discount_rate
        )
    except ValueModelError as error:
        named = {path.rpartition(".")[2]: texts for path, texts in error.errors.items()}
        raise InvalidInput(
            field_errors={name if name in POINTS else "likely": named[name] for name in named}
        ) from error


def _plain(text: str, currency: str) -> str:
    """Take the currency sign and the thousands' commas off."""
    return text.strip().removeprefix(currency_symbol(currency).strip()).replace(",", "").strip()


def _form(request: HttpRequest, *, thing: Capability | Story, estimate: Estimate | None) -> HttpResponse:
    is_capability = isinstance(thing, Capability)
    context = {
        "workspace": thing.workspace,
        "thing": thing,
        "is_capability": is_capability,
        "url": request.path,
        "figures": _direct_figures(estimate, thing.workspace),
        "replaces": estimate if estimate and _direct_figures(estimate, thing.workspace) is None else None,
    }
    return render(request, "planner/backlog/value.html", context)


def _direct_figures(estimate: Estimate | None, workspace: Workspace) -> ThreePoint | None:
    if estimate is None:
        return None
    sources = parse_model(estimate.model, horizon_weeks=workspace.horizon_weeks).sources
    is_direct = len(sources) == 1 and sources[0].kind is ValueKind.DIRECT
    return sources[0].inputs["value"] if is_direct else None


def _saved(thing: Capability | Story, estimate: Estimate, *, changed: dict[str, Any]) -> HttpResponse:
    figure = format_money(estimate.cost_of_delay, thing.workspace.currency)
    return say(
        HttpResponse(status=204),
        toast=toast(f"{thing.key} earns {figure} a week. The estimate before it is kept."),
        backlog_changed=changed,
        close_dialog=True,
    )
