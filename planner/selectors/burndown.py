"""Burn-down and burn-up of a sprint, and what will not be finished in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from planner.domain.capacity.burndown import Burn, burn_series
from planner.domain.capacity.forecasts import Forecast, Left, forecast_sprint
from planner.domain.vocabulary import SprintState, StateCategory
from planner.models import Sprint, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.crews import Crew, load_crews, pattern_of
from planner.selectors.pins import today_of
from planner.selectors.sprint_history import SprintHistory, days_between, load_histories

ZERO = Decimal(0)
STARTED = StateCategory.IN_PROGRESS.value


@dataclass(frozen=True)
class Burndown:
    """A sprint day by day. `log`: the stories and events behind it; `workdays`: when anybody of the team works."""

    sprint: Sprint
    log: SprintHistory
    burn: Burn
    workdays: Sequence[date]
    today: date


def burndown_of(*, sprint: Sprint, now: datetime) -> Burndown | None:
    """The burn-down of a started sprint, from its event log; None before it starts, or without any date.

    Points, hours and money (attributed business value) at the end of each day; today's as of now.
    """
    log = load_histories([sprint]).get(sprint.pk)
    return None if log is None else draw_burndown(log=log, now=now)


def draw_burndown(*, log: SprintHistory, now: datetime) -> Burndown:
    """The burn-down from a log that is loaded."""
    sprint = log.sprint
    today = today_of(workspace=sprint.workspace, now=now)
    first, last = days_between(sprint, log.span, today)
    workdays = workdays_of(sprint, first, sprint.end_date or last)
    burn = burn_series(
        log.events,
        first=first,
        last=last,
        zone=sprint.workspace.time_zone,
        started_at=log.span.started_at,
        as_of=min(now, log.span.ended_at) if log.span.ended_at else now,
        workdays=workdays,
        ended_at=log.span.ended_at,
    )
    return Burndown(sprint, log, burn, workdays, today)


def workdays_of(sprint: Sprint, first: date, last: date, *, crews: Mapping[int, Crew] | None = None) -> list[date]:
    """The days on which anybody of its team works: weekdays without the public holidays that all of them have.

    `crews`: by team, where they are loaded already.
    """
    if crews is None:
        crews = load_crews(workspace=sprint.workspace, team_ids=[sprint.team_id] if sprint.team_id else None)
    if sprint.team_id is not None:
        return crews[sprint.team_id].workdays(first, last)
    staffed = [crew for crew in crews.values() if crew.members]
    if not staffed:
        pattern = pattern_of(sprint.workspace, first, last)
        return [day for day in _span(first, last) if pattern.is_workday(day)]
    return sorted({day for crew in staffed for day in crew.workdays(first, last)})


def _span(first: date, last: date) -> list[date]:
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]


@dataclass(frozen=True)
class Outlook:
    """What a running sprint will leave undone at its pace. `late`: in the order they are worked on."""

    forecast: Forecast
    late: Sequence[Story]
    unestimated: Sequence[Story]


def outlook_of(*, burndown: Burndown) -> Outlook | None:
    """What will not be finished: started stories count as worked on first, then the order of the backlog.

    None for a sprint that is over.
    """
    sprint, log = burndown.sprint, burndown.log
    if sprint.state != SprintState.IN_PROGRESS.value:
        return None
    present = [story for story in log.stories.values() if story.sprint_id == sprint.pk]
    open_stories = [story for story in present if story.category in OPEN_CATEGORIES]
    open_stories.sort(key=lambda story: (story.category != STARTED, story.rank))
    shown = next((day for day in reversed(burndown.burn.days) if day.done is not None), None)
    forecast = forecast_sprint(
        done_points=shown.done.points if shown and shown.done else ZERO,
        left=[Left(story.pk, story.points) for story in open_stories],
        workdays=burndown.workdays,
        today=burndown.today,
    )
    by_id = {story.pk: story for story in open_stories}
    return Outlook(
        forecast,
        [by_id[pk] for pk in forecast.unfinished_ids],
        [by_id[pk] for pk in forecast.unestimated_ids],
    )
