"""The two locks of the planner, always taken in this order: the backlog, then a story.

The backlog's row is the lock of every change of rank, of keys and of the graph of dependencies. On SQLite a
transaction is IMMEDIATE and excludes other writers by itself; there the row lock is a plain read.
"""

from common.errors import Conflict, NotFound
from planner.models import Backlog, Story, StoryEvent


def lock_backlog(*, workspace_id: int) -> Backlog:
    """Return the workspace's backlog, held until the end of the transaction."""
    return Backlog.objects.select_for_update(no_key=True).get(workspace_id=workspace_id)


def lock_story(*, story: Story, version: int | None = None) -> Story:
    """Return the story as it is now, held until the end of the transaction, with what it refers to.

    Raises NotFound when it was deleted, Conflict (stale_version) when it is no longer at `version`.
    """
    fresh = (
        Story.objects.select_for_update(of=("self",), no_key=True)
        .select_related("state", "capability", "application", "team", "sprint", "assignee")
        .filter(pk=story.pk)
        .first()
    )
    if fresh is None:
        raise NotFound(f"{story.key} was deleted.")
    if version is not None and fresh.version != version:
        raise stale_story(story=fresh, version=version)
    return fresh


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
