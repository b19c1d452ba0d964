"""Adding stories and capabilities from the backlog."""

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import InvalidInput
from planner.domain.vocabulary import StoryKind
from planner.models import Application
from planner.selectors.capabilities import list_capabilities
from planner.selectors.listing import list_applications
from planner.services.actor import Actor
from planner.services.applications import create_application
from planner.services.capabilities import create_capability
from planner.services.stories import StoryDraft, create_story
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_capability_key

CAPABILITIES_OFFERED = 500


@login_required
@require_http_methods(["GET", "POST"])
def story_add(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the form of a new story (GET), or add it at the bottom of the backlog (POST)."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.EDIT_STORY)
    if request.method == "GET":
        return render(request, "planner/backlog/add_story.html", _story_choices(place, request.GET.dict()))
    story = create_story(
        workspace=place,
        draft=_read_draft(request.POST.dict(), workspace=place),
        actor=page_actor(reader),
        now=utc_now(),
    )
    message = f"{story.key} is added at the bottom of the backlog."
    return say(HttpResponse(status=204), toast=toast(message), backlog_added={"story": story.pk}, close_dialog=True)


def _story_choices(workspace: Workspace, values: Mapping[str, str]) -> dict[str, object]:
    capabilities = list_capabilities(workspace=workspace).order_by("-id")[:CAPABILITIES_OFFERED]
    return {
        "workspace": workspace,
        "kinds": StoryKind.choices(),
        "capabilities": [(capability.key, f"{capability.key} {capability.title}") for capability in capabilities],
        "chosen": values.get("capability", ""),
    }


def _read_draft(values: Mapping[str, str], *, workspace: Workspace) -> StoryDraft:
    points = values.get("points", "").strip()
    return StoryDraft(
        title=values.get("title", ""),
        kind=values.get("kind") or StoryKind.STORY.value,
        capability=read_capability_key(values.get("capability", ""), workspace.pk),
        points=points or None,  # type: ignore[arg-type]  # the service reads and refuses what people type
    )


@login_required
@require_http_methods(["GET", "POST"])
def capability_add(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the form of a new capability (GET), or add it, and its application where that is new (POST)."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.EDIT_PLAN)
    applications = list(list_applications(workspace=place).order_by("name"))
    if request.method == "GET":
        context = {"workspace": place, "applications": [(item.key, item.name) for item in applications]}
        return render(request, "planner/backlog/add_capability.html", context)
    actor = page_actor(reader)
    title = request.POST.get("title", "")
    with transaction.atomic():  # a refused capability takes its new application back
        application = _read_application(request.POST.dict(), workspace=place, known=applications, actor=actor)
        capability = create_capability(
            workspace=place, application=application, title=title, actor=actor, now=utc_now()
        )
    message = f"{capability.key} is added. It takes its place with its first story."
    return say(
        HttpResponse(status=204), toast=toast(message), backlog_added={"capability": capability.pk}, close_dialog=True
    )


def _read_application(
    values: Mapping[str, str], *, workspace: Workspace, known: list[Application], actor: Actor
) -> Application:
    chosen = next((item for item in known if item.key == values.get("application")), None)
    if chosen is not None:
        return chosen
    if not values.get("application_name", "").strip():
        raise InvalidInput("Name the application it belongs to.", field="application_name")
    return create_application(
        workspace=workspace,
        name=values["application_name"],
        key=values.get("application_key", "").strip().upper(),
        actor=actor,
        now=utc_now(),
    )
