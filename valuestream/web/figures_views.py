"""The page of derived figures: compare them with the log, derive them anew, and see how far that is."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from planner.web.answers import say, toast
from valuestream.selectors.rebuilding import query_derivations, tell_derivations
from valuestream.services.requests import request_check, request_rebuild

SHOWN = 10


@login_required
@require_http_methods(["GET", "POST"])
def figures(request: HttpRequest, workspace: str) -> HttpResponse:
    """What is derived and how far the workers are (GET; `?part=runs` alone), or begin (POST: `what`)."""
    action = Action.MANAGE_WORKSPACE if request.method == "POST" else Action.VIEW
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=action)
    if request.method == "POST":
        return _begin(request, place)
    part = "runs" if request.GET.get("part") == "runs" else "page"
    return render(request, f"valuestream/figures/{part}.html", _context(request, place))


def _begin(request: HttpRequest, place: Workspace) -> HttpResponse:
    begin = request_rebuild if request.POST.get("what") == "rebuild" else request_check
    begin(workspace_id=place.pk, user_id=reader_of(request).pk, now=utc_now())
    answer = render(request, "valuestream/figures/runs.html", _context(request, place))
    return say(answer, toast=toast("The workers are told."))


def _context(request: HttpRequest, place: Workspace) -> dict[str, object]:
    jobs = query_derivations(workspace_id=place.pk).select_related("requested_by")[:SHOWN]
    runs = tell_derivations(jobs=list(jobs))
    return {
        **shell_context(user=reader_of(request), workspace=place),
        "runs": runs,
        "is_running": any(not one.is_finished for one in runs),
        "trail": [("Settings", reverse("settings", args=[place.key])), ("Figures", "")],
    }
