"""The page of dependencies: the graph, what holds up most, and adding and removing them by keys."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from planner.models import Capability, Story
from planner.selectors.dependency_graph import DEFAULT_REACH, critical_enablers, dependency_graph
from planner.services.dependencies import add_dependency
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_story_key
from planner.web.graph_drawing import draw_graph

REACHES = (1, 2, 3, 5)


@login_required
@require_http_methods(["GET", "POST"])
def dependencies(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the graph, whole or around one unit (GET ?around=KEY&reach=2), or add a dependency (POST)."""
    reader = reader_of(request)
    if request.method == "POST":
        return _add(request, get_workspace_for(user=reader, workspace=workspace, action=Action.EDIT_STORY))
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    key = request.GET.get("around", "").strip()
    centre = _unit_with(place, key) if key else None
    reach = _read_reach(request.GET.get("reach", ""))
    graph = dependency_graph(workspace=place, around=_signed(centre), reach=reach)
    context = {
        **shell_context(user=reader, workspace=place),
        "graph": graph,
        "drawing": draw_graph(graph),
        "around": key,
        "centre": centre,
        "reach": reach,
        "reaches": [(str(one), f"?around={key}&reach={one}", one == reach) for one in REACHES],
    }
    template = "graph" if request.GET.get("part") == "graph" else "page"
    return render(request, f"planner/dependencies/{template}.html", context)


def _unit_with(workspace: Workspace, key: str) -> Capability | Story | None:
    """The capability with this key, or the story, or the capability the story is in; None for an unknown key."""
    capability = Capability.objects.filter(workspace=workspace, key=key.upper()[:40]).first()
    if capability is not None:
        return capability
    story = Story.objects.filter(workspace=workspace, key=key.upper()[:40]).select_related("capability").first()
    return (story.capability or story) if story else None


def _signed(unit: Capability | Story | None) -> int | None:
    if unit is None:
        return None
    return unit.pk if isinstance(unit, Capability) else -unit.pk


def _read_reach(text: str) -> int:
    return int(text) if text in {str(one) for one in REACHES} else DEFAULT_REACH


def _add(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    successor = read_story_key(request.POST.get("successor", ""), workspace_id=workspace.pk, field="successor")
    predecessor = read_story_key(request.POST.get("predecessor", ""), workspace_id=workspace.pk, field="predecessor")
    add_dependency(predecessor=predecessor, successor=successor, actor=page_actor(reader_of(request)), now=utc_now())
    message = f"{successor.key} now needs {predecessor.key}."
    return say(HttpResponse(status=204), toast=toast(message), dependencies_changed=True, close_dialog=True)


@login_required
@require_GET
def enablers(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show which stories hold up most; it plans the backlog, so it is loaded after the page."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    context = {
        **shell_context(user=reader, workspace=place),
        "enablers": critical_enablers(workspace=place, now=utc_now()),
    }
    return render(request, "planner/dependencies/enablers.html", context)
