"""Who belongs to a workspace, and with which role."""

from datetime import datetime

from django.db import transaction

from accounts.events import MemberJoined
from accounts.models import Membership, User, Workspace
from accounts.policies import Role
from common.errors import Conflict, InvalidInput, NotFound
from common.events import publish
from common.live.services import record_change


class LastOwner(Conflict):
    """A workspace always keeps an owner."""

    default_code = "last_owner"


def add_member(*, workspace: Workspace, user: User, role: Role, now: datetime) -> Membership:
    """Make someone a member; who is one already keeps their role."""
    with transaction.atomic():
        membership, is_new = Membership.objects.get_or_create(
            workspace=workspace, user=user, defaults={"role": role.value, "created_at": now}
        )
        if is_new:
            publish(MemberJoined(workspace_id=workspace.pk, user_id=user.pk, now=now))
            _announce(membership, verb="created", actor_id=user.pk, now=now)
    return membership


def change_role(*, membership: Membership, role: str, actor_id: int, now: datetime) -> Membership:
    """Give a member another role. Raises LastOwner when nobody else would be an owner."""
    new_role = read_role(role)
    with transaction.atomic():
        _lock(membership)
        if new_role is not Role.OWNER:
            _require_another_owner(membership)
        membership.role = new_role.value
        membership.save(update_fields=["role"])
        _announce(membership, verb="updated", actor_id=actor_id, now=now)
    return membership


def remove_member(*, membership: Membership, actor_id: int, now: datetime) -> None:
    """Take someone out of a workspace. What they did stays in the log under their name."""
    with transaction.atomic():
        _lock(membership)
        _require_another_owner(membership)
        _announce(membership, verb="deleted", actor_id=actor_id, now=now)
        membership.delete()


def read_role(role: str) -> Role:
    """Return the role of this name, or refuse it."""
    try:
        return Role(role)
    except ValueError:
        raise InvalidInput(f"Use one of: {', '.join(Role)}.", field="role") from None


def _lock(membership: Membership) -> None:
    """Two owners who demote each other at once take turns."""
    Workspace.objects.select_for_update(no_key=True).get(pk=membership.workspace_id)
    try:
        membership.refresh_from_db()
    except Membership.DoesNotExist:
        raise NotFound(f"{membership.user} is no longer a member.") from None


def _require_another_owner(membership: Membership) -> None:
    if membership.role != Role.OWNER:
        return
    owners = Membership.objects.filter(workspace=membership.workspace_id, role=Role.OWNER.value)
    if not owners.exclude(pk=membership.pk).exists():
        raise LastOwner(f"{membership.user} is the only owner: make somebody else an owner first.", field="role")


def _announce(membership: Membership, *, verb: str, actor_id: int, now: datetime) -> None:
    record_change(
        workspace_id=membership.workspace_id,
        topic="membership",
        object_id=membership.pk,
        actor_id=actor_id,
        verb=verb,
        now=now,
    )
