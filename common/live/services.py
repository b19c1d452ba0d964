"""Writing the change feed."""

from datetime import datetime

from common.live.models import Change


def record_change(
    *, workspace_id: int, topic: str, object_id: int, actor_id: int | None, verb: str, now: datetime
) -> None:
    """Add one change, in the transaction of the change itself."""
    Change.objects.create(
        workspace_id=workspace_id, topic=topic, object_id=object_id, actor_id=actor_id, verb=verb, at=now
    )


def forget_changes(*, before: datetime) -> int:
    """Drop changes nobody can still be waiting for; returns how many."""
    dropped, _ = Change.objects.filter(at__lt=before).delete()
    return dropped
