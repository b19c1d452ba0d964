"""The next sprints in one go: their days follow the last one's, their names count on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.vocabulary import SprintState
from planner.models import Sprint, Team
from planner.selectors.pins import today_of
from planner.services.actor import Actor
from planner.services.locks import lock_backlog
from planner.services.sprints import create_sprint, update_sprint

MOST_AT_ONCE = 12
USUAL_DAYS = 14
WEEK = 7
WEEKEND = 2
_NUMBER = re.compile(r"(.*?)(\d{1,6})$", re.DOTALL)


@dataclass(frozen=True)
class NextSprint:
    """A sprint that is to be added: its name and its days, the last one included."""

    name: str
    first: date
    last: date


def add_next_sprints(
    *, workspace: Workspace, team: Team | None, count: int, actor: Actor, now: datetime
) -> list[Sprint]:
    """Plan the next sprints of a team, or of the whole workspace; returns them, the first first.

    They follow the last one there is in its rhythm; without any the first begins on the coming Monday.
    """
    if not 1 <= count <= MOST_AT_ONCE:
        raise InvalidInput(f"Add 1 to {MOST_AT_ONCE} sprints at once.", field="count")
    with transaction.atomic():
        lock_backlog(workspace_id=workspace.pk)
        today = today_of(workspace=workspace, now=now)
        return [
            _plan(each, workspace=workspace, team=team, actor=actor, now=now)
            for each in preview_next_sprints(workspace=workspace, team=team, count=count, today=today)
        ]


def _plan(each: NextSprint, *, workspace: Workspace, team: Team | None, actor: Actor, now: datetime) -> Sprint:
    sprint = create_sprint(
        workspace=workspace, team=team, name=each.name, start_date=each.first, end_date=each.last, actor=actor, now=now
    )
    return update_sprint(sprint=sprint, changes={"state": SprintState.PLANNED.value}, actor=actor, now=now)


def preview_next_sprints(*, workspace: Workspace, team: Team | None, count: int, today: date) -> list[NextSprint]:
    """The sprints that would be added."""
    mine = Sprint.objects.filter(workspace=workspace, team=team)
    dated = mine.filter(start_date__isnull=False, end_date__isnull=False).order_by("-end_date", "-pk").first()
    newest = dated or mine.order_by("-pk").first()
    names = _names(newest.name if newest else "Sprint 0", taken=set(mine.values_list("name", flat=True)))
    days = _days(dated, today=today, period=team.sprint_days if team else _period_of(dated))
    return [NextSprint(next(names), *next(days)) for _ in range(count)]


def _names(last: str, *, taken: set[str]) -> Iterator[str]:
    """Names that count on: "Sprint 9" after "Sprint 8", "Harbour 2" after "Harbour"; none twice."""
    found = _NUMBER.match(last)
    words, number = (found[1], int(found[2])) if found else (f"{last} ", 1)
    while True:
        number += 1
        if (name := f"{words[:110]}{number}") not in taken:
            yield name


def _period_of(last: Sprint | None) -> int:
    """Days from one start to the next: whole weeks that hold the last sprint."""
    if last is None or last.start_date is None or last.end_date is None:
        return USUAL_DAYS
    return WEEK * -(-((last.end_date - last.start_date).days + 1) // WEEK)


def _days(last: Sprint | None, *, today: date, period: int) -> Iterator[tuple[date, date]]:
    """First and last days, one period after the other. A sprint that ends before the weekend is followed by such."""
    length, first = period, today + timedelta(days=-today.weekday() % WEEK)
    if last is not None and last.start_date is not None and last.end_date is not None:
        worked = (last.end_date - last.start_date).days + 1
        length = worked if 0 <= period - worked <= WEEKEND else period
        first = max(last.start_date + timedelta(days=period), last.end_date + timedelta(days=1))
    while True:
        yield first, first + timedelta(days=length - 1)
        first += timedelta(days=period)
