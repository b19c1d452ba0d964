"""The page of flow charts, its cards, the items behind a figure, and each card as CSV."""

import csv
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import InvalidInput
from common.web.spreadsheets import harmless
from valuestream.models import Map
from valuestream.selectors.history import first_day
from valuestream.web.charts.asking import CARDS, ChartAddresses, kept_words
from valuestream.web.charts.evidence import evidence_of, read_asked
from valuestream.web.charts.page import body_context, card_maker, controls_context, is_later
from valuestream.web.charts.tables import export_rows
from valuestream.web.map_asking import asked_of, find_map
from valuestream.web.map_page import numbers_of
from valuestream.web.map_question import MapQuestion, read_map_question

PAGE = "valuestream/charts/page.html"


def _addresses(request: HttpRequest, found: Map, question: MapQuestion) -> ChartAddresses:
    return ChartAddresses(found, question, kept_words(request.GET.dict()))


@login_required
@require_GET
def flow_charts(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """The charts as the address asks for them; of a large map they come after the page."""
    found = find_map(request, workspace, map_id)
    shell = shell_context(user=reader_of(request), workspace=found.workspace)
    try:
        found, question = asked_of(request, found)
    except InvalidInput as refused:
        return _ask_again(request, found, refused, shell)
    if first_day(map=found) is None:
        return render(request, "valuestream/charts/empty.html", {**shell, "map": found})
    addresses = _addresses(request, found, question)
    later = is_later(found, question)
    body = {} if later else body_context(found, question, addresses)
    context = {**shell, **controls_context(found, question, addresses), **body, "later": later}
    return render(request, PAGE, context)


def _ask_again(request: HttpRequest, found: Map, refused: InvalidInput, shell: dict[str, Any]) -> HttpResponse:
    """The controls with the filter as it was written and what is wrong with it; other questions are refused."""
    if set(refused.errors) != {"filter"}:
        raise refused
    values = request.GET.dict()
    question = read_map_question(values={**values, "filter": ""}, workspace=found.workspace, now=utc_now())
    context = {
        **shell,
        **controls_context(found, question, _addresses(request, found, question)),
        "filter_text": values["filter"],
        "filter_problem": " ".join(refused.errors["filter"]),
    }
    return render(request, PAGE, context, status=400)


@login_required
@require_GET
def flow_charts_body(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """The cards alone: of a large map, and after a change."""
    found = find_map(request, workspace, map_id)
    found, question = asked_of(request, found)
    shell = shell_context(user=reader_of(request), workspace=found.workspace)
    context = {**shell, **body_context(found, question, _addresses(request, found, question))}
    return render(request, "valuestream/charts/body.html", context)


@login_required
@require_GET
def flow_evidence(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """The items behind a figure: `?of=` held, old, left or slow, on a day or between two, of a stage or a group."""
    found = find_map(request, workspace, map_id)
    found, question = asked_of(request, found)
    asked = read_asked(request.GET.dict())
    evidence = evidence_of(found, question, asked, numbers_of(found.workspace, question.clock))
    context = {"workspace": found.workspace, "question": question, "evidence": evidence}
    return render(request, "valuestream/charts/evidence.html", context)


@login_required
@require_GET
def flow_export(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """A chart's rows as CSV: plain numbers, durations in days of the clock."""
    found = find_map(request, workspace, map_id)
    card = request.GET.get("chart", "")
    found, question = asked_of(request, found)
    if card not in CARDS:
        raise InvalidInput(f"Use one of {', '.join(CARDS)}.", field="chart")
    table = card_maker(found, question, _addresses(request, found, question)).table(card)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{found.workspace.key.lower()}-{card}-{question.day:%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow([harmless(heading) for heading in table.headings])
    for row in export_rows(table):
        writer.writerow([harmless(cell) for cell in row])
    return response
