"""The price list of lenses, and two of them compared, as the API tells them."""

from typing import Any

from rest_framework import serializers

from planner.models.choices import LENSES

MONEY: dict[str, Any] = {"max_digits": 24, "decimal_places": 2}
SHARES = 'Share of all value (0-1) live after "25", "50" and "75" % of the effort; empty where nothing is valued.'


class LensPriceSerializer(serializers.Serializer[Any]):
    """What the order of one lens costs. Null is not known: nothing is valued."""

    lens = serializers.ChoiceField(choices=LENSES)
    label = serializers.CharField()  # type: ignore[assignment]
    rule = serializers.CharField()
    total_delay_cost = serializers.DecimalField(
        **MONEY, allow_null=True, source="total", help_text="Sum of cost of delay x completion over the valued units."
    )
    above_bound = serializers.DecimalField(
        **MONEY, allow_null=True, source="gap_money", help_text="Money above the bound, which no order can undercut."
    )
    gap = serializers.FloatField(allow_null=True, source="gap_ratio", help_text="The same as a share of the bound.")
    shares = serializers.DictField(child=serializers.FloatField(), help_text=SHARES)
    rated = serializers.IntegerField(help_text="Units that have a figure in this lens.")
    computed_at = serializers.DateTimeField()


class PriceListSerializer(serializers.Serializer[Any]):
    """What holds for every order, and all lenses, the cheapest first. Null and empty until a job has computed it."""

    lower_bound = serializers.DecimalField(**MONEY, allow_null=True, help_text="No order can cost less.")
    frozen_cost = serializers.DecimalField(
        **MONEY, allow_null=True, help_text="What the running sprint adds to the best order."
    )
    pins_cost = serializers.DecimalField(**MONEY, allow_null=True, help_text="What the pins add on top of that.")
    points_per_week = serializers.DecimalField(max_digits=12, decimal_places=4, allow_null=True)
    is_assumed = serializers.BooleanField(
        allow_null=True, help_text="No work was finished in twelve weeks: the pace is a stand-in."
    )
    valued_units = serializers.IntegerField(allow_null=True)
    unvalued_units = serializers.IntegerField(allow_null=True, help_text="Kept out of every figure here.")
    total_points = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    computed_at = serializers.DateTimeField(allow_null=True)
    lenses = LensPriceSerializer(many=True)


class LensCourseSerializer(serializers.Serializer[Any]):
    """The course of work that one lens takes."""

    lens = serializers.ChoiceField(choices=LENSES)
    label = serializers.CharField()  # type: ignore[assignment]
    rule = serializers.CharField()
    total_delay_cost = serializers.DecimalField(**MONEY, source="total")
    shares = serializers.DictField(child=serializers.FloatField(), help_text=SHARES)
    effort = serializers.ListField(
        child=serializers.FloatField(), help_text="Points done at each step of the curve, 400 at most."
    )
    live = serializers.ListField(child=serializers.FloatField(), help_text="Share of all value live from there on.")
    earned = serializers.DecimalField(**MONEY, help_text="Money earned by the end of the last week.")
    left_behind = serializers.DecimalField(**MONEY, help_text="How much less that is than with the best lens.")
    earned_by_week = serializers.ListField(
        child=serializers.FloatField(), help_text="Money earned by the end of each week, from week 0."
    )
    done = serializers.DictField(child=serializers.IntegerField(), help_text='Units finished by "25", "50", "75" %.')
    half_begun = serializers.DictField(child=serializers.IntegerField(), help_text="Units begun, earning nothing yet.")
    rated = serializers.IntegerField()


class ComparedEnablerSerializer(serializers.Serializer[Any]):
    """A story that other units wait for."""

    story_id = serializers.IntegerField()
    key = serializers.CharField()
    title = serializers.CharField()
    unblocks = serializers.DecimalField(**MONEY, help_text="Cost of delay a week of the units that wait for it.")


class ComparisonSerializer(serializers.Serializer[Any]):
    """Two lenses compared on the same instance: valued units, and the running sprint's stories first."""

    first = serializers.ChoiceField(choices=LENSES)
    second = serializers.ChoiceField(choices=LENSES)
    weeks = serializers.IntegerField()
    gain = serializers.DecimalField(**MONEY, help_text="What the first earns more than the second in these weeks.")
    gain_low = serializers.DecimalField(**MONEY, help_text="10 % point of the gain, from the ranges people gave.")
    gain_high = serializers.DecimalField(**MONEY, help_text="90 % point of the gain.")
    total_points = serializers.FloatField()
    points_per_week = serializers.FloatField()
    is_assumed = serializers.BooleanField(help_text="No work was finished in twelve weeks: the pace is a stand-in.")
    value_per_week = serializers.DecimalField(**MONEY, help_text="All value, once live.")
    valued_units = serializers.IntegerField()
    unvalued_units = serializers.IntegerField(help_text="Left out.")
    unvalued_points = serializers.FloatField(help_text="Points that only they need.")
    no_required = serializers.IntegerField(help_text="Units with open stories, none of them required: left out.")
    frozen_stories = serializers.IntegerField(help_text="Stories of running sprints, worked first in every order.")
    pins_left_out = serializers.IntegerField(
        help_text="They bind the proposed order, and none here; 0 above 5,000 units, where the stored order keeps them."
    )
    enabler_count = serializers.IntegerField()
    enablers = ComparedEnablerSerializer(many=True)
    courses = LensCourseSerializer(many=True, help_text="All lenses, the one that earns most first.")
