"""Jobs: claimed once, fenced, swept, debounced; nothing is lost and nothing is done twice."""

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from common.clock import utc_now
from common.errors import Conflict, InvalidInput
from common.jobs import runner, services
from common.jobs.models import Job, JobState
from common.jobs.runner import JobCancelled, JobContext, JobLost, job_handler
from common.jobs.testing import run_queued_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Record the ids of jobs that messages were sent for."""
    ids: list[int] = []
    monkeypatch.setattr(services, "send_message", lambda *, job_id, delay_seconds=0: ids.append(job_id))
    return ids


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> list[JobContext]:
    """Register a handler of kind `test.count` and return the contexts it was called with."""
    monkeypatch.setattr(runner, "_handlers", dict(runner._handlers))
    calls: list[JobContext] = []

    @job_handler("test.count")
    def count(context: JobContext) -> dict[str, Any]:
        calls.append(context)
        return {"calls": len(calls)}

    return calls


def enqueue(**more: Any) -> Job:
    return services.enqueue(kind="test.count", args={}, now=utc_now(), **more)


def test_a_job_is_claimed_by_one_worker_only(sent: list[int]) -> None:
    job = enqueue()

    assert services.claim(job_id=job.pk, now=utc_now()) is not None
    assert services.claim(job_id=job.pk, now=utc_now()) is None


def test_a_message_delivered_twice_does_the_job_once(handler: list[JobContext]) -> None:
    job = enqueue()

    runner.run(job_id=job.pk)
    runner.run(job_id=job.pk)

    assert len(handler) == 1
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, {"calls": 1})


def test_an_attempt_that_was_taken_over_writes_nothing(sent: list[int]) -> None:
    job = services.claim(job_id=enqueue().pk, now=utc_now())
    assert job is not None
    Job.objects.filter(pk=job.pk).update(attempts=job.attempts + 1)

    with pytest.raises(JobLost):
        JobContext(job).save_progress(done=5)
    assert not services.finish(job=job, state=JobState.DONE, now=utc_now())
    job.refresh_from_db()
    assert (job.state, job.progress_done) == (JobState.RUNNING, 0)


def test_a_cancelled_job_stops_at_its_next_batch_and_rolls_it_back(sent: list[int]) -> None:
    job = services.claim(job_id=enqueue().pk, now=utc_now())
    assert job is not None
    services.cancel_job(job=job, now=utc_now())

    with pytest.raises(JobCancelled), transaction.atomic():
        JobContext(job).save_progress(done=5)
    job.refresh_from_db()
    assert job.progress_done == 0


def test_a_finished_job_cannot_be_cancelled(handler: list[JobContext]) -> None:
    job = enqueue()
    runner.run(job_id=job.pk)
    job.refresh_from_db()

    with pytest.raises(Conflict, match="already done"):
        services.cancel_job(job=job, now=utc_now())


def test_a_job_whose_worker_is_gone_is_done_by_another(handler: list[JobContext], sent: list[int]) -> None:
    job = enqueue()
    services.claim(job_id=job.pk, now=utc_now())
    Job.objects.filter(pk=job.pk).update(heartbeat_at=utc_now() - timedelta(minutes=5), checkpoint={"item": 3})

    assert services.sweep(now=utc_now()) == 1
    assert sent == [job.pk]
    runner.run(job_id=job.pk)

    assert handler[0].checkpoint == {"item": 3}
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_a_job_that_kills_every_worker_is_given_up(sent: list[int], settings: Any) -> None:
    job = enqueue()
    long_ago = utc_now() - timedelta(minutes=5)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=settings.JOB_MAX_ATTEMPTS, heartbeat_at=long_ago
    )

    assert services.sweep(now=utc_now()) == 0
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "worker stopped" in job.error


def test_a_lost_message_is_sent_again(sent: list[int]) -> None:
    job = enqueue()
    Job.objects.filter(pk=job.pk).update(queued_at=utc_now() - timedelta(minutes=1))

    assert services.sweep(now=utc_now()) == 1
    assert services.sweep(now=utc_now()) == 0, "it was sent a moment ago"
    assert sent == [job.pk]


def test_jobs_with_one_dedupe_key_join_while_one_waits(handler: list[JobContext]) -> None:
    first, second = enqueue(dedupe_key="map:1"), enqueue(dedupe_key="map:1")
    assert first.pk == second.pk

    services.claim(job_id=first.pk, now=utc_now())
    third = enqueue(dedupe_key="map:1")
    assert third.pk != first.pk, "the running one may have read the old data already"


def test_a_lost_job_gives_way_to_a_newer_one_under_its_key(sent: list[int]) -> None:
    lost = enqueue(dedupe_key="map:1")
    services.claim(job_id=lost.pk, now=utc_now())
    newer = enqueue(dedupe_key="map:1")
    Job.objects.filter(pk=lost.pk).update(heartbeat_at=utc_now() - timedelta(minutes=5))

    services.sweep(now=utc_now())

    lost.refresh_from_db()
    newer.refresh_from_db()
    assert (lost.state, newer.state) == (JobState.CANCELLED, JobState.QUEUED)


def test_a_broker_that_is_away_costs_no_one_their_change(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    def refuse(name: str, **message: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(current_app, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        job = enqueue()

    assert len(callbacks) == 1
    Job.objects.filter(pk=job.pk).update(queued_at=utc_now() - timedelta(minutes=1))
    assert services.sweep(now=utc_now()) == 1, "the sweeper sends it once the broker is back"


def test_a_debounced_job_is_not_started_early(handler: list[JobContext], sent: list[int]) -> None:
    job = enqueue(delay_seconds=60)

    runner.run(job_id=job.pk)

    assert handler == []
    assert sent == [job.pk], "its message is sent again for when it is due"
    run_queued_jobs()
    assert len(handler) == 1


def test_a_failing_handler_leaves_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(context: JobContext) -> None:
        raise InvalidInput("The file is empty.")

    monkeypatch.setattr(runner, "_handlers", {"test.count": refuse})
    (job,) = (enqueue(), *run_queued_jobs())[1:]

    assert (job.state, job.error) == (JobState.FAILED, "The file is empty.")


def test_progress_is_a_share_and_unknown_without_a_total() -> None:
    assert Job(progress_done=1).progress is None
    assert Job(progress_done=1, progress_total=4).progress == 0.25
    assert Job(progress_done=9, progress_total=4).progress == 1.0
