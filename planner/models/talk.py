"""What people say and hear about a story: comments, mentions, attachments, watchers and notices."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from planner.models.choices import NOTICE_KINDS


class Comment(models.Model):
    """A comment on a story. `text` is plain with @mentions; a deleted one keeps its place without its text."""

    story = models.ForeignKey("planner.Story", on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=120)
    text = models.TextField(max_length=10_000, blank=True)
    mentions = models.ManyToManyField("planner.Person", blank=True, related_name="+")
    source_ref = models.CharField(max_length=120, blank=True, help_text="The tracker's own id of the comment.")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["story", "source_ref"], condition=~Q(source_ref=""), name="comment_source_ref_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.author_name}: {self.text[:40]}"


class Attachment(models.Model):
    """A file at a story, checked and limited in size; `content_type` is what the bytes say, not the browser."""

    story = models.ForeignKey("planner.Story", on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="attachments/%Y/%m/", max_length=200)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name


class Watcher(models.Model):
    """Somebody who is told what happens to a story."""

    story = models.ForeignKey("planner.Story", on_delete=models.CASCADE, related_name="watchers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["story", "user"], name="watcher_once")]

    def __str__(self) -> str:
        return f"{self.user} watches {self.story}"


class Notice(models.Model):
    """One line in somebody's inbox about a story; an alert's has no story and leads to `address`, a path."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    story = models.ForeignKey("planner.Story", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=200, blank=True)
    comment = models.ForeignKey(Comment, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=NOTICE_KINDS)
    actor_name = models.CharField(max_length=120, blank=True)
    text = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(story__isnull=False) | ~Q(address=""), name="notice_of_story_or_address")
        ]
        indexes = [
            models.Index(fields=["user", "workspace", "-id"], name="notice_inbox"),
            models.Index(fields=["user", "workspace"], condition=Q(read_at__isnull=True), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"
