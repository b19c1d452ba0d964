"""Proposed orders and pins as the API tells and reads them."""

from typing import Any

from rest_framework import serializers

from common.api.bodies import Reference
from planner.api.serializers.plan import InWorkspace
from planner.api.serializers.references import CapabilityReference, StoryReference
from planner.models import Capability, Pin, RankProposal, Story
from planner.models.choices import PIN_KINDS, PROPOSAL_STATES
from planner.selectors.proposals import ProposalPage

UNIT = "The capability's id, or the id of a story in none, negated."


def _money(source: str = "", **options: Any) -> Any:
    named: dict[str, Any] = {"source": source} if source else {}
    return serializers.DecimalField(
        max_digits=24, decimal_places=2, read_only=True, allow_null=True, **named, **options
    )


class UnitSerializer(serializers.Serializer[Any]):
    """A unit of the backlog, in short."""

    unit = serializers.IntegerField(source="unit_id", read_only=True, help_text=UNIT)
    key = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)


class _UnitLine(serializers.Serializer[Any]):
    unit = serializers.IntegerField(source="unit.unit_id", read_only=True, help_text=UNIT)
    key = serializers.CharField(source="unit.key", read_only=True)
    title = serializers.CharField(source="unit.title", read_only=True)


class OrderLineSerializer(_UnitLine):
    """One valued unit, now and as proposed; places from 1."""

    place_from = serializers.IntegerField(read_only=True)
    place_to = serializers.IntegerField(read_only=True)


class MoveSerializer(_UnitLine):
    """One move. Savings add up to what all moves save; `accepted` is null until the proposal is decided."""

    place_from = serializers.IntegerField(source="move.place_from", read_only=True)
    place_to = serializers.IntegerField(source="move.place_to", read_only=True)
    reason = serializers.CharField(source="move.reason", read_only=True)
    saving = _money("move.saving")
    chosen = serializers.BooleanField(source="move.chosen", read_only=True)
    accepted = serializers.BooleanField(source="move.accepted", read_only=True, allow_null=True)


class CloseGroupSerializer(serializers.Serializer[Any]):
    """Neighbours whose order the estimates can't tell; inside the order stays people's."""

    units = UnitSerializer(many=True, read_only=True)
    spread = _money(help_text="Between the best and the worst order of them.")
    other_wins = serializers.FloatField(read_only=True, help_text="Share of draws that another order would win.")


class LeftOutSerializer(_UnitLine):
    """A unit that takes no part: "unvalued", or "nothing_left" to do."""

    why = serializers.ChoiceField(choices=["unvalued", "nothing_left"], read_only=True)


class ProposalSerializer(serializers.ModelSerializer[RankProposal]):
    """A proposed order, in short."""

    total_delay_cost_now = _money("total_now")
    total_delay_cost_proposed = _money("total_proposed")
    total_delay_cost_accepted = _money("total_accepted")

    class Meta:
        model = RankProposal
        fields = [
            *("id", "workspace", "state", "error", "job", "author_name", "created_at", "computed_at"),
            *("decided_at", "decided_by_name", "points_per_week", "lower_bound"),
            *("total_delay_cost_now", "total_delay_cost_proposed", "total_delay_cost_accepted"),
        ]
        read_only_fields = fields


class PinSerializer(serializers.ModelSerializer[Pin]):
    """A pin: how it holds which unit, why, until when, and what it adds to the total cost of delay."""

    capability = CapabilityReference(read_only=True, allow_null=True)
    story = StoryReference(read_only=True, allow_null=True)
    other_capability = CapabilityReference(read_only=True, allow_null=True)
    other_story = StoryReference(read_only=True, allow_null=True)

    class Meta:
        model = Pin
        fields = [
            *("id", "workspace", "capability", "story", "kind", "place", "other_capability", "other_story"),
            *("reason", "expires_on", "price", "author_name", "created_at", "lifted_at", "lifted_by_name"),
        ]
        read_only_fields = fields


class ProposalDetailSerializer(serializers.Serializer[ProposalPage]):
    """A proposed order with its moves, and what bounds it. Money in the workspace's currency."""

    id = serializers.IntegerField(source="proposal.pk", read_only=True)
    workspace = serializers.IntegerField(source="proposal.workspace_id", read_only=True)
    state = serializers.ChoiceField(source="proposal.state", choices=PROPOSAL_STATES, read_only=True)
    error = serializers.CharField(source="proposal.error", read_only=True)
    job = serializers.IntegerField(source="proposal.job_id", read_only=True, allow_null=True)
    author_name = serializers.CharField(source="proposal.author_name", read_only=True)
    created_at = serializers.DateTimeField(source="proposal.created_at", read_only=True)
    computed_at = serializers.DateTimeField(source="proposal.computed_at", read_only=True, allow_null=True)
    decided_at = serializers.DateTimeField(source="proposal.decided_at", read_only=True, allow_null=True)
    decided_by_name = serializers.CharField(source="proposal.decided_by_name", read_only=True)
    total_delay_cost_now = _money("proposal.total_now")
    total_delay_cost_proposed = _money("proposal.total_proposed")
    total_delay_cost_chosen = _money("total_chosen", help_text="With the moves offered as chosen.")
    total_delay_cost_accepted = _money("proposal.total_accepted")
    lower_bound = _money("proposal.lower_bound", help_text="No order can cost less.")
    gap_now = serializers.FloatField(read_only=True, allow_null=True, help_text="Above the bound, as a ratio.")
    gap = serializers.FloatField(source="gap_proposed", read_only=True, allow_null=True)
    frozen_cost = _money(help_text="What the running sprint adds to the best order.")
    pins_cost = _money(help_text="What all pins together add.")
    left_as_is = serializers.IntegerField(
        read_only=True, help_text="Moves that save less than a cent or a millionth of the total: not offered."
    )
    left_as_is_saving = _money(help_text="What those would save on top; below 0 they would cost.")
    points_per_week = serializers.DecimalField(
        source="proposal.points_per_week", max_digits=12, decimal_places=4, read_only=True, allow_null=True
    )
    is_assumed_speed = serializers.BooleanField(read_only=True, help_text="Nothing is finished yet.")
    order = OrderLineSerializer(many=True, read_only=True)
    moves = MoveSerializer(many=True, read_only=True)
    groups = CloseGroupSerializer(many=True, read_only=True)
    pins = serializers.SerializerMethodField()
    left_out = LeftOutSerializer(many=True, read_only=True)
    unvalued_units = serializers.IntegerField(read_only=True)
    nothing_left_units = serializers.IntegerField(read_only=True)
    frozen_stories = serializers.IntegerField(read_only=True)

    def get_pins(self, page: ProposalPage) -> list[int]:
        """Ids of the pins it obeys."""
        return [line.pin.pk for line in page.pins]


class NewProposal(InWorkspace):
    """Which workspace to propose an order for."""


class ProposalChoice(serializers.Serializer[Any]):
    """The moves to accept; all of them without `units`."""

    units = serializers.ListField(child=serializers.IntegerField(), required=False, help_text=UNIT)


class PlannedPin(InWorkspace):
    """One of `capability` and `story`; a `place`, or one of `other_capability` and `other_story`."""

    capability = Reference(Capability, required=False, allow_null=True)
    story = Reference(Story, required=False, allow_null=True, related=["capability"])
    kind = serializers.ChoiceField(choices=PIN_KINDS)
    place = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    other_capability = Reference(Capability, required=False, allow_null=True)
    other_story = Reference(Story, required=False, allow_null=True, related=["capability"])


class PinPriceSerializer(serializers.Serializer[Any]):
    """What a pin would cost."""

    price = _money(help_text="Added to the total cost of delay of the best order; null where that takes too long.")


class NewPin(PlannedPin):
    """One of `capability` and `story`; a `place`, or one of `other_capability` and `other_story`."""

    reason = serializers.CharField(max_length=300)
    expires_on = serializers.DateField(help_text="The last day it counts.")
