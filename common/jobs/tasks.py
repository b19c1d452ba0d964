"""The Celery tasks: run the job a message names, and sweep up what was lost."""

from celery import shared_task

from common.clock import utc_now
from common.jobs import runner, services


@shared_task(name=services.RUN_JOB)
def run_job(job_id: int) -> None:
    """Do one job. A second delivery of the message finds it taken and does nothing."""
    runner.run(job_id=job_id)


@shared_task(name="common.jobs.tasks.sweep_jobs")
def sweep_jobs() -> int:
    """Re-send lost messages and take over from dead workers."""
    return services.sweep(now=utc_now())
