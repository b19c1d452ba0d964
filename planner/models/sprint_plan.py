"""A computed plan over the next sprints: asked for, reviewed, applied, taken back."""

from django.conf import settings
from django.db import models

from planner.domain.vocabulary import PlanState
from planner.models.choices import PLAN_STATES


class SprintPlan(models.Model):
    """A plan by `planner.domain.sprints`, computed by a job. The same question has the same answer.

    `question` records the whole input (teams, sprints with dates and capacities, stories with points, fixed
    placements, seed, iterations), so that a plan can be replayed; `answer` the placement by story id, value by
    sprint, what doesn't fit and why, and the naive plans it is compared with; `applied` what applying it changed,
    for the way back. `value` and `bound` are money over the horizon.
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="sprint_plans")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=PLAN_STATES, default=PlanState.COMPUTING.value)
    question = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    applied = models.JSONField(default=dict)
    value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    bound = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True, help_text="Why it failed, in a sentence.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="sprint_plan_number_once")]
        indexes = [models.Index(fields=["workspace", "-id"], name="sprint_plan_newest")]

    def __str__(self) -> str:
        return f"Plan {self.number}"
