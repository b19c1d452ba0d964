"""Reading jobs."""

from django.db.models import QuerySet

from common.jobs.models import Job


def list_jobs(*, workspace_id: int) -> QuerySet[Job]:
    """Return a workspace's jobs, newest first."""
    return Job.objects.filter(workspace_id=workspace_id).order_by("-id")
