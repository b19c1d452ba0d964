"""The report of a sprint: committed, added, taken out, done, where the rest went, and what was earned."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from planner.domain.capacity.burn_events import Amounts, Standing, replay
from planner.domain.capacity.report import FinishedCapability, SprintReport, sprint_report
from planner.domain.vocabulary import SprintOutcome, StateCategory
from planner.models import Sprint, SprintEntry, Story
from planner.selectors.sprint_history import SprintHistory, load_histories

DONE, CANCELLED = StateCategory.DONE.value, StateCategory.CANCELLED.value
ZERO = Decimal(0)
LastDone = Mapping[int | None, tuple[datetime, int]]
"""When the last required story of each capability was done, and which; only of those where all are."""


@dataclass(frozen=True)
class ReportLine:
    """One story of a sprint: how it came in and what became of it. `story` is None where it was deleted.

    `amounts`: at the end, or at the start where it was taken out; `left`: what moved on. `moved_to` names where it
    went; empty where that was not kept or it did not go anywhere.
    """

    story_id: int
    key: str
    title: str
    story: Story | None
    amounts: Amounts
    left: Amounts
    is_committed: bool
    outcome: str
    is_estimated: bool = True
    moved_to: Sprint | None = None
    came_from: str = ""

    @property
    def outcome_label(self) -> str:
        """What became of it, in words; "In progress" while the sprint runs."""
        return SprintOutcome(self.outcome).label if self.outcome else "Not done"


@dataclass(frozen=True)
class Report:
    """A sprint's report with a line for each story that was ever in it."""

    sprint: Sprint
    log: SprintHistory
    figures: SprintReport
    lines: Sequence[ReportLine]

    def lines_of(self, ids: Iterable[int]) -> list[ReportLine]:
        """The lines of these stories, in the order of the report."""
        wanted = set(ids)
        return [line for line in self.lines if line.story_id in wanted]

    @property
    def added(self) -> list[ReportLine]:
        """What came in after the start."""
        return self.lines_of(self.figures.added.story_ids)

    @property
    def removed(self) -> list[ReportLine]:
        """What was committed and taken out."""
        return self.lines_of([*self.figures.removed.story_ids, *self.figures.came_and_went])

    @property
    def done(self) -> list[ReportLine]:
        """What was done."""
        return self.lines_of(self.figures.done.story_ids)

    @property
    def not_done(self) -> list[ReportLine]:
        """What was not."""
        return self.lines_of(self.figures.not_done.story_ids)


def report_of(*, sprint: Sprint, now: datetime) -> Report | None:
    """The report of a completed sprint, or of a running one as of now; None before the start."""
    log = load_histories([sprint]).get(sprint.pk)
    return None if log is None else build_report(log=log, now=now)


def list_reports(*, sprints: Sequence[Sprint], now: datetime) -> dict[int, Report]:
    """The reports of these sprints by id, without hours and money of stories; a constant number of statements."""
    histories = load_histories(sprints, is_in_full=False)
    touched = {story.capability_id for log in histories.values() for story in log.stories.values()}
    last = _last_done(list(touched))
    return {pk: build_report(log=log, now=now, last_done=last) for pk, log in histories.items()}


def build_report(*, log: SprintHistory, now: datetime, last_done: LastDone | None = None) -> Report:
    """The report from a log that is loaded. `last_done`: of all its capabilities, where it was read before."""
    ended = log.span.ended_at or now
    figures = sprint_report(
        log.events,
        started_at=log.span.started_at,
        ended_at=ended,
        capabilities=_finished(log, ended, last_done),
    )
    known = [event for event in log.events if event.at < ended]
    start, end = replay(known, log.span.started_at), replay(known)
    entries = {entry.story_id or -entry.pk: entry for entry in log.entries}
    committed = set(figures.committed.story_ids)
    lines = [_line(log, pk, start.get(pk), end[pk], entries.get(pk), pk in committed) for pk in end]
    return Report(log.sprint, log, figures, sorted(lines, key=_order))


def _line(
    log: SprintHistory, pk: int, start: Standing | None, end: Standing, entry: SprintEntry | None, is_committed: bool
) -> ReportLine:
    key, title = log.names[pk]
    return ReportLine(
        story_id=pk,
        key=key,
        title=title,
        story=log.stories.get(pk),
        amounts=end.scope if end.is_in else start.scope if start else Amounts(),
        left=end.remaining,
        is_committed=is_committed,
        outcome=entry.outcome if entry and entry.outcome else _outcome(log, end),
        is_estimated=end.is_estimated,
        moved_to=entry.moved_to if entry else None,
    )


def _outcome(log: SprintHistory, end: Standing) -> str:
    """What became of a story that nothing was kept of; empty while the sprint runs, or where nobody knows."""
    if end.is_in and end.is_done:
        return SprintOutcome.DONE.value
    return "" if end.is_in else SprintOutcome.REMOVED.value


def _order(line: ReportLine) -> tuple[int, int]:
    order = [SprintOutcome.DONE.value, "", SprintOutcome.CARRIED.value, SprintOutcome.RETURNED.value]
    place = order.index(line.outcome) if line.outcome in order else len(order)
    return place, line.story.rank if line.story else 0


def _finished(log: SprintHistory, ended: datetime, last_done: LastDone | None) -> list[FinishedCapability]:
    """Capabilities whose last required story was done within the sprint and in it; the dearest first.

    A story in none, with a value of its own, is its own capability.
    """
    span = (log.span.started_at, ended)
    touched = {story.capability_id: story.capability for story in log.stories.values() if story.capability}
    last = _last_done(list(touched)) if last_done is None else last_done
    found = [
        FinishedCapability(each.key, each.title, each.cost_of_delay, each.business_value)
        for pk, each in touched.items()
        if pk in last and span[0] <= last[pk][0] < span[1] and last[pk][1] in log.stories
    ]
    loose = [story for story in log.stories.values() if story.capability_id is None and story.category == DONE]
    found += [
        FinishedCapability(story.key, story.title, story.cost_of_delay, story.business_value)
        for story in loose
        if story.cost_of_delay is not None and span[0] <= story.state_entered_at < span[1]
    ]
    return sorted(found, key=lambda each: (-(each.cost_of_delay or ZERO), each.key))


def _last_done(capability_ids: Sequence[int | None]) -> LastDone:
    """Read it for these capabilities; one statement."""
    rows = Story.objects.filter(capability__in=capability_ids, required=True).exclude(category=CANCELLED).order_by()
    last: dict[int | None, tuple[datetime, int]] = {}
    is_open: set[int | None] = set()
    for capability_id, category, at, pk in rows.values_list("capability_id", "category", "state_entered_at", "pk"):
        if category != DONE:
            is_open.add(capability_id)
        last[capability_id] = max(last.get(capability_id, (at, pk)), (at, pk))
    return {pk: found for pk, found in last.items() if pk not in is_open}
