"""The change feed's row."""

from django.db import models


class Change(models.Model):
    """One change in a workspace: enough for a browser to know what to fetch again."""

    workspace_id = models.BigIntegerField()
    topic = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["workspace_id", "id"], name="change_by_workspace"),
            models.Index(fields=["at"], name="change_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.object_id} {self.verb}"
