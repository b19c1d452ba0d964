"""The two locks of the planner, always taken in this order: the backlog, then a story.

The backlog's row is the lock of every change of rank, of keys and of the graph of dependencies. On SQLite a
transaction is IMMEDIATE and excludes other writers by itself; there the row lock is a plain read.
"""

from typing import TypeVar

from django.db import models
from django.db.models import QuerySet

from common.errors import Conflict, NotFound
from planner.models import Backlog, Story, StoryEvent

M = TypeVar("M", bound=models.Model)
REFERENCES = ("workspace", "state", "capability", "application", "team", "sprint", "assignee")


def lock_backlog(*, workspace_id: int) -> Backlog:
    """Return the workspace's backlog, held until the end of the transaction."""
    return Backlog.objects.select_for_update(no_key=True).get(workspace_id=workspace_id)


def lock_story(*, story: Story, version: int | None = None) -> Story:
    """Return the story as it is now, held until the end of the transaction.

    Raises NotFound when it was deleted, Conflict (stale_version) when it is no longer at `version`. What it
    refers to is taken over from the caller's copy where that is still the same.
    """
    fresh = lock_rows(Story.objects.filter(pk=story.pk)).first()
    if fresh is None:
        raise NotFound(f"{story.key} was deleted.")
    if version is not None and fresh.version != version:
        raise stale_story(story=fresh, version=version)
    _take_over_references(fresh, story)
    return fresh


def lock_rows(rows: QuerySet[M]) -> QuerySet[M]:
    """Hold rows of one table until the end of the transaction, in the order of ids so that nobody waits crosswise.

    Without joins: PostgreSQL checks a row that it had to wait for against the joined rows as they were before,
    and would lose a story whose state changed meanwhile.
    """
    return rows.select_related(None).select_for_update(no_key=True).order_by("pk")


def _take_over_references(fresh: Story, known: Story) -> None:
    for name in REFERENCES:
        is_same = getattr(fresh, f"{name}_id") == getattr(known, f"{name}_id")
        if is_same and Story._meta.get_field(name).is_cached(known):  # type: ignore[union-attr]
            setattr(fresh, name, getattr(known, name))


def stale_story(*, story: Story, version: int) -> Conflict:
    """The error for someone whose copy is old: it names who changed the story since."""
    newest = StoryEvent.objects.filter(story_id=story.pk).order_by("-sequence").values_list("actor_name", flat=True)
    return stale(what=story.key, version=version, present=story.version, who=newest.first() or "")


def stale(*, what: str, version: int, present: int, who: str = "") -> Conflict:
    """The error for someone whose copy of a thing is old."""
    return Conflict(
        f"{who or 'Someone'} changed {what} since you loaded it (you have version {version}, it is at {present}). "
        "Reload it, then make your change again.",
        code="stale_version",
        field="version",
    )
