"""A workspace's settings: everyone reads, owners change."""

from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.services.workspaces import update_workspace
from accounts.web.answers import go
from accounts.web.refusals import as_typed
from accounts.web.settings_form import WEEKDAYS, read_settings, settings_values
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import DomainError


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def workspace_settings(request: HttpRequest, workspace: str) -> HttpResponse:
    """The page; posting changes every setting at once or none."""
    reader = reader_of(request)
    action = Action.MANAGE_WORKSPACE if request.method == "POST" else Action.VIEW
    place = get_workspace_for(user=reader, workspace=workspace, action=action)
    if request.method != "POST":
        return _page(request, place, values=settings_values(place), weekdays=place.work_weekdays)
    try:
        changed = Workspace.objects.get(pk=place.pk)
        update_workspace(workspace=changed, changes=read_settings(request.POST), actor_id=reader.pk, now=utc_now())
    except DomainError as error:
        return _page(request, place, status=error.status, **_as_typed(request, error))
    return go(request, reverse("settings", args=[place.key]), saying="The settings are saved.")


def _as_typed(request: HttpRequest, error: DomainError) -> dict[str, Any]:
    typed = as_typed(request, error)
    errors = dict(typed["errors"])
    if "discount_rate" in errors:
        errors["discount_percent"] = errors.pop("discount_rate")
    ticked = [day for day, _ in WEEKDAYS if str(day) in request.POST.getlist("work_weekdays")]
    return typed | {"errors": errors, "weekdays": ticked}


def _page(
    request: HttpRequest, place: Workspace, *, weekdays: list[int], status: int = 200, **more: Any
) -> HttpResponse:
    context = shell_context(user=reader_of(request), workspace=place)
    context |= {
        "days": [(day, name, day in weekdays) for day, name in WEEKDAYS],
        "time_zones": [(name, name.replace("_", " ")) for name in sorted(available_timezones())],
        **more,
    }
    return render(request, "accounts/settings.html", context, status=status)
