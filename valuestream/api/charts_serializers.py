"""What the flow charts answer, for the reference."""

from typing import Any

from rest_framework import serializers

from valuestream.api.serializers import ReworkSerializer
from valuestream.models.choices import BLOCK_KINDS, CLOCKS


class AskedSerializer(serializers.Serializer[Any]):
    """What was asked."""

    map = serializers.IntegerField()
    as_of = serializers.DateTimeField()
    window_days = serializers.IntegerField()
    clock = serializers.ChoiceField(choices=CLOCKS)


class CfdBlockSerializer(serializers.Serializer[Any]):
    """A block's cells, in the order of `days`."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=BLOCK_KINDS)
    finished = serializers.BooleanField()
    arrivals = serializers.ListField(child=serializers.IntegerField(), help_text="Entered since the day before.")
    departures = serializers.ListField(child=serializers.IntegerField(), help_text="Left since the day before.")
    items = serializers.ListField(child=serializers.IntegerField(), help_text="In it at 24:00 of the day.")
    value = serializers.ListField(child=serializers.CharField(), help_text="Their attributed value as known that day.")


class CfdStageSerializer(serializers.Serializer[Any]):
    """A stage and its blocks."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    blocks = CfdBlockSerializer(many=True)


class CfdSerializer(AskedSerializer):
    """Cumulative flow: a cell never changes once its day is over."""

    step_days = serializers.IntegerField(help_text="Days from one cell to the next: 1 up to a window of 366 days.")
    days = serializers.ListField(child=serializers.DateField())
    last_day_is_over = serializers.BooleanField(help_text="If not, the last cells are those of `as_of`.")
    stages = CfdStageSerializer(many=True)


class BandsSerializer(serializers.Serializer[Any]):
    """Percentiles in seconds; null where n is 0."""

    n = serializers.IntegerField()
    p50 = serializers.FloatField(allow_null=True)
    p85 = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)


class ChartStorySerializer(serializers.Serializer[Any]):
    """A story on a chart; value is null where it has none."""

    story_id = serializers.IntegerField()
    key = serializers.CharField()
    title = serializers.CharField()
    value = serializers.CharField(allow_null=True)


class AgeingItemSerializer(ChartStorySerializer):
    """An open item."""

    age = serializers.FloatField(help_text="Seconds in the stage.")
    waiting = serializers.BooleanField()


class AgeingStageSerializer(serializers.Serializer[Any]):
    """A stage of the stream, what left it, and what is in it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    finished_visits = BandsSerializer(help_text="Of the visits that left this stage in the window.")
    wip = serializers.IntegerField()
    older_than_p85 = serializers.IntegerField(allow_null=True)
    items = AgeingItemSerializer(many=True)


class AgeingSerializer(AskedSerializer):
    """Open work against each stage's own past."""

    wip = serializers.IntegerField()
    told = serializers.IntegerField(help_text="How many items are listed: the oldest.")
    stages = AgeingStageSerializer(many=True)


class CycleTimeItemSerializer(ChartStorySerializer):
    """What left the stream."""

    left_at = serializers.DateTimeField()
    cycle_time = serializers.FloatField(help_text="Seconds from entering the stream to leaving it.")


class CycleTimesSerializer(AskedSerializer):
    """How long what left the stream had been in it."""

    cycle_time = BandsSerializer(help_text="Of all of them, told or not.")
    told = serializers.IntegerField(help_text="How many are listed: all, or the slowest and every k-th of the rest.")
    items = CycleTimeItemSerializer(many=True)


SignalSerializer: Any = type(
    "SignalSerializer",
    (serializers.Serializer,),
    {
        "__doc__": "Weeks that break a rule.",
        "rule": serializers.CharField(),
        "from": serializers.DateField(),
        "to": serializers.DateField(),
        "above": serializers.BooleanField(help_text="Above the mean."),
    },
)


class LimitsSerializer(serializers.Serializer[Any]):
    """Natural process limits: the mean plus and minus 2.66 times the mean moving range."""

    mean = serializers.FloatField()
    mean_moving_range = serializers.FloatField()
    lower = serializers.FloatField(help_text="Never below 0.")
    upper = serializers.FloatField()
    n = serializers.IntegerField()
    firm = serializers.BooleanField(help_text="At least 10 weeks; with fewer the limits are provisional.")


class MoneyLimitsSerializer(LimitsSerializer):
    """The same in money."""

    mean = serializers.CharField()  # type: ignore[assignment]
    mean_moving_range = serializers.CharField()  # type: ignore[assignment]
    lower = serializers.CharField()  # type: ignore[assignment]
    upper = serializers.CharField()  # type: ignore[assignment]


class WeeklyItemsSerializer(serializers.Serializer[Any]):
    """Items by week."""

    values = serializers.ListField(child=serializers.IntegerField())
    limits = LimitsSerializer(allow_null=True, help_text="Null for fewer than 6 weeks.")
    signals = SignalSerializer(many=True)


class WeeklyValueSerializer(serializers.Serializer[Any]):
    """Attributed value by week."""

    values = serializers.ListField(child=serializers.CharField())
    limits = MoneyLimitsSerializer(allow_null=True, help_text="Null for fewer than 6 weeks.")
    signals = SignalSerializer(many=True)


class ThroughputSerializer(AskedSerializer):
    """What left the stream in whole weeks, by their Mondays: those of the window, 26 at least."""

    weeks = serializers.ListField(child=serializers.DateField())
    unvalued = serializers.IntegerField(help_text="Items without a value: in no dollar figure.")
    items = WeeklyItemsSerializer()
    value = WeeklyValueSerializer()


class MixItemsGroupSerializer(serializers.Serializer[Any]):
    """A group's items by week."""

    name = serializers.CharField()
    values = serializers.ListField(child=serializers.IntegerField())


class MixItemsSerializer(serializers.Serializer[Any]):
    """The largest groups, and all others together."""

    groups = MixItemsGroupSerializer(many=True)
    others = serializers.ListField(child=serializers.IntegerField())


class MixValueGroupSerializer(serializers.Serializer[Any]):
    """A group's value by week."""

    name = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField())


class MixValueSerializer(serializers.Serializer[Any]):
    """The largest groups, and all others together."""

    groups = MixValueGroupSerializer(many=True)
    others = serializers.ListField(child=serializers.CharField())


class WorkMixSerializer(AskedSerializer):
    """What left the stream by week and group."""

    by = serializers.CharField()
    weeks = serializers.ListField(child=serializers.DateField())
    items = MixItemsSerializer()
    value = MixValueSerializer()


class ReworkSumSerializer(serializers.Serializer[Any]):
    """All moves back."""

    n = serializers.IntegerField()
    seconds = serializers.FloatField()
    cost = serializers.CharField()


class ReworkFlowSerializer(AskedSerializer):
    """Moves back between stages."""

    stale = serializers.BooleanField()
    moves = ReworkSerializer(many=True)
    total = ReworkSumSerializer()


class SeriesPointSerializer(serializers.Serializer[Any]):
    """A figure at a day's end; today's is that of now."""

    date = serializers.DateField()
    value = serializers.JSONField(allow_null=True, help_text="A number, or money as text; null: not known.")
    origin = serializers.ChoiceField(choices=["snapshot", "replay", "missing"])


class SeriesSerializer(serializers.Serializer[Any]):
    """A figure over days."""

    map = serializers.IntegerField()
    stage = serializers.IntegerField(allow_null=True, help_text="Null: the stream.")
    metric = serializers.CharField()
    window_days = serializers.IntegerField()
    clock = serializers.ChoiceField(choices=CLOCKS)
    points = SeriesPointSerializer(many=True)
