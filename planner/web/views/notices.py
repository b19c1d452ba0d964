"""The inbox: what others did that concerns the reader, and the bell that counts it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from planner.selectors.talk import Inbox, count_unread, page_of_notices
from planner.services.notices import mark_read, mark_unread
from planner.web.answers import say, toast
from planner.web.forms import read_id

MOST_COUNTED = 100
MOST_MARKED = 500
FILTERS = (
    (Inbox.UNREAD, "Unread"),
    (Inbox.ALL, "All"),
    (Inbox.MENTIONS, "Mentions"),
    (Inbox.ASSIGNED, "Assigned to me"),
    (Inbox.ALERTS, "Alerts"),
)


@login_required
@require_GET
def inbox(request: HttpRequest, workspace: str) -> HttpResponse:
    """The inbox: `?show=` all, unread, mentions, assigned or alerts; `?before=` the id of a notice goes on after it."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    word = request.GET.get("show", "")
    chosen = Inbox(word) if word in set(Inbox) else Inbox.ALL
    before = read_id(request.GET.get("before", ""))
    page = page_of_notices(workspace=place, user=reader, inbox=chosen, before=before)
    address = reverse("inbox", args=[place.key])
    context = {
        **shell_context(user=reader, workspace=place),
        "page": page,
        "chosen": chosen.value,
        "unread": count_unread(workspace=place, user=reader),
        "choices": [(label, f"{address}?show={which.value}", which is chosen) for which, label in FILTERS],
    }
    part = "lines" if before else "list" if request.headers.get("HX-Request") else "page"
    return render(request, f"planner/notices/{part}.html", context)


@login_required
@require_GET
def notice_bell(request: HttpRequest, workspace: str) -> HttpResponse:
    """How many notices wait, for the shell."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    unread = count_unread(workspace=place, user=reader, most=MOST_COUNTED)
    return render(request, "planner/notices/bell.html", {"unread": unread, "most": MOST_COUNTED})


@login_required
@require_POST
def notices_read(request: HttpRequest, workspace: str) -> HttpResponse:
    """Mark notices as read: `notice` (once or more), or all of them; `undo` marks them unread again."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    told = [read_id(text) for text in request.POST.getlist("notice")[:MOST_MARKED]]
    ids = [pk for pk in told if pk is not None]
    if "undo" in request.POST:
        mark_unread(workspace=place, user=reader, notice_ids=ids, now=utc_now())
        return say(HttpResponse(status=204), notices_changed={})
    is_all = "all" in request.POST
    marked = mark_read(workspace=place, user=reader, notice_ids=None if is_all else ids, now=utc_now())
    words = f"{marked} {'notice is' if marked == 1 else 'notices are'} read."
    events = {"toast": toast(words)} if is_all else {}
    return say(HttpResponse(status=204), notices_changed={}, **events)
