"""The import job."""

from typing import Any

from common.clock import utc_now
from common.jobs.runner import JobContext, job_handler
from integrations.services.uploads import IMPORT_JOB


@job_handler(IMPORT_JOB)
def import_file(context: JobContext) -> dict[str, Any]:
    """Read an uploaded file; goes on behind the last committed batch when it was interrupted."""
    from integrations.services.importing import run_import

    return run_import(context=context, now=utc_now())
