"""Members and invitations over HTTP."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import examples
from accounts.api.scope import take_workspace, user_of, workspace_of
from accounts.api.serializers import (
    InvitationMade,
    InvitationSerializer,
    MemberChange,
    MemberSerializer,
    NewInvitation,
)
from accounts.models import Invitation, Membership
from accounts.policies import Action
from accounts.selectors.people import (
    get_invitation_for,
    get_membership_for,
    list_members,
    list_open_invitations,
)
from accounts.services.invitations import invite_person, revoke_invitation
from accounts.services.memberships import change_role, remove_member
from common.api.bodies import body_of, check_body
from common.api.describing import WORKSPACE, describe
from common.clock import utc_now


class MemberList(ListAPIView[Membership]):
    """The members of a workspace."""

    serializer_class = MemberSerializer

    @describe("members_list", "List members", parameters=[WORKSPACE], example=examples.MEMBER)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return who belongs to a workspace, and with which role."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Membership]:
        """Return the members of the workspace asked for."""
        if getattr(self, "swagger_fake_view", False):
            return Membership.objects.none()
        return list_members(workspace=workspace_of(self.request))


class MemberDetail(APIView):
    """One member."""

    @describe("members_retrieve", "Read a member", answer=MemberSerializer, example=examples.MEMBER)
    def get(self, request: Request, membership_id: int) -> Response:
        """Return a member with their role."""
        found = get_membership_for(user=user_of(request), membership_id=membership_id, action=Action.VIEW)
        return Response(MemberSerializer(found).data)

    @describe(
        "members_partial_update",
        "Change a member's role",
        body=MemberChange,
        answer=MemberSerializer,
        body_example={"role": "SCRUM_MASTER"},
        example=examples.MEMBER,
    )
    def patch(self, request: Request, membership_id: int) -> Response:
        """Give a member another role; the last owner keeps theirs (409)."""
        found = get_membership_for(user=user_of(request), membership_id=membership_id, action=Action.MANAGE_PEOPLE)
        fields = check_body(body=body_of(request), shape=MemberChange)
        found = change_role(membership=found, actor_id=user_of(request).pk, now=utc_now(), **fields)
        return Response(MemberSerializer(found).data)

    @describe("members_destroy", "Remove a member", status=204)
    def delete(self, request: Request, membership_id: int) -> Response:
        """Take someone out of a workspace; what they did stays in the log."""
        found = get_membership_for(user=user_of(request), membership_id=membership_id, action=Action.MANAGE_PEOPLE)
        remove_member(membership=found, actor_id=user_of(request).pk, now=utc_now())
        return Response(status=204)


class InvitationList(ListAPIView[Invitation]):
    """The open invitations of a workspace."""

    serializer_class = InvitationSerializer

    @describe("invitations_list", "List invitations", parameters=[WORKSPACE], example=examples.INVITATION)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the invitations that can still be accepted; owners see them."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Invitation]:
        """Return the open invitations of the workspace asked for."""
        if getattr(self, "swagger_fake_view", False):
            return Invitation.objects.none()
        return list_open_invitations(workspace=workspace_of(self.request, Action.MANAGE_PEOPLE), now=utc_now())

    @describe(
        "invitations_create",
        "Invite someone",
        body=NewInvitation,
        answer=InvitationMade,
        status=201,
        body_example={"email": "lee@example.com", "role": "MEMBER"},
        example=examples.INVITATION_MADE,
    )
    def post(self, request: Request) -> Response:
        """Make a link that lets whoever opens it join with this role. The link is told only now."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.MANAGE_PEOPLE)
        fields = check_body(body=body, shape=NewInvitation)
        invitation, token = invite_person(workspace=workspace, invited_by=user_of(request), now=utc_now(), **fields)
        link = request.build_absolute_uri(reverse("invitation", args=[token]))
        return Response(InvitationSerializer(invitation).data | {"link": link}, status=201)


class InvitationDetail(APIView):
    """One invitation."""

    @describe("invitations_destroy", "Revoke an invitation", status=204)
    def delete(self, request: Request, invitation_id: int) -> Response:
        """Make the link useless."""
        found = get_invitation_for(user=user_of(request), invitation_id=invitation_id, action=Action.MANAGE_PEOPLE)
        revoke_invitation(invitation=found, now=utc_now())
        return Response(status=204)
