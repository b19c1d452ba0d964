"""Many stories at once, and saved views of the backlog."""

from typing import Any

from rest_framework import serializers

from common.api.bodies import Reference
from planner.api.serializers.plan import InWorkspace
from planner.models import Capability, Person, SavedView, Sprint, State, Story, Team
from planner.models.choices import STORY_KINDS


class BulkChanges(serializers.Serializer[Any]):
    """The fields that all the stories get; only what is named changes."""

    state = Reference(State, required=False)
    points = serializers.DecimalField(max_digits=7, decimal_places=2, required=False, allow_null=True, min_value=0)
    team = Reference(Team, required=False, allow_null=True)
    sprint = Reference(Sprint, required=False, allow_null=True)
    assignee = Reference(Person, required=False, allow_null=True)
    capability = Reference(Capability, related=["application"], required=False, allow_null=True)
    required = serializers.BooleanField(required=False)  # type: ignore[assignment]  # the field of that name
    kind = serializers.ChoiceField(choices=STORY_KINDS, required=False)
    blocked = serializers.BooleanField(required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, help_text="With blocked: true.")


class StoryIds(serializers.ListField):
    """Ids of stories, at most 500."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.IntegerField(min_value=1), max_length=500, **options)


class BulkEdit(InWorkspace):
    """Which stories, and what they get."""

    stories = StoryIds()
    changes = BulkChanges()


class BulkMove(InWorkspace):
    """Which stories, and where the block goes: exactly one of after, before, position and to."""

    stories = StoryIds()
    after = Reference(Story, required=False, help_text="Right after this story.")
    before = Reference(Story, required=False, help_text="Right before this story.")
    position = serializers.IntegerField(required=False, min_value=1, help_text="Of the first of them; 1 is the top.")
    to = serializers.ChoiceField(choices=["top", "bottom"], required=False)


class BulkUndo(InWorkspace):
    """What to take back."""

    undo_token = serializers.CharField(help_text="As the change answered.")


class BulkAnswer(serializers.Serializer[Any]):
    """What became of it."""

    changed = serializers.IntegerField()
    untouched = serializers.IntegerField(help_text="They were so already, or were changed since.")
    undo_token = serializers.CharField(allow_blank=True, help_text="Takes it back; empty when nothing changed.")


class ViewSerializer(serializers.ModelSerializer[SavedView]):
    """A named question to the backlog."""

    owner_name = serializers.CharField(source="owner", read_only=True)

    class Meta:
        model = SavedView
        fields = ["id", "workspace", "name", "question", "is_shared", "owner", "owner_name", "created_at"]
        read_only_fields = fields


class ViewChange(serializers.Serializer[Any]):
    """Fields of a view that may be changed; only what is named changes."""

    name = serializers.CharField(required=False, max_length=80)
    question = serializers.CharField(
        required=False, allow_blank=True, max_length=2000, help_text="The backlog page's query: lens=cd3&f=points:gt:8"
    )
    is_shared = serializers.BooleanField(required=False, help_text="Everyone in the workspace sees it.")


class NewView(ViewChange, InWorkspace):
    """A view to be saved."""

    name = serializers.CharField(max_length=80)
