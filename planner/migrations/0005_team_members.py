"""The table of who is in which team gets a model of its own, and two columns; its rows stay as they are."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("planner", "0004_place_facts"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="TeamMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="planner.person",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="members", to="planner.team"
                            ),
                        ),
                    ],
                    options={"db_table": "planner_team_people", "unique_together": {("team", "person")}},
                ),
                migrations.AlterField(
                    model_name="team",
                    name="people",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="teams",
                        through="planner.TeamMember",
                        through_fields=("team", "person"),
                        to="planner.person",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="teammember",
            name="hours_per_day",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=4,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(Decimal("0.25")),
                    django.core.validators.MaxValueValidator(Decimal(24)),
                ],
            ),
        ),
        migrations.AddField(
            model_name="teammember",
            name="allocation",
            field=models.DecimalField(
                decimal_places=2,
                default=Decimal(1),
                max_digits=3,
                validators=[
                    django.core.validators.MinValueValidator(Decimal("0.05")),
                    django.core.validators.MaxValueValidator(Decimal(1)),
                ],
            ),
        ),
        migrations.AddConstraint(
            model_name="teammember",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours_per_day__isnull", True))
                | models.Q(("hours_per_day__gt", 0), ("hours_per_day__lte", 24)),
                name="team_member_hours_in_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="teammember",
            constraint=models.CheckConstraint(
                condition=models.Q(("allocation__gt", 0), ("allocation__lte", 1)), name="team_member_allocation_share"
            ),
        ),
    ]
