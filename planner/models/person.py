"""Someone who does work: a member, or a name an import brought."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Person(models.Model):
    """Stories are assigned to people, who need not have an account here."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="people")
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "user"], condition=Q(user__isnull=False), name="person_once_per_user"
            )
        ]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name
