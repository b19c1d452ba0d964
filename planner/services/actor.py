"""Who does something, and through which door."""

from dataclasses import dataclass
from typing import Self

from accounts.models import User
from planner.domain.vocabulary import EventSource


@dataclass(frozen=True)
class Actor:
    """The author of a change. A tracker's user without an account here has a name only."""

    user: User | None
    name: str
    source: EventSource

    @classmethod
    def of(cls, *, user: User, source: EventSource) -> Self:
        """The signed-in user, coming in through `source`."""
        return cls(user=user, name=str(user)[:120], source=source)

    @property
    def user_id(self) -> int | None:
        """The account's id, None without one."""
        return self.user.pk if self.user else None
