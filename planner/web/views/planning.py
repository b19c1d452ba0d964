"""The pages of sprint plans: ask for one, move in it and see the price, take it over, take that back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import InvalidInput
from common.formats import format_money
from common.jobs.models import Job
from planner.domain.vocabulary import PlanState
from planner.models import SprintPlan
from planner.selectors.plan_asking import MOST_SPRINTS, USUAL_SPRINTS, NothingToPlan, ask_plan
from planner.selectors.plan_choices import price_choice, say_choice
from planner.selectors.plan_page import lines_of, page_of, say_price, unplaced_counts, unplaced_lines
from planner.selectors.plan_questions import NOWHERE, PlanQuestion
from planner.selectors.plan_words import load_names
from planner.selectors.plans import check_computed, get_plan_for, newest_plan, question_of
from planner.services.plan_changes import apply_plan, discard_edits, move_in_plan, price_story, undo_plan
from planner.services.plans import discard_plan, request_improvement, request_plan
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_id
from planner.web.plan_curve import draw_curve

SHOWN = ("plan", "record")


@login_required
@require_http_methods(["GET", "POST"])
def planning(request: HttpRequest, workspace: str) -> HttpResponse:
    """The newest plan, or how to begin (GET); ask for a plan and go to its page (POST)."""
    reader = reader_of(request)
    if request.method == "POST":
        place = get_workspace_for(user=reader, workspace=workspace, action=Action.EDIT_SPRINT)
        asked = _asked(request)
        return _go_to(request, request_plan(workspace=place, actor=page_actor(reader), now=utc_now(), **asked))
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    newest = newest_plan(workspace=place)
    if newest is not None:
        return _draw(request, newest, "page")
    context = {**shell_context(user=reader, workspace=place), **_start(place), **_form()}
    return render(request, "planner/planning/start.html", context)


def _asked(request: HttpRequest) -> dict[str, Any]:
    values = request.POST
    number = values.get("sprints", "") or str(USUAL_SPRINTS)
    return {
        "sprints": int(number) if number.isdecimal() and len(number) < 4 else 0,
        "level": values.get("level", "") or "p50",
        "is_kept": bool(values.get("keep")),
    }


def _form(question: PlanQuestion | None = None) -> dict[str, Any]:
    """What the form of a new plan begins with."""
    asked = len(question.columns) - question.frozen if question else USUAL_SPRINTS
    return {
        "horizons": range(1, MOST_SPRINTS + 1),
        "horizon": max(asked, 1),
        "level": question.level if question else "p50",
        "is_kept": question.is_kept if question else False,
    }


def _start(place: Workspace) -> dict[str, Any]:
    """What is missing before anything can be planned, if something is."""
    try:
        ask_plan(workspace=place, now=utc_now())
    except NothingToPlan as missing:
        return {"missing": missing.message, "missing_code": missing.code}
    return {"missing": "", "missing_code": ""}


def _go_to(request: HttpRequest, found: SprintPlan) -> HttpResponse:
    address = reverse("plan", args=[found.workspace.key, found.number])
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


@login_required
@require_GET
def plan(request: HttpRequest, workspace: str, plan: int) -> HttpResponse:
    """The page of a plan; `?part=body` only its inside, `?part=progress` how far it is."""
    found = _fetch(request, workspace, plan, Action.VIEW)
    part = request.GET.get("part", "page")
    if part == "progress" and found.state != PlanState.COMPUTING.value:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return _draw(request, found, part if part in ("body", "progress") else "page")


@login_required
@require_GET
def plan_prices(request: HttpRequest, workspace: str, plan: int) -> JsonResponse:
    """What holding story `story` in each sprint would do, by column; "-1" is out of all sprints."""
    found = _fetch(request, workspace, plan, Action.VIEW)
    check_computed(found)
    question, story_id = question_of(found), read_id(request.GET.get("story", "")) or 0
    names, told = load_names(question), {}
    for column in (NOWHERE, *range(question.frozen, len(question.columns))):
        try:
            price = price_story(plan=found, story_id=story_id, column=column)
        except InvalidInput as refused:
            told[str(column)] = {"money": "", "tone": "refused", "why": refused.message}
        else:
            told[str(column)] = dict(say_price(price, names, currency=found.workspace.currency))
    return JsonResponse({"columns": told})


@login_required
@require_POST
def plan_move(request: HttpRequest, workspace: str, plan: int) -> HttpResponse:
    """Put `story` into `column` of the plan; answers with the plan's inside."""
    found = _fetch(request, workspace, plan, Action.EDIT_SPRINT)
    story_id = read_id(request.POST.get("story", "")) or 0
    column = _read_column(request.POST.get("column", ""))
    price = price_story(plan=found, story_id=story_id, column=column)
    question = question_of(found)
    moved = move_in_plan(
        plan=found, story_id=story_id, column=column, actor=page_actor(reader_of(request)), now=utc_now()
    )
    told = say_price(price, load_names(question), currency=found.workspace.currency)
    back = {"story": str(story_id), "column": request.POST.get("from", str(NOWHERE))}
    address = reverse("plan-move", args=[found.workspace.key, found.number])
    message = f"{told['money']}. {told['why']}".strip()
    return say(_draw(request, moved, "body"), toast=toast(message, undo_url=address, undo=back))


def _read_column(text: str) -> int:
    if text == str(NOWHERE):
        return NOWHERE
    found = read_id(text) if text != "0" else 0
    if found is None:
        raise InvalidInput("Say which sprint: its place from the left, or -1 for none.", field="column")
    return found


@login_required
@require_POST
def plan_reset(request: HttpRequest, workspace: str, plan: int) -> HttpResponse:
    """Back to the plan as it was computed."""
    found = _fetch(request, workspace, plan, Action.EDIT_SPRINT)
    reset = discard_edits(plan=found, actor=page_actor(reader_of(request)), now=utc_now())
    return say(_draw(request, reset, "body"), toast=toast("The plan stands as it was computed."))


@login_required
@require_POST
def plan_improve(request: HttpRequest, workspace: str, plan: int) -> HttpResponse:
    """Go on searching in the background; the better plan is one of its own."""
    found = _fetch(request, workspace, plan, Action.EDIT_SPRINT)
    return _go_to(request, request_improvement(plan=found, actor=page_actor(reader_of(request)), now=utc_now()))


@login_required
@require_http_methods(["GET", "POST"])
def plan_apply(request: HttpRequest, workspace: str, plan: int) -> HttpResponse:
    """The moves to choose from (GET), or take the chosen ones over (POST `stories`)."""
    if request.method == "GET":
        found = _fetch(request, workspace, plan, Action.VIEW)
        check_computed(found)
        page = page_of(found)
        context = {**shell_context(user=reader_of(request), workspace=found.workspace), "page": page}
        return render(request, "planner/planning/review.html", {**context, "lines": lines_of(page)})
    found = _fetch(request, workspace, plan, Action.EDIT_SPRINT)
    chosen = [pk for text in request.POST.getlist("stories") if (pk := read_id(text))]
    actor = page_actor(reader_of(request))
    taken = apply_plan(plan=found, story_ids=chosen, actor=actor, now=utc_now())
    page = page_of(taken.plan)
    now, before = (format_money(value, found.workspace.currency) for value in (page.value, page.record))
    message = f"{taken.changed} {'story' if taken.changed == 1 else 'stories'} planned: {now}, before {before}."
    undo_url = reverse("plan-undo", args=[found.workspace.key, found.number])
    answer = _draw(request, taken.plan, "body")
    return say(answer, toast=toast(message, undo_url=undo_url, undo={}), close_dialog=True)


@login_required
@require_POST
def plan_choice(request: HttpRequest, workspace: str, plan: int) -> HttpResponse:
    """What taking over only `stories` would earn; nothing is changed."""
    found = _fetch(request, workspace, plan, Action.VIEW)
    check_computed(found)
    page = page_of(found)
    choice = price_choice(page, [pk for text in request.POST.getlist("stories") if (pk := read_id(text))])
    said = say_choice(choice, currency=found.workspace.currency)
    return render(
        request, "planner/planning/choice.html", {"choice": choice, "said": said, "workspace": found.workspace}
    )


@login_required
@require_POST
def plan_undo(request: HttpRequest, workspace: str, plan: int) -> HttpResponse:
    """Give the stories back the sprints they had."""
    found = _fetch(request, workspace, plan, Action.EDIT_SPRINT)
    undone = undo_plan(plan=found, actor=page_actor(reader_of(request)), now=utc_now())
    message = f"{undone.changed} {'story is' if undone.changed == 1 else 'stories are'} where they were."
    return say(_draw(request, undone.plan, "body"), toast=toast(message))


@login_required
@require_POST
def plan_discard(request: HttpRequest, workspace: str, plan: int) -> HttpResponse:
    """Put the plan away; no sprint changes."""
    found = _fetch(request, workspace, plan, Action.EDIT_SPRINT)
    discard_plan(plan=found, now=utc_now())
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("planning", args=[found.workspace.key])})


def _draw(request: HttpRequest, found: SprintPlan, part: str) -> HttpResponse:
    context = {
        **shell_context(user=reader_of(request), workspace=found.workspace),
        "plan": found,
        "address": reverse("plan", args=[found.workspace.key, found.number]),
        **_context_of(found, request.GET),
    }
    return render(request, f"planner/planning/{part}.html", context)


def _context_of(found: SprintPlan, values: Mapping[str, str]) -> dict[str, Any]:
    if found.state == PlanState.COMPUTING.value:
        return {"job": Job.objects.filter(pk=found.question.get("job")).first(), **_form(question_of(found))}
    if found.state == PlanState.FAILED.value or not found.answer:
        return _form()
    shown = values.get("show", "plan")
    page = page_of(found, shown=shown if shown in SHOWN else "plan")
    return {
        "page": page,
        "curve": draw_curve(page),
        "parent": _parent(found, page.question.parent),
        "unplaced": unplaced_lines(page),
        "unplaced_counts": unplaced_counts(page),
        "choices": [
            (label, f"?show={name}" if name != "plan" else "?", page.shown == name)
            for name, label in (("plan", "Proposal"), ("record", "Planned before"))
        ],
        **_form(page.question),
    }


def _parent(found: SprintPlan, parent_id: int | None) -> dict[str, Any] | None:
    """The plan that this one goes on from, and what going on brought."""
    parent = SprintPlan.objects.filter(pk=parent_id, workspace=found.workspace).first() if parent_id else None
    if parent is None:
        return None
    return {"number": parent.number, "gain": (found.value or Decimal(0)) - (parent.value or Decimal(0))}


def _fetch(request: HttpRequest, workspace: str, number: int, action: Action) -> SprintPlan:
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    return get_plan_for(user=reader, action=action, workspace=place, number=number)
