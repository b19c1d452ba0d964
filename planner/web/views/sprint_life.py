"""What happens to a sprint: planned with others, edited, started, taken back, completed, deleted."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of
from common.clock import utc_now
from planner.models import Team
from planner.selectors.pins import today_of
from planner.selectors.sprint_list import row_of
from planner.selectors.sprint_page import list_stories, list_unfinished
from planner.selectors.sprints import list_targets
from planner.services.sprint_reopening import reopen_sprint
from planner.services.sprint_series import MOST_AT_ONCE, add_next_sprints, preview_next_sprints
from planner.services.sprints import complete_sprint, delete_sprint, start_sprint, update_sprint
from planner.web.forms import page_actor, read_version
from planner.web.sprint_forms import read_count, read_outcomes, read_sprint, read_team_choice
from planner.web.views.sprints import fetch_sprint, told

USUAL_COUNT = 3


@login_required
@require_http_methods(["GET", "POST"])
def sprints_add(request: HttpRequest, workspace: str) -> HttpResponse:
    """Ask how many sprints follow, showing their days and names (GET), or plan them (POST)."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.EDIT_SPRINT)
    teams = list(Team.objects.filter(workspace=place).order_by("name"))
    values = request.POST if request.method == "POST" else request.GET
    team = read_team_choice(values.get("team", ""), teams=teams)
    count = read_count(values.get("count", str(USUAL_COUNT)))
    now = utc_now()
    if request.method == "POST":
        made = add_next_sprints(workspace=place, team=team, count=count, actor=page_actor(reader), now=now)
        names = f"{made[0].name} to {made[-1].name} are" if len(made) > 1 else f"{made[0].name} is"
        return told(f"{names} planned, until {made[-1].end_date:%-d %B %Y}.")
    today = today_of(workspace=place, now=now)
    shown = min(max(count, 1), MOST_AT_ONCE)
    context = {
        "workspace": place,
        "teams": [("", "the whole workspace"), *((str(each.pk), each.name) for each in teams)],
        "team": team.pk if team else "",
        "count": shown,
        "most": MOST_AT_ONCE,
        "ahead": preview_next_sprints(workspace=place, team=team, count=shown, today=today),
    }
    template = "preview" if request.GET.get("part") == "preview" else "add"
    return render(request, f"planner/sprints/{template}.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def sprint_edit(request: HttpRequest, workspace: str, sprint: int) -> HttpResponse:
    """Edit name, goal, days and team (GET: the form)."""
    reader = reader_of(request)
    found = fetch_sprint(reader, workspace, sprint, action=Action.EDIT_SPRINT)
    teams = list(Team.objects.filter(workspace=found.workspace).order_by("name"))
    if request.method == "GET":
        context = {"workspace": found.workspace, "teams": teams, "sprint": found}
        return render(request, "planner/sprints/edit.html", context)
    values = request.POST.dict()
    found = update_sprint(
        sprint=found,
        changes=read_sprint(values, teams=teams),
        version=read_version(values),
        actor=page_actor(reader),
        now=utc_now(),
    )
    return told(f"{found.name} is saved.")


@login_required
@require_http_methods(["GET", "POST"])
def sprint_start(request: HttpRequest, workspace: str, sprint: int) -> HttpResponse:
    """Show what would be committed (GET), or start (POST)."""
    reader = reader_of(request)
    found = fetch_sprint(reader, workspace, sprint, action=Action.EDIT_SPRINT)
    if request.method == "GET":
        row = row_of(sprint=found, now=utc_now())
        context = {"workspace": found.workspace, "sprint": found, "row": row, "stories": list_stories(sprint=found)}
        return render(request, "planner/sprints/start.html", context)
    version = read_version(request.POST.dict())
    found = start_sprint(sprint=found, actor=page_actor(reader), now=utc_now(), version=version)
    undo_url = reverse("sprint-reopen", args=[found.workspace.key, found.pk])
    return told(f"{found.name} is running: its commitment is kept.", undo_url=undo_url, undo={})


@login_required
@require_POST
def sprint_reopen(request: HttpRequest, workspace: str, sprint: int) -> HttpResponse:
    """Take the start back, while nothing has happened in the sprint."""
    reader = reader_of(request)
    found = fetch_sprint(reader, workspace, sprint, action=Action.EDIT_SPRINT)
    found = reopen_sprint(sprint=found, actor=page_actor(reader), now=utc_now())
    return told(f"{found.name} is planned again, as if it had not been started.")


@login_required
@require_http_methods(["GET", "POST"])
def sprint_complete(request: HttpRequest, workspace: str, sprint: int) -> HttpResponse:
    """Ask where each unfinished story goes (GET), or complete the sprint (POST)."""
    reader = reader_of(request)
    found = fetch_sprint(reader, workspace, sprint, action=Action.EDIT_SPRINT)
    stories, targets = list_unfinished(sprint=found), list_targets(sprint=found)
    if request.method == "GET":
        context = {"workspace": found.workspace, "sprint": found, "stories": stories, "targets": targets}
        return render(request, "planner/sprints/complete.html", context)
    values = request.POST.dict()
    everything, outcomes = read_outcomes(values, stories=stories, targets=targets)
    found = complete_sprint(
        sprint=found,
        move_open_to=everything,
        outcomes=outcomes,
        version=read_version(values),
        actor=page_actor(reader),
        now=utc_now(),
    )
    moved = f"; {len(stories)} unfinished moved on" if stories else ""
    return told(f"{found.name} is completed{moved}. This is its report.")


@login_required
@require_POST
def sprint_delete(request: HttpRequest, workspace: str, sprint: int) -> HttpResponse:
    """Delete a sprint that was never started; its stories stay in the backlog."""
    reader = reader_of(request)
    found = fetch_sprint(reader, workspace, sprint, action=Action.EDIT_SPRINT)
    delete_sprint(sprint=found, actor=page_actor(reader), now=utc_now())
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("sprints", args=[found.workspace.key])})
