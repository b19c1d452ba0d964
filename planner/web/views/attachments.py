"""Files on a story's page: sent, handed out, deleted, brought back."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.policies import Action
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import InvalidInput, NotFound
from common.web.downloads import file_response
from planner.domain.file_types import SHOWN_AS_PICTURES
from planner.models import Attachment
from planner.selectors.fetch import get_story_for
from planner.selectors.talk import get_attachment_for
from planner.services.attachments import add_attachment, delete_attachment, refuse_size, restore_attachment
from planner.web.forms import page_actor
from planner.web.views.stories import redraw_part

_FORM_BYTES = 64 * 1024


@login_required
@require_POST
def attachment_add(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Attach a file (`file`) to the story."""
    reader = reader_of(request)
    story = get_story_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_STORY)
    _refuse_announced(request)
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInput("Choose a file.", field="file")
    add_attachment(story=story, file=file, name=file.name or "", actor=page_actor(reader), now=utc_now())
    return redraw_part(request, story=story, part="attachments")


@login_required
@require_GET
def attachment(request: HttpRequest, workspace: str, attachment: int) -> FileResponse:
    """The file itself, as a download; `?show=1` as a picture, for types that hold nothing but pixels."""
    found = _attachment(request, workspace, attachment, Action.VIEW)
    is_shown = "show" in request.GET and found.content_type in SHOWN_AS_PICTURES
    try:
        opened = found.file.open("rb")
    except FileNotFoundError:
        raise NotFound("The file itself is missing from the store: delete it here and attach it again.") from None
    return file_response(opened, name=found.name, content_type=found.content_type, is_shown=is_shown)


@login_required
@require_POST
def attachment_delete(request: HttpRequest, workspace: str, attachment: int) -> HttpResponse:
    """Take a file off its story; Undo brings it back."""
    found = _attachment(request, workspace, attachment, Action.EDIT_STORY)
    story = found.story
    token = delete_attachment(attachment=found, actor=page_actor(reader_of(request)), now=utc_now())
    return redraw_part(
        request,
        story=story,
        part="attachments",
        message=f"{found.name} is deleted.",
        undo={"token": token},
        undo_url=reverse("attachment-restore", args=[story.workspace.key, story.key]),
    )


@login_required
@require_POST
def attachment_restore(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Bring a deleted file back (`token`, as its deletion answered)."""
    reader = reader_of(request)
    story = get_story_for(user=reader, workspace=workspace, key=key, action=Action.EDIT_STORY)
    restore_attachment(story=story, token=request.POST.get("token", ""), actor=page_actor(reader), now=utc_now())
    return redraw_part(request, story=story, part="attachments")


def _refuse_announced(request: HttpRequest) -> None:
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdigit() and int(announced) > settings.ATTACHMENT_MAX_BYTES + _FORM_BYTES:
        refuse_size(size=int(announced))


def _attachment(request: HttpRequest, workspace: str, attachment_id: int, action: Action) -> Attachment:
    """The file, which must be of the workspace in the address."""
    found = get_attachment_for(user=reader_of(request), attachment_id=attachment_id, action=action)
    if found.story.workspace.key != workspace.upper():
        raise NotFound("There is no such file.")
    return found
