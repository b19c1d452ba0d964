"""Someone who does work: a member, or a name an import brought."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q


class Person(models.Model):
    """Stories are assigned to people, who need not have an account here."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="people")
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    skills = models.JSONField(default=list, blank=True, help_text="Tags, such as frontend or payments.")
    holiday_country = models.CharField(
        max_length=2, blank=True, help_text="Whose public holidays count; empty: the workspace's."
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


class Leave(models.Model):
    """Days somebody is away, the last one included; `share` of each day, 1 for whole days."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="leaves")
    start_date = models.DateField()
    end_date = models.DateField()
    share = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.05")), MaxValueValidator(Decimal(1))],
    )
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["start_date", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__gte=F("start_date")),
                name="leave_ends_after_start",
                violation_error_message="A leave ends on or after the day it starts.",
            ),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="leave_share_of_a_day"),
        ]
        indexes = [models.Index(fields=["person", "start_date"], name="leave_by_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.start_date} to {self.end_date}"
