"""Fetching workspaces. An outsider learns nothing (404); a member without the right is told so (403)."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import Membership, User, Workspace
from accounts.policies import WORDS, Action, Role, allows
from common.errors import InvalidInput, NotAuthorised, NotFound

LONGEST_ID = 19


def list_workspaces_for(*, user: User) -> QuerySet[Workspace]:
    """Return the workspaces someone belongs to, by name."""
    return Workspace.objects.filter(memberships__user=user).order_by("name", "id")


def role_of(*, user: User, workspace_id: int) -> Role | None:
    """Return someone's role in a workspace; None for an outsider."""
    role = Membership.objects.filter(user=user, workspace_id=workspace_id).values_list("role", flat=True).first()
    return Role(role) if role else None


def require(*, user: User, workspace_id: int, action: Action, what: str) -> Role:
    """Return the role, or raise: NotFound naming `what` for outsiders, NotAuthorised for members."""
    role = role_of(user=user, workspace_id=workspace_id)
    if role is None:
        raise NotFound(f"There is no such {what}.")
    if not allows(role=role, action=action):
        raise NotAuthorised(
            f"Your role here ({role.label.lower()}) does not let you {WORDS[action]}. Ask an owner of the workspace."
        )
    return role


def get_workspace_for(*, user: User, workspace: int | str | None, action: Action) -> Workspace:
    """Return the workspace with this id or key; without one, the only workspace the user has."""
    mine = list_workspaces_for(user=user)
    if workspace in (None, ""):
        return _only(list(mine[:2]), user=user, action=action)
    text = str(workspace)
    found = mine.filter(**_named(text)).first() if text.isascii() and text.isalnum() else None
    if found is None:
        raise NotFound(f"There is no workspace {text[:40]!r} among yours.", field="workspace")
    require(user=user, workspace_id=found.pk, action=action, what="workspace")
    return found


def _named(text: str) -> dict[str, Any]:
    """Return the filter of an id or a key."""
    return {"pk": int(text)} if text.isdigit() and len(text) < LONGEST_ID else {"key": text.upper()}


def _only(mine: list[Workspace], *, user: User, action: Action) -> Workspace:
    if not mine:
        raise NotFound("You belong to no workspace yet: make one, or open an invitation.", field="workspace")
    if len(mine) > 1:
        raise InvalidInput("You belong to several workspaces: name one by id or key.", field="workspace")
    require(user=user, workspace_id=mine[0].pk, action=action, what="workspace")
    return mine[0]
