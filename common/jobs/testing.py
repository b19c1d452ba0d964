"""For tests: do what is queued, here and now, in the order it was queued."""

from datetime import timedelta

from common.clock import utc_now
from common.jobs.models import Job, JobState
from common.jobs.runner import run


def run_queued_jobs(*, limit: int = 100) -> list[Job]:
    """Run queued jobs (debounced ones too) until none is left; return them as they ended."""
    ended: list[Job] = []
    while job := Job.objects.filter(state=JobState.QUEUED).order_by("id").first():
        Job.objects.filter(pk=job.pk).update(not_before=utc_now() - timedelta(seconds=1))
        run(job_id=job.pk)
        job.refresh_from_db()
        ended.append(job)
        if len(ended) >= limit:
            raise AssertionError(f"More than {limit} jobs: does one enqueue itself?")
    return ended
