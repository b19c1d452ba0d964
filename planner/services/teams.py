"""Creating and changing teams."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Workspace
from common.errors import Conflict, NotFound
from common.events import publish
from planner.domain.capacity.calendars import LONGEST_SPRINT_DAYS
from planner.events import RankingInputsChanged
from planner.models import Person, Sprint, Team
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.checks import Reader, Refused, number, read_inputs, text
from planner.services.locks import lock_backlog, lock_rows
from planner.services.saving import save_clean, set_fields
from planner.services.sprints import NOT_STARTED

LARGEST_COST = Decimal("9999999999.99")


def create_team(
    *,
    workspace: Workspace,
    name: str,
    actor: Actor,
    now: datetime,
    cost_per_point: Decimal | None = None,
    people: Iterable[Person] = (),
) -> Team:
    """Create a team of people; without a cost per point of its own the workspace's counts."""
    given = {"name": name, "cost_per_point": cost_per_point, "people": people}
    clean = read_inputs(given, _readers(workspace.pk))
    members = clean.pop("people")
    with transaction.atomic():
        team = Team(workspace=workspace, **clean)
        save_clean(team)
        team.people.set(members)
        _announce(team, verb="created", actor=actor, now=now)
    return team


def update_team(*, team: Team, changes: Mapping[str, Any], actor: Actor, now: datetime) -> Team:
    """Change name, cost_per_point, people, focus_factor (above 0, up to 1) or sprint_days (1 to 91)."""
    clean = read_inputs(changes, _readers(team.workspace_id))
    members = clean.pop("people", None)
    with transaction.atomic():
        fresh = _lock(team)
        if set_fields(fresh, clean):
            save_clean(fresh)
        if "cost_per_point" in clean:
            publish(RankingInputsChanged(workspace_id=fresh.workspace_id, now=now))
        if members is not None:
            fresh.people.set(members)
        _announce(fresh, verb="updated", actor=actor, now=now)
    return fresh


def delete_team(*, team: Team, actor: Actor, now: datetime) -> None:
    """Delete a team with the sprints it never started; its stories stay, without a team."""
    with transaction.atomic():
        lock_backlog(workspace_id=team.workspace_id)
        fresh = _lock(team)
        if Sprint.objects.filter(team=fresh).exclude(state__in=NOT_STARTED).exists():
            raise Conflict(f"{fresh.name} has started sprints: their figures stay on record.", code="sprint_started")
        publish(RankingInputsChanged(workspace_id=fresh.workspace_id, now=now))
        _announce(fresh, verb="deleted", actor=actor, now=now)
        fresh.delete()


def _read_sprint_days(value: Any) -> int:
    days = number(smallest=Decimal(1), largest=Decimal(LONGEST_SPRINT_DAYS), places=0, nullable=False)(value)
    return int(days)


def _lock(team: Team) -> Team:
    fresh = lock_rows(Team.objects.filter(pk=team.pk)).first()
    if fresh is None:
        raise NotFound(f"{team.name} was deleted.")
    return fresh


def _readers(workspace_id: int) -> dict[str, Reader]:
    def read_people(value: Any) -> list[Person]:
        people = list(value)
        if any(not isinstance(person, Person) or person.workspace_id != workspace_id for person in people):
            raise Refused("Choose people of this workspace.")
        return people

    return {
        "name": text(longest=80, required=True),
        "cost_per_point": number(largest=LARGEST_COST),
        "people": read_people,
        "focus_factor": number(smallest=Decimal("0.05"), largest=Decimal(1), nullable=False),
        "sprint_days": _read_sprint_days,
    }


def _announce(team: Team, *, verb: str, actor: Actor, now: datetime) -> None:
    announce(workspace_id=team.workspace_id, topic="team", object_id=team.pk, verb=verb, actor=actor, now=now)
