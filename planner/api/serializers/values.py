"""What value models return, as the API tells it: investment and ROI, sensitivity, sums of applications."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from planner.api.serializers.plan import CapabilitySerializer
from planner.api.serializers.references import ApplicationReference
from planner.domain.vocabulary import ValueKind
from planner.models import Capability
from planner.selectors.capabilities import list_estimates
from planner.selectors.returns import Returns, present_model, returns_of

MONEY: dict[str, Any] = {"max_digits": 24, "decimal_places": 2}
RATIO: dict[str, Any] = {"max_digits": 14, "decimal_places": 4}
UNKNOWN = "Null is not known, never zero."


class CapabilityDetailSerializer(CapabilitySerializer):
    """A capability with what it returns on the work that is left."""

    investment = serializers.SerializerMethodField(help_text=f"Points of its closure at the cost per point. {UNKNOWN}")
    npv = serializers.SerializerMethodField(help_text=f"Business value - investment. {UNKNOWN}")
    roi = serializers.SerializerMethodField(help_text=f"npv / investment, a ratio. {UNKNOWN}")
    payback_weeks = serializers.SerializerMethodField(
        help_text="Weeks after release until the benefit has added up to the investment; null where it never does."
    )

    class Meta(CapabilitySerializer.Meta):
        fields = [*CapabilitySerializer.Meta.fields, "investment", "npv", "roi", "payback_weeks"]
        read_only_fields = fields

    @extend_schema_field(serializers.DecimalField(**MONEY, allow_null=True))
    def get_investment(self, capability: Capability) -> str | None:
        """Money."""
        investment = self._returns(capability).investment
        return f"{investment.total:.2f}" if investment else None

    @extend_schema_field(serializers.DecimalField(**MONEY, allow_null=True))
    def get_npv(self, capability: Capability) -> str | None:
        """Money."""
        npv = self._returns(capability).npv
        return None if npv is None else f"{npv:.2f}"

    @extend_schema_field(serializers.DecimalField(**RATIO, allow_null=True))
    def get_roi(self, capability: Capability) -> str | None:
        """A ratio, to four places."""
        roi = self._returns(capability).roi
        return None if roi is None else f"{roi:.4f}"

    def get_payback_weeks(self, capability: Capability) -> int | None:
        """Weeks."""
        payback = self._returns(capability).payback
        return payback.weeks if payback else None

    def _returns(self, capability: Capability) -> Returns:
        known: dict[int, Returns] = self.context.setdefault("returns", {})
        if capability.pk not in known:
            model = present_model(list(list_estimates(capability=capability)[:1]))
            known[capability.pk] = returns_of(thing=capability, model=model)
        return known[capability.pk]


class InputPlacesSerializer(serializers.Serializer[Any]):
    """One input of the newest estimate."""

    source_index = serializers.IntegerField(source="weight.source", help_text="Which source of the model, from 0.")
    kind = serializers.ChoiceField(choices=ValueKind.choices(), source="weight.kind")
    input = serializers.CharField(source="weight.spec.name")
    share_of_spread = serializers.FloatField(
        source="weight.share", help_text="Part of the variance of the cost of delay that it explains by itself, 0-1."
    )
    cost_of_delay_at_low = serializers.FloatField(source="weight.cost_at_low", help_text="Others at their means.")
    cost_of_delay_at_high = serializers.FloatField(source="weight.cost_at_high")
    place_at_low = serializers.IntegerField(help_text="Where the capability would stand in the best order, from 1.")
    place_at_high = serializers.IntegerField()


class SensitivitySerializer(serializers.Serializer[Any]):
    """Which input moves the place of a capability, and what knowing more is worth."""

    place = serializers.IntegerField(help_text="In the money-optimal order, from 1.")
    valued = serializers.IntegerField(help_text="Units in that order.")
    place_at_low = serializers.IntegerField(help_text="With the cost of delay at the low end of its 8 in 10.")
    place_at_high = serializers.IntegerField()
    learning_value = serializers.DecimalField(
        **MONEY, help_text="Money that knowing its cost of delay before ordering would save on average."
    )
    inputs = InputPlacesSerializer(many=True, help_text="Those with a range, the one that moves the place most first.")


class ApplicationValueSerializer(serializers.Serializer[Any]):
    """Sums over the unfinished work of an application and of those within it; unvalued work is in none of them."""

    application = ApplicationReference(read_only=True)
    cost_of_delay = serializers.DecimalField(**MONEY, allow_null=True, help_text="Money a week.")
    business_value = serializers.DecimalField(**MONEY, allow_null=True)
    investment = serializers.DecimalField(
        **MONEY, allow_null=True, help_text="Each open story that valued capabilities need, once."
    )
    npv = serializers.DecimalField(**MONEY, allow_null=True)
    roi = serializers.DecimalField(**RATIO, allow_null=True, help_text="npv / investment, a ratio.")
    points = serializers.DecimalField(max_digits=14, decimal_places=2)
    capabilities = serializers.IntegerField(help_text="Unfinished ones.")
    loose_stories = serializers.IntegerField(help_text="Open stories in no capability.")
    unvalued = serializers.IntegerField(help_text="Of both, those in no sum.")
    unvalued_investment = serializers.DecimalField(**MONEY, help_text="What is left to invest in those.")
