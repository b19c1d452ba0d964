"""A sprint's burn-down and report, as the API tells them."""

from typing import Any

from rest_framework import serializers

FIGURE: dict[str, Any] = {"max_digits": 20, "decimal_places": 2}


class AmountsSerializer(serializers.Serializer[Any]):
    """Points, hours of tasks, and money (attributed business value)."""

    points = serializers.DecimalField(**FIGURE)
    hours = serializers.DecimalField(**FIGURE)
    dollars = serializers.DecimalField(**FIGURE)


class DayEndSerializer(serializers.Serializer[Any]):
    """The sprint at the end of a day (of today: now); scope, done and remaining are null for days ahead."""

    day = serializers.DateField()
    is_workday = serializers.BooleanField()
    ideal = AmountsSerializer(help_text="What would remain if the commitment were worked off evenly.")
    scope = AmountsSerializer(allow_null=True)
    done = AmountsSerializer(allow_null=True)
    remaining = AmountsSerializer(allow_null=True)


class BurnSerializer(serializers.Serializer[Any]):
    """A sprint's burn-down."""

    committed = AmountsSerializer()
    days = DayEndSerializer(many=True)


class PartSerializer(serializers.Serializer[Any]):
    """Some stories of the sprint, and what they amount to."""

    story_ids = serializers.ListField(child=serializers.IntegerField())
    amounts = AmountsSerializer()


class FinishedCapabilitySerializer(serializers.Serializer[Any]):
    """A capability whose last required story was done in the sprint; null: nobody has valued it."""

    key = serializers.CharField()
    title = serializers.CharField()
    cost_of_delay = serializers.DecimalField(**FIGURE, allow_null=True)
    business_value = serializers.DecimalField(**FIGURE, allow_null=True)


class SprintReportSerializer(serializers.Serializer[Any]):
    """What became of a sprint: committed + added - removed + re-estimated = done + not done."""

    committed = PartSerializer(help_text="In it at the start, with the amounts they had then.")
    added = PartSerializer(help_text="Not committed, but in it at the end.")
    removed = PartSerializer(help_text="Committed, but not in it at the end.")
    re_estimated = AmountsSerializer(help_text="By how much those that stayed have grown.")
    done = PartSerializer()
    not_done = PartSerializer()
    initial_planned_points = serializers.DecimalField(**FIGURE)
    planned_points = serializers.DecimalField(**FIGURE)
    actual_points = serializers.DecimalField(**FIGURE)
    carry_over_points = serializers.DecimalField(**FIGURE)
    unestimated_ids = serializers.ListField(child=serializers.IntegerField())
    capabilities = FinishedCapabilitySerializer(many=True)
    value_per_week = serializers.DecimalField(**FIGURE, help_text="Cost of delay a week of the capabilities finished.")
    business_value = serializers.DecimalField(**FIGURE)
