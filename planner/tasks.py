"""The planner's background jobs."""

from typing import Any

from common.clock import utc_now
from common.jobs.runner import JobContext, job_handler
from planner.services.scores import RESCORE, rescore_workspace


@job_handler(RESCORE)
def rescore(context: JobContext) -> dict[str, Any]:
    """Compute the workspace's scores anew."""
    if context.workspace_id is None:
        raise ValueError("this job belongs to a workspace")
    return {"rows_written": rescore_workspace(workspace_id=context.workspace_id, now=utc_now())}
