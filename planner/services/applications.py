"""Creating and changing applications."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput, NotFound
from planner.models import Application, Capability, Story
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.checks import Reader, member_of, read_inputs, read_long_text, text
from planner.services.locks import lock_backlog
from planner.services.numbering import adopt_prefix
from planner.services.saving import save_clean, set_fields


def create_application(
    *,
    workspace: Workspace,
    name: str,
    key: str,
    actor: Actor,
    now: datetime,
    parent: Application | None = None,
    description: str = "",
) -> Application:
    """Create an application; its key begins the keys of what is created in it."""
    given = {"name": name, "key": key, "parent": parent, "description": description}
    clean = read_inputs(given, _readers(workspace.pk))
    with transaction.atomic():
        backlog = lock_backlog(workspace_id=workspace.pk)
        application = Application(workspace=workspace, **clean)
        save_clean(application, duplicate_field="key")
        adopt_prefix(backlog=backlog, prefix=application.key)
        _announce(application, verb="created", actor=actor, now=now)
    return application


def update_application(
    *, application: Application, changes: Mapping[str, Any], actor: Actor, now: datetime
) -> Application:
    """Change name, key, parent or description. Keys already given out stay as they are."""
    clean = read_inputs(changes, _readers(application.workspace_id))
    with transaction.atomic():
        backlog = lock_backlog(workspace_id=application.workspace_id)
        fresh = _fetch(application)
        changed = set_fields(fresh, clean)
        if "parent" in changed:
            _refuse_own_descendant(fresh)
        if changed:
            save_clean(fresh, duplicate_field="key")
            _announce(fresh, verb="updated", actor=actor, now=now)
        if "key" in changed:
            adopt_prefix(backlog=backlog, prefix=fresh.key)
    return fresh


def _fetch(application: Application) -> Application:
    fresh = Application.objects.filter(pk=application.pk).first()
    if fresh is None:
        raise NotFound(f"{application.name} was deleted.")
    return fresh


def delete_application(*, application: Application, actor: Actor, now: datetime) -> None:
    """Delete an application that nothing belongs to."""
    with transaction.atomic():
        lock_backlog(workspace_id=application.workspace_id)
        kept = (
            ("capabilities", Capability.objects.filter(application=application)),
            ("stories", Story.objects.filter(application=application)),
            ("applications within it", application.children.all()),
        )
        for what, things in kept:
            if things.exists():
                raise Conflict(f"{application.name} still has {what}: move or delete them first.")
        _announce(application, verb="deleted", actor=actor, now=now)
        application.delete()


def _readers(workspace_id: int) -> dict[str, Reader]:
    return {
        "name": text(longest=120, required=True),
        "key": text(longest=20, required=True),
        "parent": member_of(Application, workspace_id=workspace_id),
        "description": read_long_text,
    }


def _refuse_own_descendant(application: Application) -> None:
    parents = dict(Application.objects.filter(workspace=application.workspace_id).values_list("pk", "parent_id"))
    above = application.parent_id
    while above is not None:
        if above == application.pk:
            raise InvalidInput(f"{application.name} can't lie within itself: choose another parent.", field="parent")
        above = parents.get(above)


def _announce(application: Application, *, verb: str, actor: Actor, now: datetime) -> None:
    announce(
        workspace_id=application.workspace_id,
        topic="application",
        object_id=application.pk,
        verb=verb,
        actor=actor,
        now=now,
    )
