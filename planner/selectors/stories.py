"""What a story's page lists. The story itself comes from `planner.selectors.fetch`."""

from django.db.models import Q, QuerySet

from accounts.models import Workspace
from planner.models import Dependency, Story, StoryEvent, Task


def list_stories(*, workspace: Workspace) -> QuerySet[Story]:
    """Every story of a workspace with what it refers to; order and page it by id."""
    return Story.objects.filter(workspace=workspace).select_related(
        "state", "capability__application", "application", "team", "sprint", "assignee"
    )


def list_events(*, story: Story, newest_first: bool = False) -> QuerySet[StoryEvent]:
    """The story's log, in order of (occurred_at, sequence)."""
    order = ("-occurred_at", "-sequence") if newest_first else ("occurred_at", "sequence")
    return StoryEvent.objects.filter(story=story).order_by(*order)


def list_workspace_events(*, workspace: Workspace) -> QuerySet[StoryEvent]:
    """The log of a whole workspace, with each event's story; order and page it by id."""
    return StoryEvent.objects.filter(workspace=workspace).select_related("story")


def list_tasks(*, story: Story) -> QuerySet[Task]:
    """The story's tasks, in order."""
    return Task.objects.filter(story=story).select_related("assignee").order_by("position", "id")


def list_dependencies(*, story: Story) -> QuerySet[Dependency]:
    """Dependencies on both sides of the story, with both their stories."""
    either_side = Q(predecessor=story) | Q(successor=story)
    return (
        Dependency.objects.filter(either_side).select_related("predecessor__state", "successor__state").order_by("id")
    )
