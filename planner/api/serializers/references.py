"""Objects as others mention them: an id and what people call them by."""

from rest_framework import serializers

from planner.models import Application, Capability, Person, Sprint, State, Story, Team


class StateReference(serializers.ModelSerializer[State]):
    """A workflow state, in short."""

    class Meta:
        model = State
        fields = ["id", "name", "category"]


class CapabilityReference(serializers.ModelSerializer[Capability]):
    """A capability, in short."""

    class Meta:
        model = Capability
        fields = ["id", "key", "title"]


class ApplicationReference(serializers.ModelSerializer[Application]):
    """An application, in short."""

    class Meta:
        model = Application
        fields = ["id", "key", "name"]


class TeamReference(serializers.ModelSerializer[Team]):
    """A team, in short."""

    class Meta:
        model = Team
        fields = ["id", "name"]


class SprintReference(serializers.ModelSerializer[Sprint]):
    """A sprint, in short."""

    class Meta:
        model = Sprint
        fields = ["id", "name", "state"]


class PersonReference(serializers.ModelSerializer[Person]):
    """A person, in short."""

    class Meta:
        model = Person
        fields = ["id", "name"]


class StoryReference(serializers.ModelSerializer[Story]):
    """A story, in short."""

    class Meta:
        model = Story
        fields = ["id", "key", "title"]
