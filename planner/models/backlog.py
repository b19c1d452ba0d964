"""The backlog: what stories are ranked in, and what a ranking locks."""

from django.db import models


class Backlog(models.Model):
    """One a workspace. Its row is the lock of every change of rank and the counter of keys."""

    workspace = models.OneToOneField("accounts.Workspace", on_delete=models.CASCADE, related_name="backlog")
    last_number = models.BigIntegerField(default=0, help_text="The number in the newest key.")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(last_number__gte=0), name="backlog_number_positive")]

    def __str__(self) -> str:
        return f"Backlog of {self.workspace}"
