"""The page of a map's what-if, its answer alone, its evidence, and whether it was right before."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.web.shell import reader_of, shell_context
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map
from valuestream.selectors.history import first_day
from valuestream.selectors.what_if import Answered, answer_what_if, fit_map
from valuestream.web.map_asking import asked_of, find_map
from valuestream.web.map_page import numbers_of
from valuestream.web.map_question import MapQuestion
from valuestream.web.what_if_evidence import change_of, explain
from valuestream.web.what_if_page import HORIZONS, FigureMaker, answer_context, knobs_of, past_checks
from valuestream.web.what_if_question import addresses_of, read_levers
from valuestream.web.what_if_words import WhatIfWords

_PAGE = "valuestream/what_if/page.html"


@login_required
@require_GET
def what_if(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """The page; the answer alone, with the scenario's address, where a knob was turned."""
    found, question = _asked(request, workspace, map_id)
    context = {**shell_context(user=reader_of(request), workspace=found.workspace), "map": found}
    if first_day(map=found) is None:
        return render(request, "valuestream/what_if/empty.html", context)
    answered = _answer(request, found, question)
    context |= answer_context(found, question, answered, numbers=numbers_of(found.workspace, Clock.ALWAYS))
    if request.headers.get("HX-Request"):
        response = render(request, "valuestream/what_if/answer.html", {**context, "is_fragment": True})
        response.headers["HX-Replace-Url"] = addresses_of(found, question, answered).page()
        return response
    horizons = sorted({*HORIZONS, answered.levers.weeks})
    return render(request, _PAGE, {**context, "knobs": knobs_of(answered), "horizons": horizons})


@login_required
@require_GET
def what_if_evidence(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """How a figure came to be: `?figure=`, of the scenario of the address."""
    found, question = _asked(request, workspace, map_id)
    word = request.GET.get("figure", "")
    explained, answered = explain(word), _answer(request, found, question)
    words = WhatIfWords(answered, numbers_of(found.workspace, Clock.ALWAYS))
    figures = FigureMaker(words, addresses_of(found, question, answered)).all()
    context: dict[str, Any] = {
        "workspace": found.workspace, "question": question, "answered": answered, "explained": explained,
        "figure": next(one for one in figures if one.word == word),
        "is_known": change_of(answered, word).as_is is not None,
        "assumptions": words.assumptions(), "stations": _stations(answered),
    }  # fmt: skip
    return render(request, "valuestream/what_if/evidence.html", context)


@login_required
@require_GET
def what_if_past(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """Whether the model was right before, on this stream's own past."""
    found, question = _asked(request, workspace, map_id)
    checks = past_checks(found, question)
    context = {"checks": checks, "held": sum(one.held for one in checks), "workspace": found.workspace}
    return render(request, "valuestream/what_if/past.html", context)


def _stations(answered: Answered) -> list[tuple[str, int, int]]:
    stations = zip(answered.fitted.stages, answered.fitted.fit.stations, strict=True)
    return [(stage.name, known.departures, known.people) for stage, known in stations]


def _answer(request: HttpRequest, found: Map, question: MapQuestion) -> Answered:
    asked = question.asked
    fitted = fit_map(
        map=found, now=question.now, as_of=asked.as_of, window_days=question.window_days, where=asked.where
    )
    return answer_what_if(fitted=fitted, levers=read_levers(request.GET.dict(), fitted))


def _asked(request: HttpRequest, workspace: str, map_id: int) -> tuple[Map, MapQuestion]:
    """The map, with permission, and the question of the address."""
    return asked_of(request, find_map(request, workspace, map_id))
