"""The work manager: layouts of panels side by side, each a saved filter."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from planner.models.choices import ITEM_KINDS


class PanelLayout(models.Model):
    """Somebody's named row of panels; shared ones are seen by the whole workspace."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="panel_layouts")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    is_shared = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                "owner",
                Lower("name"),
                name="panel_layout_name_once",
                violation_error_message="You have a layout of this name already.",
            )
        ]
        indexes = [models.Index(fields=["workspace", "is_shared"], name="panel_layout_shared")]

    def __str__(self) -> str:
        return self.name


class Panel(models.Model):
    """One panel: a filter in the language of panels, a sort, the columns shown, and its width in pixels."""

    layout = models.ForeignKey(PanelLayout, on_delete=models.CASCADE, related_name="panels")
    title = models.CharField(max_length=80)
    item = models.CharField(max_length=10, choices=ITEM_KINDS, default="STORY")
    filter_text = models.TextField(blank=True, max_length=2000)
    sort = models.CharField(max_length=60, blank=True, help_text="A field key, with a minus for downwards; '' is rank.")
    columns = models.JSONField(default=list, blank=True)
    width = models.PositiveSmallIntegerField(default=360)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title
