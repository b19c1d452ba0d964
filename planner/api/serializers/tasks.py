"""Shapes of tasks on a wall: moved, blocked, changed many at once, and a wall's figures."""

from typing import Any

from rest_framework import serializers

from common.api.bodies import Reference
from planner.api.serializers.plan import InWorkspace, TaskChange, TaskSerializer
from planner.api.serializers.references import CapabilityReference, PersonReference, SprintReference
from planner.models import Person


class TaskMove(serializers.Serializer[Any]):
    """Where a task goes: into a state, to a person, beside another task of its story; any of these together."""

    state = TaskChange().fields["state"]
    assignee = Reference(Person, required=False, allow_null=True)
    before = serializers.IntegerField(required=False, help_text="Right before the task with this id.")
    after = serializers.IntegerField(required=False, help_text="Right after the task with this id.")
    version = serializers.IntegerField(required=False, help_text="The one you read: 409 when somebody changed it.")


class TaskBulk(InWorkspace):
    """The same changes for up to 100 tasks: all of them or none."""

    tasks = serializers.ListField(child=serializers.IntegerField(), max_length=100)
    changes = TaskChange()


class TaskBulkAnswer(serializers.Serializer[Any]):
    """The tasks as they now are."""

    tasks = TaskSerializer(many=True)


class WallColumn(serializers.Serializer[Any]):
    """Tasks of open stories in one state, with their hours left."""

    state = serializers.CharField()
    tasks = serializers.IntegerField()
    hours_left = serializers.DecimalField(max_digits=9, decimal_places=2)


class WallPerson(serializers.Serializer[Any]):
    """Somebody's hours in what is left of the sprint; capacity is null in no team of the sprint."""

    person = PersonReference()
    hours_left = serializers.DecimalField(max_digits=9, decimal_places=2)
    capacity = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True)
    over = serializers.DecimalField(max_digits=9, decimal_places=2)


class WallLane(serializers.Serializer[Any]):
    """A capability in the sprint: its dollars open when its last required story is done. Money in the workspace's."""

    capability = CapabilityReference()
    business_value = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    cost_of_delay = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    required_stories = serializers.IntegerField()
    done = serializers.IntegerField()
    to_go = serializers.IntegerField(help_text="Required stories still to be done.")
    here = serializers.IntegerField(help_text="Those of them in this sprint.")
    opens_here = serializers.BooleanField(help_text="Whether this sprint can open its dollars.")
    released_at = serializers.DateTimeField(allow_null=True)


class WallSerializer(serializers.Serializer[Any]):
    """A sprint's wall in figures."""

    sprint = SprintReference()
    goal = serializers.CharField()
    working_days = serializers.IntegerField()
    working_days_left = serializers.IntegerField()
    stories = serializers.IntegerField()
    blocked = serializers.IntegerField(help_text="Stories that are blocked.")
    points_left = serializers.DecimalField(max_digits=9, decimal_places=2)
    points_committed = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True)
    hours_left = serializers.DecimalField(max_digits=9, decimal_places=2)
    released = serializers.DecimalField(max_digits=18, decimal_places=2)
    still_to_release = serializers.DecimalField(max_digits=18, decimal_places=2)
    columns = WallColumn(many=True)
    people = WallPerson(many=True)
    lanes = WallLane(many=True)
