"""Asking the workers for fresh figures. Debounced: a burst of changes makes one job a map."""

from datetime import datetime

from django.conf import settings

from common.jobs.models import Job
from common.jobs.services import enqueue
from valuestream.domain.vocabulary import CHECK_JOB, REBUILD_ALL_JOB
from valuestream.models import Map

SNAPSHOT_JOB = "valuestream.snapshot"
DAILY_JOB = "valuestream.daily"
ALERT_JOB = "valuestream.alerts"
DELIVERY_JOB = "valuestream.alert-delivery"


def request_snapshot(*, workspace_id: int, now: datetime) -> None:
    """Have the live snapshots of a workspace's maps computed, seconds from now."""
    for map_id in Map.objects.filter(workspace_id=workspace_id).values_list("pk", flat=True):
        enqueue(
            kind=SNAPSHOT_JOB,
            args={"map": map_id},
            workspace_id=workspace_id,
            dedupe_key=f"{SNAPSHOT_JOB}:{map_id}",
            delay_seconds=settings.SNAPSHOT_DEBOUNCE_SECONDS,
            now=now,
        )


def request_alerts(*, map_id: int, workspace_id: int, now: datetime) -> None:
    """Have a map's alerts looked at; asked for twice before a worker is at it, once."""
    enqueue(
        kind=ALERT_JOB,
        args={"map": map_id},
        workspace_id=workspace_id,
        dedupe_key=f"{ALERT_JOB}:{map_id}",
        delay_seconds=settings.SNAPSHOT_DEBOUNCE_SECONDS,
        now=now,
    )


def request_rebuild(*, workspace_id: int, user_id: int | None, now: datetime) -> Job:
    """Have everything that is derived from a workspace's log derived anew; return the job that shares it out."""
    return _request_all(REBUILD_ALL_JOB, workspace_id, user_id, now)


def request_check(*, workspace_id: int, user_id: int | None, now: datetime) -> Job:
    """Have what is derived compared with the log."""
    return _request_all(CHECK_JOB, workspace_id, user_id, now)


def _request_all(kind: str, workspace_id: int, user_id: int | None, now: datetime) -> Job:
    key = f"{kind}:{workspace_id}"
    return enqueue(kind=kind, args={}, workspace_id=workspace_id, requested_by_id=user_id, dedupe_key=key, now=now)
