"""Reading the change feed."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max, Q

from common.live.models import Change


def list_changes(*, workspace_id: int, after_id: int, limit: int) -> list[Change]:
    """Return a workspace's changes after an id, the oldest first."""
    return list(Change.objects.filter(workspace_id=workspace_id, pk__gt=after_id).order_by("pk")[:limit])


def list_new_changes(*, after_id: int, skipped_ids: Collection[int], limit: int) -> list[Change]:
    """Return every workspace's changes after an id, and those of the skipped ids that have come since."""
    return list(Change.objects.filter(Q(pk__gt=after_id) | Q(pk__in=skipped_ids)).order_by("pk")[:limit])


def list_newest_ids(*, limit: int) -> list[int]:
    """Return the ids of the newest changes of all workspaces, the newest first."""
    return list(Change.objects.order_by("-pk").values_list("pk", flat=True)[:limit])


def list_newest_ids_of(*, workspace_id: int, except_topics: Collection[str], limit: int) -> list[int]:
    """Return the ids of a workspace's newest changes, other than in these topics, the newest first."""
    counted = Change.objects.filter(workspace_id=workspace_id).exclude(topic__in=except_topics)
    return list(counted.order_by("-pk").values_list("pk", flat=True)[:limit])


def list_changed_workspaces(*, except_topics: Collection[str]) -> dict[int, datetime]:
    """Return when each workspace last changed, other than in these topics, as far back as changes are kept."""
    counted = Change.objects.exclude(topic__in=except_topics).order_by()
    newest = counted.values("workspace_id").annotate(newest_at=Max("at"))
    return {row["workspace_id"]: row["newest_at"] for row in newest}
