"""A capability: the unit that earns money, once all its required stories are done."""

from django.db import models
from django.db.models import Q

from planner.models.valued import Valued


class Capability(Valued):
    """A capability of an application (a Jira epic, an Azure DevOps feature).

    It has no rank of its own: its place in the manual order is that of its first open story, so
    that there is one order and not two that disagree (docs/adr/0003).
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="capabilities")
    application = models.ForeignKey("planner.Application", on_delete=models.PROTECT, related_name="capabilities")
    key = models.CharField(max_length=40)
    title = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    due_date = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="capability_key_once"),
            models.CheckConstraint(
                condition=Q(cost_of_delay__gte=0) | Q(cost_of_delay__isnull=True),
                name="capability_cost_of_delay_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-cd3", "id"], condition=Q(cd3__isnull=False), name="capability_by_cd3"),
        ]
        verbose_name_plural = "capabilities"

    def __str__(self) -> str:
        return f"{self.key} {self.title}"
