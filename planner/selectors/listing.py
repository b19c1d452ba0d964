"""The smaller lists of a workspace: querysets with what each row shows; order and page them by id."""

from django.db.models import QuerySet

from accounts.models import Workspace
from planner.models import Application, Dependency, Person, Sprint, State, Task, Team


def list_applications(*, workspace: Workspace) -> QuerySet[Application]:
    """Return a workspace's applications."""
    return Application.objects.filter(workspace=workspace).select_related("parent")


def list_people(*, workspace: Workspace) -> QuerySet[Person]:
    """Return whom work can be assigned to."""
    return Person.objects.filter(workspace=workspace)


def list_teams(*, workspace: Workspace) -> QuerySet[Team]:
    """Return a workspace's teams with their people."""
    return Team.objects.filter(workspace=workspace).prefetch_related("people")


def list_sprints(*, workspace: Workspace) -> QuerySet[Sprint]:
    """Return a workspace's sprints with their teams."""
    return Sprint.objects.filter(workspace=workspace).select_related("team")


def list_states(*, workspace: Workspace) -> QuerySet[State]:
    """Return a workspace's workflow states."""
    return State.objects.filter(workspace=workspace)


def list_workspace_tasks(*, workspace: Workspace) -> QuerySet[Task]:
    """Return a workspace's tasks with their stories."""
    return Task.objects.filter(story__workspace=workspace).select_related("story", "assignee")


def list_workspace_dependencies(*, workspace: Workspace) -> QuerySet[Dependency]:
    """Return a workspace's dependencies with both their stories."""
    return Dependency.objects.filter(workspace=workspace).select_related("predecessor", "successor")
