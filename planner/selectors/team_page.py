"""What the page of a team shows: people, leave, days off, capacity of the sprints ahead, velocity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from planner.domain.capacity.calendars import Leave as LeaveDays
from planner.domain.capacity.calendars import share_on_leave
from planner.models import Leave, Person, Sprint, Team, TeamMember
from planner.selectors.capacity import SprintCapacity, build_capacity, window_of
from planner.selectors.crews import Crew, load_crews
from planner.selectors.pins import today_of
from planner.selectors.sprints import current_sprint, next_sprints
from planner.selectors.velocity import TeamVelocity, velocities_of

MOST_AHEAD = 4
DAYS_OFF_AHEAD = 92
LEAVE_KEPT = timedelta(days=28)
HALF = Decimal("0.5")


@dataclass(frozen=True)
class MemberRow:
    """One member. `elsewhere`: the share of their day that goes to other teams; `away_now`: on leave today."""

    member: TeamMember
    hours_per_day: Decimal
    country: str
    elsewhere: Decimal
    away_now: bool
    next_leave: Leave | None

    @property
    def is_overbooked(self) -> bool:
        """Whether all teams together count on more than the whole of them."""
        return self.elsewhere + self.member.allocation > 1


@dataclass(frozen=True)
class LeaveRow:
    """One leave. `inside`: each sprint shown that it meets, its working days there, and whether it reaches beyond."""

    leave: Leave
    inside: Sequence[tuple[Sprint, Decimal, bool]]
    is_over: bool

    @property
    def share_words(self) -> str:
        """How much of each day."""
        return "half days" if self.leave.share == HALF else f"{100 * self.leave.share:.0f} % of each day"


@dataclass(frozen=True)
class TeamPage:
    """A team with everything its page needs."""

    team: Team
    crew: Crew
    members: Sequence[MemberRow]
    leaves: Sequence[LeaveRow]
    days_off: Sequence[tuple[date, str, str, Sequence[str]]]
    capacities: Sequence[SprintCapacity]
    velocity: TeamVelocity
    others: Sequence[Person]
    today: date

    @property
    def current(self) -> SprintCapacity | None:
        """The first of the sprints shown."""
        return self.capacities[0] if self.capacities else None


def load_team_page(*, team: Team, now: datetime) -> TeamPage:
    """Everything of one team, in about twenty statements."""
    workspace = team.workspace
    today = today_of(workspace=workspace, now=now)
    crew = load_crews(workspace=workspace, team_ids=[team.pk])[team.pk]
    velocity = velocities_of(workspace=workspace, crews={team.pk: crew})[team.pk]
    running = current_sprint(workspace=workspace, team=team, today=today)
    sprints = [*([running] if running else []), *next_sprints(workspace=workspace, team=team, most=MOST_AHEAD)]
    known = [member.person_id for member in crew.members]
    return TeamPage(
        team=crew.team,
        crew=crew,
        members=_members(crew, today),
        leaves=_leaves(crew, sprints, today),
        days_off=crew.days_off(today, today + timedelta(days=DAYS_OFF_AHEAD)),
        capacities=[build_capacity(crew, velocity, window_of(sprint), sprint) for sprint in sprints],
        velocity=velocity,
        others=list(Person.objects.filter(workspace=workspace).exclude(pk__in=known).order_by("name", "pk")),
        today=today,
    )


def _members(crew: Crew, today: date) -> list[MemberRow]:
    elsewhere: dict[int, Decimal] = {}
    people = [member.person_id for member in crew.members]
    for person_id, share in (
        TeamMember.objects.filter(person__in=people).exclude(team=crew.team).values_list("person_id", "allocation")
    ):
        elsewhere[person_id] = elsewhere.get(person_id, Decimal(0)) + share
    return [
        MemberRow(
            member=member,
            hours_per_day=crew.hours_per_day(member),
            country=crew.country_of(member),
            elsewhere=elsewhere.get(member.person_id, Decimal(0)),
            away_now=any(row.start_date <= today <= row.end_date for row in crew.leaves.get(member.person_id, ())),
            next_leave=next((row for row in crew.leaves.get(member.person_id, ()) if row.end_date >= today), None),
        )
        for member in crew.members
    ]


def _leaves(crew: Crew, sprints: Sequence[Sprint], today: date) -> list[LeaveRow]:
    """Leave that is not long over, the soonest first, with its part in each sprint shown."""
    rows = [
        (member, leave)
        for member in crew.members
        for leave in crew.leaves.get(member.person_id, ())
        if leave.end_date >= today - LEAVE_KEPT
    ]
    rows.sort(key=lambda row: (row[1].end_date < today, row[1].start_date, row[0].person.name))
    for member, leave in rows:
        leave.person = member.person
    return [LeaveRow(leave, _inside(crew, member, leave, sprints), leave.end_date < today) for member, leave in rows]


def _inside(
    crew: Crew, member: TeamMember, leave: Leave, sprints: Sequence[Sprint]
) -> list[tuple[Sprint, Decimal, bool]]:
    found = []
    for sprint in sprints:
        window = window_of(sprint)
        if window is None or leave.end_date < window[0] or leave.start_date > window[1]:
            continue
        pattern = crew.as_member(member, *window).pattern
        days = [date.fromordinal(n) for n in range(window[0].toordinal(), window[1].toordinal() + 1)]
        taken = LeaveDays(leave.start_date, leave.end_date, leave.share)
        away = sum((share_on_leave([taken], day) for day in days if pattern.is_workday(day)), Decimal(0))
        is_clipped = leave.start_date < window[0] or leave.end_date > window[1]
        found.append((sprint, away, is_clipped))
    return found
