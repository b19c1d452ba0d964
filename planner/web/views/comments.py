"""Comments on a story's page: written, edited, deleted; each answers with the story's comments as they now are."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import NotFound
from planner.domain.mentions import find_unnamed
from planner.models import Comment
from planner.selectors.fetch import get_story_for
from planner.selectors.talk import get_deletable_comment_for, get_own_comment_for, list_names
from planner.services.comments import add_comment, delete_comment, edit_comment
from planner.web.forms import page_actor, read_id
from planner.web.views.stories import redraw_part

MOST_TOLD = 3


@login_required
@require_POST
def comment_add(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Write a comment on the story (`text`)."""
    reader = reader_of(request)
    story = get_story_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_STORY)
    made = add_comment(story=story, text=request.POST.get("text", ""), actor=page_actor(reader), now=utc_now())
    return redraw_part(request, story=story, part="comments", message=_say_unnamed(made))


@login_required
@require_http_methods(["GET", "POST"])
def comment_edit(request: HttpRequest, workspace: str, comment: int) -> HttpResponse:
    """The form of a comment of one's own (GET), or its new text (POST `text`, `comment_version`)."""
    reader = reader_of(request)
    found = _here(get_own_comment_for(user=reader, comment_id=comment), workspace)
    if request.method == "GET":
        place = found.story.workspace
        context = {**shell_context(user=reader, workspace=place), "comment": found, "story": found.story}
        return render(request, "planner/story/comment_form.html", context)
    written = edit_comment(
        comment=found,
        text=request.POST.get("text", ""),
        actor=page_actor(reader),
        now=utc_now(),
        version=read_id(request.POST.get("comment_version", "")),
    )
    return redraw_part(request, story=found.story, part="comments", message=_say_unnamed(written))


@login_required
@require_POST
def comment_delete(request: HttpRequest, workspace: str, comment: int) -> HttpResponse:
    """Delete a comment: its author, or an owner of the workspace."""
    reader = reader_of(request)
    found = _here(get_deletable_comment_for(user=reader, comment_id=comment), workspace)
    delete_comment(comment=found, actor=page_actor(reader), now=utc_now())
    return redraw_part(request, story=found.story, part="comments", message="The comment is deleted.")


@login_required
@require_GET
def people_names(request: HttpRequest, workspace: str) -> JsonResponse:
    """The names of the workspace's people, for whoever writes a comment."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VIEW)
    return JsonResponse({"names": list_names(workspace=place)})


def _say_unnamed(comment: Comment) -> str:
    """Whom the comment meant to tell and did not, as nobody here has that name; "" when there is no such word."""
    if "@" not in comment.text:
        return ""
    words = find_unnamed(comment.text, list_names(workspace=comment.story.workspace))
    if not words:
        return ""
    listed = ", ".join(f"@{word}" for word in words[:MOST_TOLD])
    more = f" and {len(words) - MOST_TOLD} more" if len(words) > MOST_TOLD else ""
    return f"Saved, but {listed}{more} told nobody: choose a name from the list that @ opens, or write it in full."


def _here(comment: Comment, workspace: str) -> Comment:
    """The comment, which must be of the workspace in the address."""
    if comment.story.workspace.key != workspace.upper():
        raise NotFound("There is no such comment.")
    return comment
