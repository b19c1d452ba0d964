"""An application: a product the company runs. Applications may nest."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q


class Application(models.Model):
    """A product. Its key begins the keys of its capabilities and stories (FRT-41)."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="applications")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(max_length=120)
    key = models.CharField(
        max_length=20,
        validators=[
            RegexValidator(
                r"^[A-Z][A-Z0-9_]{1,19}\Z", "Use 2 to 20 capital letters and digits, beginning with a letter."
            )
        ],
    )
    description = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "key"],
                name="application_key_once",
                violation_error_message="An application with this key exists already.",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="application_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name
