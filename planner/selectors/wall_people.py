"""Hours per person: what is left to do in a sprint against what is left of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from planner.domain.capacity.calendars import Leave, WorkPattern
from planner.domain.capacity.hours import Member, team_capacity
from planner.models import Person, TeamMember
from planner.models.person import Leave as LeaveRow
from planner.selectors.wall import DONE, Wall
from planner.selectors.wall_sprints import SprintDays, pattern_of

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


def load_crew(*, wall: Wall, days: SprintDays) -> Crew:
    """Everybody of the sprint's teams and everybody with a task in it, with their hours; two queries.

    Where nobody is in a team yet, everybody of the workspace.
    """
    members = list(_list_members(wall))
    ahead = [day for day in days.days if day >= days.today]
    leaves = _leaves(members, ahead)
    capacity = _capacities(wall, members, days, leaves)
    left = _hours_of_people(wall)
    ids = dict.fromkeys([*(member.person_id for member in members), *left, *_others(wall, members)])
    shares = {member.person_id: member.allocation for member in members}
    loads = [
        PersonLoad(
            person=wall.people[pk],
            hours=left.get(pk, ZERO),
            capacity=capacity.get(pk),
            unsized=sum(load.unsized for (one, state), load in wall.loads.items() if one == pk and state != DONE),
            allocation=shares.get(pk, Decimal(1)),
            away=[day for day in ahead if any(leave.first <= day <= leave.last for leave in leaves.get(pk, ()))],
        )
        for pk in ids
        if pk in wall.people
    ]
    loads.sort(key=lambda load: (-load.over, load.capacity is None, load.free, load.person.name))
    nobody = [load for (person, state), load in wall.loads.items() if person is None and state != DONE]
    return Crew(loads, wall.hours_left(), sum((one.hours for one in nobody), ZERO), sum(one.tasks for one in nobody))


def _list_members(wall: Wall) -> Iterable[TeamMember]:
    """Those of the sprint's team, or of the teams that have a story in it."""
    teams = {wall.sprint.team_id} if wall.sprint.team_id else {story.team_id for story in wall.stories if story.team_id}
    return TeamMember.objects.filter(team__in=teams).select_related("team").order_by("team_id", "pk")


def _others(wall: Wall, members: Sequence[TeamMember]) -> list[int]:
    return [] if members else list(wall.people)[:MOST_OTHERS]


def _hours_of_people(wall: Wall) -> dict[int, Decimal]:
    hours: dict[int, Decimal] = defaultdict(Decimal)
    for (person, state), load in wall.loads.items():
        if person is not None and state != DONE:
            hours[person] += load.hours
    return hours


def _capacities(
    wall: Wall, members: Sequence[TeamMember], days: SprintDays, leaves: Mapping[int, Sequence[Leave]]
) -> dict[int, Decimal]:
    """Hours left of the sprint by person; of somebody in several of its teams, those of all of them."""
    first, last = _window(wall, days)
    if first is None or last is None:
        return {}
    capacity: dict[int, Decimal] = defaultdict(Decimal)
    for member in members:
        told = _as_member(wall, member, leaves.get(member.person_id, ()))
        capacity[member.person_id] += team_capacity([told], first, last, member.team.focus_factor).hours
    return capacity


def _window(wall: Wall, days: SprintDays) -> tuple[date | None, date | None]:
    start = wall.sprint.start_date
    return (max(start, days.today) if start else None), wall.sprint.end_date


def _as_member(wall: Wall, member: TeamMember, leaves: Sequence[Leave]) -> Member:
    return Member(
        id=member.person_id,
        name=wall.people[member.person_id].name,
        hours_per_day=member.hours_per_day or _working_day(wall),
        allocation=member.allocation,
        pattern=pattern_of(wall.sprint.workspace),
        leaves=tuple(leaves),
    )


def _working_day(wall: Wall) -> Decimal:
    """Hours of the workspace's day."""
    place = wall.sprint.workspace
    minutes = (place.work_ends.hour - place.work_starts.hour) * 60 + place.work_ends.minute - place.work_starts.minute
    return Decimal(max(minutes, 15)) / 60


def _leaves(members: Sequence[TeamMember], ahead: Sequence[date]) -> dict[int, list[Leave]]:
    """Who is away on the days ahead, by person."""
    found: dict[int, list[Leave]] = defaultdict(list)
    if not ahead or not members:
        return found
    people = [member.person_id for member in members]
    for row in LeaveRow.objects.filter(person__in=people, start_date__lte=ahead[-1], end_date__gte=ahead[0]):
        found[row.person_id].append(Leave(row.start_date, row.end_date, row.share))
    return found


def workdays_between(since: datetime, now: datetime, pattern: WorkPattern) -> int:
    """Whole working days something has been where it is: working days after the one it came on, to today."""
    first, last = since.date(), now.date()
    days = (last - first).days
    weeks, rest = divmod(max(days, 0), 7)
    odd = sum(pattern.is_workday(last - timedelta(days=number)) for number in range(rest))
    return weeks * len(pattern.weekdays) + odd
