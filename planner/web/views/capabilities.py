"""The page of a capability: drawn in parts; every edit posts, and its part is drawn again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.policies import Action
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import InvalidInput, NotFound
from planner.models import Application, Capability
from planner.selectors.fetch import get_capability_for, get_story_for
from planner.services.capabilities import delete_capability, update_capability
from planner.services.stories import update_story
from planner.web.answers import say
from planner.web.capability_parts import LAZY_PARTS, PARTS, page_context, part_context
from planner.web.forms import page_actor, read_flag, read_member, read_version


@login_required
@require_GET
def capability(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """The whole page."""
    reader = reader_of(request)
    found = get_capability_for(user=reader, workspace=workspace, key=key, action=Action.VIEW)
    return render(request, "planner/capability/page.html", page_context(capability=found, reader=reader))


@login_required
@require_GET
def capability_part(request: HttpRequest, workspace: str, key: str, part: str) -> HttpResponse:
    """One part of the page; `?edit=1` draws the head as a form."""
    reader = reader_of(request)
    is_editor = "edit" in request.GET
    action = Action.EDIT_PLAN if is_editor else Action.VIEW
    found = get_capability_for(user=reader, workspace=workspace, key=key, action=action)
    if part not in {*PARTS, *LAZY_PARTS} or (is_editor and part != "head"):
        raise NotFound("There is no such part of a capability's page.")
    template = "head_form" if is_editor else part
    context = part_context(part, capability=found, reader=reader)
    return render(request, f"planner/capability/{template}.html", context)


@login_required
@require_POST
def capability_update(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Change title, description, application or due date."""
    reader = reader_of(request)
    found = get_capability_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_PLAN)
    values = request.POST.dict()
    update_capability(
        capability=found,
        changes=_read_changes(values, workspace_id=found.workspace_id),
        actor=page_actor(reader),
        now=utc_now(),
        version=read_version(values),
    )
    return _redraw(request, capability=found, part="head")


@login_required
@require_POST
def capability_delete(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Delete a capability without stories, and go back to the backlog."""
    reader = reader_of(request)
    found = get_capability_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_PLAN)
    delete_capability(capability=found, actor=page_actor(reader), now=utc_now())
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = reverse("backlog", args=[found.workspace.key])
    return response


@login_required
@require_POST
def capability_story(request: HttpRequest, workspace: str, key: str, story: str) -> HttpResponse:
    """Say whether the capability needs this story of its own to earn (`required`)."""
    reader = reader_of(request)
    found = get_capability_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_STORY)
    one = get_story_for(user=reader, workspace=found.workspace, key=story, action=Action.EDIT_STORY)
    if one.capability_id != found.pk:
        raise NotFound(f"{one.key} is not a story of {found.key} any more: reload the page.")
    required = read_flag(request.POST.get("required", ""))
    update_story(story=one, changes={"required": required}, actor=page_actor(reader), now=utc_now())
    return _redraw(request, capability=found, part="stories")


def _read_changes(values: Mapping[str, str], *, workspace_id: int) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name in ("title", "description"):
        if name in values:
            changes[name] = values[name].replace("\r\n", "\n")
    if "due_date" in values:
        changes["due_date"] = _read_day(values["due_date"])
    if "application" in values:
        applications = Application.objects.filter(workspace_id=workspace_id)
        changes["application"] = read_member(applications, values["application"], field="application")
    return changes


def _read_day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput("Type a day, such as 2026-03-31.", field="due_date") from None


def _redraw(request: HttpRequest, *, capability: Capability, part: str) -> HttpResponse:
    """Answer a change with its part as it now is, and tell the page's other parts to follow."""
    reader = reader_of(request)
    fresh = get_capability_for(user=reader, capability_id=capability.pk, action=Action.VIEW)
    context = part_context(part, capability=fresh, reader=reader)
    template = f"planner/capability/{part}.html"
    response = render(request, "planner/capability/answer.html", {**context, "part_template": template})
    return say(response, part_changed={"part": part})
