"""Asking the workers for fresh figures. Debounced: a burst of changes makes one job a map."""

from datetime import datetime

from django.conf import settings

from common.jobs.services import enqueue
from valuestream.models import Map

SNAPSHOT_JOB = "valuestream.snapshot"
DAILY_JOB = "valuestream.daily"
REBUILD_JOB = "valuestream.rebuild"
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
