"""Teams and what a point of each costs: the rates that investment is computed with."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import NotFound
from planner.models import Team
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.fetch import get_team_for
from planner.services.teams import create_team, delete_team, update_team
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_figure


@login_required
@require_http_methods(["GET", "POST"])
def teams(request: HttpRequest, workspace: str) -> HttpResponse:
    """All teams with their rates (GET); add one (POST)."""
    reader = reader_of(request)
    action = Action.VIEW if request.method == "GET" else Action.EDIT_PLAN
    place = get_workspace_for(user=reader, workspace=workspace, action=action)
    if request.method == "GET":
        return render(request, "planner/teams/page.html", _context(request, place))
    team = create_team(workspace=place, actor=page_actor(reader), now=utc_now(), **_read(request.POST.dict()))
    return _lists(request, place, f"{team.name} is a team now.")


@login_required
@require_POST
def team(request: HttpRequest, workspace: str, team: int) -> HttpResponse:
    """Change a team's name or what a point of it costs; `step=delete` deletes it."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.EDIT_PLAN)
    found = get_team_for(user=reader, team_id=team, action=Action.EDIT_PLAN)
    if found.workspace_id != place.pk:
        raise NotFound("There is no such team here.")
    actor = page_actor(reader)
    if request.POST.get("step") == "delete":
        delete_team(team=found, actor=actor, now=utc_now())
        return _lists(request, place, f"{found.name} was deleted; its stories are in no team.")
    found = update_team(team=found, changes=_read(request.POST.dict()), actor=actor, now=utc_now())
    return _lists(request, place, f"{found.name} is saved; what is left to invest is counted anew.")


def _read(values: Mapping[str, str]) -> dict[str, Any]:
    """An empty cost means the workspace's."""
    return {"name": values.get("name", ""), "cost_per_point": read_figure(values.get("cost_per_point", ""))}


def _lists(request: HttpRequest, workspace: Workspace, message: str) -> HttpResponse:
    response = render(request, "planner/teams/list.html", _context(request, workspace))
    return say(response, toast=toast(message))


def _context(request: HttpRequest, workspace: Workspace) -> dict[str, Any]:
    is_open = Q(stories__category__in=OPEN_CATEGORIES)
    rows = Team.objects.filter(workspace=workspace).order_by("name")
    counted = rows.annotate(
        open_stories=Count("stories", filter=is_open), open_points=Sum("stories__points", filter=is_open)
    )
    return {**shell_context(user=reader_of(request), workspace=workspace), "teams": counted}
