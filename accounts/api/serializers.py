"""What the API tells and takes about workspaces, members and invitations."""

from typing import Any

from rest_framework import serializers

from accounts.models import Invitation, Membership, User, Workspace
from accounts.policies import Role

ROLES = [(role.value, role.label) for role in Role]


class WorkspaceSerializer(serializers.ModelSerializer[Workspace]):
    """A workspace, and the caller's role in it. `discount_rate` is a share a year, weekday 0 is Monday."""

    role = serializers.ChoiceField(choices=ROLES, read_only=True)
    work_weekdays = serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=6), read_only=True)

    class Meta:
        model = Workspace
        fields = [
            "id",
            "key",
            "name",
            "role",
            "time_zone",
            "currency",
            "discount_rate",
            "horizon_weeks",
            "cost_per_point",
            "work_weekdays",
            "work_starts",
            "work_ends",
            "holiday_country",
            "created_at",
        ]
        read_only_fields = fields


class WorkspaceChange(serializers.Serializer[Any]):
    """Settings of a workspace; only what is named changes."""

    name = serializers.CharField(required=False, max_length=120)
    time_zone = serializers.CharField(required=False, max_length=60)
    currency = serializers.CharField(required=False, max_length=3)
    discount_rate = serializers.DecimalField(
        max_digits=5, decimal_places=4, required=False, min_value=0, max_value=1, help_text="A share a year."
    )
    horizon_weeks = serializers.IntegerField(required=False, min_value=1, max_value=1040)
    cost_per_point = serializers.DecimalField(max_digits=12, decimal_places=2, required=False, min_value=0)
    work_weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), required=False, help_text="Monday is 0."
    )
    work_starts = serializers.TimeField(required=False)
    work_ends = serializers.TimeField(required=False)
    holiday_country = serializers.CharField(required=False, allow_blank=True, max_length=2)


class NewWorkspace(serializers.Serializer[Any]):
    """A workspace to be made: empty, with a default workflow and value stream map."""

    name = serializers.CharField(max_length=120)
    key = serializers.CharField(max_length=10, help_text="2 to 10 capital letters and digits, a letter first.")
    time_zone = serializers.CharField(required=False, help_text="UTC without it.")
    currency = serializers.CharField(required=False, help_text="USD without it.")


class UserReference(serializers.ModelSerializer[User]):
    """An account, in short."""

    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = User
        fields = ["id", "username", "name"]
        read_only_fields = fields


class MemberSerializer(serializers.ModelSerializer[Membership]):
    """One user's role in a workspace."""

    user = UserReference(read_only=True)
    role = serializers.ChoiceField(choices=ROLES, read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "workspace", "user", "role", "created_at"]
        read_only_fields = fields


class MemberChange(serializers.Serializer[Any]):
    """Another role."""

    role = serializers.ChoiceField(choices=ROLES)


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """An invitation that can still be accepted."""

    role = serializers.ChoiceField(choices=ROLES, read_only=True)
    invited_by = UserReference(read_only=True, allow_null=True)

    class Meta:
        model = Invitation
        fields = ["id", "workspace", "email", "role", "invited_by", "created_at", "expires_at"]
        read_only_fields = fields


class NewInvitation(serializers.Serializer[Any]):
    """Whom to invite, and as what."""

    workspace = serializers.CharField(required=False, help_text="Id or key; may also stand in the query.")
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=ROLES)


class InvitationMade(InvitationSerializer):
    """A new invitation with its link, which is told only now."""

    link = serializers.URLField(read_only=True)

    class Meta(InvitationSerializer.Meta):
        fields = [*InvitationSerializer.Meta.fields, "link"]
        read_only_fields = fields
