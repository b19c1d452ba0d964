"""A team: people who pull from the same backlog."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower

_SHARE = [MinValueValidator(Decimal("0.05")), MaxValueValidator(Decimal(1))]


class Team(models.Model):
    """A team of a workspace. `cost_per_point` falls back to the workspace's."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=80)
    cost_per_point = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(Decimal(0))]
    )
    focus_factor = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.80"),
        validators=_SHARE,
        help_text="The share of the working hours that goes into planned work.",
    )
    sprint_days = models.PositiveSmallIntegerField(
        default=14, validators=[MinValueValidator(1), MaxValueValidator(91)], help_text="Days of a new sprint."
    )
    people = models.ManyToManyField(
        "planner.Person",
        blank=True,
        related_name="teams",
        through="planner.TeamMember",
        through_fields=("team", "person"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("name"),
                name="team_name_once",
                violation_error_message="A team of this name exists already.",
            ),
            models.CheckConstraint(
                condition=models.Q(cost_per_point__gte=0) | models.Q(cost_per_point__isnull=True),
                name="team_cost_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(focus_factor__gt=0, focus_factor__lte=1), name="team_focus_factor_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """Somebody's place in a team: `hours_per_day` at work (None: the workspace's day), `allocation` 0 to 1 of them."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey("planner.Person", on_delete=models.CASCADE, related_name="memberships")
    hours_per_day = models.DecimalField(
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.25")), MaxValueValidator(Decimal(24))],
    )
    allocation = models.DecimalField(max_digits=3, decimal_places=2, default=Decimal(1), validators=_SHARE)

    class Meta:
        db_table = "planner_team_people"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hours_per_day__isnull=True) | models.Q(hours_per_day__gt=0, hours_per_day__lte=24),
                name="team_member_hours_in_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(allocation__gt=0, allocation__lte=1), name="team_member_allocation_share"
            ),
        ]
        unique_together = [("team", "person")]

    def __str__(self) -> str:
        return f"{self.person} in {self.team}"
