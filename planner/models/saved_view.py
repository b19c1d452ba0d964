"""A saved view of the backlog: a filter, a lens and the columns shown, under a name."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower


class SavedView(models.Model):
    """Somebody's named question to the backlog; shared ones are seen by the whole workspace.

    `question` is the query string of the backlog page (lens, filters, columns, flat or outline).
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    question = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                "owner",
                Lower("name"),
                name="saved_view_name_once",
                violation_error_message="You have a view of this name already.",
            )
        ]
        indexes = [models.Index(fields=["workspace", "is_shared"], name="saved_view_shared")]

    def __str__(self) -> str:
        return self.name
