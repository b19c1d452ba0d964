"""Applications: what the unfinished work of each is worth, rolled up to those it lies within."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from planner.models import Application
from planner.selectors.application_values import application_page, list_application_values
from planner.selectors.fetch import get_application_for

MOST_UNITS = 300
SHEET_UNITS = 60
FIGURES = {
    "cost_of_delay": "Cost of delay, a week",
    "business_value": "Business value",
    "investment": "Investment left",
    "npv": "Net present value",
    "roi": "Return on investment",
}


@login_required
@require_GET
def applications(request: HttpRequest, workspace: str) -> HttpResponse:
    """All applications with their sums."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    values = list_application_values(workspace=place, now=utc_now())
    context = {
        **shell_context(user=reader, workspace=place),
        "values": values,
        "is_nested": any(value.depth for value in values),
    }
    return render(request, "planner/applications/list.html", context)


@login_required
@require_GET
def application(request: HttpRequest, workspace: str, application: str) -> HttpResponse:
    """One application: its figures, what they are made of, and the applications within it."""
    reader = reader_of(request)
    found = get_application_for(user=reader, workspace=workspace, key=application, action=Action.VIEW)
    page = application_page(application=found, now=utc_now(), limit=MOST_UNITS)
    context = {
        **shell_context(user=reader, workspace=found.workspace),
        "application": found,
        "page": page,
        "trail": _trail(found.workspace, found),
    }
    return render(request, "planner/applications/page.html", context)


@login_required
@require_GET
def application_evidence(request: HttpRequest, workspace: str, application: str) -> HttpResponse:
    """Show what a sum of an application is made of: `?of=cost_of_delay|business_value|investment|npv|roi`."""
    reader = reader_of(request)
    found = get_application_for(user=reader, workspace=workspace, key=application, action=Action.VIEW)
    of = request.GET.get("of", "")
    of = of if of in FIGURES else "cost_of_delay"
    page = application_page(application=found, now=utc_now(), limit=SHEET_UNITS)
    figure = getattr(page.value, of)
    context: dict[str, Any] = {
        **shell_context(user=reader, workspace=found.workspace),
        "application": found,
        "page": page,
        "value": page.value,
        "of": of,
        "name": FIGURES[of],
        "figure": figure,
        "lines": [(unit, _of_unit(unit, of)) for unit in page.units if unit.cost_of_delay is not None],
    }
    return render(request, "planner/applications/evidence.html", context)


def _of_unit(unit: Any, of: str) -> Any:
    """A unit's part of a sum; ROI and NPV are made of two sums, and business value is shown."""
    return getattr(unit, of if of in {"cost_of_delay", "business_value", "investment"} else "business_value")


def _trail(workspace: Workspace, found: Application) -> list[tuple[str, str]]:
    """Where the page lies: all applications, then those around it."""
    above: list[tuple[str, str]] = []
    around = found.parent
    while around is not None:
        above.append((around.name, reverse("application", args=[workspace.key, around.key])))
        around = around.parent
    return [("Applications", reverse("applications", args=[workspace.key])), *reversed(above), (found.key, "")]
