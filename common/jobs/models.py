"""The Job row: what is to be done, how far it is, and who works on it."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class JobState(models.TextChoices):
    """Where a job is in its life."""

    QUEUED = "QUEUED", "Queued"
    RUNNING = "RUNNING", "Running"
    DONE = "DONE", "Done"
    FAILED = "FAILED", "Failed"
    CANCELLED = "CANCELLED", "Cancelled"


class Job(models.Model):
    """One background action.

    `attempts` is also the fencing token: a worker may write only while the number it claimed with
    still stands, so a worker that was thought dead and wakes up can change nothing.
    """

    kind = models.CharField(max_length=60)
    args = models.JSONField(default=dict)
    workspace_id = models.BigIntegerField(null=True, blank=True, help_text="Whose members may see it.")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(null=True, blank=True)
    message = models.CharField(max_length=300, blank=True)
    checkpoint = models.JSONField(default=dict, help_text="Where the next attempt goes on.")
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    dedupe_key = models.CharField(max_length=120, blank=True)
    not_before = models.DateTimeField(help_text="A debounced job waits until then.")
    queued_at = models.DateTimeField(help_text="When a message was last sent for it.")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe_key"],
                condition=Q(state="QUEUED") & ~Q(dedupe_key=""),
                name="job_one_queued_per_dedupe_key",
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
        ]
        indexes = [
            models.Index(fields=["queued_at"], condition=Q(state__in=["QUEUED", "RUNNING"]), name="job_unfinished"),
            models.Index(fields=["workspace_id", "-id"], name="job_by_workspace"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk} {self.state}"

    @property
    def progress(self) -> float | None:
        """Share done, 0 to 1; None while the total is not known."""
        if self.state == JobState.DONE:
            return 1.0
        if not self.progress_total:
            return None
        return min(1.0, self.progress_done / self.progress_total)

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
