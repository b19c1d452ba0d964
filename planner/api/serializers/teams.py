"""A team's people, their leave, its capacity and its velocity, as the API tells and takes them."""

from typing import Any

from rest_framework import serializers

from common.api.bodies import Reference
from planner.api.serializers.plan import InWorkspace
from planner.api.serializers.references import PersonReference, SprintReference, TeamReference
from planner.models import Leave, Person, Team, TeamMember

HOURS: dict[str, Any] = {"max_digits": 12, "decimal_places": 2}
POINTS: dict[str, Any] = {"max_digits": 12, "decimal_places": 2, "allow_null": True}
SHARE: dict[str, Any] = {"max_digits": 3, "decimal_places": 2, "min_value": 0, "max_value": 1}


class TeamMemberSerializer(serializers.ModelSerializer[TeamMember]):
    """Somebody's place in a team. `hours_per_day` null: the workspace's day; `allocation`: the share of it."""

    person = PersonReference(read_only=True)

    class Meta:
        model = TeamMember
        fields = ["id", "team", "person", "hours_per_day", "allocation"]
        read_only_fields = fields


class TeamMemberChange(serializers.Serializer[Any]):
    """Changes of a member."""

    hours_per_day = serializers.DecimalField(max_digits=4, decimal_places=2, required=False, allow_null=True)
    allocation = serializers.DecimalField(**SHARE, required=False)


class NewMember(TeamMemberChange):
    """Somebody to be put into the team."""

    person = Reference(Person)


class LeaveSerializer(serializers.ModelSerializer[Leave]):
    """Days somebody is away, the last one included; `share` of each day: 1 for whole days, 0.5 for halves."""

    person = PersonReference(read_only=True)

    class Meta:
        model = Leave
        fields = ["id", "person", "start_date", "end_date", "share", "note"]
        read_only_fields = fields


class LeaveChange(serializers.Serializer[Any]):
    """Changes of a leave."""

    start_date = serializers.DateField(required=False)
    end_date = serializers.DateField(required=False)
    share = serializers.DecimalField(**SHARE, required=False)
    note = serializers.CharField(required=False, allow_blank=True, max_length=200)


class NewLeave(LeaveChange, InWorkspace):
    """Days away to be added."""

    person = Reference(Person)
    start_date = serializers.DateField()
    end_date = serializers.DateField()


class PersonChange(serializers.Serializer[Any]):
    """What can be changed of a person."""

    skills = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    holiday_country = serializers.CharField(
        required=False, allow_blank=True, max_length=2, help_text="Whose public holidays count; empty: the workspace's."
    )


class MemberCapacitySerializer(serializers.Serializer[Any]):
    """What one member brings: working_hours x allocation - leave_hours = allocated_hours; x focus = hours."""

    person = serializers.IntegerField(source="id")
    name = serializers.CharField()
    working_days = serializers.IntegerField()
    leave_days = serializers.DecimalField(**HOURS)
    working_hours = serializers.DecimalField(**HOURS)
    leave_hours = serializers.DecimalField(**HOURS)
    allocated_hours = serializers.DecimalField(**HOURS)
    hours = serializers.DecimalField(**HOURS)


class CapacitySerializer(serializers.Serializer[Any]):
    """What a team can take on in a sprint. Points are null without a completed sprint; `reason` says what to mind."""

    team = TeamReference()
    sprint = SprintReference(allow_null=True)
    start_date = serializers.DateField(source="first")
    end_date = serializers.DateField(source="last")
    focus_factor = serializers.DecimalField(max_digits=3, decimal_places=2, source="hours.focus_factor")
    available_hours = serializers.DecimalField(**HOURS, source="hours.available_hours", help_text="Before the focus.")
    hours = serializers.DecimalField(**HOURS, source="hours.hours", help_text="For planned work.")
    points_p50 = serializers.DecimalField(**POINTS, source="points.p50")
    points_p15 = serializers.DecimalField(**POINTS, source="points.p15")
    sprints = serializers.IntegerField(source="points.n", help_text="Completed sprints that the points rest on.")
    reason = serializers.CharField(source="points.reason")
    members = MemberCapacitySerializer(many=True, source="hours.members")


class SprintVelocitySerializer(serializers.Serializer[Any]):
    """Points of a completed sprint."""

    sprint = SprintReference()
    initial_planned = serializers.DecimalField(**HOURS, help_text="In it when it started.")
    planned = serializers.DecimalField(**HOURS, help_text="In it at its end.")
    actual = serializers.DecimalField(**HOURS, help_text="Done.")
    hours = serializers.DecimalField(**HOURS, allow_null=True)


class VelocitySerializer(serializers.Serializer[Any]):
    """A team's velocity: the newest completed sprints, the newest last, and what they let expect."""

    team = TeamReference()
    p50 = serializers.DecimalField(**POINTS, help_text="Done in half of the sprints.")
    p15 = serializers.DecimalField(**POINTS, help_text="Missed in 15 of 100 only.")
    sprints = SprintVelocitySerializer(many=True)


class NextSprints(InWorkspace):
    """How many sprints to add, and whose."""

    team = Reference(Team, required=False, allow_null=True, help_text="Null: of the whole workspace.")
    count = serializers.IntegerField(min_value=1, max_value=12)


class AtVersion(serializers.Serializer[Any]):
    """The version you read; without it nobody is refused."""

    version = serializers.IntegerField(required=False, help_text="409 when somebody changed it since.")
