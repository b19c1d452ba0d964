"""One story's way through one sprint: its log, and what was kept at the start, as events of the sprint."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from planner.domain.capacity.burn_events import Amounts, Change, SprintEvent
from planner.domain.vocabulary import SprintOutcome, StateCategory
from planner.models import SprintEntry, Story
from planner.selectors.sprint_task_hours import HoursAt

DONE, CANCELLED = StateCategory.DONE.value, StateCategory.CANCELLED.value
TICK = timedelta(microseconds=1)
ZERO = Decimal(0)


@dataclass(frozen=True)
class LoggedChange:
    """One event of a story's log, as far as sprints are concerned: of its state, sprint or points."""

    at: datetime
    field: str
    before: str
    after: str
    from_id: int | None
    to_id: int | None


@dataclass(frozen=True)
class Reading:
    """What was read of all stories: their changes, the meaning of states, hours of tasks, attributed values."""

    rows: Mapping[int, Sequence[LoggedChange]]
    categories: Mapping[int, str]
    hours: Mapping[int, Sequence[HoursAt]]
    values: Mapping[int, Decimal]


Step = LoggedChange | HoursAt


class StoryReplay:
    """Follows a story through its log and tells what of it concerns the sprint. A cancelled story is in none."""

    def __init__(self, sprint_id: int, story: Story, entry: SprintEntry | None, *, reading: Reading) -> None:
        """Begin before the story's first change."""
        rows = reading.rows.get(story.pk, ())
        self._in_sprint, self._story, self._entry = sprint_id, story, entry
        self._categories = reading.categories
        hours = reading.hours.get(story.pk, ())
        self._steps: list[Step] = sorted([*rows, *hours], key=lambda step: step.at)
        self._points, self._category, self._sprint_id = _at_first(story, rows, reading.categories)
        self._value = reading.values.get(story.pk, ZERO)
        self._estimated, self._left = ZERO, ZERO if hours else None
        self._worked_before = ZERO
        self._is_in = False

    def list_events(self, started_at: datetime, ended_at: datetime | None) -> Iterator[SprintEvent]:
        """What stood at the start as one event, then what changed until the end, in order of time."""
        cut = bisect_right(self._steps, started_at, key=lambda step: step.at)
        for step in self._steps[:cut]:
            self._take(step)
        yield from self._commit(started_at)
        for step in self._steps[cut:]:
            if ended_at is not None and step.at >= ended_at:
                return
            self._take(step)
            yield from self._tell(step)

    def _take(self, step: Step) -> None:
        """Let a step change what is known, without telling."""
        if isinstance(step, HoursAt):
            self._estimated, self._left = step.estimated, step.left
        elif step.field == "points":
            self._points = _figure(step.after)
        elif step.field == "sprint":
            self._sprint_id = step.to_id
        elif step.to_id is not None:
            self._category = self._categories.get(step.to_id, self._category)

    @property
    def _counts(self) -> bool:
        return self._sprint_id == self._in_sprint and self._category != CANCELLED

    def _commit(self, started_at: datetime) -> Iterator[SprintEvent]:
        """What was committed is what was kept; where nothing was, what the log says."""
        if self._entry is not None and self._entry.is_committed:
            self._take_entry(self._entry)
            yield self._add(started_at)
        elif self._counts:
            yield self._add(max(started_at, self._story.created_at))

    def _take_entry(self, entry: SprintEntry) -> None:
        self._points, self._sprint_id = entry.points_at_start, self._in_sprint
        self._value = self._value if entry.value_at_start is None else entry.value_at_start
        if entry.hours_at_start is not None:
            self._left = entry.hours_at_start
            self._estimated = max(self._estimated, self._left)

    def _tell(self, step: Step) -> Iterator[SprintEvent]:
        if self._counts != self._is_in:
            yield self._add(step.at) if self._counts else self._remove(step.at)
        elif not self._is_in:
            return
        elif isinstance(step, HoursAt):
            yield self._estimate(step.at)
            yield SprintEvent(step.at, self._story.pk, Change.WORKED, hours_left=self._left)
        elif step.field == "points":
            yield self._estimate(step.at)
        elif step.field == "state":
            yield SprintEvent(step.at, self._story.pk, Change.DONE if self._category == DONE else Change.REOPENED)

    def _add(self, at: datetime) -> SprintEvent:
        self._is_in = True
        self._worked_before = ZERO if self._left is None else max(self._estimated - self._left, ZERO)
        is_estimated, is_done = self._points is not None, self._category == DONE
        return SprintEvent(at, self._story.pk, Change.ADDED, self._amounts(), self._left, is_estimated, is_done)

    def _remove(self, at: datetime) -> SprintEvent:
        self._is_in = False
        return SprintEvent(at, self._story.pk, Change.REMOVED)

    def _estimate(self, at: datetime) -> SprintEvent:
        is_estimated = self._points is not None
        return SprintEvent(at, self._story.pk, Change.ESTIMATED, self._amounts(), is_estimated=is_estimated)

    def _amounts(self) -> Amounts:
        """What it adds to the sprint; hours worked before it came in are no part of it."""
        return Amounts(self._points or ZERO, max(self._estimated - self._worked_before, ZERO), self._value)


def replay_deleted(entry: SprintEntry, started_at: datetime, ended_at: datetime | None) -> Iterator[SprintEvent]:
    """A deleted story took its log with it: it counts as taken out at once, unless it was kept as something else."""
    if not entry.is_committed:
        return
    amounts = Amounts(entry.points_at_start or ZERO, entry.hours_at_start or ZERO, entry.value_at_start or ZERO)
    is_estimated = entry.points_at_start is not None
    yield SprintEvent(started_at, -entry.pk, Change.ADDED, amounts, entry.hours_at_start, is_estimated)
    if entry.outcome in ("", SprintOutcome.REMOVED.value):
        yield SprintEvent(started_at + TICK, -entry.pk, Change.REMOVED)
    elif entry.outcome == SprintOutcome.DONE.value and ended_at is not None:
        yield SprintEvent(ended_at - TICK, -entry.pk, Change.DONE)


def _at_first(
    story: Story, rows: Iterable[LoggedChange], categories: Mapping[int, str]
) -> tuple[Decimal | None, str, int | None]:
    """Points, category and sprint before a story's log begins: what its first changes say they were, else the present.

    A state that is gone counts as to do.
    """
    first: dict[str, LoggedChange] = {}
    for row in rows:
        first.setdefault(row.field, row)
    points = _figure(first["points"].before) if "points" in first else story.points
    category = story.category
    if "state" in first:
        category = categories.get(first["state"].from_id or 0, StateCategory.TODO.value)
    return points, category, first["sprint"].from_id if "sprint" in first else story.sprint_id


def _figure(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
