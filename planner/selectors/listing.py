"""The lists of the API: querysets that fetch with each row what it shows, in a fixed number of queries."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from accounts.models import Workspace
from planner.models import (
    Application,
    Capability,
    Dependency,
    Estimate,
    Person,
    Sprint,
    State,
    Story,
    StoryEvent,
    Task,
    Team,
)

STORY_REFERENCES = ("capability", "application", "state", "team", "sprint", "assignee")


def list_stories(*, workspace: Workspace, filters: Mapping[str, Any]) -> QuerySet[Story]:
    """Return a workspace's stories; `filters` are equalities on columns of the story."""
    stories = Story.objects.filter(workspace=workspace, **filters)
    return stories.select_related(*STORY_REFERENCES)


def list_applications(*, workspace: Workspace) -> QuerySet[Application]:
    """Return a workspace's applications."""
    return Application.objects.filter(workspace=workspace).select_related("parent")


def list_capabilities(*, workspace: Workspace, application_id: int | None = None) -> QuerySet[Capability]:
    """Return a workspace's capabilities, or those of one application."""
    capabilities = Capability.objects.filter(workspace=workspace).select_related("application")
    return capabilities.filter(application=application_id) if application_id else capabilities


def list_estimates(*, capability: Capability | None = None, story: Story | None = None) -> QuerySet[Estimate]:
    """Return every estimate a capability, or a story of its own, ever had."""
    if capability is not None:
        return Estimate.objects.filter(capability=capability)
    return Estimate.objects.filter(story=story)


def list_people(*, workspace: Workspace) -> QuerySet[Person]:
    """Return whom work can be assigned to."""
    return Person.objects.filter(workspace=workspace)


def list_teams(*, workspace: Workspace) -> QuerySet[Team]:
    """Return a workspace's teams with their people."""
    return Team.objects.filter(workspace=workspace).prefetch_related("people")


def list_sprints(*, workspace: Workspace, filters: Mapping[str, Any]) -> QuerySet[Sprint]:
    """Return a workspace's sprints; `filters` are equalities on columns of the sprint."""
    return Sprint.objects.filter(workspace=workspace, **filters).select_related("team")


def list_states(*, workspace: Workspace) -> QuerySet[State]:
    """Return a workspace's workflow states."""
    return State.objects.filter(workspace=workspace)


def list_tasks(*, workspace: Workspace, story_id: int | None = None) -> QuerySet[Task]:
    """Return a workspace's tasks, or those of one story."""
    tasks = Task.objects.filter(story__workspace=workspace).select_related("story", "assignee")
    return tasks.filter(story=story_id) if story_id else tasks


def list_dependencies(*, workspace: Workspace, filters: Mapping[str, int]) -> QuerySet[Dependency]:
    """Return a workspace's dependencies; `filters` name a predecessor or a successor."""
    found = Dependency.objects.filter(workspace=workspace, **{f"{name}_id": pk for name, pk in filters.items()})
    return found.select_related("predecessor", "successor")


def list_events(*, workspace: Workspace, story_id: int | None = None, field: str | None = None) -> QuerySet[StoryEvent]:
    """Return a workspace's event log, of one story and of one field where these are named."""
    events = StoryEvent.objects.filter(workspace=workspace).select_related("story")
    if story_id:
        events = events.filter(story=story_id)
    return events.filter(field=field) if field else events
