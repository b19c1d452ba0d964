"""What the page of a story shows beside the story itself: its share, its tasks, its dependencies, its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from planner.domain.value.attribution import attributed_values
from planner.domain.vocabulary import EventSource, StateCategory, TaskState
from planner.models import Capability, Comment, Dependency, Story, StoryEvent, Task
from planner.selectors.event_fields import name_own_fields
from planner.selectors.stories import list_dependencies, list_events
from planner.selectors.talk import comments_by_id

HISTORY_PAGE = 30
CENTS = 100


class HistoryFilter(StrEnum):
    """Which part of a story's history someone wants to read."""

    ALL = "all"
    STATE = "state"
    VALUE = "value"
    TALK = "talk"
    SYNC = "sync"


FIELDS_OF_FILTER = {
    HistoryFilter.STATE: ("created", "state", "blocked"),
    HistoryFilter.VALUE: ("value", "rank", "points", "capability", "required"),
    HistoryFilter.TALK: ("comment", "attachment"),
}
SYNC_SOURCES = (EventSource.SYNC.value, EventSource.IMPORT.value)


@dataclass(frozen=True)
class Share:
    """A story's part of its capability's figures, by points; None where the capability is unvalued.

    `points` and `total_points` are of required stories; cancelled ones are left out of `done` and `required`.
    """

    business_value: Decimal | None
    cost_of_delay: Decimal | None
    points: Decimal | None
    total_points: Decimal
    done: int
    required: int

    @property
    def to_go(self) -> int:
        """Required stories that are still to be done."""
        return self.required - self.done


@dataclass(frozen=True)
class TaskTotals:
    """Tasks done and hours left of those estimated; hours are None where nobody typed any."""

    number: int
    done: int
    hours_left: Decimal | None
    hours_estimated: Decimal | None


@dataclass(frozen=True)
class DatedEvent:
    """An event with its local day, given only where the day begins, and its local time.

    `comment`: what was said, of a comment that is still there.
    """

    event: StoryEvent
    new_day: date | None
    at: datetime
    comment: Comment | None = None


@dataclass(frozen=True)
class HistoryPage:
    """Events newest first; `next_after` is the id of the last one where more follow."""

    events: list[DatedEvent]
    next_after: int | None


def shares_of(*, capability: Capability, stories: Sequence[Story]) -> dict[int, Share]:
    """The share of each story, given all stories of the capability. Shares of the required ones add up exactly."""
    required = sorted((story for story in stories if story.required), key=lambda story: story.rank)
    points = [story.points for story in required]
    values = _share_out(capability.business_value, points)
    costs = _share_out(capability.cost_of_delay, points)
    counted = [story for story in required if story.category != StateCategory.CANCELLED.value]
    done = sum(story.category == StateCategory.DONE.value for story in counted)
    total = sum((figure for figure in points if figure is not None), Decimal(0))
    return {
        story.pk: Share(value, cost, story.points, total, done, len(counted))
        for story, value, cost in zip(required, values, costs, strict=True)
    }


def _share_out(amount: Decimal | None, points: Sequence[Decimal | None]) -> list[Decimal | None]:
    if amount is None:
        return [None] * len(points)
    return [Decimal(cents) / CENTS for cents in attributed_values(round(amount * CENTS), points)]


def share_of(*, story: Story) -> Share | None:
    """The share of one story in its capability; None when it is loose or not required."""
    if story.capability is None:
        return None
    stories = list(
        Story.objects.filter(capability=story.capability).only("id", "points", "required", "category", "rank")
    )
    return shares_of(capability=story.capability, stories=stories).get(story.pk)


def task_totals(tasks: Sequence[Task]) -> TaskTotals:
    """Count a story's tasks and add up their hours."""
    left = [task.hours_left for task in tasks if task.hours_left is not None]
    estimated = [task.hours_estimated for task in tasks if task.hours_estimated is not None]
    return TaskTotals(
        number=len(tasks),
        done=sum(task.state == TaskState.DONE.value for task in tasks),
        hours_left=sum(left, Decimal(0)) if left else None,
        hours_estimated=sum(estimated, Decimal(0)) if estimated else None,
    )


def split_dependencies(*, story: Story) -> tuple[list[Dependency], list[Dependency]]:
    """What the story needs, and what needs it: two lists, each in the order of the backlog."""
    links = list(list_dependencies(story=story))
    needs = [link for link in links if link.successor_id == story.pk]
    needed_by = [link for link in links if link.predecessor_id == story.pk]
    needs.sort(key=lambda link: link.predecessor.rank)
    needed_by.sort(key=lambda link: link.successor.rank)
    return needs, needed_by


def list_history(*, story: Story, kind: HistoryFilter, after: int | None, time_zone: str) -> HistoryPage:
    """A page of the story's events, newest first, following the event with the id `after`."""
    last = story.events.filter(pk=after).first() if after else None
    found = list(_events(story, kind, last)[: HISTORY_PAGE + 1])
    name_own_fields(found)
    zone = ZoneInfo(time_zone)
    day = last.occurred_at.astimezone(zone).date() if last else None
    dated = []
    said = comments_by_id(ids=[event.to_id for event in found if event.field == "comment" and event.to_id])
    for event in found[:HISTORY_PAGE]:
        at = event.occurred_at.astimezone(zone)
        comment = said.get(event.to_id or 0) if event.to_value == "added" else None
        dated.append(DatedEvent(event, at.date() if at.date() != day else None, at, comment))
        day = at.date()
    return HistoryPage(dated, found[HISTORY_PAGE - 1].pk if len(found) > HISTORY_PAGE else None)


def _events(story: Story, kind: HistoryFilter, last: StoryEvent | None) -> QuerySet[StoryEvent]:
    events = list_events(story=story, newest_first=True)
    if kind is HistoryFilter.SYNC:
        events = events.filter(source__in=SYNC_SOURCES)
    elif kind in FIELDS_OF_FILTER:
        events = events.filter(field__in=FIELDS_OF_FILTER[kind])
    if last is not None:
        same_instant = Q(occurred_at=last.occurred_at, sequence__lt=last.sequence)
        events = events.filter(Q(occurred_at__lt=last.occurred_at) | same_instant)
    return events
