"""What is said about stories: comments, files, followers, notices."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from common.api.bodies import Reference
from planner.api.serializers.references import PersonReference, StoryReference
from planner.models import Attachment, Comment, Notice, Story
from planner.models.choices import NOTICE_KINDS


class CommentSerializer(serializers.ModelSerializer[Comment]):
    """A comment on a story: plain text, in which "@Dana Ruiz" names a person."""

    story = StoryReference(read_only=True)
    mentions = PersonReference(many=True, read_only=True)

    class Meta:
        model = Comment
        fields = [
            "id",
            "story",
            "author",
            "author_name",
            "text",
            "mentions",
            "version",
            "created_at",
            "edited_at",
        ]
        read_only_fields = fields


class NewComment(serializers.Serializer[Any]):
    """A comment to be written."""

    story = Reference(Story)
    text = serializers.CharField(max_length=10_000, help_text='Plain text; "@Dana Ruiz" tells her.')
    workspace = serializers.CharField(required=False, help_text="Id or key; may also stand in the query.")


class CommentChange(serializers.Serializer[Any]):
    """A comment's new text."""

    text = serializers.CharField(max_length=10_000)
    version = serializers.IntegerField(required=False, help_text="The one you read: 409 when it was edited since.")


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """A file at a story. `content_type` is what its bytes say; `url` hands it out."""

    story = StoryReference(read_only=True)
    url = serializers.SerializerMethodField(help_text="Where the file itself is, for whoever may see the story.")

    class Meta:
        model = Attachment
        fields = [
            "id",
            "story",
            "name",
            "size",
            "content_type",
            "sha256",
            "uploaded_by",
            "uploaded_by_name",
            "created_at",
            "url",
        ]
        read_only_fields = fields

    def get_url(self, attachment: Attachment) -> str:
        """Return the address of the file's content."""
        return f"/api/v1/attachments/{attachment.pk}/content/"


class NewAttachment(serializers.Serializer[Any]):
    """What to send, as multipart/form-data."""

    story = serializers.IntegerField(help_text="The story's id.")
    file = serializers.FileField(help_text="The file, at most 25 MB.")


class UndoToken(serializers.Serializer[Any]):
    """What takes a deletion back, for an hour."""

    token = serializers.CharField(help_text="What the deletion answered with.")


class AttachmentRestoring(UndoToken):
    """A file that was deleted, and where it was."""

    story = Reference(Story)
    workspace = serializers.CharField(required=False, help_text="Id or key; may also stand in the query.")


class FollowerSerializer(serializers.ModelSerializer[User]):
    """Somebody who follows a story."""

    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = User
        fields = ["id", "name"]
        read_only_fields = fields


class WatchSerializer(serializers.Serializer[Any]):
    """Whether the caller follows a story, and who does."""

    watching = serializers.BooleanField()
    watchers = FollowerSerializer(many=True)


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """A line in the caller's inbox."""

    story = StoryReference(read_only=True, allow_null=True, help_text="None for an alert.")
    kind = serializers.ChoiceField(choices=NOTICE_KINDS, read_only=True)

    class Meta:
        model = Notice
        fields = [
            "id",
            "workspace",
            "story",
            "address",
            "comment",
            "kind",
            "actor_name",
            "text",
            "created_at",
            "read_at",
        ]
        read_only_fields = fields


class NoticesRead(serializers.Serializer[Any]):
    """Which notices were read."""

    notices = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        max_length=500,
        help_text="Ids; without them all of the workspace.",
    )
    workspace = serializers.CharField(required=False, help_text="Id or key; may also stand in the query.")


class NoticesReadAnswer(serializers.Serializer[Any]):
    """How many were marked, and how many are left (counted up to 100)."""

    marked = serializers.IntegerField()
    unread = serializers.IntegerField()
