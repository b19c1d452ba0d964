"""The closed lists of words of the planner: what is stored (value) and what people read (label).

Each enum offers ``choices()``, pairs of (value, label), for a form or a model field.
"""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A stored word with the label people read. Members are written ``NAME = "value", "Label"``."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
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

    STORY = "STORY", "Story"
    BUG = "BUG", "Bug"
    ENABLER = "ENABLER", "Enabler"
    SPIKE = "SPIKE", "Spike"


class StateCategory(Labelled):
    """What a workflow state means to a plan, whatever a team calls it."""

    TODO = "TODO", "To do"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    DONE = "DONE", "Done"
    CANCELLED = "CANCELLED", "Cancelled"

    @property
    def is_open(self) -> bool:
        """Whether a story in such a state still has to be worked on."""
        return self in (StateCategory.TODO, StateCategory.IN_PROGRESS)


class ValueKind(Labelled):
    """How a capability earns. The formula of each is in ``planner.domain.value.model``."""

    TIME_SAVINGS = "TIME_SAVINGS", "Time savings"
    NEW_REVENUE = "NEW_REVENUE", "New revenue"
    PROTECTED_REVENUE = "PROTECTED_REVENUE", "Protected revenue"
    AVOIDED_COST = "AVOIDED_COST", "Avoided cost"
    DIRECT = "DIRECT", "Direct figure"


class Urgency(Labelled):
    """How the value of a capability changes with the week in which it is finished."""

    STEADY = "STEADY", "Steady"
    DEADLINE = "DEADLINE", "Deadline"
    SHORT_LIFE = "SHORT_LIFE", "Short life"


class SprintState(Labelled):
    """Where a sprint is in its life."""

    DRAFT = "DRAFT", "Draft"
    PLANNED = "PLANNED", "Planned"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    COMPLETED = "COMPLETED", "Completed"


class TaskState(Labelled):
    """Where a task is in its life."""

    TODO = "TODO", "To do"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    DONE = "DONE", "Done"


class EventSource(Labelled):
    """Through which door a change came in."""

    UI = "UI", "Page"
    API = "API", "API"
    SYNC = "SYNC", "Sync"
    IMPORT = "IMPORT", "Import"


class Lens(Labelled):
    """By what a backlog is ordered: by money, by scores, by people's own order, or by one of five habits."""

    MANUAL = "manual", "Manual order"
    MONEY = "money", "Money-optimal"
    CD3 = "cd3", "CD3"
    VALUE = "value", "Business value"
    ROI = "roi", "ROI"
    WSJF = "wsjf", "WSJF"
    RICE = "rice", "RICE"
    SPONSOR = "sponsor", "Sponsor's wish"
    DEVELOPER = "developer", "Developer's interest"
    AGE = "age", "Backlog age"
    FEEDBACK = "feedback", "User feedback"
    TIME = "time", "Time available"
    STORY_WSJF = "story_wsjf", "WSJF by story"


class PinKind(Labelled):
    """How a pin holds a unit of the backlog in its place."""

    PLACE = "PLACE", "At a place"
    BEFORE = "BEFORE", "Before another"
    AFTER = "AFTER", "After another"


class ProposalState(Labelled):
    """Where a proposed order is in its life."""

    COMPUTING = "COMPUTING", "Computing"
    READY = "READY", "Ready"
    ACCEPTED = "ACCEPTED", "Accepted"
    UNDONE = "UNDONE", "Undone"
    DISCARDED = "DISCARDED", "Discarded"
    FAILED = "FAILED", "Failed"


class VoteKind(Labelled):
    """In whose name somebody votes."""

    SPONSOR = "SPONSOR", "Sponsor's wish"
    DEVELOPER = "DEVELOPER", "Developer's interest"


class FeedbackState(Labelled):
    """What became of a piece of user feedback."""

    WAITING = "WAITING", "Waiting to be vetted"
    LINKED = "LINKED", "Linked"
    DISMISSED = "DISMISSED", "Dismissed"


class FieldKind(Labelled):
    """What a custom field holds. The rules of each are in ``planner.domain.fields``."""

    TEXT = "TEXT", "Text"
    NUMBER = "NUMBER", "Number"
    MONEY = "MONEY", "Money"
    DATE = "DATE", "Date"
    CHOICE = "CHOICE", "Choice"
    MULTI_CHOICE = "MULTI_CHOICE", "Several choices"
    PERSON = "PERSON", "Person"
    FORMULA = "FORMULA", "Formula"


class ItemKind(Labelled):
    """What a board, a panel or a custom field is about."""

    STORY = "STORY", "Stories"
    TASK = "TASK", "Tasks"
    CAPABILITY = "CAPABILITY", "Capabilities"


class WipRule(Labelled):
    """What happens when a card would go over a column's limit."""

    WARN = "WARN", "Warn"
    REASON = "REASON", "Ask for a reason"
    BLOCK = "BLOCK", "Refuse"


class SprintOutcome(Labelled):
    """What became of a story that was in a sprint, once the sprint was completed."""

    DONE = "DONE", "Done"
    CARRIED = "CARRIED", "Carried over"
    RETURNED = "RETURNED", "Returned to the backlog"
    REMOVED = "REMOVED", "Taken out"


class PlanState(Labelled):
    """Where a computed sprint plan is in its life."""

    COMPUTING = "COMPUTING", "Computing"
    READY = "READY", "Ready"
    APPLIED = "APPLIED", "Applied"
    UNDONE = "UNDONE", "Undone"
    DISCARDED = "DISCARDED", "Discarded"
    FAILED = "FAILED", "Failed"


class NoticeKind(Labelled):
    """Why somebody is told about a story, or (ALERT) about a figure they watch."""

    MENTION = "MENTION", "Mentioned you"
    COMMENT = "COMMENT", "Commented"
    CHANGE = "CHANGE", "Changed"
    ASSIGNED = "ASSIGNED", "Assigned to you"
    ALERT = "ALERT", "Alert"
