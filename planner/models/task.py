"""A task: hours of work within a story."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from planner.domain.vocabulary import TaskState
from planner.models.choices import TASK_STATES

_HOURS = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(10_000))]


class Task(models.Model):
    """A piece of a story, in hours. `position` orders the tasks of a story."""

    story = models.ForeignKey("planner.Story", on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=12, choices=TASK_STATES, default=TaskState.TODO.value)
    hours_estimated = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True, validators=_HOURS)
    hours_left = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True, validators=_HOURS)
    assignee = models.ForeignKey(
        "planner.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks"
    )
    position = models.PositiveIntegerField()
    blocked = models.BooleanField(default=False)
    blocked_reason = models.CharField(max_length=300, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True)
    state_entered_at = models.DateTimeField(null=True, blank=True, help_text="Unknown for tasks older than the wall.")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(hours_estimated__gte=0) | Q(hours_estimated__isnull=True))
                & (Q(hours_left__gte=0) | Q(hours_left__isnull=True)),
                name="task_hours_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(blocked=False) | Q(blocked_at__isnull=False), name="task_blocked_has_instant"
            ),
        ]

    def __str__(self) -> str:
        return self.title
