"""A company's (or department's) own space, and who belongs to it."""

from datetime import time
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from accounts.policies import Role

ROLES = [(role.value, role.label) for role in Role]


def default_weekdays() -> list[int]:
    """Monday to Friday; Monday is 0."""
    return [0, 1, 2, 3, 4]


class Workspace(models.Model):
    """Everything below hangs on a workspace; nothing is shared between two."""

    name = models.CharField(max_length=120)
    key = models.CharField(
        max_length=10,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Z][A-Z0-9]{1,9}\Z", "Use 2 to 10 capital letters and digits, beginning with a letter.")
        ],
    )
    time_zone = models.CharField(max_length=60, default="UTC")
    currency = models.CharField(max_length=3, default="USD")
    discount_rate = models.DecimalField(
        max_digits=5,
        decimal_places=4,
        default=Decimal("0.10"),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
        help_text="A year, as a share: 0.10 is 10 %.",
    )
    horizon_weeks = models.PositiveIntegerField(default=104, validators=[MinValueValidator(1)])
    cost_per_point = models.DecimalField(
        max_digits=12, decimal_places=2, default=Decimal("900.00"), validators=[MinValueValidator(Decimal(0))]
    )
    work_weekdays = models.JSONField(default=default_weekdays, help_text="Working days; Monday is 0.")
    work_starts = models.TimeField(default=time(9))
    work_ends = models.TimeField(default=time(17))
    holiday_country = models.CharField(max_length=2, blank=True, help_text="ISO 3166 code, such as US or DE.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(discount_rate__gte=0) & Q(discount_rate__lte=1), name="workspace_discount_rate_share"
            ),
            models.CheckConstraint(condition=Q(horizon_weeks__gte=1), name="workspace_horizon_positive"),
            models.CheckConstraint(condition=Q(cost_per_point__gte=0), name="workspace_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One user's role in one workspace."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=ROLES)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.workspace}: {self.role}"
