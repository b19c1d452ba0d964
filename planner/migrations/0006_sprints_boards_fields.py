"""Sprints with their commitment, boards, panels, custom fields, comments, and plans over the next sprints."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_failed_sign_ins"),
        ("planner", "0005_team_members"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(max_length=200, upload_to="attachments/%Y/%m/")),
                ("name", models.CharField(max_length=200)),
                ("size", models.PositiveBigIntegerField(help_text="Bytes.")),
                ("content_type", models.CharField(max_length=100)),
                ("sha256", models.CharField(max_length=64)),
                ("uploaded_by_name", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Board",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                (
                    "item",
                    models.CharField(
                        choices=[("STORY", "Stories"), ("TASK", "Tasks"), ("CAPABILITY", "Capabilities")], max_length=10
                    ),
                ),
                ("column_field", models.CharField(max_length=60)),
                ("lane_field", models.CharField(blank=True, max_length=60)),
                ("filter_text", models.TextField(blank=True, max_length=2000)),
                ("card_fields", models.JSONField(blank=True, default=list)),
                ("colour_field", models.CharField(blank=True, max_length=60)),
                (
                    "lane_limits",
                    models.JSONField(blank=True, default=dict, help_text="Most cards in progress by lane value."),
                ),
                ("is_shared", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="BoardColumn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.CharField(blank=True, max_length=60)),
                ("position", models.PositiveIntegerField()),
                (
                    "wip_limit",
                    models.PositiveIntegerField(
                        blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                (
                    "wip_rule",
                    models.CharField(
                        choices=[("WARN", "Warn"), ("REASON", "Ask for a reason"), ("BLOCK", "Refuse")],
                        default="WARN",
                        max_length=6,
                    ),
                ),
                ("is_hidden", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("author_name", models.CharField(max_length=120)),
                ("text", models.TextField(blank=True, max_length=10000)),
                (
                    "source_ref",
                    models.CharField(blank=True, help_text="The tracker's own id of the comment.", max_length=120),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="CustomField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.CharField(
                        choices=[("STORY", "Stories"), ("TASK", "Tasks"), ("CAPABILITY", "Capabilities")], max_length=10
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("TEXT", "Text"),
                            ("NUMBER", "Number"),
                            ("MONEY", "Money"),
                            ("DATE", "Date"),
                            ("CHOICE", "Choice"),
                            ("MULTI_CHOICE", "Several choices"),
                            ("PERSON", "Person"),
                            ("FORMULA", "Formula"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "unit",
                    models.CharField(blank=True, help_text="Shown behind a number, such as users or %.", max_length=20),
                ),
                ("formula", models.TextField(blank=True, max_length=2000)),
                (
                    "result_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("TEXT", "Text"),
                            ("NUMBER", "Number"),
                            ("MONEY", "Money"),
                            ("DATE", "Date"),
                            ("CHOICE", "Choice"),
                            ("MULTI_CHOICE", "Several choices"),
                            ("PERSON", "Person"),
                            ("FORMULA", "Formula"),
                        ],
                        max_length=12,
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="FieldOption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=80)),
                ("tone", models.CharField(blank=True, max_length=12)),
                ("position", models.PositiveIntegerField()),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="FieldValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slot", models.BigIntegerField(default=0)),
                ("text", models.TextField(blank=True, max_length=5000)),
                ("number", models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True)),
                ("day", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Leave",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start_date", models.DateField()),
                ("end_date", models.DateField()),
                (
                    "share",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("1"),
                        max_digits=3,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0.05")),
                            django.core.validators.MaxValueValidator(Decimal("1")),
                        ],
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ["start_date", "id"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("MENTION", "Mentioned you"),
                            ("COMMENT", "Commented"),
                            ("CHANGE", "Changed"),
                            ("ASSIGNED", "Assigned to you"),
                        ],
                        max_length=8,
                    ),
                ),
                ("actor_name", models.CharField(blank=True, max_length=120)),
                ("text", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Panel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=80)),
                (
                    "item",
                    models.CharField(
                        choices=[("STORY", "Stories"), ("TASK", "Tasks"), ("CAPABILITY", "Capabilities")],
                        default="STORY",
                        max_length=10,
                    ),
                ),
                ("filter_text", models.TextField(blank=True, max_length=2000)),
                (
                    "sort",
                    models.CharField(
                        blank=True, help_text="A field key, with a minus for downwards; '' is rank.", max_length=60
                    ),
                ),
                ("columns", models.JSONField(blank=True, default=list)),
                ("width", models.PositiveSmallIntegerField(default=360)),
                ("position", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="PanelLayout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("is_shared", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SprintEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=500)),
                ("is_committed", models.BooleanField()),
                ("points_at_start", models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True)),
                ("hours_at_start", models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True)),
                (
                    "value_at_start",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Attributed business value when it started.",
                        max_digits=18,
                        null=True,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("DONE", "Done"),
                            ("CARRIED", "Carried over"),
                            ("RETURNED", "Returned to the backlog"),
                            ("REMOVED", "Taken out"),
                        ],
                        max_length=8,
                    ),
                ),
                ("points_left", models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True)),
                ("hours_left", models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True)),
            ],
            options={
                "verbose_name_plural": "sprint entries",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SprintPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("COMPUTING", "Computing"),
                            ("READY", "Ready"),
                            ("APPLIED", "Applied"),
                            ("UNDONE", "Undone"),
                            ("DISCARDED", "Discarded"),
                            ("FAILED", "Failed"),
                        ],
                        default="COMPUTING",
                        max_length=9,
                    ),
                ),
                ("question", models.JSONField(default=dict)),
                ("answer", models.JSONField(default=dict)),
                ("applied", models.JSONField(default=dict)),
                ("value", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ("bound", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ("problem", models.CharField(blank=True, help_text="Why it failed, in a sentence.", max_length=500)),
                ("asked_by_name", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField()),
                ("computed_at", models.DateTimeField(blank=True, null=True)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                ("applied_by_name", models.CharField(blank=True, max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="Watcher",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="person",
            name="holiday_country",
            field=models.CharField(
                blank=True, help_text="Whose public holidays count; empty: the workspace's.", max_length=2
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="skills",
            field=models.JSONField(blank=True, default=list, help_text="Tags, such as frontend or payments."),
        ),
        migrations.AddField(
            model_name="sprint",
            name="completed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sprint",
            name="initial_planned_hours",
            field=models.DecimalField(
                blank=True, decimal_places=2, help_text="Hours left in it when it started.", max_digits=9, null=True
            ),
        ),
        migrations.AddField(
            model_name="sprint",
            name="started_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sprint",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="task",
            name="blocked",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="task",
            name="blocked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="blocked_reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="task",
            name="state_entered_at",
            field=models.DateTimeField(blank=True, help_text="Unknown for tasks older than the wall.", null=True),
        ),
        migrations.AddField(
            model_name="team",
            name="focus_factor",
            field=models.DecimalField(
                decimal_places=2,
                default=Decimal("0.80"),
                help_text="The share of the working hours that goes into planned work.",
                max_digits=3,
                validators=[
                    django.core.validators.MinValueValidator(Decimal("0.05")),
                    django.core.validators.MaxValueValidator(Decimal("1")),
                ],
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="sprint_days",
            field=models.PositiveSmallIntegerField(
                default=14,
                help_text="Days of a new sprint.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(91)],
            ),
        ),
        migrations.AlterField(
            model_name="story",
            name="sprint",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="stories",
                to="planner.sprint",
            ),
        ),
        migrations.AlterField(
            model_name="story",
            name="state",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="stories", to="planner.state"
            ),
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(fields=["state", "rank"], name="story_by_state"),
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(fields=["sprint", "rank"], name="story_by_sprint"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(("blocked", False), ("blocked_at__isnull", False), _connector="OR"),
                name="task_blocked_has_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.CheckConstraint(
                condition=models.Q(("focus_factor__gt", 0), ("focus_factor__lte", 1)), name="team_focus_factor_share"
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="story",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="planner.story"
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="uploaded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="board",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="board",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="boards", to="accounts.workspace"
            ),
        ),
        migrations.AddField(
            model_name="boardcolumn",
            name="board",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="columns", to="planner.board"
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="author",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="mentions",
            field=models.ManyToManyField(blank=True, related_name="+", to="planner.person"),
        ),
        migrations.AddField(
            model_name="comment",
            name="story",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="comments", to="planner.story"
            ),
        ),
        migrations.AddField(
            model_name="customfield",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="custom_fields", to="accounts.workspace"
            ),
        ),
        migrations.AddField(
            model_name="fieldoption",
            name="field",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="options", to="planner.customfield"
            ),
        ),
        migrations.AddField(
            model_name="fieldvalue",
            name="capability",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="planner.capability"
            ),
        ),
        migrations.AddField(
            model_name="fieldvalue",
            name="field",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="values",
                to="planner.customfield",
            ),
        ),
        migrations.AddField(
            model_name="fieldvalue",
            name="option",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="values",
                to="planner.fieldoption",
            ),
        ),
        migrations.AddField(
            model_name="fieldvalue",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="planner.person",
            ),
        ),
        migrations.AddField(
            model_name="fieldvalue",
            name="story",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="planner.story"
            ),
        ),
        migrations.AddField(
            model_name="leave",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="leaves", to="planner.person"
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="comment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="planner.comment",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="story",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="planner.story"),
        ),
        migrations.AddField(
            model_name="notice",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.workspace"
            ),
        ),
        migrations.AddField(
            model_name="panellayout",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="panellayout",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="panel_layouts", to="accounts.workspace"
            ),
        ),
        migrations.AddField(
            model_name="panel",
            name="layout",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="panels", to="planner.panellayout"
            ),
        ),
        migrations.AddField(
            model_name="sprintentry",
            name="moved_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="planner.sprint",
            ),
        ),
        migrations.AddField(
            model_name="sprintentry",
            name="sprint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="planner.sprint"
            ),
        ),
        migrations.AddField(
            model_name="sprintentry",
            name="story",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="sprint_entries",
                to="planner.story",
            ),
        ),
        migrations.AddField(
            model_name="sprintplan",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sprintplan",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="sprint_plans", to="accounts.workspace"
            ),
        ),
        migrations.AddField(
            model_name="watcher",
            name="story",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="watchers", to="planner.story"
            ),
        ),
        migrations.AddField(
            model_name="watcher",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="board",
            index=models.Index(fields=["workspace", "is_shared"], name="board_shared"),
        ),
        migrations.AddConstraint(
            model_name="board",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                models.F("owner"),
                django.db.models.functions.text.Lower("name"),
                name="board_name_once",
                violation_error_message="You have a board of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="boardcolumn",
            constraint=models.UniqueConstraint(fields=("board", "value"), name="board_column_value_once"),
        ),
        migrations.AddConstraint(
            model_name="boardcolumn",
            constraint=models.CheckConstraint(
                condition=models.Q(("wip_limit__isnull", True), ("wip_limit__gte", 1), _connector="OR"),
                name="board_column_limit_positive",
                violation_error_message="A limit is 1 or more; leave it empty for none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_ref", ""), _negated=True),
                fields=("story", "source_ref"),
                name="comment_source_ref_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="customfield",
            constraint=models.UniqueConstraint(
                fields=("workspace", "item", "key"),
                name="custom_field_key_once",
                violation_error_message="A field with this key exists already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="customfield",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                models.F("item"),
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("archived_at__isnull", True)),
                name="custom_field_name_once",
                violation_error_message="A field of this name exists already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="customfield",
            constraint=models.CheckConstraint(
                condition=models.Q(("item__in", ["STORY", "CAPABILITY"])), name="custom_field_of_story_or_capability"
            ),
        ),
        migrations.AddConstraint(
            model_name="customfield",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("formula__gt", ""), ("kind", "FORMULA")),
                    models.Q(models.Q(("kind", "FORMULA"), _negated=True), ("formula", "")),
                    _connector="OR",
                ),
                name="custom_field_formula_where_it_belongs",
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldoption",
            constraint=models.UniqueConstraint(
                models.F("field"),
                django.db.models.functions.text.Lower("label"),
                name="field_option_label_once",
                violation_error_message="This field has an option of that label already.",
            ),
        ),
        migrations.AddIndex(
            model_name="fieldvalue",
            index=models.Index(
                condition=models.Q(("number__isnull", False)), fields=["field", "number"], name="field_value_by_number"
            ),
        ),
        migrations.AddIndex(
            model_name="fieldvalue",
            index=models.Index(
                condition=models.Q(("day__isnull", False)), fields=["field", "day"], name="field_value_by_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("capability__isnull", True), ("story__isnull", False)),
                    models.Q(("capability__isnull", False), ("story__isnull", True)),
                    _connector="OR",
                ),
                name="field_value_of_one_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldvalue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("story__isnull", False)),
                fields=("field", "story", "slot"),
                name="field_value_once_per_story",
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldvalue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("capability__isnull", False)),
                fields=("field", "capability", "slot"),
                name="field_value_once_per_capability",
            ),
        ),
        migrations.AddIndex(
            model_name="leave",
            index=models.Index(fields=["person", "start_date"], name="leave_by_person"),
        ),
        migrations.AddConstraint(
            model_name="leave",
            constraint=models.CheckConstraint(
                condition=models.Q(("end_date__gte", models.F("start_date"))),
                name="leave_ends_after_start",
                violation_error_message="A leave ends on or after the day it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leave",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gt", 0), ("share__lte", 1)), name="leave_share_of_a_day"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["user", "workspace", "-id"], name="notice_inbox"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)), fields=["user", "workspace"], name="notice_unread"
            ),
        ),
        migrations.AddIndex(
            model_name="panellayout",
            index=models.Index(fields=["workspace", "is_shared"], name="panel_layout_shared"),
        ),
        migrations.AddConstraint(
            model_name="panellayout",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                models.F("owner"),
                django.db.models.functions.text.Lower("name"),
                name="panel_layout_name_once",
                violation_error_message="You have a layout of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sprintentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("story__isnull", False)), fields=("sprint", "story"), name="sprint_entry_once"
            ),
        ),
        migrations.AddIndex(
            model_name="sprintplan",
            index=models.Index(fields=["workspace", "-id"], name="sprint_plan_newest"),
        ),
        migrations.AddConstraint(
            model_name="sprintplan",
            constraint=models.UniqueConstraint(fields=("workspace", "number"), name="sprint_plan_number_once"),
        ),
        migrations.AddConstraint(
            model_name="watcher",
            constraint=models.UniqueConstraint(fields=("story", "user"), name="watcher_once"),
        ),
    ]
