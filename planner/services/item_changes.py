"""Setting fields of stories, tasks or capabilities by the key of the field: what a drop on a column or panel does.

Values are what services take (a state, a person, a number, a word), or for a custom field whatever its kind reads.
Each call is one transaction and answers with a token that takes it back.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import models, transaction

from accounts.models import Workspace
from common.errors import InvalidInput, NotFound
from planner.domain.vocabulary import ItemKind
from planner.models import Application, Capability, Person, StoryEvent, Task
from planner.selectors.item_fields import Fields
from planner.services.actor import Actor
from planner.services.batches import MOST_STORIES, BulkResult, find_batch
from planner.services.bulk import edit_stories, undo_edit
from planner.services.capabilities import update_capability
from planner.services.field_values import (
    EVENT_PREFIX,
    set_capability_fields,
    set_story_fields_of_own,
    undo_field_values,
)
from planner.services.tasks import update_task

SALT = "planner.item_changes"
BETWEEN = "+"
_TASK_FIELDS = ("state", "assignee", "hours_left", "hours_estimated", "title")
_CAPABILITY_FIELDS = ("application", "due_date", "title")


def set_on_items(
    *,
    workspace: Workspace,
    item: ItemKind,
    ids: Sequence[int],
    values: Mapping[str, Any],
    fields: Fields,
    actor: Actor,
    now: datetime,
    adding: frozenset[str] = frozenset(),
) -> BulkResult:
    """Set these fields of at most 500 items: all of them or none.

    Raises InvalidInput naming each refused field, NotFound where an item is gone.
    """
    unknown = [key for key in values if key not in fields or not fields[key].asked.is_settable]
    if unknown:
        raise InvalidInput(field_errors={key: ["This can't be set; choose another field."] for key in unknown})
    if not 0 < len(ids) <= MOST_STORIES:
        raise InvalidInput(f"Choose 1 to {MOST_STORIES} cards; these are {len(ids):,}.", field="items")
    own = {key: value for key, value in values.items() if fields[key].custom is not None}
    built_in = {key: value for key, value in values.items() if key not in own}
    with transaction.atomic():
        if item is ItemKind.STORY:
            return _set_stories(workspace, ids, built_in, own, adding=adding, actor=actor, now=now)
        if item is ItemKind.TASK:
            return _set_tasks(workspace, ids, built_in, actor=actor, now=now)
        return _set_capabilities(workspace, ids, built_in, own, adding=adding, actor=actor, now=now)


def _set_stories(
    workspace: Workspace,
    ids: Sequence[int],
    built_in: Mapping[str, Any],
    own: Mapping[str, Any],
    *,
    adding: frozenset[str],
    actor: Actor,
    now: datetime,
) -> BulkResult:
    results = []
    if built_in:
        results.append(edit_stories(workspace=workspace, story_ids=ids, changes=built_in, actor=actor, now=now))
    if own:
        results.append(
            set_story_fields_of_own(workspace=workspace, story_ids=ids, values=own, adding=adding, actor=actor, now=now)
        )
    changed = max((result.changed for result in results), default=0)
    token = BETWEEN.join(filter(None, (result.undo_token for result in results)))
    return BulkResult(changed=changed, untouched=len(set(ids)) - changed, undo_token=token)


def _set_tasks(
    workspace: Workspace, ids: Sequence[int], values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> BulkResult:
    tasks = _fetch(Task.objects.filter(story__workspace=workspace).select_related("story__workspace", "assignee"), ids)
    before: dict[str, dict[str, Any]] = {}
    for task in tasks:
        was = {name: _plain(task, name) for name in ("hours_left", *values) if name in _TASK_FIELDS}
        fresh = update_task(task=task, changes=values, actor=actor, now=now)
        if fresh.version != task.version:
            before[str(task.pk)] = was
    return _answer(ItemKind.TASK, before, number=len(tasks))


def _set_capabilities(
    workspace: Workspace,
    ids: Sequence[int],
    built_in: Mapping[str, Any],
    own: Mapping[str, Any],
    *,
    adding: frozenset[str],
    actor: Actor,
    now: datetime,
) -> BulkResult:
    found = _fetch(Capability.objects.filter(workspace=workspace).select_related("workspace", "application"), ids)
    changes = {"due_date" if key == "due" else key: value for key, value in built_in.items()}
    before: dict[str, dict[str, Any]] = {}
    for capability in found:
        fresh = capability
        if changes:
            fresh = update_capability(capability=fresh, changes=changes, actor=actor, now=now)
        if own:
            fresh = set_capability_fields(capability=fresh, values=own, adding=adding, actor=actor, now=now)
        if fresh.version != capability.version and changes:
            before[str(capability.pk)] = {name: _plain(capability, name) for name in changes}
    return _answer(ItemKind.CAPABILITY, before, number=len(found))


def _fetch(rows: models.QuerySet[Any], ids: Sequence[int]) -> list[Any]:
    found = {row.pk: row for row in rows.filter(pk__in=list(ids))}
    if missing := [pk for pk in ids if pk not in found]:
        raise NotFound(f"{len(missing)} of these are not here any more: reload. Nothing was saved.")
    return [found[pk] for pk in dict.fromkeys(ids)]


def _plain(row: models.Model, name: str) -> Any:
    """A value as JSON keeps it: a reference by id."""
    value = getattr(row, name)
    if isinstance(value, models.Model):
        return {"id": value.pk}
    return None if value is None else str(value)


def _answer(item: ItemKind, before: Mapping[str, Mapping[str, Any]], *, number: int) -> BulkResult:
    token = signing.dumps({"item": item.value, "before": before}, salt=SALT, compress=True) if before else ""
    return BulkResult(changed=len(before), untouched=number - len(before), undo_token=token)


def undo_on_items(*, workspace: Workspace, token: str, actor: Actor, now: datetime) -> BulkResult:
    """Take back what `set_on_items` did; what somebody changed since stays, where the log knows it."""
    with transaction.atomic():
        if ":" in token:
            return _undo_signed(workspace, token, actor=actor, now=now)
        results = [_undo_batch(workspace, part, actor=actor, now=now) for part in token.split(BETWEEN)]
    return BulkResult(
        changed=max(result.changed for result in results), untouched=min(result.untouched for result in results)
    )


def _undo_batch(workspace: Workspace, token: str, *, actor: Actor, now: datetime) -> BulkResult:
    first: StoryEvent = find_batch(workspace=workspace, token=token, is_move=False)[0]
    undo = undo_field_values if first.field.startswith(EVENT_PREFIX) else undo_edit
    return undo(workspace=workspace, token=token, actor=actor, now=now)


def _undo_signed(workspace: Workspace, token: str, *, actor: Actor, now: datetime) -> BulkResult:
    try:
        told = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise InvalidInput("Send the token that the change answered with.", field="undo_token") from None
    is_task = told["item"] == ItemKind.TASK.value
    rows: models.QuerySet[Any] = (
        Task.objects.filter(story__workspace=workspace).select_related("story__workspace", "assignee")
        if is_task
        else Capability.objects.filter(workspace=workspace).select_related("workspace", "application")
    )
    found = list(rows.filter(pk__in=[int(pk) for pk in told["before"]]))
    for row in found:
        changes = {name: _as_given(name, value) for name, value in told["before"][str(row.pk)].items()}
        if is_task:
            update_task(task=row, changes=changes, actor=actor, now=now)
        else:
            update_capability(capability=row, changes=changes, actor=actor, now=now)
    return BulkResult(changed=len(found), untouched=len(told["before"]) - len(found))


def _as_given(name: str, value: Any) -> Any:
    """A kept value as a service takes it."""
    if isinstance(value, dict):
        model: type[models.Model] = Person if name == "assignee" else Application
        return model._default_manager.filter(pk=value["id"]).first()
    if name == "due_date" and value is not None:
        return datetime.fromisoformat(value).date()
    return value
