"""Teams: what a point of each costs, who is in them, and what they can take on."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import NotFound
from planner.models import Team
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.fetch import get_team_for
from planner.selectors.team_page import load_team_page
from planner.services.teams import create_team, delete_team, update_team
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_id
from planner.web.team_forms import read_team
from planner.web.velocity_chart import draw_velocity


@login_required
@require_http_methods(["GET", "POST"])
def teams(request: HttpRequest, workspace: str) -> HttpResponse:
    """All teams with their rates (GET); add one (POST)."""
    reader = reader_of(request)
    action = Action.VIEW if request.method == "GET" else Action.EDIT_PLAN
    place = get_workspace_for(user=reader, workspace=workspace, action=action)
    if request.method == "GET":
        return render(request, "planner/teams/page.html", _context(request, place))
    fields = {"name": "", **read_team(request.POST.dict())}
    team = create_team(workspace=place, actor=page_actor(reader), now=utc_now(), **fields)
    return _lists(request, place, f"{team.name} is a team now: say who is in it.")


@login_required
@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, workspace: str, team: int) -> HttpResponse:
    """A team's page (GET); change the team (POST), or delete it with `step=delete`."""
    reader = reader_of(request)
    if request.method == "GET":
        found = fetch_team(reader, workspace, team, action=Action.VIEW)
        template = "parts" if request.GET.get("part") == "parts" else "team"
        return render(request, f"planner/teams/{template}.html", team_context(request, found))
    found = fetch_team(reader, workspace, team, action=Action.EDIT_PLAN)
    if request.POST.get("step") == "delete":
        delete_team(team=found, actor=page_actor(reader), now=utc_now())
        return _lists(request, found.workspace, f"{found.name} was deleted; its stories are in no team.")
    changes = read_team(request.POST.dict())
    place = found.workspace
    found = update_team(team=found, changes=changes, actor=page_actor(reader), now=utc_now())
    if request.POST.get("from") == "page":
        return answer_parts(request, found, f"{found.name} is saved; its capacity is worked out anew.")
    return _lists(request, place, f"{found.name} is saved; what is left to invest is counted anew.")


@login_required
@require_GET
def team_evidence(request: HttpRequest, workspace: str, team: int) -> HttpResponse:
    """How a capacity (`?sprint=`) or the velocity of a team was worked out."""
    found = fetch_team(reader_of(request), workspace, team, action=Action.VIEW)
    page = load_team_page(team=found, now=utc_now())
    sprint_id = read_id(request.GET.get("sprint", ""))
    capacity = next((each for each in page.capacities if each.sprint and each.sprint.pk == sprint_id), None)
    if sprint_id and capacity is None:
        raise NotFound("This sprint is not ahead of the team any more.")
    lines = [(line, capacity.points_of(line)) for line in capacity.hours.members] if capacity and capacity.hours else []
    context = {"workspace": found.workspace, "page": page, "capacity": capacity, "lines": lines}
    return render(request, "planner/teams/evidence.html", context)


def fetch_team(reader: User, workspace: str, team: int, *, action: Action) -> Team:
    """The team, which must be of the workspace in the address."""
    place = get_workspace_for(user=reader, workspace=workspace, action=action)
    found = get_team_for(user=reader, team_id=team, action=action)
    if found.workspace_id != place.pk:
        raise NotFound("There is no such team here.")
    found.workspace = place
    return found


def team_context(request: HttpRequest, team: Team) -> dict[str, Any]:
    """What the page of a team shows."""
    page = load_team_page(team=team, now=utc_now())
    trail = [("Teams", reverse("teams", args=[team.workspace.key])), (team.name, "")]
    shell = shell_context(user=reader_of(request), workspace=team.workspace)
    chart = draw_velocity(page.velocity)
    shares = [("1", "Whole days"), ("0.5", "Half days"), ("0.25", "A quarter of each day")]
    return {**shell, "team": page.team, "page": page, "chart": chart, "trail": trail, "shares": shares}


def answer_parts(request: HttpRequest, team: Team, message: str, **undo: Any) -> HttpResponse:
    """The team's parts anew, with a toast."""
    response = render(request, "planner/teams/parts.html", team_context(request, team))
    return say(response, toast=toast(message, **undo), close_dialog=True)


def _lists(request: HttpRequest, workspace: Workspace, message: str) -> HttpResponse:
    response = render(request, "planner/teams/list.html", _context(request, workspace))
    return say(response, toast=toast(message))


def _context(request: HttpRequest, workspace: Workspace) -> dict[str, Any]:
    is_open = Q(stories__category__in=OPEN_CATEGORIES)
    rows = Team.objects.filter(workspace=workspace).order_by("name").prefetch_related("people")
    counted = rows.annotate(
        open_stories=Count("stories", filter=is_open), open_points=Sum("stories__points", filter=is_open)
    )
    return {**shell_context(user=reader_of(request), workspace=workspace), "teams": counted}
