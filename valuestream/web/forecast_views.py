"""The forecast's page and its parts: the answer, its evidence, its table as CSV, keeping it, a capability's panel."""

import csv
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import Conflict, InvalidInput
from common.web.spreadsheets import harmless
from planner.selectors.fetch import get_capability_for
from valuestream.domain.forecasting.words import SubjectKind
from valuestream.selectors.forecast_asking import ForecastQuestion, Subject, read_forecast_question
from valuestream.selectors.kept_forecasts import has_stories
from valuestream.services.forecasts import ask_forecast, keep_forecast
from valuestream.web.forecast_page import ForecastAddresses, answer_context, controls_context
from valuestream.web.forecast_view import ForecastView

FIELDS = ("about", "filter", "order", "measure", "since", "as_of")
COLUMNS = (
    "date", "share_done", "left_15", "left_50", "left_85", "live_per_week_15", "live_per_week_50", "live_per_week_85",
    "earned_15", "earned_50", "earned_85",
)  # fmt: skip


def _place(request: HttpRequest, workspace: str, action: Action = Action.VIEW) -> Workspace:
    return get_workspace_for(user=reader_of(request), workspace=workspace, action=action)


def _asked(request: HttpRequest, place: Workspace) -> ForecastAddresses:
    """The question of the address."""
    values = {name: request.GET.get(name, "") for name in FIELDS}
    question = read_forecast_question(workspace=place, values=values, now=utc_now(), user_id=reader_of(request).pk)
    return ForecastAddresses(place, question, values["as_of"].strip())


@login_required
@require_GET
def forecasts(request: HttpRequest, workspace: str) -> HttpResponse:
    """The page: what is asked, and the place of the answer, which is drawn after it."""
    place = _place(request, workspace)
    context = shell_context(user=reader_of(request), workspace=place)
    if not has_stories(workspace=place):
        return render(request, "valuestream/forecast/empty.html", context)
    values = {name: request.GET.get(name, "").strip() for name in FIELDS}
    try:
        addresses, problems, status = _asked(request, place), {}, 200
    except InvalidInput as refused:
        addresses, problems, status = ForecastAddresses(place, ForecastQuestion()), refused.errors, refused.status
    controls = controls_context(place, addresses, values)
    told = {"problems": {name: " ".join(texts) for name, texts in problems.items()}}
    return render(request, "valuestream/forecast/page.html", {**context, **controls, **told}, status=status)


@login_required
@require_GET
def forecast_answer(request: HttpRequest, workspace: str) -> HttpResponse:
    """When, how much by when, and how far to trust it; or how far the workers are."""
    place, now = _place(request, workspace), utc_now()
    addresses = _asked(request, place)
    told = ask_forecast(workspace=place, question=addresses.question, now=now)
    context = {**shell_context(user=reader_of(request), workspace=place)}
    context |= answer_context(place, addresses, told, now=now)
    name = "answer" if told.answer is not None else "drawing"
    return render(request, f"valuestream/forecast/{name}.html", context)


@login_required
@require_GET
def forecast_evidence(request: HttpRequest, workspace: str) -> HttpResponse:
    """How the date came to be: pace, history, what is counted, what is left out and why."""
    place, now = _place(request, workspace), utc_now()
    addresses = _asked(request, place)
    told = ask_forecast(workspace=place, question=addresses.question, now=now)
    if told.answer is None:
        raise Conflict("This forecast is still being drawn. Open it again in a moment.")
    view = ForecastView(told.answer, place)
    context: dict[str, Any] = {"workspace": place, "question": addresses.question, "view": view, "answer": told.answer}
    return render(request, "valuestream/forecast/evidence.html", context)


@login_required
@require_GET
def forecast_export(request: HttpRequest, workspace: str) -> HttpResponse:
    """The days of the charts as CSV: plain numbers, shares 0 to 1."""
    place = _place(request, workspace)
    addresses = _asked(request, place)
    told = ask_forecast(workspace=place, question=addresses.question, now=utc_now())
    if told.answer is None:
        return redirect(addresses.to("forecasts"))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{place.key.lower()}-forecast.csv"'
    writer = csv.writer(response)
    writer.writerow(["subject", harmless(told.answer["subject"]), "as_of", told.answer["as_of"]])
    writer.writerow(COLUMNS)
    for day in told.answer["days"]:
        writer.writerow([day["date"], day["done"], *day["left"], *day["live_per_week"], *day["earned"]])
    return response


@login_required
@require_POST
def forecast_keep(request: HttpRequest, workspace: str) -> HttpResponse:
    """Keep what is said now, so that it can be compared later."""
    place = _place(request, workspace, Action.EDIT_PLAN)
    addresses = _asked(request, place)
    kept = keep_forecast(workspace=place, question=addresses.question, now=utc_now())
    done = "Kept" if kept.answer is not None else "The workers are at it; it is kept once it is drawn"
    messages.success(request, f"{done}: {kept.subject}.")
    return HttpResponse(status=204, headers={"HX-Redirect": addresses.to("forecasts")})


@login_required
@require_GET
def capability_forecast(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """When a capability is done, for its page."""
    capability = get_capability_for(user=reader_of(request), workspace=workspace, key=key, action=Action.VIEW)
    place, now = capability.workspace, utc_now()
    question = ForecastQuestion(Subject(SubjectKind.CAPABILITY, capability), reader_id=reader_of(request).pk)
    told = ask_forecast(workspace=place, question=question, now=now)
    addresses = ForecastAddresses(place, question)
    context = {**shell_context(user=reader_of(request), workspace=place)}
    context |= answer_context(place, addresses, told, now=now) | {"capability": capability}
    return render(request, "valuestream/forecast/panel.html", context)
