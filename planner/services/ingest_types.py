"""What an importer hands over, and what ingesting needs to know of the workspace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from accounts.models import Workspace
from planner.models import Backlog, State
from planner.services.actor import Actor
from planner.services.locks import lock_backlog


@dataclass(slots=True)
class HistoryEntry:
    """One change of one field, as a tracker recorded it.

    `field` is a field of the story ("state", "assignee", "blocked"...); `from_id`/`to_id` are ids of ours.
    `source_ref` is the tracker's own id of the change, unique within the story. For "blocked" a non-empty
    `to_value` says that it is blocked.
    """

    field: str
    from_value: str
    to_value: str
    from_id: int | None
    to_id: int | None
    occurred_at: datetime
    source_ref: str
    actor_name: str = ""


@dataclass(slots=True, kw_only=True)
class StoryHistory:
    """One story with its log. `entries` may come in any order and with repeats.

    `state_id` is the present state, `first_state_id` the one before the first change; where there are
    changes of state, they decide. `story_id` names a story that is here already. `value` is a weekly figure
    for a story of its own. None (or an empty text) means that the tracker doesn't tell.
    """

    external_id: str
    title: str
    state_id: int
    created_at: datetime
    first_state_id: int | None = None
    key: str | None = None
    kind: str | None = None
    description: str = ""
    acceptance: str = ""
    capability_id: int | None = None
    application_id: int | None = None
    required: bool | None = None
    points: Decimal | None = None
    team_id: int | None = None
    sprint_id: int | None = None
    assignee_id: int | None = None
    blocked: bool = False
    blocked_reason: str = ""
    entries: list[HistoryEntry] = field(default_factory=list)
    value: Decimal | None = None
    story_id: int | None = None


@dataclass(frozen=True)
class StateFacts:
    """A workflow state, as far as ingesting is concerned."""

    name: str
    category: str


@dataclass(frozen=True)
class IngestContext:
    """One call's workspace, with its backlog locked."""

    workspace: Workspace
    backlog: Backlog
    states: Mapping[int, StateFacts]
    actor: Actor
    now: datetime


def load_context(*, workspace: Workspace, actor: Actor, now: datetime) -> IngestContext:
    """Lock the backlog and load the workflow."""
    backlog = lock_backlog(workspace_id=workspace.pk)
    rows = State.objects.filter(workspace=workspace).values_list("pk", "name", "category")
    states = {pk: StateFacts(name, category) for pk, name, category in rows}
    return IngestContext(workspace=workspace, backlog=backlog, states=states, actor=actor, now=now)
