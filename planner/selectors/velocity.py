"""Velocities of a team: initial planned, planned, actual, sprint by sprint. `definitions.md`, "Sprint"."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from accounts.models import Workspace
from planner.domain.capacity.burn_events import Standings, replay
from planner.domain.capacity.velocity import FinishedSprint, PointsCapacity, points_capacity
from planner.domain.vocabulary import SprintState
from planner.models import Sprint, Team
from planner.selectors.crews import Crew, load_crews
from planner.selectors.sprint_history import SprintHistory, load_histories

MOST_SHOWN = 10
ZERO = Decimal(0)
ALL = 0
"""In place of a team's id: everybody."""


@dataclass(frozen=True)
class SprintVelocity:
    """Points of a completed sprint. `hours`: the team's capacity in it, None without dates or members."""

    sprint: Sprint
    initial_planned: Decimal
    planned: Decimal
    actual: Decimal
    hours: Decimal | None = None

    @property
    def kept(self) -> Decimal | None:
        """The share of the commitment that was done; None without one."""
        return self.actual / self.initial_planned if self.initial_planned else None


@dataclass(frozen=True)
class _Points:
    initial: Decimal
    planned: Decimal
    actual: Decimal


@dataclass(frozen=True)
class TeamVelocity:
    """A team's completed sprints, the newest last, and what they let expect of an ordinary one."""

    sprints: Sequence[SprintVelocity]
    usual: PointsCapacity

    def ahead(self, hours: Decimal | None) -> PointsCapacity:
        """What they let expect of a sprint of so many hours."""
        return points_capacity(_finished(self.sprints), hours)


def velocity_of(*, team: Team) -> TeamVelocity:
    """The velocities of a team in its own sprints and in those of the whole workspace."""
    return velocities_of(workspace=team.workspace, crews=load_crews(workspace=team.workspace, team_ids=[team.pk]))[
        team.pk
    ]


def velocities_of(
    *, workspace: Workspace, crews: Mapping[int, Crew], ends_before: Sprint | None = None
) -> dict[int, TeamVelocity]:
    """The velocities of several teams by id, and under `ALL` those of sprints of the whole workspace.

    A constant number of statements. `ends_before`: only sprints that began before this one.
    """
    sprints = _completed(workspace, list(crews), ends_before)
    logs = load_histories(sprints, is_in_full=False)
    rows: dict[int, list[SprintVelocity]] = defaultdict(list)
    for sprint in sprints:
        log = logs.get(sprint.pk)
        if log is None:
            continue
        mine = {pk: crew for pk, crew in crews.items() if sprint.team_id in (None, pk)}
        for pk, points in _points(log, list(mine)).items():
            people = mine.values() if pk == ALL else [mine[pk]]
            if pk != ALL or sprint.team_id is None:
                rows[pk].append(_row(sprint, points, _hours(sprint, people), is_whole=pk in (ALL, sprint.team_id)))
    shown = {pk: rows[pk][-MOST_SHOWN:] for pk in [ALL, *crews]}
    return {pk: TeamVelocity(found, points_capacity(_finished(found))) for pk, found in shown.items()}


def _completed(workspace: Workspace, team_ids: Sequence[int], ends_before: Sprint | None) -> list[Sprint]:
    """The newest completed sprints of each of these teams and of the workspace, the newest last."""
    sprints = Sprint.objects.filter(workspace=workspace, state=SprintState.COMPLETED.value)
    if ends_before is not None and ends_before.start_date is not None:
        sprints = sprints.filter(start_date__lt=ends_before.start_date)
    ordered = sprints.filter(Q(team__in=team_ids) | Q(team=None)).order_by("-start_date", "-pk")
    taken: dict[int | None, list[Sprint]] = defaultdict(list)
    for sprint in ordered[: MOST_SHOWN * (len(team_ids) + 1) * 2]:
        if len(taken[sprint.team_id]) < MOST_SHOWN:
            sprint.workspace = workspace
            taken[sprint.team_id].append(sprint)
    found = [sprint for of_team in taken.values() for sprint in of_team]
    return sorted(found, key=lambda sprint: (sprint.start_date is not None, sprint.start_date, sprint.pk))


def _points(log: SprintHistory, team_ids: Iterable[int]) -> dict[int, _Points]:
    """Points at the start, at the end and done: of everybody, and of each team's own stories."""
    start, end = replay(log.events, log.span.started_at), replay(log.events)
    found = {ALL: _sum(start, end, list(end))}
    for pk in team_ids:
        is_own = log.sprint.team_id is not None
        mine = [one for one in end if is_own or (one in log.stories and log.stories[one].team_id == pk)]
        found[pk] = _sum(start, end, mine)
    return found


def _sum(start: Standings, end: Standings, ids: Sequence[int]) -> _Points:
    return _Points(
        initial=sum((start[pk].scope.points for pk in ids if pk in start), ZERO),
        planned=sum((end[pk].scope.points for pk in ids), ZERO),
        actual=sum((end[pk].done.points for pk in ids), ZERO),
    )


def _row(sprint: Sprint, points: _Points, hours: Decimal | None, *, is_whole: bool) -> SprintVelocity:
    kept = sprint.initial_planned_points if is_whole else None
    return SprintVelocity(
        sprint=sprint,
        initial_planned=points.initial if kept is None else kept,
        planned=points.planned,
        actual=points.actual,
        hours=hours,
    )


def _hours(sprint: Sprint, crews: Iterable[Crew]) -> Decimal | None:
    """The hours of the people there are now in the days of then; None where that would be nothing."""
    if sprint.start_date is None or sprint.end_date is None:
        return None
    first, last = sprint.start_date, sprint.end_date
    return sum((crew.capacity(first, last).hours for crew in crews), Decimal(0)) or None


def _finished(sprints: Iterable[SprintVelocity]) -> list[FinishedSprint]:
    return [FinishedSprint(sprint.actual, sprint.hours) for sprint in sprints]
