"""What happens in accounts, as told to projections and handlers (common.events)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MemberJoined:
    """Someone became a member of a workspace."""

    workspace_id: int
    user_id: int
    now: datetime


@dataclass(frozen=True)
class WorkspaceChanged:
    """Settings of a workspace changed: `fields` are their names, such as `time_zone`."""

    workspace_id: int
    fields: frozenset[str]
    now: datetime
