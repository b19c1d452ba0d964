"""Kanban boards, their cards and moves, as the API tells and reads them."""

from typing import Any

from rest_framework import serializers

from planner.api.serializers.plan import InWorkspace
from planner.models import Board, BoardColumn
from planner.models.choices import ITEM_KINDS, WIP_RULES


class BoardColumnSerializer(serializers.ModelSerializer[BoardColumn]):
    """What a board says of one column; values that it says nothing of are plain columns at the end."""

    class Meta:
        model = BoardColumn
        fields = ["value", "label", "also", "wip_limit", "wip_rule", "is_hidden"]
        read_only_fields = fields


class BoardSerializer(serializers.ModelSerializer[Board]):
    """A board."""

    owner_name = serializers.CharField(source="owner", read_only=True)
    columns = BoardColumnSerializer(many=True, read_only=True)
    card_fields = serializers.ListField(child=serializers.CharField(), read_only=True)
    lane_limits = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = Board
        fields = [
            "id",
            "workspace",
            "name",
            "item",
            "column_field",
            "lane_field",
            "filter_text",
            "card_fields",
            "colour_field",
            "lane_limits",
            "lane_rule",
            "columns",
            "is_shared",
            "owner",
            "owner_name",
            "version",
            "created_at",
        ]
        read_only_fields = fields


class ColumnCount(serializers.Serializer[Any]):
    """What a shown column holds, exactly."""

    value = serializers.CharField(allow_blank=True)
    label = serializers.CharField()  # type: ignore[assignment]
    number = serializers.IntegerField()
    points = serializers.DecimalField(14, 2, allow_null=True, help_text="Hours left of tasks.")
    cost_of_delay = serializers.DecimalField(18, 2, allow_null=True, help_text="A week; each capability counts once.")
    wip_limit = serializers.IntegerField(allow_null=True)
    over = serializers.IntegerField(help_text="Cards beyond the limit.")


class LaneCount(serializers.Serializer[Any]):
    """What a lane holds."""

    value = serializers.CharField(allow_blank=True)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    number = serializers.IntegerField()
    in_progress = serializers.IntegerField(help_text="What its limit is about.")
    wip_limit = serializers.IntegerField(allow_null=True)


class OffBoard(serializers.Serializer[Any]):
    """Cards that pass the filter and stand in no column or lane shown."""

    number = serializers.IntegerField()
    reason = serializers.CharField()


class BoardDetailSerializer(BoardSerializer):
    """A board with its exact counts; `problem` says why nothing can be listed, such as a field that was removed."""

    problem = serializers.CharField(read_only=True)
    counts = ColumnCount(many=True, read_only=True)
    lanes = LaneCount(many=True, read_only=True)
    off_board = OffBoard(many=True, read_only=True)

    class Meta(BoardSerializer.Meta):
        fields = [*BoardSerializer.Meta.fields, "problem", "counts", "lanes", "off_board"]
        read_only_fields = fields


class BoardColumnBody(serializers.Serializer[Any]):
    """What to say of one column."""

    value = serializers.CharField(allow_blank=True, max_length=60, help_text="A state's, person's or option's id.")
    label = serializers.CharField(required=False, allow_blank=True, max_length=80)  # type: ignore[assignment]
    also = serializers.ListField(
        child=serializers.CharField(allow_blank=True, max_length=60), required=False, help_text="Values merged into it."
    )
    wip_limit = serializers.IntegerField(required=False, allow_null=True, help_text="1 or more; null is no limit.")
    wip_rule = serializers.ChoiceField(WIP_RULES, required=False)
    is_hidden = serializers.BooleanField(required=False)


class BoardChange(serializers.Serializer[Any]):
    """Fields of a board that may be changed; only what is named changes, `columns` all together."""

    name = serializers.CharField(required=False, max_length=80)
    item = serializers.ChoiceField(ITEM_KINDS, required=False)
    column_field = serializers.CharField(required=False, max_length=60, help_text="The key of a state, choice, person.")
    lane_field = serializers.CharField(required=False, allow_blank=True, max_length=60, help_text="Empty is no lanes.")
    filter_text = serializers.CharField(
        required=False, allow_blank=True, max_length=2000, help_text='In the language of filters: state is "Ready".'
    )
    card_fields = serializers.ListField(child=serializers.CharField(), required=False, help_text="Keys of fields, 8.")
    colour_field = serializers.CharField(required=False, allow_blank=True, max_length=60)
    lane_limits = serializers.DictField(child=serializers.IntegerField(), required=False, help_text="By lane value.")
    lane_rule = serializers.ChoiceField(WIP_RULES, required=False)
    columns = BoardColumnBody(many=True, required=False)
    is_shared = serializers.BooleanField(required=False, help_text="Everyone in the workspace sees it.")
    version = serializers.IntegerField(required=False, help_text="The version you read; a stale one is refused.")


class NewBoard(BoardChange, InWorkspace):
    """A board to be kept."""

    version = None  # type: ignore[assignment]
    name = serializers.CharField(max_length=80)


class BoardCardSerializer(serializers.Serializer[Any]):
    """A card with the fields that the board shows, as people read them."""

    id = serializers.IntegerField()
    key = serializers.CharField(allow_blank=True, help_text="Empty for tasks.")
    title = serializers.CharField()
    column = serializers.CharField(allow_blank=True)
    lane = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()
    values = serializers.DictField(child=serializers.CharField(allow_blank=True), help_text="By key of the field.")


class BoardMove(serializers.Serializer[Any]):
    """Where a card goes. Say `version`, or `was_column` and `was_lane`, so that nobody's move is overwritten."""

    id = serializers.IntegerField(min_value=1)
    column = serializers.CharField(allow_blank=True, max_length=60)
    lane = serializers.CharField(required=False, allow_blank=True, max_length=60, help_text="Without it, as it is.")
    was_column = serializers.CharField(required=False, allow_blank=True, max_length=60)
    was_lane = serializers.CharField(required=False, allow_blank=True, max_length=60)
    version = serializers.IntegerField(required=False, min_value=1)
    before = serializers.IntegerField(required=False, min_value=1, help_text="A story to stand right before, by rank.")
    after = serializers.IntegerField(required=False, min_value=1, help_text="A story to stand right after, by rank.")
    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=300, help_text="Why a limit is exceeded; kept in the history."
    )


class BoardMoved(serializers.Serializer[Any]):
    """What a move did. `warnings`: limits exceeded; `undo_token` is empty where nothing changed."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    column = serializers.CharField(allow_blank=True)
    lane = serializers.CharField(allow_blank=True)
    changed = serializers.BooleanField()
    warnings = serializers.ListField(child=serializers.CharField())
    undo_token = serializers.CharField(allow_blank=True)


class BoardUndo(serializers.Serializer[Any]):
    """The token that a move answered with."""

    undo_token = serializers.CharField(max_length=4000)


class BoardUndone(serializers.Serializer[Any]):
    """Whether anything was put back; what somebody changed since stays."""

    changed = serializers.BooleanField()
