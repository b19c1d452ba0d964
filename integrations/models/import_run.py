"""An import of one file: what came in, and every refused row with its place and reason."""

from django.conf import settings
from django.db import models

from integrations.formats.items import Subtasks


class ImportRun(models.Model):
    """One uploaded file and the job that reads it. `counts` grows with each committed batch."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="imports")
    job = models.OneToOneField("common.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    format = models.CharField(max_length=20)
    subtasks = models.CharField(
        max_length=8,
        choices=[(kind.value, kind.name.capitalize()) for kind in Subtasks],
        default=Subtasks.STORIES.value,
    )
    file = models.FileField(upload_to="imports/%Y/%m/")
    file_name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    counts = models.JSONField(default=dict)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"], name="import_by_workspace")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def stories(self) -> int:
        """How many stories of the file are in so far, new or not."""
        return sum(int(self.counts.get(name, 0)) for name in ("created", "updated", "unchanged"))

    @property
    def left_out(self) -> list[tuple[str, int]]:
        """Fields of the file that have no place here and how often they held something, the most frequent first."""
        fields: dict[str, int] = self.counts.get("left_out_fields", {})
        return sorted(fields.items(), key=lambda pair: (-pair[1], pair[0]))


class ImportRefusal(models.Model):
    """One row (or issue, or change) that did not go in."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="refusals")
    place = models.CharField(max_length=120, help_text="Line, or issue and change.")
    item = models.CharField(max_length=200, blank=True)
    field = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class ImportPending(models.Model):
    """Something that waits until every story of the file is in: a dependency, a parent or a task.

    Written with the batch that met it and deleted with the batch that settles it, so that a killed
    import goes on where it stopped.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="pending")
    kind = models.CharField(max_length=12)
    place = models.CharField(max_length=120)
    item = models.CharField(max_length=200, blank=True)
    content = models.JSONField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["dependency", "parent", "task"]), name="import_pending_kind_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.kind}"
