"""Layouts and panels of the work manager, what they list, and what a drop did, as the API tells and reads them."""

from typing import Any

from rest_framework import serializers

from planner.api.serializers.plan import InWorkspace
from planner.models import Panel, PanelLayout
from planner.models.choices import ITEM_KINDS


class PanelSerializer(serializers.ModelSerializer[Panel]):
    """One panel: a saved filter, a sort and the columns shown."""

    class Meta:
        model = Panel
        fields = ["id", "layout", "title", "item", "filter_text", "sort", "columns", "width", "position"]
        read_only_fields = fields


class LayoutSerializer(serializers.ModelSerializer[PanelLayout]):
    """A named row of panels."""

    owner_name = serializers.CharField(source="owner", read_only=True)
    panels = PanelSerializer(many=True, read_only=True)

    class Meta:
        model = PanelLayout
        fields = ["id", "workspace", "name", "is_shared", "owner", "owner_name", "version", "created_at", "panels"]
        read_only_fields = fields


class LayoutChange(serializers.Serializer[Any]):
    """Fields of a layout that may be changed; only what is named changes."""

    name = serializers.CharField(required=False, max_length=80)
    is_shared = serializers.BooleanField(required=False, help_text="Everyone in the workspace sees it.")
    version = serializers.IntegerField(required=False, help_text="The version you read; a stale one is refused.")


class NewLayout(InWorkspace):
    """A layout to be kept; it begins with the default panels, or with those of another layout."""

    name = serializers.CharField(max_length=80)
    is_shared = serializers.BooleanField(required=False)
    copy_of = serializers.IntegerField(required=False, help_text="The id of a layout whose panels to begin with.")


class PanelChange(serializers.Serializer[Any]):
    """Fields of a panel that may be changed; only what is named changes."""

    title = serializers.CharField(required=False, max_length=80)
    item = serializers.ChoiceField(ITEM_KINDS, required=False)
    filter_text = serializers.CharField(
        required=False, allow_blank=True, max_length=2000, help_text='In the language of filters: state is "Ready".'
    )
    sort = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="A field key, - before it downwards; empty is rank."
    )
    columns = serializers.ListField(child=serializers.CharField(), required=False, help_text="Keys of fields, 12.")
    width = serializers.IntegerField(required=False, help_text="280 to 760 pixels.")
    version = serializers.IntegerField(required=False, help_text="The layout's version you read.")


class NewPanel(PanelChange):
    """A panel to be added at the right end of a layout."""

    layout = serializers.IntegerField()
    title = serializers.CharField(max_length=80)


class PanelTotals(serializers.Serializer[Any]):
    """All that a panel lists."""

    number = serializers.IntegerField()
    points = serializers.DecimalField(12, 2, allow_null=True, help_text="Hours left of tasks.")
    cost_of_delay = serializers.DecimalField(
        16, 2, source="money", allow_null=True, help_text="A week; each capability counts once."
    )


class PanelDetailSerializer(PanelSerializer):
    """A panel with what all of it comes to; `problem` says why it can't be listed, such as a field that was removed."""

    totals = PanelTotals(read_only=True)
    problem = serializers.CharField(read_only=True)

    class Meta(PanelSerializer.Meta):
        fields = [*PanelSerializer.Meta.fields, "totals", "problem"]
        read_only_fields = fields


class ListedItemSerializer(serializers.Serializer[Any]):
    """A story, task or capability that a filter lists, with the columns asked for as people read them."""

    id = serializers.IntegerField()
    key = serializers.CharField(allow_blank=True, help_text="Empty for tasks.")
    title = serializers.CharField()
    values = serializers.DictField(child=serializers.CharField(allow_blank=True), help_text="By key of the field.")


class ItemDrop(serializers.Serializer[Any]):
    """Items to be dropped on a panel."""

    items = serializers.ListField(child=serializers.IntegerField(min_value=1), help_text="1 to 500 ids.")


class SetField(serializers.Serializer[Any]):
    """A field that a drop set."""

    field = serializers.CharField()
    value = serializers.CharField()


class LeftItem(serializers.Serializer[Any]):
    """An item that still doesn't match the panel."""

    id = serializers.IntegerField(source="item_id")
    name = serializers.CharField()
    reason = serializers.CharField()


class DropAnswer(serializers.Serializer[Any]):
    """What a drop set, and what could not be set."""

    changed = serializers.IntegerField()
    untouched = serializers.IntegerField()
    sets = SetField(many=True)
    left = LeftItem(many=True)
    undo_token = serializers.CharField(allow_blank=True, help_text="Takes it back; empty without a change.")


class DropUndo(serializers.Serializer[Any]):
    """What a drop answered with."""

    undo_token = serializers.CharField(max_length=100_000)


class DropUndone(serializers.Serializer[Any]):
    """How many items got back what they had."""

    changed = serializers.IntegerField()
