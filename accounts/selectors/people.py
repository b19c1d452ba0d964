"""Reading members, invitations and tokens. Each fetch checks permission."""

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from knox.models import AuthToken

from accounts.models import Invitation, Membership, User, Workspace
from accounts.policies import Action
from accounts.selectors.workspaces import list_workspaces_for, require
from common.errors import NotFound

LARGEST_ID = 2**63 - 1


def list_workspaces_with_role(*, user: User) -> QuerySet[Workspace]:
    """Return the user's workspaces, each with the user's `role` in it."""
    return list_workspaces_for(user=user).annotate(role=F("memberships__role"))


def list_members(*, workspace: Workspace) -> QuerySet[Membership]:
    """Return the members of a workspace with their users."""
    return Membership.objects.filter(workspace=workspace).select_related("user").order_by("id")


def list_open_invitations(*, workspace: Workspace, now: datetime) -> QuerySet[Invitation]:
    """Return the invitations that can still be accepted."""
    waiting = Invitation.objects.filter(workspace=workspace, accepted_at=None, revoked_at=None, expires_at__gt=now)
    return waiting.select_related("invited_by").order_by("id")


def list_tokens(*, user: User) -> QuerySet[Any]:
    """Return the user's API tokens, newest first."""
    tokens: QuerySet[Any] = AuthToken.objects.filter(user=user).order_by("-created")
    return tokens


def get_membership_for(*, user: User, membership_id: int, action: Action) -> Membership:
    """Return the membership with this id."""
    found = None
    if membership_id <= LARGEST_ID:
        found = Membership.objects.select_related("user", "workspace").filter(pk=membership_id).first()
    if found is None:
        raise NotFound("There is no such member.")
    require(user=user, workspace_id=found.workspace_id, action=action, what="member")
    return found


def get_invitation_for(*, user: User, invitation_id: int, action: Action) -> Invitation:
    """Return the invitation with this id."""
    found = None
    if invitation_id <= LARGEST_ID:
        found = Invitation.objects.select_related("workspace").filter(pk=invitation_id).first()
    if found is None:
        raise NotFound("There is no such invitation.")
    require(user=user, workspace_id=found.workspace_id, action=action, what="invitation")
    return found
