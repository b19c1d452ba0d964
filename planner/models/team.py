"""A team: people who pull from the same backlog."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Lower


class Team(models.Model):
    """A team of a workspace. `cost_per_point` falls back to the workspace's."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=80)
    cost_per_point = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(Decimal(0))]
    )
    people = models.ManyToManyField("planner.Person", blank=True, related_name="teams")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("name"),
                name="team_name_once",
                violation_error_message="A team of this name exists already.",
            ),
            models.CheckConstraint(
                condition=models.Q(cost_per_point__gte=0) | models.Q(cost_per_point__isnull=True),
                name="team_cost_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name
