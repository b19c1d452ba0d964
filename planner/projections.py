"""What the planner keeps in the transaction of others' changes."""

from accounts.events import MemberJoined
from accounts.models import User, Workspace
from common.events import projection
from planner.services.workspaces import ensure_person


@projection(MemberJoined)
def make_assignable(event: MemberJoined) -> None:
    """A new member is a person whom work can be assigned to."""
    workspace = Workspace.objects.get(pk=event.workspace_id)
    ensure_person(workspace=workspace, user=User.objects.get(pk=event.user_id))
