"""Invitations by link. The link's token is shown once; only its hash is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Invitation, Membership, User, Workspace
from accounts.policies import Role
from accounts.services.accounts import create_account
from accounts.services.memberships import add_member, read_role
from common.errors import Conflict, InvalidInput, NotFound

EMAIL_LENGTH = 254


class InvitationIsOver(NotFound):
    """The link was used, revoked, has expired, or never was one."""

    default_code = "invitation_over"

    def __init__(self) -> None:
        super().__init__("This invitation is not valid any more: ask whoever sent it for a new link.")


def invite_person(
    *, workspace: Workspace, email: str, role: str, invited_by: User, now: datetime
) -> tuple[Invitation, str]:
    """Invite someone; returns the invitation and the token of its link. A new link replaces the old one."""
    address, chosen = _read_email(email), read_role(role)
    if Membership.objects.filter(workspace=workspace, user__email__iexact=address).exists():
        raise Conflict(f"{address} is a member already.", code="already_member", field="email")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        _open(workspace=workspace).filter(email=address).update(revoked_at=now)
        invitation = Invitation.objects.create(
            workspace=workspace,
            email=address,
            role=chosen.value,
            token_hash=hash_token(token),
            invited_by=invited_by,
            created_at=now,
            expires_at=now + timedelta(days=settings.INVITATION_DAYS),
        )
    return invitation, token


def find_invitation(*, token: str, now: datetime) -> Invitation:
    """Return the open invitation of a link's token. Raises InvitationIsOver."""
    found = Invitation.objects.select_related("workspace", "invited_by").filter(
        token_hash=hash_token(token), accepted_at=None, revoked_at=None, expires_at__gt=now
    )
    invitation = found.first()
    if invitation is None:
        raise InvitationIsOver
    return invitation


def accept_invitation(*, token: str, user: User, now: datetime) -> Membership:
    """Make a signed-in user a member, once. Raises InvitationIsOver, and Conflict for who is a member already."""
    with transaction.atomic():
        invitation = find_invitation(token=token, now=now)
        if Membership.objects.filter(workspace=invitation.workspace, user=user).exists():
            raise Conflict(f"You are a member of {invitation.workspace} already.", code="already_member")
        taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        if not taken.update(accepted_at=now, accepted_by=user):
            raise InvitationIsOver
        return add_member(workspace=invitation.workspace, user=user, role=Role(invitation.role), now=now)


def sign_up_invited(*, token: str, username: str, display_name: str, password: str, now: datetime) -> User:
    """Create an account for someone with an invitation, under its e-mail address, and make them a member.

    Raises InvitationIsOver, or InvalidInput with what Django's validators say about each field.
    """
    with transaction.atomic():
        invitation = find_invitation(token=token, now=now)
        user = create_account(username=username, display_name=display_name, email=invitation.email, password=password)
        accept_invitation(token=token, user=user, now=now)
    return user


def revoke_invitation(*, invitation: Invitation, now: datetime) -> None:
    """Make the link useless; nothing happens when it is over already."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=now)


def hash_token(token: str) -> str:
    """Return what is kept of a token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _open(*, workspace: Workspace) -> QuerySet[Invitation]:
    return Invitation.objects.filter(workspace=workspace, accepted_at=None, revoked_at=None)


def _read_email(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        address = ""
    if not 0 < len(address) <= EMAIL_LENGTH:
        raise InvalidInput("Type an e-mail address, such as dana@example.com.", field="email")
    return address
