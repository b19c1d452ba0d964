"""Velocities of a team: initial planned, planned, actual, sprint by sprint. `definitions.md`, "Sprint"."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from accounts.models import Workspace
from planner.domain.capacity.report import sprint_report
from planner.domain.capacity.velocity import FinishedSprint, PointsCapacity, points_capacity
from planner.domain.vocabulary import SprintState
from planner.models import Sprint, Team
from planner.selectors.crews import Crew, load_crews
from planner.selectors.sprint_history import SprintHistory, load_histories

MOST_SHOWN = 10
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
        if sprint.team_id is None:
            rows[ALL].append(_row(sprint, log, crews.values(), is_whole=True))
        for team_id, crew in crews.items():
            if sprint.team_id in (None, team_id):
                part = log if sprint.team_id else log.of_team(team_id)
                rows[team_id].append(_row(sprint, part, [crew], is_whole=sprint.team_id is not None))
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


def _row(sprint: Sprint, log: SprintHistory, crews: Iterable[Crew], *, is_whole: bool) -> SprintVelocity:
    ended = log.span.ended_at or log.span.started_at
    report = sprint_report(log.events, started_at=log.span.started_at, ended_at=ended)
    kept = sprint.initial_planned_points if is_whole else None
    return SprintVelocity(
        sprint=sprint,
        initial_planned=report.initial_planned_points if kept is None else kept,
        planned=report.planned_points,
        actual=report.actual_points,
        hours=_hours(sprint, crews),
    )


def _hours(sprint: Sprint, crews: Iterable[Crew]) -> Decimal | None:
    """The hours of the people there are now in the days of then; None where that would be nothing."""
    if sprint.start_date is None or sprint.end_date is None:
        return None
    first, last = sprint.start_date, sprint.end_date
    return sum((crew.capacity(first, last).hours for crew in crews), Decimal(0)) or None


def _finished(sprints: Iterable[SprintVelocity]) -> list[FinishedSprint]:
    return [FinishedSprint(sprint.actual, sprint.hours) for sprint in sprints]
