"""What is known of the people who do the work: their skills, and whose public holidays they have."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from common.errors import InvalidInput, NotFound
from common.public_holidays import list_countries
from planner.models import Person
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.checks import Reader, Refused, read_inputs, text
from planner.services.locks import lock_rows
from planner.services.saving import save_clean, set_fields

LONGEST_SKILL = 40
MOST_SKILLS = 30


def update_person(*, person: Person, changes: Mapping[str, Any], actor: Actor, now: datetime) -> Person:
    """Change `skills` (the whole list) or `holiday_country` (two letters; empty: the workspace's)."""
    clean = read_inputs(changes, _READERS)
    with transaction.atomic():
        fresh = _lock(person)
        if set_fields(fresh, clean):
            save_clean(fresh)
            _announce(fresh, actor=actor, now=now)
    return fresh


def add_skill(*, person: Person, skill: str, actor: Actor, now: datetime) -> Person:
    """Add one tag; nothing happens where the person has it already, in whatever case."""
    try:
        clean = _read_skill(skill)
    except Refused as refused:
        raise InvalidInput(str(refused), field="skill") from None
    with transaction.atomic():
        fresh = _lock(person)
        if clean.casefold() in {known.casefold() for known in fresh.skills}:
            return fresh
        if len(fresh.skills) >= MOST_SKILLS:
            raise InvalidInput(f"{fresh.name} has {MOST_SKILLS} skills: remove one first.", field="skill")
        return _save_skills(fresh, [*fresh.skills, clean], actor=actor, now=now)


def remove_skill(*, person: Person, skill: str, actor: Actor, now: datetime) -> Person:
    """Remove one tag; nothing happens where the person has it no more."""
    with transaction.atomic():
        fresh = _lock(person)
        kept = [known for known in fresh.skills if known.casefold() != skill.strip().casefold()]
        return _save_skills(fresh, kept, actor=actor, now=now) if len(kept) < len(fresh.skills) else fresh


def _save_skills(person: Person, skills: list[str], *, actor: Actor, now: datetime) -> Person:
    person.skills = sorted(skills, key=str.casefold)
    person.save(update_fields=["skills"])
    _announce(person, actor=actor, now=now)
    return person


def _read_skill(value: Any) -> str:
    read = text(longest=LONGEST_SKILL, required=True)
    return " ".join(str(read(value)).split())


def _read_skills(value: Any) -> list[str]:
    if not isinstance(value, list | tuple):
        raise Refused("Send a list of words, such as frontend and payments.")
    if len(value) > MOST_SKILLS:
        raise Refused(f"Send at most {MOST_SKILLS} skills; these are {len(value):,}.")
    by_word = {skill.casefold(): skill for skill in map(_read_skill, value)}
    return sorted(by_word.values(), key=str.casefold)


def _read_country(value: Any) -> str:
    country = str(text(longest=20)(value)).upper()
    if country and country not in list_countries():
        raise Refused("Use a country's two capital letters, such as NO, or leave it empty for the workspace's.")
    return country


_READERS: Mapping[str, Reader] = {"skills": _read_skills, "holiday_country": _read_country}


def _lock(person: Person) -> Person:
    fresh = lock_rows(Person.objects.filter(pk=person.pk)).first()
    if fresh is None:
        raise NotFound(f"{person.name} was deleted.")
    return fresh


def _announce(person: Person, *, actor: Actor, now: datetime) -> None:
    announce(workspace_id=person.workspace_id, topic="team", object_id=0, verb="updated", actor=actor, now=now)
