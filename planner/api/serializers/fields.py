"""Custom fields and their values, as the API tells and reads them."""

from typing import Any

from rest_framework import serializers

from planner.api.serializers.plan import InWorkspace
from planner.models import CustomField, FieldOption
from planner.models.choices import FIELD_KINDS
from planner.services.field_options import TONES

FIELD_ITEMS = [("STORY", "Stories"), ("CAPABILITY", "Capabilities")]


class FieldOptionSerializer(serializers.ModelSerializer[FieldOption]):
    """An option of a choice. Archived ones are still told, for what has them."""

    is_archived = serializers.SerializerMethodField()

    class Meta:
        model = FieldOption
        fields = ["id", "label", "tone", "position", "is_archived"]
        read_only_fields = fields

    def get_is_archived(self, option: FieldOption) -> bool:
        """Tell whether it can't be chosen any more."""
        return option.archived_at is not None


class FieldSerializer(serializers.ModelSerializer[CustomField]):
    """A field that a workspace added to its stories or capabilities."""

    options = FieldOptionSerializer(many=True, read_only=True)
    is_archived = serializers.SerializerMethodField()
    result_kind = serializers.CharField(read_only=True, help_text="What a formula yields, as a kind; empty otherwise.")

    class Meta:
        model = CustomField
        fields = [
            "id",
            "workspace",
            "item",
            "key",
            "name",
            "kind",
            "unit",
            "formula",
            "result_kind",
            "options",
            "position",
            "is_archived",
            "version",
            "created_at",
        ]
        read_only_fields = fields

    def get_is_archived(self, field: CustomField) -> bool:
        """Tell whether it was taken away; its values are kept."""
        return field.archived_at is not None


class NewOption(serializers.Serializer[Any]):
    """An option as it shall be: with its `id` where it exists already."""

    id = serializers.IntegerField(required=False, min_value=1)
    label = serializers.CharField(max_length=80)  # type: ignore[assignment]  # the field of that name
    tone = serializers.ChoiceField(choices=[tone for tone in TONES if tone], required=False, allow_blank=True)


class FieldChange(serializers.Serializer[Any]):
    """What may be changed of a field; only what is named changes. Key, kind and item stay for good."""

    name = serializers.CharField(required=False, max_length=80)
    unit = serializers.CharField(required=False, allow_blank=True, max_length=20, help_text="Shown behind a number.")
    formula = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    options = NewOption(
        many=True, required=False, help_text="The whole list, in order; one in use that is left out is archived."
    )
    version = serializers.IntegerField(required=False, help_text="The one you read: 409 when somebody changed it.")


class NewField(InWorkspace):
    """A field to be added."""

    item = serializers.ChoiceField(choices=FIELD_ITEMS)
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(choices=FIELD_KINDS)
    key = serializers.CharField(
        required=False, max_length=40, help_text="Its name in filters, formulas and imports; made of the name if empty."
    )
    unit = serializers.CharField(required=False, allow_blank=True, max_length=20)
    formula = serializers.CharField(required=False, allow_blank=True, max_length=2000, help_text="With kind FORMULA.")
    options = NewOption(many=True, required=False, help_text="With kinds CHOICE and MULTI_CHOICE.")


class FieldOrder(InWorkspace):
    """The order of the fields of stories, or of capabilities."""

    item = serializers.ChoiceField(choices=FIELD_ITEMS)
    keys = serializers.ListField(child=serializers.CharField(), help_text="Every field, each once.")


class ShownFieldSerializer(serializers.Serializer[Any]):
    """One field's value. `text` is empty where it is unknown, and `reason` says why a formula yields nothing."""

    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=FIELD_KINDS)
    value = serializers.JSONField(
        help_text="Text, a decimal or a day as text, an id, ids, true or false; null where unknown."
    )
    text = serializers.CharField(allow_blank=True, help_text="For people.")
    reason = serializers.CharField(allow_blank=True)


class FieldValuesChange(serializers.Serializer[Any]):
    """Values by field key; null clears one. Options and people by id or by name."""

    values = serializers.DictField(child=serializers.JSONField(allow_null=True))
