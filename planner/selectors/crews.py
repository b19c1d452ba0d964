"""Who is in a team, with hours, leave and days off: the people that a capacity is worked out from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from accounts.models import Workspace
from common.public_holidays import named_holidays, public_holidays
from planner.domain.capacity.calendars import Leave, WorkPattern, list_days
from planner.domain.capacity.hours import Member, TeamCapacity, team_capacity
from planner.models import Team, TeamMember
from planner.models.person import Leave as LeaveRow

QUARTER = Decimal("0.01")


@dataclass(frozen=True)
class Crew:
    """A team with its members and their leave, newest last."""

    workspace: Workspace
    team: Team
    members: Sequence[TeamMember]
    leaves: Mapping[int, Sequence[LeaveRow]]

    def capacity(self, first: date, last: date) -> TeamCapacity:
        """The team's hours from the first to the last day, person by person."""
        people = [self.as_member(member, first, last) for member in self.members]
        return team_capacity(people, first, last, self.team.focus_factor)

    def as_member(self, member: TeamMember, first: date, last: date) -> Member:
        """One of them as the kernel takes them, with the holidays of these years."""
        holidays = public_holidays(self.country_of(member), first.year, last.year)
        return Member(
            id=member.person_id,
            name=member.person.name,
            hours_per_day=self.hours_per_day(member),
            allocation=member.allocation,
            pattern=WorkPattern(frozenset(self.workspace.work_weekdays), holidays),
            leaves=self._leaves_of[member.person_id],
        )

    def hours_per_day(self, member: TeamMember) -> Decimal:
        """Theirs, or the length of the workspace's day."""
        return member.hours_per_day or hours_of_day(self.workspace)

    def country_of(self, member: TeamMember) -> str:
        """Whose public holidays count for them."""
        return member.person.holiday_country or self.workspace.holiday_country

    def days_off(self, first: date, last: date) -> list[tuple[date, str, str, Sequence[str]]]:
        """Public holidays on working days: the day, its name, its country, and who has it off."""
        weekdays = set(self.workspace.work_weekdays)
        off: dict[tuple[date, str, str], list[str]] = defaultdict(list)
        for member in self.members:
            country = self.country_of(member)
            names = named_holidays(country, first.year, last.year)
            for day in list_days(first, last):
                if day in names and day.weekday() in weekdays:
                    off[(day, names[day], country)].append(member.person.name)
        return [(*key, tuple(people)) for key, people in sorted(off.items())]

    def workdays(self, first: date, last: date) -> list[date]:
        """Days on which anybody of the team works, leave aside; the workspace's own where it has no members."""
        patterns = [self.as_member(member, first, last).pattern for member in self.members]
        patterns = patterns or [pattern_of(self.workspace, first, last)]
        return [day for day in list_days(first, last) if any(pattern.is_workday(day) for pattern in patterns)]

    @cached_property
    def _leaves_of(self) -> dict[int, tuple[Leave, ...]]:
        told = {
            pk: tuple(Leave(row.start_date, row.end_date, row.share) for row in rows)
            for pk, rows in self.leaves.items()
        }
        return defaultdict(tuple, told)


def load_crews(*, workspace: Workspace, team_ids: Iterable[int] | None = None) -> dict[int, Crew]:
    """The teams of a workspace with their people, by id, in order of name; three statements."""
    teams = Team.objects.filter(workspace=workspace).order_by("name")
    if team_ids is not None:
        teams = teams.filter(pk__in=list(team_ids))
    members: dict[int, list[TeamMember]] = defaultdict(list)
    found = {team.pk: team for team in teams}
    rows = TeamMember.objects.filter(team__in=list(found)).select_related("person").order_by("person__name", "pk")
    for row in rows:
        members[row.team_id].append(row)
    leaves: dict[int, list[LeaveRow]] = defaultdict(list)
    people = {row.person_id for of_team in members.values() for row in of_team}
    for leave in LeaveRow.objects.filter(person__in=people).order_by("start_date", "pk"):
        leaves[leave.person_id].append(leave)
    for team in found.values():
        team.workspace = workspace
    return {pk: Crew(workspace, team, members[pk], leaves) for pk, team in found.items()}


def hours_of_day(workspace: Workspace) -> Decimal:
    """Hours of the workspace's day, breaks included."""
    starts = datetime.combine(date.min, workspace.work_starts)
    ends = datetime.combine(date.min, workspace.work_ends)
    return (Decimal(int((ends - starts).total_seconds())) / 3600).quantize(QUARTER)


def pattern_of(workspace: Workspace, first: date, last: date) -> WorkPattern:
    """The workspace's working week and its country's holidays in these years."""
    holidays = public_holidays(workspace.holiday_country, first.year, last.year)
    return WorkPattern(frozenset(workspace.work_weekdays), holidays)
