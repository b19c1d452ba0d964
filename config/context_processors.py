"""What every page's shell needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User, Workspace
from accounts.selectors import list_workspaces_for


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the mode, whether the demo account exists, and the reader's workspaces (fetched when shown)."""
    return {
        "mode": settings.MODE,
        "demo_account": settings.DEMO_ACCOUNT,
        "workspaces": SimpleLazyObject(lambda: _workspaces(request)),
    }


def _workspaces(request: HttpRequest) -> list[Workspace]:
    user = getattr(request, "user", None)
    return list(list_workspaces_for(user=user)) if isinstance(user, User) else []
