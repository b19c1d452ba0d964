"""The door to a job: whoever belongs to its workspace may see it."""

from accounts.models import User
from accounts.policies import Action
from accounts.selectors.workspaces import require
from common.errors import NotFound
from common.jobs.models import Job

LARGEST_ID = 2**63 - 1


def get_job_for(*, user: User, job_id: int, action: Action) -> Job:
    """Return the job with this id. The program's own jobs belong to no workspace and are shown to nobody."""
    job = Job.objects.filter(pk=job_id, workspace_id__isnull=False).first() if job_id <= LARGEST_ID else None
    if job is None or job.workspace_id is None:
        raise NotFound("There is no such job.")
    require(user=user, workspace_id=job.workspace_id, action=action, what="job")
    return job
