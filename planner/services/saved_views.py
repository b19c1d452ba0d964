"""Saving, renaming, sharing and deleting named questions to the backlog."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User, Workspace
from common.errors import Conflict, NotFound
from planner.models import SavedView
from planner.services.checks import Reader, read_flag, read_inputs, text
from planner.services.locks import lock_rows
from planner.services.saving import save_clean, set_fields

MOST_VIEWS = 100
"""Of one person in one workspace."""


def _question(value: Any) -> str:
    """A query string, with or without its question mark."""
    return str(text(longest=2000)(value)).lstrip("?")


_READERS: Mapping[str, Reader] = {
    "name": text(longest=80, required=True),
    "question": _question,
    "is_shared": read_flag,
}


def save_view(
    *, workspace: Workspace, owner: User, name: str, question: str, now: datetime, is_shared: bool = False
) -> SavedView:
    """Keep a question (the query string of the backlog page) under a name of one's own."""
    clean = read_inputs({"name": name, "question": question, "is_shared": is_shared}, _READERS)
    with transaction.atomic():
        if SavedView.objects.filter(workspace=workspace, owner=owner).count() >= MOST_VIEWS:
            raise Conflict(f"You have {MOST_VIEWS} views here: delete one first.", field="name")
        view = SavedView(workspace=workspace, owner=owner, created_at=now, **clean)
        save_clean(view)
    return view


def update_view(*, view: SavedView, changes: Mapping[str, Any]) -> SavedView:
    """Change name, question or is_shared."""
    clean = read_inputs(changes, _READERS)
    with transaction.atomic():
        fresh = _lock(view)
        if set_fields(fresh, clean):
            save_clean(fresh)
    return fresh


def delete_view(*, view: SavedView) -> None:
    """Delete a view; the work it showed stays."""
    with transaction.atomic():
        _lock(view).delete()


def _lock(view: SavedView) -> SavedView:
    fresh = lock_rows(SavedView.objects.filter(pk=view.pk)).first()
    if fresh is None:
        raise NotFound(f"The view {view.name} was deleted.")
    return fresh
