"""Hours per person: what is left to do in a sprint against what is left of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from planner.domain.capacity.calendars import WorkPattern
from planner.models import Person, Sprint
from planner.selectors.crews import Crew as TeamCrew
from planner.selectors.crews import load_crews
from planner.selectors.wall import DONE, Wall
from planner.selectors.wall_sprints import SprintDays

ZERO = Decimal(0)
MOST_OTHERS = 40


@dataclass(frozen=True)
class PersonLoad:
    """Somebody's hours: left on open tasks, and left of the sprint; `capacity` is None in no team of the wall.

    `unsized`: open tasks without hours; `away`: the days of leave ahead in the sprint.
    """

    person: Person
    hours: Decimal
    capacity: Decimal | None
    unsized: int = 0
    allocation: Decimal = Decimal(1)
    away: Sequence[date] = ()

    @property
    def over(self) -> Decimal:
        """Hours more than there are."""
        return max(self.hours - self.capacity, ZERO) if self.capacity is not None else ZERO

    @property
    def free(self) -> Decimal:
        """Hours that nothing is planned for."""
        return max(self.capacity - self.hours, ZERO) if self.capacity is not None else ZERO


@dataclass(frozen=True)
class Crew:
    """The people of a wall, those with too much first; `unassigned` are the hours of open tasks that have no one."""

    people: Sequence[PersonLoad]
    hours: Decimal
    unassigned: Decimal
    unassigned_tasks: int

    @property
    def capacity(self) -> Decimal:
        """Hours of all of them."""
        return sum((load.capacity for load in self.people if load.capacity is not None), ZERO)

    @property
    def missing(self) -> Decimal:
        """Hours of work more than all of them have."""
        return max(self.hours - self.capacity, ZERO)

    @property
    def over(self) -> Sequence[PersonLoad]:
        """Those with more work than hours."""
        return [load for load in self.people if load.over > 0]

    @property
    def freest(self) -> PersonLoad | None:
        """Who has most hours free."""
        free = [load for load in self.people if load.free > 0]
        return max(free, key=lambda load: load.free, default=None)


def load_teams(*, sprint: Sprint) -> dict[int, TeamCrew]:
    """The teams that can have a part in a sprint: its own, or all of the workspace; three queries."""
    return load_crews(workspace=sprint.workspace, team_ids=[sprint.team_id] if sprint.team_id else None)


def build_crew(*, wall: Wall, days: SprintDays, crews: Mapping[int, TeamCrew]) -> Crew:
    """Everybody of the sprint's teams and everybody with a task in it, with their hours.

    Where nobody is in a team yet, everybody of the workspace.
    """
    wanted = _team_ids(wall)
    teams = [crew for pk, crew in crews.items() if pk in wanted]
    members = {member.person_id: member for team in teams for member in team.members}
    ahead = [day for day in days.days if day >= days.today]
    capacity, left = _capacities(wall, teams, days), _hours_of_people(wall)
    unsized = _unsized(wall)
    ids = dict.fromkeys([*members, *left, *([] if members else list(wall.people)[:MOST_OTHERS])])
    loads = [
        PersonLoad(
            person=wall.people[pk],
            hours=left.get(pk, ZERO),
            capacity=capacity.get(pk),
            unsized=unsized.get(pk, 0),
            allocation=members[pk].allocation if pk in members else Decimal(1),
            away=_days_away(pk, teams, ahead),
        )
        for pk in ids
        if pk in wall.people
    ]
    loads.sort(key=lambda load: (-load.over, load.capacity is None, load.free, load.person.name))
    nobody = [load for (person, state), load in wall.loads.items() if person is None and state != DONE]
    return Crew(loads, wall.hours_left(), sum((one.hours for one in nobody), ZERO), sum(one.tasks for one in nobody))


def _team_ids(wall: Wall) -> set[int]:
    """The sprint's team, or the teams that have a story in it."""
    if wall.sprint.team_id:
        return {wall.sprint.team_id}
    return {story.team_id for story in wall.stories if story.team_id}


def _hours_of_people(wall: Wall) -> dict[int, Decimal]:
    hours: dict[int, Decimal] = defaultdict(Decimal)
    for (person, state), load in wall.loads.items():
        if person is not None and state != DONE:
            hours[person] += load.hours
    return hours


def _unsized(wall: Wall) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for (person, state), load in wall.loads.items():
        if person is not None and state != DONE:
            found[person] += load.unsized
    return found


def _capacities(wall: Wall, teams: Iterable[TeamCrew], days: SprintDays) -> dict[int, Decimal]:
    """Hours left of the sprint by person; of somebody in several of its teams, those of all of them."""
    start, last = wall.sprint.start_date, wall.sprint.end_date
    if start is None or last is None:
        return {}
    first = max(start, days.today)
    capacity: dict[int, Decimal] = defaultdict(Decimal)
    for team in teams:
        people = team.capacity(first, last).members if first <= last else ()
        capacity |= {member.person_id: capacity[member.person_id] for member in team.members}
        for person in people:
            capacity[person.id] += person.hours
    return capacity


def _days_away(person_id: int, teams: Iterable[TeamCrew], ahead: Sequence[date]) -> list[date]:
    """The working days of leave among these."""
    rows = [row for team in teams for row in team.leaves.get(person_id, ())]
    return [day for day in ahead if any(row.start_date <= day <= row.end_date for row in rows)]


def workdays_between(since: datetime, now: datetime, pattern: WorkPattern) -> int:
    """Whole working days something has been where it is: working days after the one it came on, to today."""
    first, last = since.date(), now.date()
    days = (last - first).days
    weeks, rest = divmod(max(days, 0), 7)
    odd = sum(pattern.is_workday(last - timedelta(days=number)) for number in range(rest))
    return weeks * len(pattern.weekdays) + odd
