"""Workflow states: what a team calls the places work can be in."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from planner.domain.vocabulary import StateCategory
from planner.models.choices import STATE_CATEGORIES


class State(models.Model):
    """A workflow state of a workspace, in order, with the category plans are made by."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="states")
    name = models.CharField(max_length=80)
    category = models.CharField(max_length=12, choices=STATE_CATEGORIES)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("name"),
                name="state_name_once",
                violation_error_message="A state of this name exists already.",
            ),
            models.CheckConstraint(
                condition=Q(category__in=[c.value for c in StateCategory]), name="state_category_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
