"""The doors to the planner's objects: each checks permission. Outsiders get 404, members without the right 403."""

from typing import Any, TypeVar, cast

from django.db import models
from django.db.models import QuerySet

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for, require
from common.errors import NotFound
from planner.models import (
    Application,
    Capability,
    Dependency,
    Feedback,
    Leave,
    Person,
    Pin,
    RankProposal,
    Sprint,
    State,
    Story,
    Task,
    Team,
    TeamMember,
)

M = TypeVar("M", bound=models.Model)
LARGEST_ID = 2**63 - 1


def get_story_for(
    *,
    user: User,
    action: Action,
    story_id: int | None = None,
    key: str | None = None,
    workspace: Workspace | int | str | None = None,
) -> Story:
    """The story with this id, or with this key in `workspace`, with what it refers to."""
    stories = Story.objects.select_related(
        "workspace", "state", "capability__application", "application", "team", "sprint", "assignee"
    )
    return _get(stories, user=user, action=action, what="story", pk=story_id, key=key, workspace=workspace)


def get_capability_for(
    *,
    user: User,
    action: Action,
    capability_id: int | None = None,
    key: str | None = None,
    workspace: Workspace | int | str | None = None,
) -> Capability:
    """The capability with this id, or with this key in `workspace`, with its application."""
    capabilities = Capability.objects.select_related("workspace", "application")
    return _get(
        capabilities, user=user, action=action, what="capability", pk=capability_id, key=key, workspace=workspace
    )


def get_application_for(
    *,
    user: User,
    action: Action,
    application_id: int | None = None,
    key: str | None = None,
    workspace: Workspace | int | str | None = None,
) -> Application:
    """The application with this id, or with this key in `workspace`."""
    applications = Application.objects.select_related("workspace", "parent")
    return _get(
        applications, user=user, action=action, what="application", pk=application_id, key=key, workspace=workspace
    )


def get_team_for(*, user: User, team_id: int, action: Action) -> Team:
    """The team with this id."""
    return _get(Team.objects.select_related("workspace"), user=user, action=action, what="team", pk=team_id)


def get_sprint_for(*, user: User, sprint_id: int, action: Action) -> Sprint:
    """The sprint with this id, with its team."""
    sprints = Sprint.objects.select_related("workspace", "team")
    return _get(sprints, user=user, action=action, what="sprint", pk=sprint_id)


def get_state_for(*, user: User, state_id: int, action: Action) -> State:
    """The workflow state with this id."""
    return _get(State.objects.select_related("workspace"), user=user, action=action, what="state", pk=state_id)


def get_dependency_for(*, user: User, dependency_id: int, action: Action) -> Dependency:
    """The dependency with this id, with both its stories."""
    dependencies = Dependency.objects.select_related("workspace", "predecessor", "successor")
    return _get(dependencies, user=user, action=action, what="dependency", pk=dependency_id)


def get_feedback_for(*, user: User, feedback_id: int, action: Action) -> Feedback:
    """The piece of feedback with this id, with what answers it."""
    feedback = Feedback.objects.select_related("workspace", "capability")
    return _get(feedback, user=user, action=action, what="feedback", pk=feedback_id)


def get_proposal_for(*, user: User, proposal_id: int, action: Action) -> RankProposal:
    """The proposed order with this id, with its workspace and its job."""
    proposals = RankProposal.objects.select_related("workspace", "job")
    return _get(proposals, user=user, action=action, what="proposal", pk=proposal_id)


def get_pin_for(*, user: User, pin_id: int, action: Action) -> Pin:
    """The pin with this id, with what it holds."""
    pins = Pin.objects.select_related("workspace", "capability", "story", "other_capability", "other_story")
    return _get(pins, user=user, action=action, what="pin", pk=pin_id)


def get_task_for(*, user: User, task_id: int, action: Action) -> Task:
    """The task with this id, with its story."""
    task = _find(Task.objects.select_related("story__workspace", "assignee"), what="task", pk=task_id)
    require(user=user, workspace_id=task.story.workspace_id, action=action, what="task")
    return task


def get_person_for(*, user: User, person_id: int, action: Action) -> Person:
    """The person with this id."""
    return _get(Person.objects.select_related("workspace"), user=user, action=action, what="person", pk=person_id)


def get_member_for(*, user: User, member_id: int, action: Action) -> TeamMember:
    """The place in a team with this id, with its team and person."""
    members = TeamMember.objects.select_related("team__workspace", "person")
    member = _find(members, what="member of a team", pk=member_id)
    require(user=user, workspace_id=member.team.workspace_id, action=action, what="member of a team")
    return member


def get_leave_for(*, user: User, leave_id: int, action: Action) -> Leave:
    """The leave with this id, with its person."""
    leave = _find(Leave.objects.select_related("person__workspace"), what="leave", pk=leave_id)
    require(user=user, workspace_id=leave.person.workspace_id, action=action, what="leave")
    return leave


def _get(
    queryset: QuerySet[M],
    *,
    user: User,
    action: Action,
    what: str,
    pk: int | None,
    key: str | None = None,
    workspace: Workspace | int | str | None = None,
) -> M:
    if key is not None:
        queryset = queryset.filter(workspace=_workspace(user=user, workspace=workspace), key=key[:100])
    found = _find(queryset, what=what, pk=pk, key=key)
    workspace_id = cast("Any", found).workspace_id
    require(user=user, workspace_id=workspace_id, action=action, what=what)
    return found


def _workspace(*, user: User, workspace: Workspace | int | str | None) -> Workspace:
    if isinstance(workspace, Workspace):
        return workspace
    return get_workspace_for(user=user, workspace=workspace, action=Action.VIEW)


def _find(queryset: QuerySet[M], *, what: str, pk: int | None, key: str | None = None) -> M:
    if pk is not None:
        queryset = queryset.filter(pk=pk) if 0 < pk <= LARGEST_ID else queryset.none()
    elif key is None:
        raise ValueError("name the object by id or by key")
    found = queryset.order_by().first()
    if found is None:
        raise NotFound(f"There is no such {what}.")
    return found
