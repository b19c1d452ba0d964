"""What is derived from the event log and kept by the writer: visits, spans, daily flow.

All of it can be dropped and rebuilt (`manage.py rebuild`); nothing else may write it. Every row of these tables is
written on the hot path, so foreign keys have no index of their own where a constraint or an index below begins with
them; deleting a workflow state, which is rare, scans. Nor does the database check those that follow from the story's
own key (db_constraint=False, docs/adr/0006).
"""

from django.db import models
from django.db.models import F, Q


class Visit(models.Model):
    """A maximal run of a story in one workflow state, `[entered_at, left_at)`; open while `left_at` is null.

    `position` counts a story's visits from 0, in order of (occurred_at, sequence).
    """

    workspace = models.ForeignKey(
        "accounts.Workspace", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    story = models.ForeignKey("planner.Story", on_delete=models.CASCADE, related_name="visits", db_index=False)
    state = models.ForeignKey(
        "planner.State", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    position = models.PositiveIntegerField()
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["story", "position"], name="visit_position_once"),
            models.UniqueConstraint(fields=["story"], condition=Q(left_at__isnull=True), name="visit_one_open"),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("entered_at")), name="visit_leaves_after_entering"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "state"], condition=Q(left_at__isnull=True), name="visit_open"),
            models.Index(fields=["workspace", "left_at"], name="visit_by_left"),
        ]

    def __str__(self) -> str:
        return f"{self.story_id} in {self.state_id}"


class StorySpan(models.Model):
    """A time in which a story was flagged blocked, or had somebody assigned to it."""

    BLOCKED = "BLOCKED"
    ASSIGNED = "ASSIGNED"

    workspace = models.ForeignKey(
        "accounts.Workspace", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    story = models.ForeignKey("planner.Story", on_delete=models.CASCADE, related_name="spans", db_index=False)
    kind = models.CharField(max_length=8, choices=[(BLOCKED, "Blocked"), (ASSIGNED, "Assigned")])
    person_id = models.BigIntegerField(null=True, blank=True, help_text="Who was assigned.")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["story", "kind"], condition=Q(ended_at__isnull=True), name="span_one_open_per_kind"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="span_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "kind", "ended_at"], name="span_by_end"),
            models.Index(fields=["story", "kind"], name="span_by_story"),
        ]

    def __str__(self) -> str:
        return f"{self.story_id} {self.kind}"


class DailyFlow(models.Model):
    """How many stories entered and left a state on a day of the workspace's time zone."""

    workspace = models.ForeignKey(
        "accounts.Workspace", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    date = models.DateField()
    state = models.ForeignKey("planner.State", on_delete=models.CASCADE, related_name="+", db_index=False)
    arrivals = models.IntegerField(default=0)
    departures = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "date", "state"], name="daily_flow_once")]
        verbose_name_plural = "daily flows"

    def __str__(self) -> str:
        return f"{self.date} {self.state_id}: +{self.arrivals} -{self.departures}"
