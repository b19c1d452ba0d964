"""What teams can take on: hours and points, per person and in all, of one sprint or of many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Workspace
from planner.domain.capacity.hours import MemberCapacity, TeamCapacity
from planner.domain.capacity.velocity import PointsCapacity
from planner.models import Sprint, Team
from planner.selectors.crews import Crew, load_crews
from planner.selectors.velocity import TeamVelocity, velocities_of

TENTH = Decimal("0.1")
Window = tuple[date, date]


@dataclass(frozen=True)
class SprintCapacity:
    """A team's capacity in a sprint. `hours` is None where the sprint has no dates.

    `points.p50`, `points.p15`: None without a completed sprint (`points.reason` says so).
    """

    crew: Crew
    sprint: Sprint | None
    window: Window | None
    hours: TeamCapacity | None
    points: PointsCapacity

    @property
    def team(self) -> Team:
        """Whose it is."""
        return self.crew.team

    @property
    def first(self) -> date | None:
        """Its first day."""
        return self.window[0] if self.window else None

    @property
    def last(self) -> date | None:
        """Its last day."""
        return self.window[1] if self.window else None

    @property
    def total_hours(self) -> Decimal | None:
        """Hours for planned work; None where the sprint has no dates."""
        return None if self.hours is None else self.hours.hours

    def points_of(self, member: MemberCapacity) -> Decimal | None:
        """One member's part of the points (P50), by hours."""
        if self.points.p50 is None or not self.total_hours:
            return None
        return (self.points.p50 * member.hours / self.total_hours).quantize(TENTH)


def capacity_of(*, team: Team, first: date, last: date) -> SprintCapacity:
    """The capacity of a team from the first to the last day. Dates that are no sprint are the caller's to refuse."""
    return capacities_of_windows(workspace=team.workspace, windows=[(first, last)], team_ids=[team.pk])[team.pk][0]


def capacities_of(*, team: Team, sprints: Sequence[Sprint]) -> list[SprintCapacity]:
    """The capacity of a team in each of these sprints."""
    return capacities_of_teams(workspace=team.workspace, sprints=sprints, team_ids=[team.pk])[team.pk]


def capacities_of_teams(
    *, workspace: Workspace, sprints: Sequence[Sprint], team_ids: Sequence[int] | None = None
) -> dict[int, list[SprintCapacity]]:
    """The capacity of every team (or of these) in each of these sprints, by the team's id.

    A constant number of statements, about a dozen, whatever the number of teams and sprints.
    """
    crews = load_crews(workspace=workspace, team_ids=team_ids)
    velocities = velocities_of(workspace=workspace, crews=crews)
    return {
        pk: [build_capacity(crew, velocities[pk], window_of(sprint), sprint) for sprint in sprints]
        for pk, crew in crews.items()
    }


def capacities_of_windows(
    *, workspace: Workspace, windows: Sequence[Window], team_ids: Sequence[int] | None = None
) -> dict[int, list[SprintCapacity]]:
    """The same of spans of days, first and last, that are no sprints yet."""
    crews = load_crews(workspace=workspace, team_ids=team_ids)
    velocities = velocities_of(workspace=workspace, crews=crews)
    return {pk: [build_capacity(crew, velocities[pk], window) for window in windows] for pk, crew in crews.items()}


def build_capacity(
    crew: Crew, velocity: TeamVelocity, window: Window | None, sprint: Sprint | None = None
) -> SprintCapacity:
    """The capacity from what was loaded; without members points are not scaled by hours."""
    hours = crew.capacity(*window) if window is not None else None
    available = hours.hours if hours is not None and crew.members else None
    return SprintCapacity(crew, sprint, window, hours, velocity.ahead(available))


def window_of(sprint: Sprint) -> Window | None:
    """Its days; None where one of its dates is not set."""
    return None if sprint.start_date is None or sprint.end_date is None else (sprint.start_date, sprint.end_date)


def sum_hours(capacities: Mapping[int, SprintCapacity]) -> Decimal:
    """Hours of all these teams together."""
    return sum((each.total_hours or Decimal(0) for each in capacities.values()), Decimal(0))
