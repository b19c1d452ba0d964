"""Re-exports the app's models, each of which lives beside the code that writes it."""

from common.jobs.models import Job
from common.live.models import Change

__all__ = ["Change", "Job"]
