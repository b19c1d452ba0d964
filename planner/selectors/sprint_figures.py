"""A sprint in figures: its burn-down, and its report once it was started."""

from datetime import date, datetime, timedelta

from common.errors import Conflict
from planner.domain.capacity.burndown import Burn, burn_series, day_end
from planner.domain.capacity.calendars import WorkPattern, working_days
from planner.domain.capacity.report import FinishedCapability, SprintReport, sprint_report
from planner.domain.vocabulary import SprintState, StateCategory
from planner.models import Capability, Sprint, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.sprint_log import list_sprint_events


def burn_of(*, sprint: Sprint, now: datetime) -> Burn:
    """The burn-down of a sprint, day by day, in points, hours and money. Raises Conflict without days or a start."""
    first, last = _days_of(sprint)
    workspace = sprint.workspace
    pattern = WorkPattern(frozenset(workspace.work_weekdays))
    return burn_series(
        list_sprint_events(sprint=sprint),
        first=first,
        last=last,
        zone=workspace.time_zone,
        started_at=start_of(sprint=sprint),
        as_of=now,
        workdays=working_days(pattern, first, last),
        ended_at=sprint.completed_at,
    )


def report_of(*, sprint: Sprint, now: datetime) -> SprintReport:
    """What became of a sprint so far, or for good once it is completed. Raises Conflict before its start."""
    started_at = start_of(sprint=sprint)
    ended_at = end_of(sprint=sprint, now=now)
    return sprint_report(
        list_sprint_events(sprint=sprint),
        started_at=started_at,
        ended_at=ended_at,
        capabilities=_finished(sprint, after=started_at, until=ended_at),
    )


def start_of(*, sprint: Sprint) -> datetime:
    """When it was started; of one that another tool told of, the beginning of its first day."""
    if sprint.started_at is not None:
        return sprint.started_at
    if sprint.initial_planned_points is None or sprint.start_date is None:
        raise Conflict(f"{sprint.name} was not started yet: start it first.", code="sprint_not_started")
    return day_end(sprint.start_date - timedelta(days=1), sprint.workspace.time_zone)


def end_of(*, sprint: Sprint, now: datetime) -> datetime:
    """When it was completed (of one that was told of, the end of its last day), else now."""
    if sprint.completed_at is not None:
        return sprint.completed_at
    if sprint.end_date is None:
        return now
    return min(now, day_end(sprint.end_date, sprint.workspace.time_zone)) if _is_over(sprint) else now


def _is_over(sprint: Sprint) -> bool:
    return sprint.state == SprintState.COMPLETED.value


def _days_of(sprint: Sprint) -> tuple[date, date]:
    if sprint.start_date is None or sprint.end_date is None:
        raise Conflict(f"{sprint.name} has no first and last day: give it both.", code="sprint_without_days")
    return sprint.start_date, sprint.end_date


def _finished(sprint: Sprint, *, after: datetime, until: datetime) -> list[FinishedCapability]:
    """Capabilities whose last required story was done within the sprint, those that earn most first."""
    touched = Story.objects.filter(sprint=sprint, category=StateCategory.DONE.value, required=True).values("capability")
    found = Capability.objects.filter(pk__in=touched).exclude(
        stories__in=Story.objects.filter(required=True, category__in=OPEN_CATEGORIES)
    )
    finished = []
    for capability in found.order_by("-cost_of_delay", "pk").prefetch_related("stories"):
        done = [
            story.state_entered_at
            for story in capability.stories.all()
            if story.required and story.category == StateCategory.DONE.value
        ]
        if done and after < max(done) < until:
            finished.append(
                FinishedCapability(
                    capability.key, capability.title, capability.cost_of_delay, capability.business_value
                )
            )
    return finished
