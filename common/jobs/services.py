"""Writing jobs: enqueue, claim, finish, cancel, sweep. Every claim is one conditional update."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from kombu.exceptions import OperationalError as BrokerAway

from common.errors import Conflict
from common.events import publish
from common.jobs.events import JobEnded
from common.jobs.models import Job, JobState
from common.live.services import record_change

log = structlog.get_logger(__name__)

RUN_JOB = "common.jobs.tasks.run_job"
"""The Celery task, by name: its module imports the runner, and the runner this one."""

JOINING_TRIES = 5


def enqueue(
    *,
    kind: str,
    args: Mapping[str, Any],
    now: datetime,
    workspace_id: int | None = None,
    requested_by_id: int | None = None,
    dedupe_key: str = "",
    delay_seconds: float = 0,
) -> Job:
    """Write a job and, once this transaction commits, send the message that wakes a worker.

    With a `dedupe_key` the job joins the one already queued under that key, if there is one.
    `delay_seconds` debounces: the job does not start before then.
    """
    job = Job(
        kind=kind,
        args=dict(args),
        workspace_id=workspace_id,
        requested_by_id=requested_by_id,
        dedupe_key=dedupe_key,
        not_before=now + timedelta(seconds=delay_seconds),
        queued_at=now,
        created_at=now,
    )
    joined = _join_or_insert(job) if dedupe_key else None
    if joined is not None:
        return joined
    if not dedupe_key:
        job.save(force_insert=True)
    transaction.on_commit(partial(send_message, job_id=job.pk, delay_seconds=delay_seconds))
    return job


def _join_or_insert(job: Job) -> Job | None:
    """Return the job that already waits under the key; None once this one is inserted.

    Tried again, because a worker may claim the waiting job between the refused insert and the look at it.
    """
    for tries_left in reversed(range(JOINING_TRIES)):
        waiting = Job.objects.filter(dedupe_key=job.dedupe_key, state=JobState.QUEUED).first()
        if waiting is not None:
            return waiting
        try:
            with transaction.atomic():
                job.save(force_insert=True)
        except IntegrityError:
            if not tries_left:
                raise
        else:
            return None
    return None


def send_message(*, job_id: int, delay_seconds: float = 0) -> None:
    """Tell the workers about a job.

    A broker that is away costs time, not the job: the change that wants it is committed, and the
    sweeper sends the message again.
    """
    try:
        current_app.send_task(RUN_JOB, args=(job_id,), countdown=delay_seconds)
    except BrokerAway:
        log.exception("job.message_not_sent", job_id=job_id)


def claim(*, job_id: int, now: datetime) -> Job | None:
    """Take a queued job that is due; None when another worker has it, or it is over or not due."""
    taken = Job.objects.filter(pk=job_id, state=JobState.QUEUED, not_before__lte=now).update(
        state=JobState.RUNNING, attempts=F("attempts") + 1, heartbeat_at=now, started_at=now
    )
    if taken:
        return Job.objects.get(pk=job_id)
    _wait_until_due(job_id=job_id, now=now)
    return None


def _wait_until_due(*, job_id: int, now: datetime) -> None:
    early = Job.objects.filter(pk=job_id, state=JobState.QUEUED, not_before__gt=now).first()
    if early is not None:
        send_message(job_id=job_id, delay_seconds=(early.not_before - now).total_seconds())


def beat(*, job_id: int, attempt: int, now: datetime) -> bool:
    """Say that this attempt is alive; False when the job is no longer this attempt's."""
    return bool(_held(job_id=job_id, attempt=attempt).update(heartbeat_at=now))


def finish(*, job: Job, state: JobState, now: datetime, result: Any = None, error: str = "") -> bool:
    """Close the attempt's job; False (and nothing written) when another attempt holds it."""
    with transaction.atomic():
        closed = _held(job_id=job.pk, attempt=job.attempts).update(
            state=state, result=result, error=error, finished_at=now, heartbeat_at=now
        )
        if closed:
            announce(job=job, verb=state.lower(), now=now)
            publish(JobEnded(job_id=job.pk, kind=job.kind, state=state, error=error, now=now))
    return bool(closed)


def announce(*, job: Job, verb: str, now: datetime) -> None:
    """Put a job's progress into its workspace's change feed."""
    if job.workspace_id is not None:
        record_change(workspace_id=job.workspace_id, topic="job", object_id=job.pk, actor_id=None, verb=verb, now=now)


def cancel_job(*, job: Job, now: datetime) -> Job:
    """Stop a job: at once when it waits, at its next batch when it runs."""
    if job.is_finished:
        raise Conflict(f"This job is already {job.get_state_display().lower()}; there is nothing to cancel.")
    with transaction.atomic():
        waiting = Job.objects.filter(pk=job.pk, state=JobState.QUEUED)
        if waiting.update(state=JobState.CANCELLED, finished_at=now, cancel_requested=True):
            announce(job=job, verb="cancelled", now=now)
            publish(JobEnded(job_id=job.pk, kind=job.kind, state=JobState.CANCELLED, error="", now=now))
        else:
            Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested=True)
    job.refresh_from_db()
    return job


def sweep(*, now: datetime) -> int:
    """Re-send what waits too long or whose worker is gone; give up after too many attempts.

    Returns how many messages were sent. Safe to run anywhere, any number of times at once.
    """
    stale = now - timedelta(seconds=settings.JOB_STALE_SECONDS)
    for job in Job.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=stale):
        _take_from_dead_worker(job=job, now=now)
    overdue = now - timedelta(seconds=settings.JOB_REQUEUE_SECONDS)
    waiting = Job.objects.filter(state=JobState.QUEUED, queued_at__lt=overdue, not_before__lte=now)
    sent = 0
    for job_id in waiting.values_list("pk", flat=True)[:500]:
        if Job.objects.filter(pk=job_id, state=JobState.QUEUED, queued_at__lt=overdue).update(queued_at=now):
            send_message(job_id=job_id)
            sent += 1
    return sent


def _take_from_dead_worker(*, job: Job, now: datetime) -> None:
    """Let another worker have the job, unless it was tried too often or a newer one already waits under its key."""
    if job.attempts >= settings.JOB_MAX_ATTEMPTS:
        words = f"Its worker stopped {job.attempts} times; see the worker's log, then start it again."
        finish(job=job, state=JobState.FAILED, now=now, error=words)
        return
    try:
        with transaction.atomic():
            _held(job_id=job.pk, attempt=job.attempts).update(state=JobState.QUEUED, queued_at=now - timedelta(days=1))
    except IntegrityError:
        finish(job=job, state=JobState.CANCELLED, now=now, error="A newer job does the same.")


def _held(*, job_id: int, attempt: int) -> QuerySet[Job]:
    return Job.objects.filter(pk=job_id, attempts=attempt, state=JobState.RUNNING)
