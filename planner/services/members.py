"""Who is in a team, with how many hours a day and which share of them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from common.errors import Conflict, InvalidInput, NotFound
from planner.models import Person, Team, TeamMember
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.checks import Reader, number, read_inputs
from planner.services.locks import lock_rows
from planner.services.saving import save_clean, set_fields

MOST_MEMBERS = 200


def add_member(
    *,
    team: Team,
    person: Person,
    actor: Actor,
    now: datetime,
    hours_per_day: Decimal | None = None,
    allocation: Decimal = Decimal(1),
) -> TeamMember:
    """Add somebody to a team. `hours_per_day` None: the workspace's day; `allocation`: the share of it, up to 1."""
    if person.workspace_id != team.workspace_id:
        raise InvalidInput("Choose a person of this workspace.", field="person")
    clean = read_inputs({"hours_per_day": hours_per_day, "allocation": allocation}, _READERS)
    with transaction.atomic():
        lock_rows(Team.objects.filter(pk=team.pk)).first()
        if TeamMember.objects.filter(team=team, person=person).exists():
            raise Conflict(f"{person.name} is in {team.name} already.", code="member_known", field="person")
        if TeamMember.objects.filter(team=team).count() >= MOST_MEMBERS:
            raise Conflict(f"{team.name} has {MOST_MEMBERS} members: make a second team.", field="person")
        member = TeamMember(team=team, person=person, **clean)
        save_clean(member, duplicate_field="person")
        _announce(team, actor=actor, now=now)
    return member


def update_member(*, member: TeamMember, changes: Mapping[str, Any], actor: Actor, now: datetime) -> TeamMember:
    """Change hours_per_day or allocation."""
    clean = read_inputs(changes, _READERS)
    with transaction.atomic():
        fresh = _lock(member)
        if set_fields(fresh, clean):
            save_clean(fresh, duplicate_field="allocation")
            _announce(fresh.team, actor=actor, now=now)
    return fresh


def remove_member(*, member: TeamMember, actor: Actor, now: datetime) -> None:
    """Take somebody out of a team; their stories and tasks stay theirs."""
    with transaction.atomic():
        fresh = _lock(member)
        _announce(fresh.team, actor=actor, now=now)
        fresh.delete()


_READERS: Mapping[str, Reader] = {
    "hours_per_day": number(smallest=Decimal("0.25"), largest=Decimal(24)),
    "allocation": number(smallest=Decimal("0.05"), largest=Decimal(1), nullable=False),
}


def _lock(member: TeamMember) -> TeamMember:
    fresh = lock_rows(TeamMember.objects.filter(pk=member.pk)).first()
    if fresh is None:
        raise NotFound(f"{member.person.name} is in this team no more.")
    fresh.team, fresh.person = member.team, member.person
    return fresh


def _announce(team: Team, *, actor: Actor, now: datetime) -> None:
    announce(workspace_id=team.workspace_id, topic="team", object_id=team.pk, verb="updated", actor=actor, now=now)
