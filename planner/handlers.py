"""What the planner does after a commit: only enqueue jobs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from accounts.events import WorkspaceChanged
from common.events import on_commit
from planner.events import (
    FieldChange,
    FieldsChanged,
    HistoriesIngested,
    RankingInputsChanged,
    StoriesChanged,
    StoriesCreated,
    StoriesRemoved,
    StoryChanged,
    ValueChanged,
)
from planner.services.formula_runs import request_formulas
from planner.services.lens_orders import request_manual_cost, request_rescore

INPUT_FIELDS = {"sprint", "team"}
"""A change of these changes a lens; changes of the remaining work tell `ValueChanged`."""

NO_INPUT_OF_FORMULAS = {"rank", "task", "comment", "dependency", "description", "acceptance"}
"""What no formula goes by."""


class HappenedInWorkspace(Protocol):
    """What every event says that tells of a workspace."""

    @property
    def workspace_id(self) -> int:
        """Where."""

    @property
    def now(self) -> datetime:
        """When it was recorded."""


def rescore_soon(event: HappenedInWorkspace) -> None:
    """Recompute scores and orders once, shortly after the last of several changes."""
    request_rescore(workspace_id=event.workspace_id, now=event.now)


on_commit(ValueChanged)(rescore_soon)
on_commit(RankingInputsChanged)(rescore_soon)
on_commit(StoriesCreated)(rescore_soon)
on_commit(StoriesRemoved)(rescore_soon)
on_commit(HistoriesIngested)(rescore_soon)


@on_commit(StoryChanged)
def follow_story(event: StoryChanged) -> None:
    """Recompute what one story's change has changed."""
    _follow(event, event.changes)


@on_commit(StoriesChanged)
def follow_stories(event: StoriesChanged) -> None:
    """Recompute what a change of many stories has changed."""
    _follow(event, event.changes)


@on_commit(WorkspaceChanged)
def follow_workspace(event: WorkspaceChanged) -> None:
    """Recompute what hangs on the price of work."""
    if "cost_per_point" in event.fields:
        rescore_soon(event)


def work_formulas_out_soon(event: HappenedInWorkspace) -> None:
    """Work formulas out once, shortly after the last of several changes."""
    request_formulas(workspace_id=event.workspace_id, now=event.now)


on_commit(FieldsChanged)(work_formulas_out_soon)
on_commit(ValueChanged)(work_formulas_out_soon)
on_commit(StoriesCreated)(work_formulas_out_soon)
on_commit(HistoriesIngested)(work_formulas_out_soon)


def _follow(event: HappenedInWorkspace, changes: Sequence[FieldChange]) -> None:
    fields = {change.field for change in changes}
    if fields & INPUT_FIELDS:
        rescore_soon(event)
    elif "rank" in fields:
        request_manual_cost(workspace_id=event.workspace_id, now=event.now)
    if fields - NO_INPUT_OF_FORMULAS:
        request_formulas(workspace_id=event.workspace_id, now=event.now)
