"""Votes, feedback and relative scores as the API tells and reads them."""

from typing import Any

from rest_framework import serializers

from common.api.bodies import Reference
from planner.api.serializers.plan import InWorkspace
from planner.api.serializers.references import CapabilityReference, StoryReference
from planner.models import Capability, Feedback, Story, Vote
from planner.models.choices import VOTE_KINDS

VERSION = "The one you read: 409 when somebody changed it."


class VoteSerializer(serializers.ModelSerializer[Vote]):
    """One person's vote for a capability, or for a story in none."""

    capability = CapabilityReference(read_only=True, allow_null=True)
    story = StoryReference(read_only=True, allow_null=True)
    voter_name = serializers.CharField(source="voter", read_only=True)

    class Meta:
        model = Vote
        fields = ["id", "workspace", "capability", "story", "kind", "weight", "voter", "voter_name", "cast_at"]
        read_only_fields = fields


class NewVote(InWorkspace):
    """The caller's own vote: for one of `capability` and `story`. It replaces the one before."""

    capability = Reference(Capability, required=False, allow_null=True)
    story = Reference(Story, required=False, allow_null=True, related=["capability"])
    kind = serializers.ChoiceField(choices=VOTE_KINDS)
    weight = serializers.IntegerField(min_value=0, max_value=5, help_text="1 to 5; 0 takes the vote back.")


class FeedbackSerializer(serializers.ModelSerializer[Feedback]):
    """What a customer said, and what became of it."""

    capability = CapabilityReference(read_only=True, allow_null=True)

    class Meta:
        model = Feedback
        fields = [
            "id",
            "workspace",
            "text",
            "customer",
            "weight",
            "state",
            "capability",
            "reason",
            "received_on",
            "author_name",
            "created_at",
            "vetted_by_name",
            "vetted_at",
            "version",
        ]
        read_only_fields = fields


class FeedbackChange(serializers.Serializer[Any]):
    """Corrections of a piece of feedback."""

    text = serializers.CharField(required=False, max_length=5000)
    customer = serializers.CharField(required=False, allow_blank=True, max_length=200)
    weight = serializers.DecimalField(required=False, max_digits=7, decimal_places=2, help_text="0.01 to 10,000.")
    received_on = serializers.DateField(required=False)
    version = serializers.IntegerField(required=False, help_text=VERSION)


class NewFeedback(FeedbackChange, InWorkspace):
    """Feedback to be handed in; with `capability` it is linked at once (who may rank may do so)."""

    text = serializers.CharField(max_length=5000)
    capability = Reference(Capability, required=False, allow_null=True)
    version = None  # type: ignore[assignment]


class FeedbackLink(serializers.Serializer[Any]):
    """Which capability answers it."""

    capability = Reference(Capability)
    version = serializers.IntegerField(required=False, help_text=VERSION)


class FeedbackDismissal(serializers.Serializer[Any]):
    """Why it is set aside."""

    reason = serializers.CharField(max_length=300)
    version = serializers.IntegerField(required=False, help_text=VERSION)


class FeedbackReopening(serializers.Serializer[Any]):
    """The version read, so that nobody's vetting is undone unseen."""

    version = serializers.IntegerField(required=False, help_text=VERSION)


def _part(help_text: str, *, digits: int = 5, places: int = 2) -> Any:
    return serializers.DecimalField(
        required=False, allow_null=True, max_digits=digits, decimal_places=places, help_text=help_text
    )


def _told(*, digits: int = 5, places: int = 2) -> Any:
    return serializers.DecimalField(read_only=True, allow_null=True, max_digits=digits, decimal_places=places)


class ScoresChange(serializers.Serializer[Any]):
    """The scores to set; null forgets one."""

    user_value = _part("WSJF: user and business value, relative, 0 to 20.")
    time_criticality = _part("WSJF: 0 to 20.")
    risk_reduction = _part("WSJF: risk reduction and opportunity enablement, 0 to 20.")
    job_size = _part("WSJF: relative size, 0.1 to 20.")
    reach = _part("RICE: people reached a quarter.", digits=12)
    impact = _part("RICE: 0.25 minimal, 0.5 low, 1 medium, 2 high, 3 massive.")
    confidence = _part("RICE: 0 to 1.", places=3)
    effort = _part("RICE: person-months, 0.1 to 1,000.", digits=7)


class ScoresSerializer(serializers.Serializer[Any]):
    """Relative scores of one unit. `wsjf` and `rice` are null while a part of them is missing."""

    user_value = _told()
    time_criticality = _told()
    risk_reduction = _told()
    job_size = _told()
    wsjf = _told(digits=14, places=4)
    reach = _told(digits=12)
    impact = _told()
    confidence = _told(places=3)
    effort = _told(digits=7)
    rice = _told(digits=22, places=4)
    author_name = serializers.CharField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True, allow_null=True)
