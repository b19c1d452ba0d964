"""Columns of boards that hold several values under a name of their own, and what going over a lane's limit does."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("planner", "0006_sprints_boards_fields"),
    ]

    operations = [
        migrations.AddField(
            model_name="board",
            name="lane_rule",
            field=models.CharField(
                choices=[("WARN", "Warn"), ("REASON", "Ask for a reason"), ("BLOCK", "Refuse")],
                default="WARN",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="boardcolumn",
            name="also",
            field=models.JSONField(blank=True, default=list, help_text="Other values that stand in this column too."),
        ),
        migrations.AddField(
            model_name="boardcolumn",
            name="label",
            field=models.CharField(blank=True, max_length=80),
        ),
    ]
