"""What your order costs: any two lenses side by side, in dollars."""

import csv
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.jobs.models import JobState
from common.jobs.selectors import list_jobs
from planner.models import Capability
from planner.selectors.comparisons import Comparison
from planner.selectors.lenses import compare_lenses, price_list, ranking_summary
from planner.selectors.pins import today_of
from planner.selectors.ranking import list_open
from planner.services.scores import RESCORE
from planner.web.lens_page import QUARTERS, build_page, choices_of
from planner.web.lens_question import AXES, HORIZONS, LensQuestion, read_lens_question

UNFINISHED = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class _Asked:
    workspace: Workspace
    question: LensQuestion
    context: dict[str, Any]


@login_required
@require_GET
def lenses(request: HttpRequest, workspace: str) -> HttpResponse:
    """The page, or what is in it (`?part=body`) after another choice or a change of the ranking."""
    asked = _read(request, workspace)
    part = "body" if request.GET.get("part") == "body" else "page"
    return render(request, f"planner/lenses/{part}.html", asked.context | _content(asked))


def _read(request: HttpRequest, key: str) -> _Asked:
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=key, action=Action.VIEW)
    question = read_lens_question(request.GET.dict())
    context = {**shell_context(user=reader, workspace=place), "question": question}
    return _Asked(place, question, context)


def _content(asked: _Asked) -> dict[str, Any]:
    """What is shown: `state` is "empty", "computing", "unvalued" or "compared"."""
    place, question = asked.workspace, asked.question
    if not list_open(workspace_id=place.pk).exists():
        return {"state": "empty"}
    if _is_first_under_way(place):
        return {"state": "computing"}
    comparison = _compare(asked)
    top = _capability(comparison.top_capability_id)
    if not comparison.valued_units:
        return {"state": "unvalued", "comparison": comparison, "top": top}
    return {
        "state": "compared",
        "page": build_page(comparison=comparison, question=question, currency=place.currency, today=_today(place)),
        "top": top,
        "lenses": choices_of(comparison.courses),
        "horizons": [
            (text, f"?{question.address(weeks=weeks)}", weeks == question.weeks) for weeks, text in HORIZONS.items()
        ],
        "axes": [(text, f"?{question.address(axis=axis)}", axis == question.axis) for axis, text in AXES.items()],
    }


def _capability(capability_id: int | None) -> Capability | None:
    """Where someone begins to value, vote or score."""
    return None if capability_id is None else Capability.objects.filter(pk=capability_id).first()


def _is_first_under_way(workspace: Workspace) -> bool:
    """Whether no ranking was ever stored and a job is about to."""
    if ranking_summary(workspace=workspace) is not None:
        return False
    return list_jobs(workspace_id=workspace.pk).filter(kind=RESCORE, state__in=UNFINISHED).exists()


def _place(question: LensQuestion, **changes: str | int) -> str:
    return f"?{question.address(**changes)}"


def _compare(asked: _Asked) -> Comparison:
    question = asked.question
    return compare_lenses(
        workspace=asked.workspace,
        first=question.first,
        second=question.second,
        weeks=question.weeks,
        now=utc_now(),
    )


def _today(workspace: Workspace) -> date:
    return today_of(workspace=workspace, now=utc_now())


@login_required
@require_GET
def lenses_evidence(request: HttpRequest, workspace: str) -> HttpResponse:
    """How the gain is computed: the formula filled in, what is counted, what is left out and why."""
    asked = _read(request, workspace)
    comparison = _compare(asked)
    prices = {price.lens: price for price in price_list(workspace=asked.workspace)}
    context = {
        "comparison": comparison,
        "first": comparison.course(comparison.first),
        "second": comparison.course(comparison.second),
        "first_price": prices.get(comparison.first),
        "second_price": prices.get(comparison.second),
        "summary": ranking_summary(workspace=asked.workspace),
        "as_of": utc_now(),
    }
    return render(request, "planner/lenses/evidence.html", asked.context | context)


@login_required
@require_GET
def lenses_table(request: HttpRequest, workspace: str) -> HttpResponse:
    """The table of all lenses as CSV, with exact figures."""
    asked = _read(request, workspace)
    comparison = _compare(asked)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{asked.workspace.key.lower()}-lenses-{_today(asked.workspace):%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    shares = [f"share live after {part} % of effort" for part in QUARTERS]
    currency, weeks = asked.workspace.currency, comparison.weeks
    writer.writerow(
        [
            "lens",
            *shares,
            f"earned by week {weeks}, {currency}",
            f"left behind, {currency}",
            f"cost of delay, {currency}",
        ]
    )
    for course in comparison.courses:
        figures = [f"{course.shares.get(part, 0):.4f}" for part in QUARTERS]
        writer.writerow([course.label, *figures, course.earned, course.left_behind, course.total])
    return response
