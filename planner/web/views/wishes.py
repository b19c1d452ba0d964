"""What people wish for a unit: a part of its page with votes, feedback and relative scores."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.policies import Action
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from planner.models import Capability
from planner.selectors.fetch import get_capability_for, get_story_for
from planner.selectors.wishes import scores_of, wishes_of
from planner.services.units import Unit
from planner.services.wishes import LARGEST_WEIGHT, SCORE_READERS, cast_vote, score_unit
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_figure

IMPACTS = [("0.25", "0.25 minimal"), ("0.5", "0.5 low"), ("1", "1 medium"), ("2", "2 high"), ("3", "3 massive")]


@login_required
@require_http_methods(["GET", "POST"])
def capability_wishes(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Show what people wish for a capability (GET), or vote for it (POST: kind, weight)."""
    action = Action.VIEW if request.method == "GET" else Action.VOTE
    unit = get_capability_for(user=reader_of(request), workspace=workspace, key=key, action=action)
    return _wishes(request, unit)


@login_required
@require_http_methods(["GET", "POST"])
def story_wishes(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Show what people wish for a story in no capability (GET), or vote for it (POST: kind, weight)."""
    action = Action.VIEW if request.method == "GET" else Action.VOTE
    unit = get_story_for(user=reader_of(request), workspace=workspace, key=key, action=action)
    return _wishes(request, unit)


def _wishes(request: HttpRequest, unit: Unit) -> HttpResponse:
    reader = reader_of(request)
    if request.method == "POST":
        weight = request.POST.get("weight", "")
        cast_vote(
            unit=unit,
            voter=reader,
            kind=request.POST.get("kind", ""),
            weight=int(weight) if weight.isascii() and weight.isdigit() and len(weight) < 3 else -1,
            actor=page_actor(reader),
            now=utc_now(),
        )
    context = {
        **shell_context(user=reader, workspace=unit.workspace),
        "unit": unit,
        "url": request.path,
        "scores_url": _scores_url(unit),
        "wishes": wishes_of(unit=unit, reader=reader),
        "weights": range(1, LARGEST_WEIGHT + 1),
        "is_capability": isinstance(unit, Capability),
    }
    return render(request, "planner/wishes/wishes.html", context)


def _scores_url(unit: Unit) -> str:
    kind = "capability" if isinstance(unit, Capability) else "story"
    return reverse(f"{kind}-scores", args=[unit.workspace.key, unit.key])


@login_required
@require_http_methods(["GET", "POST"])
def capability_scores(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Show the form of a capability's relative scores (GET), or set them (POST)."""
    return _scores(
        request, get_capability_for(user=reader_of(request), workspace=workspace, key=key, action=Action.RANK)
    )


@login_required
@require_http_methods(["GET", "POST"])
def story_scores(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Show the form of a story's relative scores (GET), or set them (POST)."""
    return _scores(request, get_story_for(user=reader_of(request), workspace=workspace, key=key, action=Action.RANK))


def _scores(request: HttpRequest, unit: Unit) -> HttpResponse:
    if request.method == "GET":
        context = {"workspace": unit.workspace, "unit": unit, "url": request.path, "impacts": IMPACTS}
        return render(request, "planner/wishes/scores.html", context | {"scores": scores_of(unit=unit)})
    typed = {name: read_figure(request.POST[name]) for name in SCORE_READERS if name in request.POST}
    score_unit(unit=unit, scores=typed, actor=page_actor(reader_of(request)), now=utc_now())
    return say(
        HttpResponse(status=204),
        toast=toast(f"The scores of {unit.key} are kept. They rank the lenses WSJF and RICE."),
        wishes_changed={"unit": unit.key},
        close_dialog=True,
    )
