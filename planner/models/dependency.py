"""A dependency: the successor can't start before the predecessor is done."""

from django.db import models
from django.db.models import F, Q


class Dependency(models.Model):
    """An edge between two stories of one workspace. Cycles are refused by the service, and named."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    predecessor = models.ForeignKey(
        "planner.Story", on_delete=models.CASCADE, related_name="successor_links", db_index=False
    )
    successor = models.ForeignKey("planner.Story", on_delete=models.CASCADE, related_name="predecessor_links")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="dependency_once"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="dependency_not_on_itself"),
        ]
        verbose_name_plural = "dependencies"

    def __str__(self) -> str:
        return f"{self.predecessor_id} before {self.successor_id}"
