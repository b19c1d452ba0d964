"""The demo's people: a part-time member, somebody abroad, leave in the sprints ahead, skills."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.models import Workspace
from accounts.services.workspaces import update_workspace
from planner.models import Person, Sprint, Team, TeamMember
from planner.services.actor import Actor
from planner.services.leaves import add_leave
from planner.services.members import update_member
from planner.services.people import update_person
from planner.services.teams import update_team
from valuestream.demo.calendar import FINISHED_SPRINTS

COUNTRY = "NO"
FOCUS = {"Lighthouse": "0.75", "Breakwater": "0.80", "Gangway": "0.70"}
PART_TIME = {"Lena Hofer": ("7.5", "0.60"), "Piet de Vries": ("6", "1"), "Noor Haddad": ("7.5", "0.80")}
ABROAD = {"Piet de Vries": "NL", "Aiko Mori": "JP"}
SKILLS = {
    "Ingrid Solberg": ["Django", "bookings"],
    "Tomas Brandt": ["frontend", "accessibility"],
    "Aiko Mori": ["frontend", "design"],
    "Lena Hofer": ["testing", "German"],
    "Samuel Adeyemi": ["payments", "Django"],
    "Marta Nowak": ["data", "pricing"],
    "Piet de Vries": ["ports", "cameras"],
    "Elif Kaya": ["onboard systems", "frontend"],
    "Oskar Lund": ["operations", "PostgreSQL"],
    "Noor Haddad": ["frontend", "testing"],
}
LEAVES = (
    ("Oskar Lund", 0, 10, 10, "1", "Dentist"),
    ("Tomas Brandt", 14, 3, 7, "1", "Skiing"),
    ("Marta Nowak", 0, 8, 11, "0.5", "Kindergarten closes at noon"),
    ("Elif Kaya", 28, 9, 31, "1", "Parental leave"),
    ("Samuel Adeyemi", -14, 2, 4, "1", "Conference"),
)
"""Who, days from the running sprint's start to the leave's sprint, first and last day in it, share, note."""


def staff_teams(
    *,
    workspace: Workspace,
    teams: Mapping[str, Team],
    people: Mapping[str, Person],
    sprints: Sequence[Sprint],
    actor: Actor,
    now: datetime,
) -> None:
    """Say of the teams' people how much they work, when they are away, and what they are good at."""
    if actor.user_id is not None:
        update_workspace(workspace=workspace, changes={"holiday_country": COUNTRY}, actor_id=actor.user_id, now=now)
    for name, focus in FOCUS.items():
        update_team(team=teams[name], changes={"focus_factor": Decimal(focus)}, actor=actor, now=now)
    for name, (hours, share) in PART_TIME.items():
        member = TeamMember.objects.select_related("team", "person").get(person=people[name])
        changes = {"hours_per_day": Decimal(hours), "allocation": Decimal(share)}
        update_member(member=member, changes=changes, actor=actor, now=now)
    for name, skills in SKILLS.items():
        told = {"skills": skills, "holiday_country": ABROAD.get(name, "")}
        update_person(person=people[name], changes=told, actor=actor, now=now)
    _give_leave(people, sprints[FINISHED_SPRINTS].start_date or now.date(), actor=actor, now=now)


def _give_leave(people: Mapping[str, Person], monday: date, *, actor: Actor, now: datetime) -> None:
    for name, sprint, first, last, share, note in LEAVES:
        start, end = (monday + timedelta(days=sprint + day) for day in (first, last))
        add_leave(
            person=people[name], start_date=start, end_date=end, share=Decimal(share), note=note, actor=actor, now=now
        )
