"""Adding stories and capabilities from the backlog."""

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import InvalidInput
from planner.domain.vocabulary import EventSource, StoryKind
from planner.models import Application, Capability
from planner.services.actor import Actor
from planner.services.applications import create_application
from planner.services.capabilities import create_capability
from planner.services.stories import StoryDraft, create_story
from planner.web.answers import say, toast

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
        actor=Actor.of(user=reader, source=EventSource.UI),
        now=utc_now(),
    )
    message = f"{story.key} is added at the bottom of the backlog."
    return say(HttpResponse(status=204), toast=toast(message), backlog_added={"story": story.pk}, close_dialog=True)


def _story_choices(workspace: Workspace, values: Mapping[str, str]) -> dict[str, object]:
    capabilities = Capability.objects.filter(workspace=workspace).order_by("-id")[:CAPABILITIES_OFFERED]
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
        capability=_capability_with_key(values.get("capability", ""), workspace=workspace),
        points=points or None,  # type: ignore[arg-type]  # the service reads and refuses what people type
    )


def _capability_with_key(key: str, *, workspace: Workspace) -> Capability | None:
    if not key:
        return None
    capability = Capability.objects.filter(workspace=workspace, key=key[:40]).select_related("application").first()
    if capability is None:
        raise InvalidInput("Choose a capability of this workspace.", field="capability")
    return capability


@login_required
@require_http_methods(["GET", "POST"])
def capability_add(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the form of a new capability (GET), or add it, and its application where that is new (POST)."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.EDIT_PLAN)
    applications = list(Application.objects.filter(workspace=place).order_by("name"))
    if request.method == "GET":
        context = {"workspace": place, "applications": [(item.key, item.name) for item in applications]}
        return render(request, "planner/backlog/add_capability.html", context)
    actor = Actor.of(user=reader, source=EventSource.UI)
    application = _read_application(request.POST.dict(), workspace=place, known=applications, actor=actor)
    title = request.POST.get("title", "")
    capability = create_capability(workspace=place, application=application, title=title, actor=actor, now=utc_now())
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
