"""What happens in the planner, as told to projections and handlers (common.events)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class WorkspaceSetUp:
    """A workspace got its workflow and its backlog."""

    workspace_id: int
    now: datetime


@dataclass(frozen=True)
class WorkflowChanged:
    """States were added, renamed, reordered or removed. `added` are new states' ids, in order."""

    workspace_id: int
    added: Sequence[int]
    now: datetime


@dataclass(frozen=True)
class FieldChange:
    """One recorded change of one story's field: the StoryEvent, as projections need it."""

    story_id: int
    sequence: int
    field: str
    from_id: int | None
    to_id: int | None
    from_value: str
    to_value: str
    occurred_at: datetime
    actor_id: int | None = None
    actor_name: str = ""


@dataclass(frozen=True)
class StoryCreated:
    """One story that was born now, in this state."""

    workspace_id: int
    story_id: int
    state_id: int
    assignee_id: int | None
    occurred_at: datetime


@dataclass(frozen=True)
class StoriesCreated:
    """Stories were born now, by one call."""

    workspace_id: int
    stories: Sequence[StoryCreated]
    now: datetime


@dataclass(frozen=True)
class StoryChanged:
    """Fields of one story changed now, at the end of its log."""

    workspace_id: int
    story_id: int
    changes: Sequence[FieldChange]
    now: datetime


@dataclass(frozen=True)
class StoriesChanged:
    """One call changed fields of many stories now, each at the end of its log."""

    workspace_id: int
    changes: Sequence[FieldChange]
    now: datetime


@dataclass(frozen=True)
class HistoriesIngested:
    """Whole histories were written (import, sync, demo): events may lie anywhere in the past.

    `new_ids` are those of the stories that were made by it.
    """

    workspace_id: int
    story_ids: Sequence[int]
    now: datetime
    new_ids: Sequence[int] = ()


@dataclass(frozen=True)
class StoriesRemoved:
    """Stories are about to be deleted, in this transaction."""

    workspace_id: int
    story_ids: Sequence[int]
    now: datetime


@dataclass(frozen=True)
class ValueChanged:
    """Something's estimated value, points, required stories or prerequisites changed: CD3 is to be recomputed."""

    workspace_id: int
    now: datetime


@dataclass(frozen=True)
class RankingInputsChanged:
    """Something that a lens goes by changed other than value and work: a vote, feedback, a score, a pin, a sprint."""

    workspace_id: int
    now: datetime


@dataclass(frozen=True)
class FieldsChanged:
    """Custom fields of a workspace were added, changed or taken away: formulas are to be worked out again."""

    workspace_id: int
    now: datetime
