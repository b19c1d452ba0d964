"""What the value stream does after a commit: only enqueue jobs."""

from datetime import datetime
from typing import Protocol

from accounts.events import WorkspaceChanged
from common.events import on_commit
from planner.events import (
    HistoriesIngested,
    StoriesChanged,
    StoriesCreated,
    StoriesRemoved,
    StoryChanged,
    ValueChanged,
    WorkflowChanged,
)
from valuestream.selectors.choice_visits import any_map_asks_of
from valuestream.services.requests import request_snapshot

FLOW_FIELDS = {"state", "blocked", "assignee", "points", "capability", "required", "task"}
"""A change of any other field (title, rank...) leaves every figure of a map over workflow states as it was."""

NEVER_ASKED_OF = {"rank", "comment", "attachment", "dependency"}
"""No filter of a map asks of these, and a move in the backlog is not to pay for the question."""


class HappenedInWorkspace(Protocol):
    """What every event says that tells of a workspace."""

    @property
    def workspace_id(self) -> int:
        """Where."""

    @property
    def now(self) -> datetime:
        """When it was recorded."""


def recompute_maps(event: HappenedInWorkspace) -> None:
    """Ask for fresh figures."""
    request_snapshot(workspace_id=event.workspace_id, now=event.now)


on_commit(StoriesCreated)(recompute_maps)
on_commit(HistoriesIngested)(recompute_maps)
on_commit(StoriesRemoved)(recompute_maps)
on_commit(ValueChanged)(recompute_maps)
on_commit(WorkflowChanged)(recompute_maps)
on_commit(WorkspaceChanged)(recompute_maps)


def _shows(event: StoryChanged | StoriesChanged) -> bool:
    """Whether a change can show in a figure: always, or where a map follows the field or has a filter."""
    changed = {change.field for change in event.changes}
    if changed & FLOW_FIELDS:
        return True
    asked_of = changed - NEVER_ASKED_OF
    return bool(asked_of) and any_map_asks_of(workspace_id=event.workspace_id, event_names=asked_of)


@on_commit(StoryChanged)
def recompute_maps_of_flow(event: StoryChanged) -> None:
    """Ask for fresh figures when the change can show in one."""
    if _shows(event):
        recompute_maps(event)


@on_commit(StoriesChanged)
def recompute_maps_of_many(event: StoriesChanged) -> None:
    """Ask once, however many stories changed."""
    if _shows(event):
        recompute_maps(event)
