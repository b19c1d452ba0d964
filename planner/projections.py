"""What the planner keeps in the transaction of others' changes."""

from accounts.events import MemberJoined
from accounts.models import User, Workspace
from common.events import projection
from common.jobs.events import JobEnded
from common.jobs.models import JobState
from planner.services.failing import fail_with_job
from planner.services.proposals import PROPOSE
from planner.services.workspaces import ensure_person


@projection(MemberJoined)
def make_assignable(event: MemberJoined) -> None:
    """A new member is a person whom work can be assigned to."""
    workspace = Workspace.objects.get(pk=event.workspace_id)
    ensure_person(workspace=workspace, user=User.objects.get(pk=event.user_id))


@projection(JobEnded)
def fail_without_answer(event: JobEnded) -> None:
    """A proposal whose job ended without an answer fails with it, so that nobody waits for ever."""
    if event.kind == PROPOSE and event.state != JobState.DONE:
        fail_with_job(job_id=event.job_id, state=event.state, now=event.now)
