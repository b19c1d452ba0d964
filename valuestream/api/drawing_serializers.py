"""What the API tells and takes about how maps are drawn."""

from typing import Any

from rest_framework import serializers

from valuestream.domain.map_templates import TEMPLATES
from valuestream.models import MapVersion
from valuestream.models.choices import BLOCK_KINDS, WAIT_RULES


class NewMap(serializers.Serializer[Any]):
    """A map to make: after a template, a stage for each choice of a field, or like another map."""

    workspace = serializers.CharField(required=False, help_text="Id or key of the workspace.")
    name = serializers.CharField(max_length=120)
    template = serializers.ChoiceField(choices=[(one.key, one.name) for one in TEMPLATES], required=False)
    field = serializers.CharField(
        max_length=40, required=False, help_text="Key of a choice field of stories; without it states are mapped."
    )
    copy_of = serializers.IntegerField(required=False, help_text="Id of a map of the workspace.")


class DrawnBlockSerializer(serializers.Serializer[Any]):
    """A process block."""

    id = serializers.IntegerField(required=False, allow_null=True, help_text="Leave it out for a new block.")
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(choices=BLOCK_KINDS)
    values = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="Ids of the states or choices mapped to it."
    )


class DrawnStageSerializer(serializers.Serializer[Any]):
    """A stage with its parallel blocks."""

    id = serializers.IntegerField(required=False, allow_null=True, help_text="Leave it out for a new stage.")
    name = serializers.CharField(max_length=80)
    staffed = serializers.IntegerField(required=False, allow_null=True, min_value=0, help_text="People; null: unknown.")
    target_days = serializers.DecimalField(
        max_digits=7,
        decimal_places=2,
        required=False,
        allow_null=True,
        help_text="How long a visit should take, in days of the 24x7 clock.",
    )
    blocks = DrawnBlockSerializer(many=True)


class DrawingSerializer(serializers.Serializer[Any]):
    """How a map is drawn: all of it, stages in the order of the stream."""

    version = serializers.IntegerField(help_text="The one you read; the next one in an answer.")
    reason = serializers.CharField(required=False, max_length=200, write_only=True)
    wait_rule = serializers.ChoiceField(choices=WAIT_RULES, required=False)
    filter = serializers.CharField(
        required=False, allow_blank=True, max_length=2000, help_text="Only of stories where this holds."
    )
    stages = DrawnStageSerializer(many=True)


class MapVersionSerializer(serializers.ModelSerializer[MapVersion]):
    """How a map was drawn from an instant on."""

    made_by = serializers.SerializerMethodField(help_text="Name; null: nobody in particular.")
    drawing = serializers.SerializerMethodField()

    class Meta:
        model = MapVersion
        fields = ["number", "made_at", "made_by", "reason", "drawing"]

    def get_made_by(self, version: MapVersion) -> str | None:
        """Who drew it."""
        return None if version.made_by is None else str(version.made_by)

    def get_drawing(self, version: MapVersion) -> dict[str, Any]:
        """The drawing, as the map's own has it."""
        return dict(version.drawing)


class RestoreSerializer(serializers.Serializer[Any]):
    """Which version was seen when an earlier one was chosen."""

    version = serializers.IntegerField(help_text="The map's version that you read.")
