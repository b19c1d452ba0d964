"""What the shell around every page of a workspace needs (templates/base.html)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from accounts.models import User, Workspace
from accounts.policies import Action, allows
from accounts.selectors import list_workspaces_for, role_of


def shell_context(*, user: User, workspace: Workspace) -> dict[str, Any]:
    """Return `workspace` and `can`: a page shows no button that its reader may not press."""
    return {"workspace": workspace, "can": permissions_of(user=user, workspace=workspace)}


def permissions_of(*, user: User, workspace: Workspace) -> Mapping[str, bool]:
    """Return what someone may do, by the action's stored word: `{% if can.rank %}`."""
    role = role_of(user=user, workspace_id=workspace.pk)
    return {action.value: role is not None and allows(role=role, action=action) for action in Action}


def reader_of(request: HttpRequest) -> User:
    """Return the signed-in user of a view behind `login_required`."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("this view is open to signed-in users only")
    return user


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Return the shell of a page about the reader: of the workspace `?workspace=` they came from, else their first."""
    reader = reader_of(request)
    mine = list_workspaces_for(user=reader)
    workspace = mine.filter(key=request.GET.get("workspace", "")).first() or mine.first()
    return {} if workspace is None else shell_context(user=reader, workspace=workspace)
