"""Which sprint a wall shows: the one asked for, else the one people work in now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User, Workspace
from common.errors import NotFound
from planner.domain.capacity.calendars import WorkPattern
from planner.domain.vocabulary import SprintState
from planner.models import Sprint, TeamMember
from planner.selectors.burndown import workdays_of
from planner.selectors.crews import Crew
from planner.selectors.pins import today_of

MOST_CHOICES = 30
_ORDER = {
    SprintState.IN_PROGRESS.value: 0,
    SprintState.PLANNED.value: 1,
    SprintState.DRAFT.value: 2,
    SprintState.COMPLETED.value: 3,
}


@dataclass(frozen=True)
class SprintDays:
    """The working days of a sprint: all of them, which one is today (1 for the first), and those left, today's too."""

    today: date
    days: Sequence[date]

    @property
    def total(self) -> int:
        """Working days of the sprint."""
        return len(self.days)

    @property
    def gone(self) -> int:
        """Working days that are over."""
        return sum(day < self.today for day in self.days)

    @property
    def left(self) -> int:
        """Working days left, the present one included."""
        return self.total - self.gone

    @property
    def number(self) -> int:
        """The present working day, counted from 1; 0 before the first, the last one's after the end."""
        return sum(day <= self.today for day in self.days)


def list_wall_sprints(*, workspace: Workspace) -> list[Sprint]:
    """The sprints a wall can show: running ones, then what comes next, then the newest that are over."""
    ordered = Sprint.objects.filter(workspace=workspace).select_related("team").order_by("-start_date", "-pk")
    found = list(ordered[: MOST_CHOICES * 4])
    ahead = [sprint for sprint in reversed(found) if sprint.state != SprintState.COMPLETED.value]
    ahead.sort(key=lambda sprint: _ORDER[sprint.state])
    over = [sprint for sprint in found if sprint.state == SprintState.COMPLETED.value]
    return [*ahead, *over][:MOST_CHOICES]


def choose_sprint(
    *, sprints: Sequence[Sprint], user: User, sprint_id: int | None = None, team_id: int | None = None
) -> Sprint | None:
    """The sprint asked for; else the first of the team's; else of a team of the reader's; else the first of all.

    Raises NotFound for one that is not there, or is no more.
    """
    if sprint_id is not None:
        found = next((sprint for sprint in sprints if sprint.pk == sprint_id), None)
        if found is None:
            raise NotFound("This sprint is not here: it was deleted, or lies too far back for the wall.")
        return found
    if team_id is not None:
        sprints = [sprint for sprint in sprints if sprint.team_id in {team_id, None}]
    elif any(sprint.team_id for sprint in sprints):
        mine = set(TeamMember.objects.filter(person__user=user).values_list("team_id", flat=True))
        sprints = sorted(sprints, key=lambda sprint: (_ORDER[sprint.state], sprint.team_id not in mine))
    return sprints[0] if sprints else None


def days_of(*, sprint: Sprint, now: datetime, crews: Mapping[int, Crew] | None = None) -> SprintDays:
    """The days of the sprint on which anybody of its team works, without the public holidays all of them have."""
    today = today_of(workspace=sprint.workspace, now=now)
    if sprint.start_date is None or sprint.end_date is None:
        return SprintDays(today, [])
    return SprintDays(today, workdays_of(sprint, sprint.start_date, sprint.end_date, crews=crews))


def pattern_of(workspace: Workspace) -> WorkPattern:
    """The workspace's working week."""
    return WorkPattern(frozenset(workspace.work_weekdays))
