"""What the planner keeps in the transaction of others' changes."""

from accounts.events import MemberJoined
from accounts.models import User, Workspace
from common.events import projection
from common.jobs.events import JobEnded
from common.jobs.models import JobState
from planner.events import StoriesChanged, StoryChanged
from planner.services.failing import fail_with_job
from planner.services.notices import tell_of_changes
from planner.services.plans import PLAN, fail_plan_of_job
from planner.services.proposals import PROPOSE
from planner.services.workspaces import ensure_person


@projection(MemberJoined)
def make_assignable(event: MemberJoined) -> None:
    """A new member is a person whom work can be assigned to."""
    workspace = Workspace.objects.get(pk=event.workspace_id)
    ensure_person(workspace=workspace, user=User.objects.get(pk=event.user_id))


@projection(JobEnded)
def fail_without_answer(event: JobEnded) -> None:
    """A proposal or plan whose job ended without an answer fails with it, so that nobody waits for ever."""
    if event.state == JobState.DONE:
        return
    if event.kind == PROPOSE:
        fail_with_job(job_id=event.job_id, state=event.state, now=event.now)
    elif event.kind == PLAN:
        fail_plan_of_job(job_id=event.job_id, now=event.now)


@projection(StoryChanged)
def tell_of_story(event: StoryChanged) -> None:
    """Whoever follows the story, or gets it, finds it in the inbox."""
    tell_of_changes(workspace_id=event.workspace_id, changes=event.changes, now=event.now)


@projection(StoriesChanged)
def tell_of_stories(event: StoriesChanged) -> None:
    """The same for many stories at once, with few notices."""
    tell_of_changes(workspace_id=event.workspace_id, changes=event.changes, now=event.now)
