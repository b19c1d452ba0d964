"""Running a claimed job: a registry of handlers, a fenced context, and a heartbeat beside the work."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction

from common.clock import utc_now
from common.errors import DomainError
from common.jobs.models import Job, JobState
from common.jobs.services import announce, beat, claim, finish

log = structlog.get_logger(__name__)

JobHandler = Callable[["JobContext"], dict[str, Any] | None]
_handlers: dict[str, JobHandler] = {}


class JobLost(Exception):
    """Another attempt took the job over; this one must write nothing more."""


class JobCancelled(Exception):
    """Someone asked the job to stop; what is committed stays."""


def job_handler(kind: str) -> Callable[[JobHandler], JobHandler]:
    """Register the function that does jobs of this kind. It must be idempotent."""

    def register(handler: JobHandler) -> JobHandler:
        _handlers[kind] = handler
        return handler

    return register


class JobContext:
    """What a handler knows of its job: arguments, where the last attempt stopped, and how to report."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.job_id: int = job.pk
        self.args: dict[str, Any] = job.args
        self.workspace_id = job.workspace_id
        self.requested_by_id = job.requested_by_id
        self.checkpoint: dict[str, Any] = job.checkpoint

    def save_progress(
        self,
        *,
        done: int,
        total: int | None = None,
        message: str = "",
        checkpoint: dict[str, Any] | None = None,
    ) -> None:
        """Store progress and checkpoint with the caller's batch, in one transaction.

        Raises JobLost when another attempt holds the job and JobCancelled when it was asked to
        stop; both roll the caller's batch back, so nothing is written twice.
        """
        now = utc_now()
        if checkpoint is not None:
            self.checkpoint = checkpoint
        with transaction.atomic():
            held = Job.objects.filter(pk=self.job_id, attempts=self._job.attempts, state=JobState.RUNNING)
            written = held.update(
                progress_done=done,
                progress_total=total,
                message=message[:300],
                checkpoint=self.checkpoint,
                heartbeat_at=now,
            )
            if not written:
                raise JobLost
            if held.filter(cancel_requested=True).exists():
                raise JobCancelled
            announce(job=self._job, verb="progress", now=now)


def run(*, job_id: int) -> None:
    """Claim and do one job; a job that is over, taken or not due is left alone."""
    job = claim(job_id=job_id, now=utc_now())
    if job is None:
        return
    with structlog.contextvars.bound_contextvars(job_id=job.pk, kind=job.kind), _heartbeat(job):
        _attempt(job)


def _attempt(job: Job) -> None:
    handler = _handlers.get(job.kind)
    if handler is None:
        finish(job=job, state=JobState.FAILED, now=utc_now(), error=f"No code does jobs of kind {job.kind!r}.")
        return
    try:
        result = handler(JobContext(job))
    except JobLost:
        log.warning("job.lost")
    except JobCancelled:
        finish(job=job, state=JobState.CANCELLED, now=utc_now())
    except DomainError as error:
        finish(job=job, state=JobState.FAILED, now=utc_now(), error=error.message)
    except Exception as error:
        finish(job=job, state=JobState.FAILED, now=utc_now(), error=f"Unexpected error: {type(error).__name__}.")
        log.exception("job.failed")
    else:
        finish(job=job, state=JobState.DONE, now=utc_now(), result=result)


@contextmanager
def _heartbeat(job: Job) -> Iterator[None]:
    """Say every few seconds, from a thread of its own, that this attempt lives."""
    over = threading.Event()

    def keep_beating() -> None:
        while not over.wait(settings.JOB_HEARTBEAT_SECONDS):
            try:
                if not beat(job_id=job.pk, attempt=job.attempts, now=utc_now()):
                    break
            except Exception:
                log.exception("job.heartbeat_failed")
        connection.close()

    thread = threading.Thread(target=keep_beating, name=f"heartbeat-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
