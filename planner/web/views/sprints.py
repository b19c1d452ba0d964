"""Sprints: the list with what was done, one sprint's page, and its report as a file."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import Conflict, NotFound
from planner.models import Sprint, Team
from planner.selectors.capacity import SprintCapacity, capacities_of_teams
from planner.selectors.fetch import get_sprint_for
from planner.selectors.sprint_list import load_sprint_page
from planner.selectors.sprint_page import SprintView, load_sprint
from planner.selectors.sprint_reports import Report, report_of
from planner.services.sprints import create_sprint
from planner.web.answers import say, toast
from planner.web.burn_chart import BurnUnit, BurnWay, draw_burn
from planner.web.forms import page_actor
from planner.web.sprint_forms import read_sprint, read_team_choice
from planner.web.team_forms import read_date
from planner.web.velocity_chart import draw_velocity
from planner.web.views.exporting import WRITERS

Row = list[Any]
EVIDENCE = ("points", "capacity", "money")


@login_required
@require_http_methods(["GET", "POST"])
def sprints(request: HttpRequest, workspace: str) -> HttpResponse:
    """The sprints of everybody or of `?team=` (GET); draft one (POST)."""
    reader = reader_of(request)
    action = Action.VIEW if request.method == "GET" else Action.EDIT_SPRINT
    place = get_workspace_for(user=reader, workspace=workspace, action=action)
    teams = list(Team.objects.filter(workspace=place).order_by("name"))
    if request.method == "POST":
        fields = {"name": "", **read_sprint(request.POST.dict(), teams=teams)}
        made = create_sprint(workspace=place, actor=page_actor(reader), now=utc_now(), **fields)
        return to_sprint(made)
    if request.GET.get("part") == "dialog":
        return render(request, "planner/sprints/edit.html", {"workspace": place, "teams": teams, "sprint": None})
    template = "list" if request.GET.get("part") == "list" else "page"
    return render(request, f"planner/sprints/{template}.html", _list_context(request, place, teams))


def _list_context(request: HttpRequest, workspace: Workspace, teams: list[Team]) -> dict[str, Any]:
    team = read_team_choice(request.GET.get("team", ""), teams=teams)
    before = request.GET.get("before", "")
    page = load_sprint_page(
        workspace=workspace,
        now=utc_now(),
        team=team,
        before=read_date(before, field="before") if before else None,
    )
    url = reverse("sprints", args=[workspace.key])
    choices = [
        ("All teams", url, team is None),
        *((each.name, f"{url}?team={each.pk}", each == team) for each in teams),
    ]
    shell = shell_context(user=reader_of(request), workspace=workspace)
    query = urlencode({"team": team.pk} if team else {})
    return {**shell, "page": page, "team": team, "choices": choices if teams else [], "query": query}


@login_required
@require_GET
def sprint(request: HttpRequest, workspace: str, sprint: int) -> HttpResponse:
    """One sprint: `?unit=` points, hours or dollars, `?way=` down or up."""
    found = fetch_sprint(reader_of(request), workspace, sprint, action=Action.VIEW)
    template = "parts" if request.GET.get("part") == "parts" else "sprint"
    return render(request, f"planner/sprints/{template}.html", _sprint_context(request, found))


def _sprint_context(request: HttpRequest, sprint: Sprint) -> dict[str, Any]:
    view = load_sprint(sprint=sprint, now=utc_now())
    workspace = sprint.workspace
    unit, way = _word(BurnUnit, request.GET.get("unit"), "points"), _word(BurnWay, request.GET.get("way"), "down")
    chart = draw_burn(view.burndown, unit=unit, way=way, currency=workspace.currency) if view.burndown else None
    url = reverse("sprint", args=[workspace.key, sprint.pk])
    return {
        **shell_context(user=reader_of(request), workspace=workspace),
        "sprint": sprint,
        "view": view,
        "chart": chart,
        "units": [(each.label, f"{url}?unit={each.value}&way={way.value}", each is unit) for each in BurnUnit],
        "ways": [(each.label, f"{url}?unit={unit.value}&way={each.value}", each is way) for each in BurnWay],
        "question": f"unit={unit.value}&way={way.value}",
        "velocity_chart": draw_velocity(view.velocity, marked=sprint) if view.is_over else None,
        "trail": [("Sprints", reverse("sprints", args=[workspace.key])), (sprint.name, "")],
        "flow": _flow(view),
    }


def _flow(view: SprintView) -> list[tuple[str, str, Any, int]]:
    """committed + added - removed + re-estimated = done + not done: sign, words, amounts, stories."""
    if view.report is None:
        return []
    figures = view.report.figures
    return [
        ("", "committed", figures.committed.amounts, len(figures.committed.story_ids)),
        ("+", "added", figures.added.amounts, len(figures.added.story_ids)),
        ("−", "taken out", figures.removed.amounts, len(figures.removed.story_ids)),
        ("±", "estimated anew", figures.re_estimated, 0),
        ("=", "done", figures.done.amounts, len(figures.done.story_ids)),
        ("+", "not done", figures.not_done.amounts, len(figures.not_done.story_ids)),
    ]


def _word(vocabulary: Any, given: str | None, usual: str) -> Any:
    known = {each.value for each in vocabulary}
    return vocabulary(given if given in known else usual)


@login_required
@require_GET
def sprint_evidence(request: HttpRequest, workspace: str, sprint: int) -> HttpResponse:
    """How a figure of the sprint came about: `?of=` points, capacity or money."""
    found = fetch_sprint(reader_of(request), workspace, sprint, action=Action.VIEW)
    of = request.GET.get("of", "points")
    if of not in EVIDENCE:
        raise NotFound(f"Ask for one of: {', '.join(EVIDENCE)}.")
    capacities: list[SprintCapacity] = []
    if of == "capacity":
        team_ids = [found.team_id] if found.team_id else None
        every = capacities_of_teams(workspace=found.workspace, sprints=[found], team_ids=team_ids)
        capacities = [each for [each] in every.values() if each.hours is not None]
    view = load_sprint(sprint=found, now=utc_now())
    context = {"workspace": found.workspace, "sprint": found, "view": view, "of": of, "capacities": capacities}
    return render(request, "planner/sprints/evidence.html", context)


@login_required
@require_GET
def sprint_export(request: HttpRequest, workspace: str, sprint: int, kind: str) -> StreamingHttpResponse:
    """The report, story by story, as a file of this kind, csv or xlsx."""
    found = fetch_sprint(reader_of(request), workspace, sprint, action=Action.VIEW)
    if kind not in WRITERS:
        raise NotFound(f"Export as one of: {', '.join(WRITERS)}.")
    report = report_of(sprint=found, now=utc_now())
    if report is None:
        raise Conflict(f"{found.name} was not started yet: it has no report.", code="sprint_not_started")
    write, content_type = WRITERS[kind]
    response = StreamingHttpResponse(write(_table(report)), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="sprint-{found.pk}-report.{kind}"'
    return response


def _table(report: Report) -> Iterator[Row]:
    yield ["Key", "Title", "Committed", "Outcome", "Moved to", "Points", "Points left", "Hours", "Hours left", "Value"]
    for line in report.lines:
        target = line.moved_to.name if line.moved_to else None
        points = line.amounts.points if line.is_estimated else None
        left = line.left.points if line.is_estimated else None
        amounts = [points, left, line.amounts.hours, line.left.hours, line.amounts.dollars]
        yield [line.key, line.title, line.is_committed, line.outcome_label, target, *amounts]


def fetch_sprint(reader: User, workspace: str, sprint: int, *, action: Action) -> Sprint:
    """The sprint, which must be of the workspace in the address."""
    place = get_workspace_for(user=reader, workspace=workspace, action=action)
    found = get_sprint_for(user=reader, sprint_id=sprint, action=action)
    if found.workspace_id != place.pk:
        raise NotFound("There is no such sprint here.")
    found.workspace = place
    return found


def to_sprint(sprint: Sprint) -> HttpResponse:
    """Go to the sprint's page."""
    url = reverse("sprint", args=[sprint.workspace.key, sprint.pk])
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def told(message: str, **undo: Any) -> HttpResponse:
    """An answer to a change of a sprint: the page draws itself anew, and says what happened."""
    return say(HttpResponse(status=204), toast=toast(message, **undo), close_dialog=True, sprint_changed=True)
