"""Stories, their log and the backlog."""

from typing import Any

from rest_framework import serializers

from common.api.bodies import Reference
from planner.api.serializers.references import (
    ApplicationReference,
    CapabilityReference,
    PersonReference,
    SprintReference,
    StateReference,
    StoryReference,
    TeamReference,
)
from planner.models import Application, Capability, Person, Sprint, State, Story, StoryEvent, Team
from planner.models.choices import STORY_KINDS


class StorySerializer(serializers.ModelSerializer[Story]):
    """A story. Its own value figures are null when it shares in a capability's value, or is unvalued."""

    state = StateReference(read_only=True)
    capability = CapabilityReference(read_only=True, allow_null=True)
    application = ApplicationReference(read_only=True, allow_null=True)
    team = TeamReference(read_only=True, allow_null=True)
    sprint = SprintReference(read_only=True, allow_null=True)
    assignee = PersonReference(read_only=True, allow_null=True)

    class Meta:
        model = Story
        fields = [
            "id",
            "workspace",
            "key",
            "kind",
            "title",
            "description",
            "acceptance",
            "required",
            "points",
            "state",
            "capability",
            "application",
            "team",
            "sprint",
            "assignee",
            "blocked",
            "blocked_reason",
            "blocked_at",
            "cost_of_delay",
            "cost_of_delay_low",
            "cost_of_delay_high",
            "business_value",
            "cd3",
            "version",
            "created_at",
            "updated_at",
            "state_entered_at",
        ]
        read_only_fields = fields


class StoryChange(serializers.Serializer[Any]):
    """Fields of a story that may be changed; only what is named changes."""

    title = serializers.CharField(required=False, max_length=500)
    kind = serializers.ChoiceField(choices=STORY_KINDS, required=False)
    description = serializers.CharField(required=False, allow_blank=True)
    acceptance = serializers.CharField(
        required=False, allow_blank=True, help_text="Done when: one criterion a line; '[x] ' marks one met."
    )
    capability = Reference(Capability, related=["application"], required=False, allow_null=True)
    application = Reference(Application, required=False, allow_null=True)
    required = serializers.BooleanField(  # type: ignore[assignment]  # the field of that name, not its option
        required=False, help_text="The capability earns only when this is done."
    )
    points = serializers.DecimalField(max_digits=7, decimal_places=2, required=False, allow_null=True, min_value=0)
    state = Reference(State, required=False)
    team = Reference(Team, required=False, allow_null=True)
    sprint = Reference(Sprint, required=False, allow_null=True)
    assignee = Reference(Person, required=False, allow_null=True)
    version = serializers.IntegerField(
        required=False,
        help_text="The one you read: it merges by field, 409 where the same was changed since.",
    )


class NewStory(StoryChange):
    """A story to be created, at the bottom of the backlog."""

    title = serializers.CharField(max_length=500)
    version = None  # type: ignore[assignment]


class NewStoryIn(NewStory):
    """A story to be created, and where."""

    workspace = serializers.CharField(required=False, help_text="Id or key; may also stand in the query.")


class NewStories(serializers.Serializer[Any]):
    """Stories to be created, at most 1,000; a bare list does as well."""

    stories = NewStory(many=True)
    workspace = serializers.CharField(required=False, help_text="Id or key; may also stand in the query.")


class StoriesCreatedSerializer(serializers.Serializer[Any]):
    """The stories of one bulk call, in the order of the call."""

    next = serializers.CharField(allow_null=True, help_text="Always null: everything is here.")
    results = StorySerializer(many=True)


class MoveSerializer(serializers.Serializer[Any]):
    """Where a story goes: exactly one of after, before, position and to."""

    after = Reference(Story, required=False, help_text="Right after this story.")
    before = Reference(Story, required=False, help_text="Right before this story.")
    position = serializers.IntegerField(required=False, min_value=1, help_text="1 is the top; open stories count.")
    to = serializers.ChoiceField(choices=["top", "bottom"], required=False)
    version = serializers.IntegerField(required=False)


class TransitionSerializer(serializers.Serializer[Any]):
    """The state a story goes into."""

    state = Reference(State)
    version = serializers.IntegerField(required=False)


class BlockingSerializer(serializers.Serializer[Any]):
    """Whether a story is blocked, and why."""

    blocked = serializers.BooleanField()
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300)
    version = serializers.IntegerField(required=False)


class EventSerializer(serializers.ModelSerializer[StoryEvent]):
    """One change of one field of a story, by whom, when and through which door."""

    story = StoryReference(read_only=True)

    class Meta:
        model = StoryEvent
        fields = [
            "id",
            "story",
            "sequence",
            "field",
            "from_value",
            "to_value",
            "from_id",
            "to_id",
            "actor_name",
            "source",
            "occurred_at",
            "recorded_at",
        ]
        read_only_fields = fields


class BacklogRowSerializer(serializers.Serializer[Any]):
    """A story in its place. Figures are its capability's, or its own; null is not known, never zero."""

    id = serializers.IntegerField(source="story.id")
    key = serializers.CharField(source="story.key")
    title = serializers.CharField(source="story.title")
    kind = serializers.ChoiceField(choices=STORY_KINDS, source="story.kind")
    points = serializers.DecimalField(max_digits=7, decimal_places=2, allow_null=True, source="story.points")
    required = serializers.BooleanField(source="story.required")  # type: ignore[assignment]
    state = StateReference(source="story.state")
    capability = CapabilityReference(source="story.capability", allow_null=True)
    assignee = PersonReference(source="story.assignee", allow_null=True)
    blocked = serializers.BooleanField(source="story.blocked")
    version = serializers.IntegerField(source="story.version")
    position = serializers.IntegerField(allow_null=True, help_text="Among open stories; in the manual lens only.")
    cost_of_delay = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True, help_text="A week.")
    business_value = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    cd3 = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True)
    attributed_value = serializers.DecimalField(
        max_digits=18, decimal_places=2, allow_null=True, help_text="Its share of the business value."
    )
    unvalued = serializers.BooleanField(help_text="Nobody estimated its value yet.")
