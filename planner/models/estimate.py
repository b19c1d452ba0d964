"""Estimates of value: append-only, each with author, date and reason."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Estimate(models.Model):
    """What someone thought a capability (or a story of its own) is worth, from then on.

    `model` is the value model as `planner.domain.value.model.dump_model` writes it; the figures beside
    it are what that model gave, kept so that history shows what people saw.
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    capability = models.ForeignKey(
        "planner.Capability", null=True, blank=True, on_delete=models.CASCADE, related_name="estimates"
    )
    story = models.ForeignKey(
        "planner.Story", null=True, blank=True, on_delete=models.CASCADE, related_name="estimates"
    )
    model = models.JSONField()
    cost_of_delay = models.DecimalField(max_digits=18, decimal_places=2)
    cost_of_delay_low = models.DecimalField(max_digits=18, decimal_places=2)
    cost_of_delay_high = models.DecimalField(max_digits=18, decimal_places=2)
    business_value = models.DecimalField(max_digits=18, decimal_places=2)
    reason = models.CharField(max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=120, blank=True)
    occurred_at = models.DateTimeField(help_text="From when it counts.")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(capability__isnull=True, story__isnull=False)
                | Q(capability__isnull=False, story__isnull=True),
                name="estimate_of_one_thing",
            )
        ]
        indexes = [
            models.Index(fields=["capability", "-occurred_at", "-id"], name="estimate_newest_capability"),
            models.Index(fields=["story", "-occurred_at", "-id"], name="estimate_newest_story"),
        ]

    def __str__(self) -> str:
        return f"{self.cost_of_delay} a week"
