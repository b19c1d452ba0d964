"""A sprint: a team's time box."""

from django.db import models
from django.db.models import F, Q

from planner.domain.vocabulary import SprintState
from planner.models.choices import SPRINT_STATES


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
