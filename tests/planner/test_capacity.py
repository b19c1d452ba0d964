"""What teams can take on, read from the database: people, leave, public holidays, completed sprints."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Workspace
from planner.models import Person, Sprint, Team
from planner.selectors.capacity import capacities_of, capacities_of_teams, capacity_of
from planner.selectors.sprints import current_sprint, next_sprints
from planner.selectors.velocity import velocity_of
from planner.services.leaves import add_leave
from planner.services.members import add_member
from planner.services.sprints import complete_sprint, create_sprint, start_sprint
from planner.services.stories import update_story
from planner.services.teams import create_team, update_team
from planner.services.workspaces import find_or_create_person
from tests.factories import NOW, actor_of, make_story, make_workspace, state_named

pytestmark = pytest.mark.django_db
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 13)


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("CAP")


@pytest.fixture
def team(workspace: Workspace) -> Team:
    team = create_team(workspace=workspace, name="Blue", actor=actor_of(workspace), now=NOW)
    return update_team(team=team, changes={"focus_factor": 1}, actor=actor_of(workspace), now=NOW)


def join(team: Team, name: str, **fields: Decimal) -> Person:
    person = find_or_create_person(workspace=team.workspace, name=name)
    add_member(team=team, person=person, actor=actor_of(team.workspace), now=NOW, **fields)
    return person


def hours(team: Team, first: date = MONDAY, last: date = FRIDAY) -> Decimal | None:
    return capacity_of(team=team, first=first, last=last).total_hours


def finish(workspace: Workspace, team: Team | None, number: int, points: int) -> Sprint:
    """A two-week sprint, so many of them after the first Monday, in which so many points are done."""
    start = MONDAY + timedelta(weeks=2 * number)
    at = NOW + timedelta(weeks=2 * number)
    sprint = create_sprint(
        workspace=workspace,
        team=team,
        name=f"Sprint {number}",
        start_date=start,
        end_date=start + timedelta(days=11),
        actor=actor_of(workspace),
        now=at,
    )
    story = make_story(workspace, points=points, sprint=sprint, team=team, now=at)
    start_sprint(sprint=sprint, actor=actor_of(workspace), now=at)
    done = {"state": state_named(workspace, "Done")}
    update_story(story=story, changes=done, actor=actor_of(workspace), now=at + timedelta(days=3))
    return complete_sprint(sprint=sprint, actor=actor_of(workspace), now=at + timedelta(days=11))


def test_hours_are_days_times_the_workspaces_day_times_allocation(team: Team) -> None:
    join(team, "Dana")
    join(team, "Kim", hours_per_day=Decimal(6), allocation=Decimal("0.5"))
    assert hours(team) == 10 * 8 + 10 * 3


def test_an_empty_team_has_no_hours(team: Team) -> None:
    assert hours(team) == 0


def test_leave_longer_than_the_sprint_takes_its_part_inside(team: Team) -> None:
    person = join(team, "Dana")
    add_leave(
        person=person,
        start_date=date(2026, 3, 11),
        end_date=date(2026, 6, 30),
        actor=actor_of(team.workspace),
        now=NOW,
    )
    assert hours(team) == 7 * 8


def test_public_holidays_are_the_persons_else_the_workspaces(team: Team) -> None:
    workspace = team.workspace
    workspace.holiday_country = "US"
    workspace.save(update_fields=["holiday_country"])
    join(team, "Dana")
    norwegian = join(team, "Kari")
    norwegian.holiday_country = "NO"
    norwegian.save(update_fields=["holiday_country"])
    first, last = date(2026, 5, 25), date(2026, 5, 29)
    capacity = capacity_of(team=Team.objects.get(pk=team.pk), first=first, last=last)
    assert capacity.hours is not None
    days = {member.name: member.working_days for member in capacity.hours.members}
    assert days == {"Dana": 4, "Kari": 4}, "Memorial Day and Whit Monday are the same day this year"
    assert hours(Team.objects.get(pk=team.pk), date(2026, 7, 3), date(2026, 7, 3)) == 8, "Independence Day is American"


def test_points_are_scaled_by_the_hours_there_are(workspace: Workspace, team: Team) -> None:
    person = join(team, "Dana")
    for number, points in enumerate((10, 20, 30)):
        finish(workspace, team, number, points)
    first = MONDAY + timedelta(weeks=6)
    last = first + timedelta(days=11)
    add_leave(
        person=person,
        start_date=first,
        end_date=first + timedelta(days=4),
        actor=actor_of(workspace),
        now=NOW,
    )
    points_ahead = capacity_of(team=team, first=first, last=last).points
    assert (points_ahead.p50, points_ahead.p15, points_ahead.n) == (Decimal("10.0"), Decimal("6.5"), 3)


def test_in_a_sprint_of_everybody_a_team_has_the_points_of_its_own_stories(workspace: Workspace, team: Team) -> None:
    finish(workspace, None, 0, 13)
    assert [row.actual for row in velocity_of(team=team).sprints] == [Decimal(0)]
    other = make_story(workspace, points=5, team=team, sprint=None)
    assert other.team == team


def test_velocity_tells_initial_planned_planned_and_actual(workspace: Workspace, team: Team) -> None:
    sprint = create_sprint(
        workspace=workspace, team=team, name="S", start_date=MONDAY, end_date=FRIDAY, actor=actor_of(workspace), now=NOW
    )
    first = make_story(workspace, points=5, sprint=sprint, team=team)
    start_sprint(sprint=sprint, actor=actor_of(workspace), now=NOW)
    make_story(workspace, points=3, sprint=sprint, team=team, now=NOW + timedelta(days=1))
    done = {"state": state_named(workspace, "Done")}
    update_story(story=first, changes=done, actor=actor_of(workspace), now=NOW + timedelta(days=2))
    complete_sprint(sprint=sprint, actor=actor_of(workspace), now=NOW + timedelta(days=10))
    [row] = velocity_of(team=team).sprints
    assert [row.initial_planned, row.planned, row.actual] == [Decimal(5), Decimal(8), Decimal(5)]
    update_story(story=first, changes={"points": 13}, actor=actor_of(workspace), now=NOW + timedelta(days=20))
    [later] = velocity_of(team=team).sprints
    assert later.actual == 5, "what was done then does not change by an estimate of today"


def test_a_sprint_without_days_has_points_but_no_hours(workspace: Workspace, team: Team) -> None:
    finish(workspace, team, 0, 10)
    sprint = create_sprint(workspace=workspace, team=team, name="Later", actor=actor_of(workspace), now=NOW)
    [capacity] = capacities_of(team=team, sprints=[sprint])
    assert (capacity.hours, capacity.points.p50) == (None, Decimal(10))


def test_capacities_cost_the_same_whatever_the_number_of_teams_and_sprints(
    workspace: Workspace, team: Team, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    join(team, "Dana")
    finish(workspace, team, 0, 10)
    for number in range(4):
        other = create_team(workspace=workspace, name=f"T{number}", actor=actor_of(workspace), now=NOW)
        join(other, f"P{number}")
    sprints = [
        create_sprint(workspace=workspace, name=f"N{number}", actor=actor_of(workspace), now=NOW) for number in range(6)
    ]
    with django_assert_max_num_queries(12):
        found = capacities_of_teams(workspace=workspace, sprints=sprints)
    assert [len(row) for row in found.values()] == [6] * 5


def test_the_current_sprint_is_the_teams_else_everybodys(workspace: Workspace, team: Team) -> None:
    everybodys = create_sprint(workspace=workspace, name="All", actor=actor_of(workspace), now=NOW)
    own = create_sprint(workspace=workspace, team=team, name="Own", actor=actor_of(workspace), now=NOW)
    assert current_sprint(workspace=workspace, team=team, today=MONDAY) is None
    assert next_sprints(workspace=workspace, team=team) == [everybodys, own]
    start_sprint(sprint=everybodys, actor=actor_of(workspace), now=NOW)
    assert current_sprint(workspace=workspace, team=team, today=MONDAY) == everybodys
    start_sprint(sprint=own, actor=actor_of(workspace), now=NOW)
    assert current_sprint(workspace=workspace, team=team, today=MONDAY) == own
    assert current_sprint(workspace=workspace, team=None, today=MONDAY) == everybodys
