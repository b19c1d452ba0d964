"""What a format yields: stories, capabilities and tasks in the tracker's own ids, or refusals with a place.

Nothing here knows the database: references name objects by the tracker's id, and the importer finds
or makes the rows they mean.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from planner.domain.vocabulary import StateCategory, StoryKind, TaskState


@dataclass(frozen=True, slots=True)
class StateRef:
    """A workflow state by the tracker's id. `category` is None where the tracker doesn't say it."""

    external_id: str
    name: str
    category: StateCategory | None = None


@dataclass(frozen=True, slots=True)
class PersonRef:
    """Someone by the tracker's account id, with the name people read."""

    external_id: str
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationRef:
    """A project: `key` begins the keys of its issues."""

    external_id: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class SprintRef:
    """A sprint. `state` is the tracker's word: future, active or closed."""

    external_id: str
    name: str
    state: str = ""
    goal: str = ""
    start_date: date | None = None
    end_date: date | None = None


@dataclass(frozen=True, slots=True)
class ParentRef:
    """The issue that a sub-task is part of, by id, by key, or both."""

    external_id: str = ""
    key: str = ""


class Subtasks(StrEnum):
    """What sub-tasks become: stories with their whole history, or tasks of their story, without it."""

    STORIES = "stories"
    TASKS = "tasks"


@dataclass(frozen=True, slots=True)
class CapabilityRef:
    """An epic by id, by key, or both; `title` is what the referring issue knows of it."""

    external_id: str = ""
    key: str = ""
    title: str = ""


Reference = StateRef | PersonRef | SprintRef | CapabilityRef


@dataclass(slots=True)
class Change:
    """One change of one field. `from_ref` and `to_ref` name objects where the field is a reference."""

    field: str
    from_value: str
    to_value: str
    occurred_at: datetime
    source_ref: str
    actor_name: str = ""
    from_ref: Reference | None = None
    to_ref: Reference | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A dependency between two issues, by the tracker's ids."""

    predecessor: str
    successor: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that did not go in: where it stands, what it belongs to, and why."""

    place: str
    reason: str
    item: str = ""
    field: str = ""


@dataclass(slots=True)
class ImportedStory:
    """A story with its history, oldest change first. One with a parent belongs to its parent's capability.

    `own_fields`: values as the file writes them, by what it calls a field that may be one of the workspace's own.
    """

    external_id: str
    title: str
    created_at: datetime
    first_state: StateRef
    state: StateRef
    key: str = ""
    kind: StoryKind = StoryKind.STORY
    description: str = ""
    points: Decimal | None = None
    value: Decimal | None = None
    application: ApplicationRef | None = None
    capability: CapabilityRef | None = None
    parent: ParentRef | None = None
    sprint: SprintRef | None = None
    assignee: PersonRef | None = None
    blocked: bool = False
    own_fields: dict[str, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


@dataclass(slots=True)
class ImportedCapability:
    """An epic: the unit that earns."""

    ref: CapabilityRef
    title: str
    application: ApplicationRef
    description: str = ""
    due_date: date | None = None


@dataclass(slots=True)
class ImportedTask:
    """A sub-task. It joins its parent once every story of the file is in."""

    external_id: str
    parent_id: str
    parent_key: str
    title: str
    state: TaskState
    hours_estimated: Decimal | None = None
    hours_left: Decimal | None = None
    assignee: PersonRef | None = None


@dataclass(slots=True)
class ImportedWorkflow:
    """States in their order, told before the stories that are in them."""

    states: list[StateRef]


@dataclass(slots=True)
class ImportedSubtask:
    """A sub-task as both of the things it may become; the importer chooses (Subtasks)."""

    external_id: str
    story: "Parsed"
    task: "Parsed"


Item = ImportedWorkflow | ImportedStory | ImportedCapability | ImportedTask | ImportedSubtask


@dataclass(slots=True)
class Parsed:
    """One thing of the file: an item, or why it is none. An item may come with refused parts.

    `left_out` counts the fields that held something and have no place here.
    """

    place: str
    name: str = ""
    item: Item | None = None
    refusals: list[Refusal] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    weight: int = 1

    @classmethod
    def refused(cls, place: str, reason: str, *, item: str = "", field: str = "") -> "Parsed":
        """Return a thing that did not go in at all."""
        return cls(place=place, name=item, refusals=[Refusal(place, reason, item, field)])


class Pulse:
    """Nothing yet: the format is still reading, and lets the job show progress and be cancelled."""


PULSE = Pulse()
