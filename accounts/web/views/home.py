"""The address "/": on to the first workspace, or to making or joining one."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.selectors import list_workspaces_for
from accounts.web.shell import reader_of


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send the reader to a workspace of theirs; who has none is told how to get one."""
    first = list_workspaces_for(user=reader_of(request)).first()
    if first is not None:
        return redirect("workspace-home", first.key)
    return render(request, "accounts/welcome.html")
