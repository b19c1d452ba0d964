"""What happened in sprints, from the event log: the input of burn-downs, reports and velocities.

What was committed is taken from the rows kept at the start (`SprintEntry`); what came later from the stories' events.
A sprint that no commitment was kept of, such as an imported one, is read from events alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Q

from planner.domain.capacity.burn_events import SprintEvent
from planner.domain.capacity.burndown import day_end
from planner.domain.capacity.calendars import LONGEST_SPRINT_DAYS
from planner.domain.vocabulary import SprintState
from planner.models import Sprint, SprintEntry, State, Story, StoryEvent
from planner.selectors.attribution import attribute_business_value
from planner.selectors.sprint_replay import LoggedChange, Reading, StoryReplay, replay_deleted
from planner.selectors.sprint_task_hours import list_task_hours

TICK = timedelta(microseconds=1)
_FIELDS = ("state", "sprint", "points")


@dataclass(frozen=True)
class SprintSpan:
    """When a sprint ran, as instants: [started_at, ended_at); `ended_at` is None while it runs."""

    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class SprintHistory:
    """A sprint's events in order of time, and the stories they are about, deleted ones by their negated entry.

    `names`: key and title by the id used in events.
    """

    sprint: Sprint
    span: SprintSpan
    events: Sequence[SprintEvent]
    stories: Mapping[int, Story]
    entries: Sequence[SprintEntry]
    names: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    def of_team(self, team_id: int) -> "SprintHistory":
        """The part of one team: stories that are its own now."""
        mine = {pk: story for pk, story in self.stories.items() if story.team_id == team_id}
        return replace(self, events=[event for event in self.events if event.story_id in mine], stories=mine)


def span_of(sprint: Sprint) -> SprintSpan | None:
    """When it ran; by its dates where no instant was kept. None for one that never started or has no dates."""
    if sprint.state not in (SprintState.IN_PROGRESS.value, SprintState.COMPLETED.value):
        return None
    zone = sprint.workspace.time_zone
    first_instant = day_end(sprint.start_date - timedelta(days=1), zone) if sprint.start_date else None
    started = sprint.started_at or first_instant
    if started is None:
        return None
    if sprint.state == SprintState.IN_PROGRESS.value:
        return SprintSpan(started, None)
    ended = sprint.completed_at or (day_end(sprint.end_date, zone) if sprint.end_date else started)
    return SprintSpan(started, max(ended, started + TICK))


def days_between(sprint: Sprint, span: SprintSpan, today: date) -> tuple[date, date]:
    """The first and last day of its drawing: those planned, and what it took beyond, three months at most."""
    first = sprint.start_date or span.started_at.date()
    planned = max(sprint.end_date or today, first)
    zone = ZoneInfo(sprint.workspace.time_zone)
    ended = span.ended_at.astimezone(zone).date() if span.ended_at is not None else today
    return first, max(planned, min(ended, planned + timedelta(days=LONGEST_SPRINT_DAYS)))


def load_histories(sprints: Iterable[Sprint], *, is_in_full: bool = True) -> dict[int, SprintHistory]:
    """The histories of started sprints of one workspace, by id; ten statements however many.

    Without `is_in_full` hours and money are left out, and half of the statements.
    """
    spans = {sprint.pk: (sprint, span) for sprint in sprints if (span := span_of(sprint)) is not None}
    if not spans:
        return {}
    workspace_id = next(iter(spans.values()))[0].workspace_id
    entries = _entries(spans)
    members = _members(workspace_id, list(spans.values()), entries)
    stories = {story.pk: story for story in _stories({pk for ids in members.values() for pk in ids})}
    reading = Reading(
        rows=_rows(stories),
        categories=dict(State.objects.filter(workspace=workspace_id).values_list("pk", "category")),
        hours=list_task_hours(story_ids=list(stories)) if is_in_full else {},
        values=_values(stories.values()) if is_in_full else {},
    )
    return {
        pk: _build(sprint, span, [story for key, story in stories.items() if key in members[pk]], entries[pk], reading)
        for pk, (sprint, span) in spans.items()
    }


def _entries(sprint_ids: Iterable[int]) -> dict[int, list[SprintEntry]]:
    found: dict[int, list[SprintEntry]] = defaultdict(list)
    for entry in SprintEntry.objects.filter(sprint__in=list(sprint_ids)).select_related("moved_to"):
        found[entry.sprint_id].append(entry)
    return found


def _members(
    workspace_id: int, sprints: Sequence[tuple[Sprint, SprintSpan]], entries: Mapping[int, Sequence[SprintEntry]]
) -> dict[int, set[int]]:
    """The stories that were ever in each sprint while it ran: kept, or still in it, or moved in or out."""
    found: dict[int, set[int]] = {
        sprint.pk: {entry.story_id for entry in entries[sprint.pk] if entry.story_id} for sprint, _ in sprints
    }
    for sprint_id, story_id in Story.objects.filter(sprint__in=list(found)).order_by().values_list("sprint_id", "pk"):
        found[sprint_id or 0].add(story_id)
    moves = StoryEvent.objects.filter(workspace=workspace_id, field="sprint")
    moves = moves.filter(Q(to_id__in=list(found)) | Q(from_id__in=list(found)))
    if all(entries[sprint.pk] for sprint, _ in sprints):
        moves = moves.filter(occurred_at__gte=min(span.started_at for _, span in sprints))
    for story_id, before, after in moves.order_by().values_list("story_id", "from_id", "to_id"):
        for pk in (before, after):
            if pk in found:
                found[pk].add(story_id)
    return found


def _stories(ids: set[int]) -> Iterable[Story]:
    rows = Story.objects.filter(pk__in=ids).select_related("capability", "state", "team", "assignee")
    return rows.defer("description", "acceptance").order_by("rank")


def _rows(stories: Mapping[int, Story]) -> dict[int, list[LoggedChange]]:
    found: dict[int, list[LoggedChange]] = defaultdict(list)
    rows = StoryEvent.objects.filter(story__in=list(stories), field__in=_FIELDS).order_by("occurred_at", "sequence")
    columns = ("story_id", "occurred_at", "field", "from_value", "to_value", "from_id", "to_id")
    for story_id, *rest in rows.values_list(*columns):
        found[story_id].append(LoggedChange(*rest))
    return found


def _values(stories: Iterable[Story]) -> dict[int, Decimal]:
    """Attributed business value by story, as it is now."""
    listed = list(stories)
    shares = attribute_business_value({story.capability for story in listed if story.capability})
    own = {story.pk: story.business_value for story in listed if story.business_value is not None}
    return {**own, **shares}


def _build(
    sprint: Sprint, span: SprintSpan, stories: Sequence[Story], entries: Sequence[SprintEntry], reading: Reading
) -> SprintHistory:
    by_story = {entry.story_id: entry for entry in entries if entry.story_id}
    events: list[SprintEvent] = []
    for story in stories:
        replay = StoryReplay(sprint.pk, story, by_story.get(story.pk), reading=reading)
        events += replay.list_events(span.started_at, span.ended_at)
    gone = [entry for entry in entries if entry.story_id is None]
    events += [event for entry in gone for event in replay_deleted(entry, span.started_at, span.ended_at)]
    events.sort(key=lambda event: event.at)
    names = {-entry.pk: (entry.key, entry.title) for entry in gone}
    names |= {story.pk: (story.key, story.title) for story in stories}
    return SprintHistory(sprint, span, events, {story.pk: story for story in stories}, entries, names)
