"""What the API tells and takes about maps."""

from typing import Any

from rest_framework import serializers

from common.jobs.models import JobState
from valuestream.domain.default_map import is_finished
from valuestream.models import Block, Map, Stage
from valuestream.models.choices import BLOCK_KINDS, CLOCKS, WAIT_RULES


class BlockSerializer(serializers.ModelSerializer[Block]):
    """A process block and the workflow states, or choices of the map's field, that it holds."""

    states = serializers.SerializerMethodField(help_text="Ids of the workflow states mapped to it.")
    choices = serializers.SerializerMethodField(help_text="Ids of the choices of the map's field mapped to it.")
    finished = serializers.SerializerMethodField(help_text="Whether only done or cancelled stories are here.")

    class Meta:
        model = Block
        fields = ["id", "name", "kind", "states", "choices", "finished"]

    def get_states(self, block: Block) -> list[int]:
        """Ids of its states."""
        return [mapping.state_id for mapping in block.mappings.all() if mapping.state_id is not None]

    def get_choices(self, block: Block) -> list[int]:
        """Ids of its choices."""
        return [mapping.option_id for mapping in block.mappings.all() if mapping.option_id is not None]

    def get_finished(self, block: Block) -> bool:
        """Whether all of its states are done or cancelled."""
        values = [mapping.value for mapping in block.mappings.all()]
        return bool(values) and all(is_finished(value.category) for value in values)


class StageSerializer(serializers.ModelSerializer[Stage]):
    """A stage with its parallel blocks."""

    blocks = BlockSerializer(many=True, read_only=True)

    class Meta:
        model = Stage
        fields = ["id", "name", "staffed", "target_days", "blocks"]


class MapSerializer(serializers.ModelSerializer[Map]):
    """A value stream map, stages in the order of the stream."""

    filter = serializers.CharField(source="filter_text", help_text="Only of stories where this holds.")
    stages = StageSerializer(many=True, read_only=True)
    field = serializers.SerializerMethodField(help_text="Key of the choice field it maps; null: workflow states.")

    class Meta:
        model = Map
        fields = [
            *("id", "workspace", "name", "follows_workflow", "version", "field"),
            *("wait_rule", "filter", "stages", "created_at"),
        ]
        read_only_fields = fields

    def get_field(self, map_: Map) -> str | None:
        """The field's key."""
        return None if map_.field is None else map_.field.key


class BlockChangeSerializer(serializers.Serializer[Any]):
    """Changes of one block."""

    id = serializers.IntegerField()
    name = serializers.CharField(required=False, max_length=80)
    kind = serializers.ChoiceField(choices=BLOCK_KINDS, required=False)


class StageChangeSerializer(serializers.Serializer[Any]):
    """Changes of one stage and of its blocks."""

    id = serializers.IntegerField()
    name = serializers.CharField(required=False, max_length=80)
    staffed = serializers.IntegerField(required=False, allow_null=True, min_value=0, help_text="People; null: unknown.")
    blocks = BlockChangeSerializer(many=True, required=False)


class MapChangeSerializer(serializers.Serializer[Any]):
    """Changes of a map: only what is named changes. The service reads them; this describes them."""

    name = serializers.CharField(required=False, max_length=120)
    wait_rule = serializers.ChoiceField(choices=WAIT_RULES, required=False)
    stages = StageChangeSerializer(many=True, required=False)


class AgeSerializer(serializers.Serializer[Any]):
    """Ages in seconds; null where nothing is there."""

    p50 = serializers.FloatField(allow_null=True)
    p85 = serializers.FloatField(allow_null=True)
    max = serializers.FloatField(allow_null=True)


class DurationSerializer(serializers.Serializer[Any]):
    """A duration in seconds over n visits that ended in the window; null where n is 0."""

    n = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    p50 = serializers.FloatField(allow_null=True)
    p85 = serializers.FloatField(allow_null=True)


class LittlesLawSerializer(serializers.Serializer[Any]):
    """WIP = throughput x lead time, and by how many items it is off."""

    wip = serializers.FloatField(allow_null=True, help_text="Mean over the window.")
    throughput = serializers.FloatField(allow_null=True, help_text="A week of the clock.")
    lead_time = serializers.FloatField(allow_null=True, help_text="Seconds.")
    residual = serializers.FloatField(allow_null=True, help_text="Items.")
    steady = serializers.BooleanField()


class HolderSerializer(serializers.Serializer[Any]):
    """The story that holds most of the value."""

    story_id = serializers.IntegerField()
    key = serializers.CharField()
    title = serializers.CharField()
    value = serializers.CharField()


class FiguresSerializer(serializers.Serializer[Any]):
    """Figures of a block, a stage or the stream, named as in the glossary."""

    arrivals = serializers.IntegerField(help_text="Visits entered in the window.")
    departures = serializers.IntegerField(help_text="Visits left in the window.")
    throughput = serializers.FloatField(allow_null=True, help_text="Departures a week.")
    wip = serializers.IntegerField(help_text="Open visits at as_of.")
    queue_length = serializers.IntegerField(help_text="Those of them that wait.")
    queue_length_at_start = serializers.IntegerField(help_text="The queue when the window began.")
    wip_age = AgeSerializer()
    queue_age = AgeSerializer()
    lead_time = DurationSerializer()
    waiting_time = DurationSerializer()
    process_time = DurationSerializer()
    flow_efficiency = serializers.FloatField(allow_null=True, help_text="Process / lead time; null: not known.")
    percent_complete_accurate = serializers.FloatField(allow_null=True, help_text="0 to 1; of the stream: rolled.")
    resources = serializers.IntegerField(help_text="Distinct people assigned to items in it.")
    staffed = serializers.IntegerField(allow_null=True, help_text="People typed for the stage.")
    load = serializers.FloatField(allow_null=True, help_text="WIP per person.")
    value_held = serializers.CharField(help_text="Attributed value of open visits.")
    value_waiting = serializers.CharField(help_text="The part of it that waits.")
    value_arrived = serializers.CharField(help_text="Attributed value of the visits entered in the window.")
    value_departed = serializers.CharField(help_text="Attributed value of the visits left in the window.")
    average_value = serializers.CharField(allow_null=True, help_text="value_held / wip.")
    largest_holder = HolderSerializer(allow_null=True)
    unvalued = serializers.IntegerField(help_text="Open visits of stories without an estimate: in no dollar figure.")
    delay_cost_rate = serializers.CharField(help_text="Attributed cost of delay of open visits, a week.")
    idle_cost = serializers.CharField(help_text="What the waiting in the window cost.")
    unvalued_visits = serializers.IntegerField(help_text="Visits left out of idle_cost.")
    utilisation = serializers.FloatField(allow_null=True)
    littles_law = LittlesLawSerializer()


class BlockFiguresSerializer(serializers.Serializer[Any]):
    """A block and its figures."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=BLOCK_KINDS)
    finished = serializers.BooleanField()
    states = serializers.ListField(child=serializers.CharField(), help_text="Names of what is mapped to it.")
    metrics = FiguresSerializer()


class StageFiguresSerializer(serializers.Serializer[Any]):
    """A stage, its figures and its blocks."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    finished = serializers.BooleanField(help_text="Only done or cancelled stories are here: not part of `total`.")
    staffed = serializers.IntegerField(allow_null=True)
    target_days = serializers.CharField(required=False, allow_null=True, help_text="Of a visit, on the 24x7 clock.")
    metrics = FiguresSerializer()
    blocks = BlockFiguresSerializer(many=True)


class UnmappedSerializer(serializers.Serializer[Any]):
    """A state that no block holds."""

    state = serializers.CharField()
    state_id = serializers.IntegerField(help_text="Of a map over a field, a choice's id; 0: nothing chosen.")
    wip = serializers.IntegerField()
    visits = serializers.IntegerField()
    seconds = serializers.FloatField()


class EvidenceSerializer(serializers.Serializer[Any]):
    """Another sign of a bottleneck."""

    sign = serializers.CharField()
    points_at = serializers.CharField(allow_null=True)
    agrees = serializers.BooleanField(allow_null=True)


class BottleneckSerializer(serializers.Serializer[Any]):
    """The stage whose waiting cost the most."""

    stage_id = serializers.IntegerField()
    stage = serializers.CharField()
    idle_cost = serializers.CharField()
    share = serializers.FloatField(help_text="Of all idle cost, 0 to 1.")
    agrees = serializers.BooleanField(help_text="No other sign points at another stage.")
    evidence = EvidenceSerializer(many=True)


ReworkSerializer: Any = type(
    "ReworkSerializer",
    (serializers.Serializer,),
    {
        "__doc__": "Moves back from one stage to an earlier one.",
        "from": serializers.CharField(),
        "from_id": serializers.IntegerField(),
        "to": serializers.CharField(),
        "to_id": serializers.IntegerField(),
        "n": serializers.IntegerField(),
        "seconds": serializers.FloatField(help_text="Until the lost ground was regained."),
        "cost": serializers.CharField(),
    },
)
"""Made so because `from` is a word of Python's."""


class MapMetricsSerializer(serializers.Serializer[Any]):
    """The answer of a map. Durations are seconds on the clock, money decimal text, ratios 0 to 1."""

    map = serializers.IntegerField()
    version = serializers.IntegerField(required=False, help_text="Of the map's drawing that these figures go by.")
    as_of = serializers.DateTimeField()
    window_days = serializers.IntegerField()
    clock = serializers.ChoiceField(choices=CLOCKS)
    computed_at = serializers.DateTimeField()
    stale = serializers.BooleanField(help_text="The log went on since; a worker is at it.")
    log_position = serializers.IntegerField(help_text="The newest event these figures know.")
    stages = StageFiguresSerializer(many=True)
    total = FiguresSerializer(help_text="The stream: all blocks that are not finished.")
    unmapped = UnmappedSerializer(many=True)
    bottleneck = BottleneckSerializer(allow_null=True)
    rework = ReworkSerializer(many=True)


class StudySerializer(serializers.Serializer[Any]):
    """A question that workers are still at: ask the same address again for the answer."""

    study = serializers.IntegerField()
    state = serializers.ChoiceField(choices=JobState.choices, help_text="Of the job that answers it.")
    job = serializers.IntegerField(allow_null=True, help_text="The job, at /api/v1/jobs/{id}/.")
    parts_done = serializers.IntegerField()
    parts = serializers.IntegerField(allow_null=True, help_text="None until the stories are split.")
