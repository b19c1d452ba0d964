"""Keeping the change feed short."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from common.clock import utc_now
from common.live import services


@shared_task(name="common.live.tasks.forget_changes")
def forget_changes() -> int:
    """Drop changes older than LIVE_KEEP_HOURS; returns how many."""
    return services.forget_changes(before=utc_now() - timedelta(hours=settings.LIVE_KEEP_HOURS))
