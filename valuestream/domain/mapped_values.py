"""The values that a map maps to blocks: workflow states, or the choices of a field."""

from dataclasses import dataclass
from typing import Protocol

from planner.domain.vocabulary import StateCategory

NO_CHOICE = 0
"""Id of what stories are in whose field says nothing. It is mapped nowhere."""


class MappedValue(Protocol):
    """A value: its id among those of its map's field, its name, and the category that a workflow state has."""

    @property
    def pk(self) -> int:
        """The id."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def category(self) -> str:
        """A StateCategory."""


@dataclass(frozen=True)
class Choice:
    """A choice of a field. No choice is finished: stories leave the stream with their state (docs/adr/0005)."""

    pk: int
    name: str
    category: str = StateCategory.IN_PROGRESS.value
