"""What happens in accounts, as told to projections and handlers (common.events)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MemberJoined:
    """Someone became a member of a workspace."""

    workspace_id: int
    user_id: int
    now: datetime
