"""What is told of jobs to projections (common.events)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class JobEnded:
    """A job is over and won't be tried again: done, failed or cancelled (`common.jobs.models.JobState`)."""

    job_id: int
    kind: str
    state: str
    error: str
    now: datetime
