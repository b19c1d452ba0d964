"""Files at stories over HTTP: send, list, hand out, delete, take a deletion back."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import user_of, workspace_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, read_body
from common.api.describing import WORKSPACE, describe, id_filter
from common.api.queries import read_id
from common.clock import utc_now
from common.errors import InvalidInput
from common.web.downloads import file_response
from planner.api import examples
from planner.api.actors import actor_of
from planner.api.serializers.talk import AttachmentRestoring, AttachmentSerializer, NewAttachment, UndoToken
from planner.api.views.listing import WorkspaceList
from planner.api.views.talk import workspace_of_story
from planner.models import Attachment, Story
from planner.selectors.fetch import get_story_for
from planner.selectors.talk import get_attachment_for, list_attachments
from planner.services.attachments import add_attachment, delete_attachment, refuse_size, restore_attachment

_FORM_BYTES = 64 * 1024


class AttachmentList(WorkspaceList[Attachment]):
    """The files at a workspace's stories."""

    serializer_class = AttachmentSerializer
    parser_classes = [MultiPartParser]

    @describe(
        "attachments_list",
        "List files",
        parameters=[WORKSPACE, id_filter("story", "story")],
        example=examples.ATTACHMENT,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the files at stories, by id."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Attachment]:
        """Return the files that pass the filter."""
        files, story_id = list_attachments(workspace=workspace), read_id(self.request, "story")
        return files if story_id is None else files.filter(story_id=story_id)

    @describe(
        "attachments_create",
        "Attach a file",
        body={"multipart/form-data": NewAttachment},
        answer=AttachmentSerializer,
        status=201,
        example=examples.ATTACHMENT,
    )
    def post(self, request: Request) -> Response:
        """Attach a file to a story, as multipart/form-data with `story` (its id) and `file`.

        413 names the limit; its type is read from its bytes.
        """
        refuse_announced(request)
        story = _story_of(request)
        file = request.FILES.get("file")
        if file is None:
            raise InvalidInput("Send the file in the part named file.", field="file")
        kept = add_attachment(story=story, file=file, name=file.name or "", actor=actor_of(request), now=utc_now())
        return Response(AttachmentSerializer(kept).data, status=201)


class AttachmentDetail(APIView):
    """One file."""

    @describe("attachments_retrieve", "Read about a file", answer=AttachmentSerializer, example=examples.ATTACHMENT)
    def get(self, request: Request, attachment_id: int) -> Response:
        """Return what is known of a file; `url` hands it out."""
        found = get_attachment_for(user=user_of(request), attachment_id=attachment_id, action=Action.VIEW)
        return Response(AttachmentSerializer(found).data)

    @describe(
        "attachments_destroy",
        "Delete a file",
        answer=UndoToken,
        example={"token": "eJyrVipJLS5RslJQSk7NzVXSUSouSSxJVbJSMDHUUUpOzANyDQ11lNKLEvNKgFKlMDW1AA:1vN2"},
    )
    def delete(self, request: Request, attachment_id: int) -> Response:
        """Take a file off its story; the token brings it back within an hour."""
        found = get_attachment_for(user=user_of(request), attachment_id=attachment_id, action=Action.EDIT_STORY)
        token = delete_attachment(attachment=found, actor=actor_of(request), now=utc_now())
        return Response(UndoToken({"token": token}).data)


class AttachmentContent(APIView):
    """A file itself."""

    @extend_schema(
        operation_id="attachments_content",
        summary="Download a file",
        tags=["attachments"],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, attachment_id: int) -> FileResponse:
        """Return the file's bytes, always as a download."""
        found = get_attachment_for(user=user_of(request), attachment_id=attachment_id, action=Action.VIEW)
        opened = found.file.open("rb")
        return file_response(opened, name=found.name, content_type=found.content_type, is_shown=False)


class AttachmentRestore(APIView):
    """A deletion that is taken back."""

    @describe(
        "attachments_restore",
        "Bring a deleted file back",
        body=AttachmentRestoring,
        answer=AttachmentSerializer,
        status=201,
        body_example={"story": 41, "token": "eJyrVipJLS5RslJQ"},
        example=examples.ATTACHMENT,
    )
    def post(self, request: Request) -> Response:
        """Give the story its file back, within an hour of the deletion."""
        body = body_of(request)
        workspace = workspace_of_story(request, body)
        fields = read_body(body=body, shape=AttachmentRestoring, workspace_id=workspace.pk)
        if not isinstance(fields["token"], str):
            raise InvalidInput("Send the token that the deletion answered with.", field="token")
        kept = restore_attachment(actor=actor_of(request), now=utc_now(), **fields)
        return Response(AttachmentSerializer(kept).data, status=201)


def refuse_announced(request: Request) -> None:
    """Refuse a body over the limit by its announced length, before it is read."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdigit() and int(announced) > settings.ATTACHMENT_MAX_BYTES + _FORM_BYTES:
        refuse_size(size=int(announced))


def _story_of(request: Request) -> Story:
    """The story that the form names, which the caller may edit."""
    text = str(request.data.get("story", ""))
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        workspace_of(request, Action.EDIT_STORY)
        raise InvalidInput("Send the story's id, a whole number.", field="story")
    return get_story_for(user=user_of(request), story_id=int(text), action=Action.EDIT_STORY)
