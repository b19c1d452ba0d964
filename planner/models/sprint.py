"""A sprint: a team's time box."""

from django.db import models
from django.db.models import F, Q

from planner.domain.vocabulary import SprintState
from planner.models.choices import SPRINT_OUTCOMES, SPRINT_STATES


class Sprint(models.Model):
    """A sprint of a team (or of the whole workspace). Dates are days, the last one included."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="sprints")
    team = models.ForeignKey("planner.Team", null=True, blank=True, on_delete=models.CASCADE, related_name="sprints")
    name = models.CharField(max_length=120)
    goal = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=SPRINT_STATES, default=SprintState.DRAFT.value)
    start_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    initial_planned_points = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, help_text="Points in it when it started, stored once."
    )
    initial_planned_hours = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, help_text="Hours left in it when it started."
    )
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(start_date__isnull=True) | Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="sprint_ends_after_start",
                violation_error_message="A sprint ends on or after the day it starts.",
            ),
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(state=SprintState.IN_PROGRESS.value),
                name="sprint_one_in_progress_per_team",
                violation_error_message="This team has a sprint in progress: complete that one first.",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "start_date"], name="sprint_by_start")]

    def __str__(self) -> str:
        return self.name


class SprintEntry(models.Model):
    """One story's part in a sprint that was started: what was committed, and what became of it.

    Written at the start for the committed ones, at completion for those added later; facts, never recomputed.
    `points_at_start`/`hours_at_start` are None where the story was unestimated or came later; `points_left` and
    `hours_left` are what moved on. A deleted story keeps its key and title here.
    """

    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="entries")
    story = models.ForeignKey("planner.Story", null=True, on_delete=models.SET_NULL, related_name="sprint_entries")
    key = models.CharField(max_length=40)
    title = models.CharField(max_length=500)
    is_committed = models.BooleanField()
    points_at_start = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    hours_at_start = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    value_at_start = models.DecimalField(
        max_digits=18, decimal_places=2, null=True, blank=True, help_text="Attributed business value when it started."
    )
    outcome = models.CharField(max_length=8, choices=SPRINT_OUTCOMES, blank=True)
    points_left = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    hours_left = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    moved_to = models.ForeignKey(Sprint, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sprint", "story"], condition=Q(story__isnull=False), name="sprint_entry_once"
            )
        ]
        verbose_name_plural = "sprint entries"

    def __str__(self) -> str:
        return f"{self.key} in {self.sprint}"
