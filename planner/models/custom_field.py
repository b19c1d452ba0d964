"""Custom fields: what a workspace adds to its stories and capabilities, and the values of it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from planner.models.choices import FIELD_KINDS, ITEM_KINDS
from planner.models.unit import OfUnit, of_one_unit


class CustomField(models.Model):
    """A field of a workspace. `key` names it in filters, formulas, imports and the API, and never changes.

    `item` is STORY or CAPABILITY. `formula` only with kind FORMULA; `result_kind` is then what it yields (NUMBER,
    MONEY, DATE, TEXT, or CHOICE for yes and no). A removed field keeps its values: `archived_at` hides it, and it can
    come back.
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="custom_fields")
    item = models.CharField(max_length=10, choices=ITEM_KINDS)
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=FIELD_KINDS)
    unit = models.CharField(max_length=20, blank=True, help_text="Shown behind a number, such as users or %.")
    formula = models.TextField(blank=True, max_length=2000)
    result_kind = models.CharField(max_length=12, choices=FIELD_KINDS, blank=True)
    position = models.PositiveIntegerField()
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "item", "key"],
                name="custom_field_key_once",
                violation_error_message="A field with this key exists already.",
            ),
            models.UniqueConstraint(
                "workspace",
                "item",
                Lower("name"),
                condition=Q(archived_at__isnull=True),
                name="custom_field_name_once",
                violation_error_message="A field of this name exists already.",
            ),
            models.CheckConstraint(
                condition=Q(item__in=["STORY", "CAPABILITY"]), name="custom_field_of_story_or_capability"
            ),
            models.CheckConstraint(
                condition=Q(kind="FORMULA", formula__gt="") | (~Q(kind="FORMULA") & Q(formula="")),
                name="custom_field_formula_where_it_belongs",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FieldOption(models.Model):
    """One of the values of a CHOICE or MULTI_CHOICE field. `tone` names a colour of the design's tokens."""

    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="options")
    label = models.CharField(max_length=80)
    tone = models.CharField(max_length=12, blank=True)
    position = models.PositiveIntegerField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                "field",
                Lower("label"),
                name="field_option_label_once",
                violation_error_message="This field has an option of that label already.",
            )
        ]

    def __str__(self) -> str:
        return self.label


class FieldValue(OfUnit):
    """One value of a field of one story or capability; several rows for MULTI_CHOICE. No row means unknown.

    The column follows the kind: `text` TEXT, `number` NUMBER and MONEY, `day` DATE, `option` CHOICE and
    MULTI_CHOICE, `person` PERSON; a formula's result lies in the column of its result kind (`reason` says why there
    is none) and is derived. `slot` is 0, or the option's id for MULTI_CHOICE.
    """

    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="values", db_index=False)
    slot = models.BigIntegerField(default=0)
    text = models.TextField(blank=True, max_length=5000)
    number = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    option = models.ForeignKey(FieldOption, null=True, blank=True, on_delete=models.CASCADE, related_name="values")
    person = models.ForeignKey("planner.Person", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            of_one_unit("field_value_of_one_unit"),
            models.UniqueConstraint(
                fields=["field", "story", "slot"], condition=Q(story__isnull=False), name="field_value_once_per_story"
            ),
            models.UniqueConstraint(
                fields=["field", "capability", "slot"],
                condition=Q(capability__isnull=False),
                name="field_value_once_per_capability",
            ),
        ]
        indexes = [
            models.Index(fields=["field", "number"], condition=Q(number__isnull=False), name="field_value_by_number"),
            models.Index(fields=["field", "day"], condition=Q(day__isnull=False), name="field_value_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.field_id} of {self.unit_id}"
