"""The feedback inbox: what customers said, to be linked to a capability or dismissed with a reason."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for, require
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import InvalidInput, NotFound
from planner.domain.vocabulary import FeedbackState
from planner.models import Feedback
from planner.selectors.capabilities import list_capabilities
from planner.selectors.fetch import get_feedback_for
from planner.selectors.wishes import count_feedback, list_feedback
from planner.services.feedback import (
    delete_feedback,
    dismiss_feedback,
    hand_in_feedback,
    link_feedback,
    reopen_feedback,
)
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_capability_key, read_id, read_version

A_PAGE = 50
CAPABILITIES_OFFERED = 500


@login_required
@require_http_methods(["GET", "POST"])
def feedback_inbox(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the feedback of one state, newest first (GET), or hand in a new piece (POST)."""
    reader = reader_of(request)
    if request.method == "POST":
        return _hand_in(request, get_workspace_for(user=reader, workspace=workspace, action=Action.VOTE))
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    context = {**shell_context(user=reader, workspace=place), **_list_context(request, place)}
    template = "rows" if "before" in request.GET else "list" if request.GET.get("part") == "list" else "page"
    return render(request, f"planner/feedback/{template}.html", context)


def _list_context(request: HttpRequest, workspace: Workspace) -> dict[str, object]:
    asked = request.GET.get("state", "")
    state = FeedbackState(asked) if asked in set(FeedbackState) else FeedbackState.WAITING
    found = list_feedback(workspace=workspace, state=state.value).order_by("-id")
    before = read_id(request.GET.get("before", ""))
    rows = list((found.filter(pk__lt=before) if before else found)[: A_PAGE + 1])
    counts = count_feedback(workspace=workspace)
    address = reverse("feedback-inbox", args=[workspace.key])
    return {
        "state": state,
        "rows": rows[:A_PAGE],
        "next": f"{address}?state={state.value}&before={rows[A_PAGE - 1].pk}" if len(rows) > A_PAGE else "",
        "tabs": [(f"{one.label} {counts[one.value]}", f"?state={one.value}", one is state) for one in FeedbackState],
        "total": sum(counts.values()),
        "capabilities": _choices(workspace),
    }


def _choices(workspace: Workspace) -> list[tuple[str, str]]:
    newest = list_capabilities(workspace=workspace).order_by("-id")[:CAPABILITIES_OFFERED]
    return [(capability.key, f"{capability.key} {capability.title}") for capability in newest]


@login_required
@require_GET
def feedback_add(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the form of a new piece of feedback."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VOTE)
    context = {**shell_context(user=reader_of(request), workspace=place), "capabilities": _choices(place)}
    return render(request, "planner/feedback/add.html", context)


def _hand_in(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    reader, values = reader_of(request), request.POST.dict()
    given: dict[str, object] = {name: values[name] for name in ("text", "customer") if name in values}
    if values.get("weight", "").strip():
        given["weight"] = values["weight"]
    if values.get("capability"):
        require(user=reader, workspace_id=workspace.pk, action=Action.RANK, what="feedback")
        given["capability"] = read_capability_key(values["capability"], workspace.pk)
    hand_in_feedback(workspace=workspace, values=given, actor=page_actor(reader), now=utc_now())
    return say(
        HttpResponse(status=204),
        toast=toast("Thank you: it is in the inbox."),
        feedback_changed=True,
        close_dialog=True,
    )


@login_required
@require_POST
def feedback_vet(request: HttpRequest, workspace: str, feedback: int) -> HttpResponse:
    """Link, dismiss, reopen or delete a piece of feedback (`do`), and take its line away."""
    reader = reader_of(request)
    found = _in_workspace(reader, workspace=workspace, feedback_id=feedback)
    message = _vet(request, found)
    undo = None if request.POST.get("do") == "delete" else {"do": "reopen"}
    return say(HttpResponse(""), toast=toast(message, undo_url=request.path, undo=undo), feedback_changed=True)


def _in_workspace(reader: User, *, workspace: str, feedback_id: int) -> Feedback:
    found = get_feedback_for(user=reader, feedback_id=feedback_id, action=Action.RANK)
    if found.workspace.key != workspace.upper():
        raise NotFound("There is no such feedback.")
    return found


def _vet(request: HttpRequest, feedback: Feedback) -> str:
    """Do what was asked and return it in words."""
    actor, now, version = page_actor(reader_of(request)), utc_now(), read_version(request.POST.dict())
    match request.POST.get("do", ""):
        case "link":
            capability = read_capability_key(request.POST.get("capability", ""), feedback.workspace_id)
            if capability is None:
                raise InvalidInput("Choose the capability that answers it.", field="capability")
            link_feedback(feedback=feedback, capability=capability, actor=actor, now=now, version=version)
            return f"Linked to {capability.key}: it counts there now."
        case "dismiss":
            reason = request.POST.get("reason", "")
            dismiss_feedback(feedback=feedback, reason=reason, actor=actor, now=now, version=version)
            return "Dismissed, with your reason."
        case "reopen":
            reopen_feedback(feedback=feedback, actor=actor, now=now, version=version)
            return "Back in the inbox."
        case "delete":
            delete_feedback(feedback=feedback, actor=actor, now=now)
            return "Deleted for good."
    raise InvalidInput("Say what to do: link, dismiss, reopen or delete.", field="do")
