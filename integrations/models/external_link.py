"""Which of our rows a tracker's object is."""

from django.db import models


class ExternalLink(models.Model):
    """`external_id` of `system` is row `object_id` of `object_type` here: idempotence by id, not by name."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    system = models.CharField(max_length=20)
    object_type = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200)
    object_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "system", "object_type", "external_id"], name="external_link_once"
            )
        ]
        indexes = [models.Index(fields=["workspace", "object_type", "object_id"], name="external_link_back")]

    def __str__(self) -> str:
        return f"{self.system} {self.external_id}"
