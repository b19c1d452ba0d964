"""Creating and changing capabilities."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Workspace
from common.errors import Conflict, NotFound
from common.events import publish
from planner.events import ValueChanged
from planner.models import Application, Capability, Story
from planner.services.actor import Actor
from planner.services.announcing import announce, announce_many
from planner.services.checks import (
    Reader,
    Refused,
    member_of,
    read_inputs,
    read_long_text,
    read_title,
    text,
)
from planner.services.locks import lock_backlog, lock_rows, stale
from planner.services.numbering import key_for, own_prefixes, reserve_numbers, skip_numbers
from planner.services.saving import save_clean, set_fields

KEY_LENGTH = 40


def create_capability(
    *,
    workspace: Workspace,
    application: Application,
    title: str,
    actor: Actor,
    now: datetime,
    description: str = "",
    due_date: date | None = None,
    key: str | None = None,
) -> Capability:
    """Create a capability. A tracker's `key` is kept; without one the next number of the workspace is taken."""
    given = {"title": title, "application": application, "description": description, "due_date": due_date}
    clean = read_inputs(given, _readers(workspace.pk))
    with transaction.atomic():
        capability = Capability(
            workspace=workspace,
            key=_take_key(workspace=workspace, application=application, key=key),
            created_at=now,
            updated_at=now,
            **clean,
        )
        save_clean(capability, duplicate_field="key")
        _announce(capability, verb="created", actor=actor, now=now)
    return capability


def _take_key(*, workspace: Workspace, application: Application, key: str | None) -> str:
    backlog = lock_backlog(workspace_id=workspace.pk)
    if key is None:
        [number] = reserve_numbers(backlog=backlog, count=1)
        return key_for(workspace=workspace, application=application, number=number)
    kept: str = read_inputs({"key": key}, {"key": text(longest=KEY_LENGTH, required=True)})["key"]
    skip_numbers(backlog=backlog, prefixes=own_prefixes(workspace=workspace), keys=[kept])
    return kept


def update_capability(
    *, capability: Capability, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Capability:
    """Change title, description, due_date or application. Its stories follow it into another application."""
    clean = read_inputs(changes, _readers(capability.workspace_id))
    with transaction.atomic():
        lock_backlog(workspace_id=capability.workspace_id)
        fresh = lock_capability(capability=capability, version=version)
        changed = set_fields(fresh, clean)
        if not changed:
            return fresh
        fresh.version += 1
        fresh.updated_at = now
        save_clean(fresh, duplicate_field="title")
        if "application" in changed:
            Story.objects.filter(capability=fresh).update(application=fresh.application)
            announce_many(workspace_id=fresh.workspace_id, topic="story", actor=actor, now=now)
        _announce(fresh, verb="updated", actor=actor, now=now)
    return fresh


def lock_capability(*, capability: Capability, version: int | None = None) -> Capability:
    """Return the capability as it is now, held until the end of the transaction."""
    fresh = lock_rows(Capability.objects.filter(pk=capability.pk)).first()
    if fresh is None:
        raise NotFound(f"{capability.key} was deleted.")
    if version is not None and fresh.version != version:
        raise stale(what=fresh.key, version=version, present=fresh.version)
    return fresh


def delete_capability(*, capability: Capability, actor: Actor, now: datetime) -> None:
    """Delete a capability that has no stories, with its estimates."""
    with transaction.atomic():
        lock_backlog(workspace_id=capability.workspace_id)
        fresh = lock_capability(capability=capability)
        number = Story.objects.filter(capability=fresh).count()
        if number:
            raise Conflict(f"{fresh.key} still has {number:,} stories: move them elsewhere or delete them first.")
        _announce(fresh, verb="deleted", actor=actor, now=now)
        publish(ValueChanged(workspace_id=fresh.workspace_id, now=now))
        fresh.delete()


def _readers(workspace_id: int) -> dict[str, Reader]:
    return {
        "title": read_title,
        "description": read_long_text,
        "due_date": read_day,
        "application": member_of(Application, workspace_id=workspace_id, nullable=False),
    }


def read_day(value: Any) -> date | None:
    """A reader of a day, or none."""
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise Refused("Send a day, such as 2026-03-31.")


def _announce(capability: Capability, *, verb: str, actor: Actor, now: datetime) -> None:
    announce(
        workspace_id=capability.workspace_id,
        topic="capability",
        object_id=capability.pk,
        verb=verb,
        actor=actor,
        now=now,
    )
