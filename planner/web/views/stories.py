"""The page of a story: drawn in parts; every edit posts, and its part is drawn again."""

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.policies import Action
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import InvalidInput, NotFound
from planner.models import Story
from planner.selectors.fetch import get_story_for
from planner.selectors.story_page import HistoryFilter
from planner.services.criteria import add_criterion, set_criterion
from planner.services.merging import EditsCollide
from planner.services.stories import delete_story, set_blocked, update_story
from planner.web.answers import say, toast
from planner.web.changes import as_posted, words_of_change
from planner.web.forms import STORY_FIELDS, page_actor, read_flag, read_id, read_story_changes, read_version
from planner.web.story_parts import LAZY_PARTS, PARTS, comments_part, history_part, page_context, part_context

EDITORS = ("head", "text")
FIELD_LABELS = {"acceptance": "done when", "blocked": "the blocked flag"}


@login_required
@require_GET
def story(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """The whole page."""
    reader = reader_of(request)
    found = get_story_for(user=reader, workspace=workspace, key=key, action=Action.VIEW)
    return render(request, "planner/story/page.html", page_context(story=found, reader=reader))


@login_required
@require_GET
def story_part(request: HttpRequest, workspace: str, key: str, part: str) -> HttpResponse:
    """One part of the page; `?edit=1` draws the head or the text as a form."""
    reader = reader_of(request)
    is_editor = "edit" in request.GET
    action = Action.EDIT_STORY if is_editor else Action.VIEW
    found = get_story_for(user=reader, workspace=workspace, key=key, action=action)
    if part not in {*PARTS, *LAZY_PARTS} or (is_editor and part not in EDITORS):
        raise NotFound("There is no such part of a story's page.")
    template = f"{part}_form" if is_editor else part
    context = part_context(part, story=found, reader=reader)
    if part == "comments" and "all" in request.GET:
        context |= comments_part(found, is_whole=True)
    return render(request, f"planner/story/{template}.html", context)


@login_required
@require_GET
def story_history(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """What happened: `?kind=` state, value or sync; `?after=` an event's id gives the lines that follow it."""
    reader = reader_of(request)
    found = get_story_for(user=reader, workspace=workspace, key=key, action=Action.VIEW)
    word = request.GET.get("kind", "")
    kind = HistoryFilter(word) if word in set(HistoryFilter) else HistoryFilter.ALL
    after = read_id(request.GET.get("after", ""))
    context = {"workspace": found.workspace, "story": found, **history_part(found, kind=kind, after=after)}
    return render(request, f"planner/story/{'history_lines' if after else 'history'}.html", context)


@login_required
@require_POST
def story_update(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Change fields of the story; `part` names the part to draw again."""
    reader = reader_of(request)
    values = request.POST.dict()
    action = Action.TRANSITION if "state" in values else Action.EDIT_STORY
    found = get_story_for(user=reader, workspace=workspace, key=key, action=action)
    changes = read_story_changes(values, workspace_id=found.workspace_id)
    before = as_posted(found, changes)
    try:
        changed = update_story(
            story=found, changes=changes, actor=page_actor(reader), now=utc_now(), version=read_version(values)
        )
    except EditsCollide as collision:
        return ask_which(request, collision=collision, values=values)
    message = "" if changed.version == found.version else words_of_change(changed, tuple(changes))
    return redraw_part(request, story=found, part=values.get("part", "facts"), message=message, undo=before)


@login_required
@require_POST
def story_criterion(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Mark one line of what done means (`line`, from 0, and its `words`) as met or not, or add one (`new`)."""
    reader = reader_of(request)
    found = get_story_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_STORY)
    if "new" in request.POST:
        add_criterion(story=found, words=request.POST["new"], actor=page_actor(reader), now=utc_now())
        return redraw_part(request, story=found, part="text")
    line = read_id(request.POST.get("line", ""))
    set_criterion(
        story=found,
        line=-1 if line is None else line,
        words=request.POST.get("words", ""),
        met=read_flag(request.POST.get("met", "")),
        actor=page_actor(reader),
        now=utc_now(),
    )
    return redraw_part(request, story=found, part="text")


@login_required
@require_POST
def story_blocked(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Flag the story as blocked (`blocked`, `reason`), or clear the flag."""
    reader = reader_of(request)
    found = get_story_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_STORY)
    set_blocked(
        story=found,
        blocked=read_flag(request.POST.get("blocked", "")),
        reason=request.POST.get("reason", ""),
        actor=page_actor(reader),
        now=utc_now(),
        version=read_version(request.POST.dict()),
    )
    return redraw_part(request, story=found, part="head")


@login_required
@require_POST
def story_delete(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Delete the story with all that hangs on it, and go back to the backlog."""
    reader = reader_of(request)
    found = get_story_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_STORY)
    delete_story(story=found, actor=page_actor(reader), now=utc_now())
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = reverse("backlog", args=[found.workspace.key])
    return response


def ask_which(request: HttpRequest, *, collision: EditsCollide, values: Mapping[str, str]) -> HttpResponse:
    """Answer an edit that collides with another: the part as it now is, both values, and the choice between them."""
    if not request.headers.get("HX-Request"):
        raise collision
    reader, part = reader_of(request), values.get("part", "facts")
    if part not in PARTS:
        raise collision
    fresh = get_story_for(user=reader, story_id=collision.story.pk, action=Action.VIEW)
    context = {
        **part_context(part, story=fresh, reader=reader),
        "part_template": f"planner/story/{part}.html",
        "collisions": [(FIELD_LABELS.get(each.field, each.field), each) for each in collision.collisions],
        "code": collision.code,
        "mine": [(name, text) for name, text in values.items() if name in STORY_FIELDS],
        "part": part,
    }
    response = render(request, "planner/story/answer.html", context, status=collision.status)
    response.headers["Millrace-Collision"] = "1"
    return response


def redraw_part(
    request: HttpRequest,
    *,
    story: Story,
    part: str,
    message: str = "",
    undo: Mapping[str, str] | None = None,
    undo_url: str = "",
) -> HttpResponse:
    """Answer a change with its part as it now is, and tell the page's other parts to follow.

    `undo`: the fields of the story as they were, for the notice to post back; or what `undo_url` takes.
    """
    if part not in PARTS:
        raise InvalidInput(f"Name one of the parts of the page: {', '.join(PARTS)}.", field="part")
    reader: User = reader_of(request)
    fresh = get_story_for(user=reader, story_id=story.pk, action=Action.VIEW)
    context = {**part_context(part, story=fresh, reader=reader), "part_template": f"planner/story/{part}.html"}
    response = render(request, "planner/story/answer.html", context)
    url = undo_url or reverse("story-update", args=[fresh.workspace.key, fresh.key])
    events = {"toast": toast(message, undo_url=url, undo=undo)} if message else {}
    return say(response, part_changed={"part": part}, **events)
