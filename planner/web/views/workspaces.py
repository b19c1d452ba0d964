"""Creating a workspace: whoever does becomes its owner."""

from zoneinfo import available_timezones

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.web.refusals import as_typed
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import DomainError
from planner.services.workspaces import create_workspace

SUGGESTED = {"time_zone": "UTC", "currency": "USD"}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def workspace_new(request: HttpRequest) -> HttpResponse:
    """The form; posting it makes an empty workspace with a workflow and a map."""
    context = {"time_zones": [(name, name.replace("_", " ")) for name in sorted(available_timezones())]}
    if request.method != "POST":
        return render(request, "accounts/workspace_new.html", context | {"values": SUGGESTED})
    try:
        workspace = create_workspace(
            name=request.POST.get("name", ""),
            key=request.POST.get("key", "").upper(),
            time_zone=request.POST.get("time_zone", ""),
            currency=request.POST.get("currency", "").upper(),
            owner=reader_of(request),
            now=utc_now(),
        )
    except DomainError as error:
        return render(request, "accounts/workspace_new.html", context | as_typed(request, error), status=error.status)
    return redirect("workspace-home", workspace.key)
