"""The closed lists of words of the planner: what is stored (value) and what people read (label).

Each enum offers ``choices()``, pairs of (value, label), for a form or a model field.
"""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A stored word with the label people read. Members are written ``NAME = "value", "Label"``."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        """Keep ``label`` beside the stored value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Pairs of (stored value, label), in order of definition."""
        return [(member.value, member.label) for member in cls]


class StoryKind(Labelled):
    """What a story is for."""

    STORY = "story", "Story"
    BUG = "bug", "Bug"
    ENABLER = "enabler", "Enabler"
    SPIKE = "spike", "Spike"


class StateCategory(Labelled):
    """What a workflow state means to a plan, whatever a team calls it."""

    TODO = "todo", "To do"
    IN_PROGRESS = "in_progress", "In progress"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"

    @property
    def is_open(self) -> bool:
        """Whether a story in such a state still has to be worked on."""
        return self in (StateCategory.TODO, StateCategory.IN_PROGRESS)


class ValueKind(Labelled):
    """How a capability earns. The formula of each is in ``planner.domain.value``."""

    TIME_SAVINGS = "time_savings", "Time savings"
    NEW_REVENUE = "new_revenue", "New revenue"
    PROTECTED_REVENUE = "protected_revenue", "Protected revenue"
    AVOIDED_COST = "avoided_cost", "Avoided cost"
    DIRECT = "direct", "Direct figure"


class Urgency(Labelled):
    """How the value of a capability changes with the week in which it is finished."""

    STEADY = "steady", "Steady"
    DEADLINE = "deadline", "Deadline"
    SHORT_LIFE = "short_life", "Short life"


class SprintState(Labelled):
    """Where a sprint is in its life."""

    DRAFT = "draft", "Draft"
    PLANNED = "planned", "Planned"
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETED = "completed", "Completed"


class TaskState(Labelled):
    """Where a task is in its life."""

    TODO = "todo", "To do"
    IN_PROGRESS = "in_progress", "In progress"
    DONE = "done", "Done"


class EventSource(Labelled):
    """Through which door a change came in."""

    UI = "ui", "Page"
    API = "api", "API"
    SYNC = "sync", "Sync"
    IMPORT = "import", "Import"


class Lens(Labelled):
    """By what a backlog is ordered."""

    MANUAL = "manual", "Manual order"
    CD3 = "cd3", "CD3"
    VALUE = "value", "Business value"
