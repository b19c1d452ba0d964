"""Saved views of the backlog: one's own, and those that others share."""

from django.db.models import Q, QuerySet

from accounts.models import User, Workspace
from accounts.policies import Action, allows
from accounts.selectors import require, role_of
from common.errors import NotAuthorised, NotFound
from planner.models import SavedView

LARGEST_ID = 2**63 - 1


def list_saved_views(*, workspace: Workspace, user: User) -> QuerySet[SavedView]:
    """The views someone sees: their own, and the shared ones."""
    return SavedView.objects.filter(Q(owner=user) | Q(is_shared=True), workspace=workspace).select_related("owner")


def get_saved_view_for(*, user: User, view_id: int, is_changed: bool = False) -> SavedView:
    """The view with this id. Others' views are there only when shared; to change one of those takes EDIT_PLAN."""
    known = SavedView.objects.select_related("workspace", "owner").filter(Q(owner=user) | Q(is_shared=True))
    view = known.filter(pk=view_id).first() if 0 < view_id <= LARGEST_ID else None
    if view is None:
        raise NotFound("There is no such view.")
    is_theirs = view.owner_id != user.pk
    action = Action.EDIT_PLAN if is_changed and is_theirs else Action.VIEW
    require(user=user, workspace_id=view.workspace_id, action=action, what="view")
    return view


def check_sharing(*, user: User, workspace_id: int, is_shared: object, view: SavedView | None = None) -> None:
    """Refuse to put a view on everybody's page to who may only read; a view that is shared already may stay so."""
    if is_shared is not True or (view is not None and view.is_shared):
        return
    role = role_of(user=user, workspace_id=workspace_id)
    if role is None or not allows(role=role, action=Action.EDIT_STORY):
        raise NotAuthorised("Your role lets you keep views for yourself. Ask someone who may edit stories to share it.")
