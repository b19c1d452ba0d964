"""Who asks, and in which workspace: the first lines of every handler of the API."""

from collections.abc import MutableMapping
from typing import Any, cast

from rest_framework.request import Request

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from common.errors import InvalidInput


def user_of(request: Request) -> User:
    """Return who asks: permission classes let nobody else through."""
    return cast("User", request.user)


def workspace_of(request: Request, action: Action = Action.VIEW) -> Workspace:
    """Return the workspace that `?workspace=` names, by id or key."""
    return get_workspace_for(user=user_of(request), workspace=request.query_params.get("workspace"), action=action)


def take_workspace(request: Request, body: MutableMapping[str, Any], action: Action) -> Workspace:
    """Return the workspace named in the body (and take it out) or in the query."""
    named = body.pop("workspace", None)
    if isinstance(named, bool) or not isinstance(named, int | str | None):
        raise InvalidInput("Name the workspace by its id or its key.", field="workspace")
    if named is None:
        return workspace_of(request, action)
    return get_workspace_for(user=user_of(request), workspace=named, action=action)
