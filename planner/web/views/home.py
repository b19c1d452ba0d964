"""The home page of a workspace: what would earn most now, what is held where, what happened."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from planner.selectors.home import (
    is_empty,
    list_application_values,
    list_opportunities,
    list_recent_changes,
    list_running_jobs,
)


@login_required
@require_GET
def workspace_home(request: HttpRequest, workspace: str) -> HttpResponse:
    """The page; an empty workspace is shown how to begin."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    context = {
        **shell_context(user=reader, workspace=place),
        "is_empty": is_empty(workspace=place),
        "opportunities": list_opportunities(workspace=place),
        "applications": list_application_values(workspace=place),
        "changes": list_recent_changes(workspace=place),
        "jobs": list_running_jobs(workspace=place),
    }
    return render(request, "planner/home/page.html", context)


@login_required
@require_GET
def home_events(request: HttpRequest, workspace: str) -> HttpResponse:
    """What was recently changed, drawn again when something is."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VIEW)
    return render(
        request, "planner/home/events.html", {"workspace": place, "changes": list_recent_changes(workspace=place)}
    )
