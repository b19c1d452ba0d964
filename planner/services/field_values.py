"""Setting custom fields of stories and capabilities; a story's log tells each change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Workspace
from common.errors import InvalidInput, NotFound
from common.events import publish
from planner.domain.fields.kinds import FieldContent, FieldSpec, parse_value, show_value
from planner.domain.fields.problems import FieldProblem
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.events import StoriesChanged
from planner.models import Capability, CustomField, FieldValue, Story, StoryEvent
from planner.selectors.custom_fields import list_fields, specs_of
from planner.selectors.field_contents import contents_of
from planner.services.actor import Actor
from planner.services.announcing import announce, announce_many, announce_story
from planner.services.batches import BulkResult, find_batch, lock_stories, record_batch, save_stories
from planner.services.locks import lock_rows
from planner.services.recording import VALUE_LENGTH, Change

EVENT_PREFIX = "cf:"
"""A story's event of a custom field is named by the field's id: "cf:12"."""


@dataclass(frozen=True)
class _Wanted:
    """One field's value for all the items; `adds` puts options to those that are there already."""

    field: CustomField
    spec: FieldSpec
    content: FieldContent | None
    adds: bool = False

    def after(self, before: FieldContent | None) -> FieldContent | None:
        if not self.adds or not isinstance(self.content, tuple):
            return self.content
        present = before if isinstance(before, tuple) else ()
        return tuple(dict.fromkeys((*present, *self.content)))


def set_story_fields_of_own(
    *,
    workspace: Workspace,
    story_ids: Sequence[int],
    values: Mapping[str, object],
    actor: Actor,
    now: datetime,
    adding: frozenset[str] = frozenset(),
) -> BulkResult:
    """Set the same custom fields, by key, of at most 500 stories: all of them or none. None or "" clears a field.

    `adding` names fields of several choices that get these beside what they have. Raises InvalidInput that names
    each refused field.
    """
    wanted = _read(workspace=workspace, item=ItemKind.STORY, values=values, adding=adding)
    with transaction.atomic():
        stories = lock_stories(workspace=workspace, story_ids=story_ids)
        before = contents_of(item=ItemKind.STORY, ids=[story.pk for story in stories], fields=_fields(wanted))
        changes = {story.pk: found for story in stories if (found := _changes(wanted, before.get(story.pk, {})))}
        changed = [story for story in stories if story.pk in changes]
        if not changed:
            return BulkResult(changed=0, untouched=len(stories))
        token = _record(workspace=workspace, stories=changed, changes=changes, actor=actor, now=now)
        _write(ItemKind.STORY, wanted, before=before, ids=[story.pk for story in changed])
    return BulkResult(changed=len(changed), untouched=len(stories) - len(changed), undo_token=token)


def set_capability_fields(
    *,
    capability: Capability,
    values: Mapping[str, object],
    actor: Actor,
    now: datetime,
    adding: frozenset[str] = frozenset(),
) -> Capability:
    """Set custom fields, by key, of one capability."""
    workspace = capability.workspace
    wanted = _read(workspace=workspace, item=ItemKind.CAPABILITY, values=values, adding=adding)
    with transaction.atomic():
        fresh = lock_rows(Capability.objects.filter(pk=capability.pk)).first()
        if fresh is None:
            raise NotFound(f"{capability.key} was deleted.")
        before = contents_of(item=ItemKind.CAPABILITY, ids=[fresh.pk], fields=_fields(wanted))
        if _changes(wanted, before.get(fresh.pk, {})):
            fresh.version += 1
            fresh.updated_at = now
            fresh.save(update_fields=["version", "updated_at"])
            _write(ItemKind.CAPABILITY, wanted, before=before, ids=[fresh.pk])
            announce(
                workspace_id=workspace.pk, topic="capability", object_id=fresh.pk, verb="updated", actor=actor, now=now
            )
    return fresh


def _fields(wanted: Sequence[_Wanted]) -> list[CustomField]:
    return [each.field for each in wanted]


def _read(
    *, workspace: Workspace, item: ItemKind, values: Mapping[str, object], adding: frozenset[str]
) -> list[_Wanted]:
    fields = {field.key: field for field in list_fields(workspace_id=workspace.pk, item=item.value)}
    named = [fields[key] for key in values if key in fields]
    specs = specs_of(workspace=workspace, fields=named)
    errors = {key: [f"There is no field {key}; it may have been taken away."] for key in values if key not in fields}
    wanted: list[_Wanted] = []
    for field in named:
        try:
            content = parse_value(specs[field.key], values[field.key])
        except FieldProblem as problem:
            errors[field.key] = [problem.message]
            continue
        wanted.append(_Wanted(field, specs[field.key], content, adds=field.key in adding))
    if errors:
        raise InvalidInput(field_errors=errors)
    return wanted


def _changes(wanted: Sequence[_Wanted], before: Mapping[int, FieldContent]) -> list[Change]:
    changes = []
    for each in wanted:
        was = before.get(each.field.pk)
        after = each.after(was)
        if was != after:
            changes.append(_describe(each, was, after))
    return changes


def _describe(each: _Wanted, was: FieldContent | None, after: FieldContent | None) -> Change:
    return Change(
        field=f"{EVENT_PREFIX}{each.field.pk}",
        from_value=_in_log(each.spec, was),
        to_value=_in_log(each.spec, after),
        from_id=was if isinstance(was, int) else None,
        to_id=after if isinstance(after, int) else None,
    )


def _in_log(spec: FieldSpec, content: FieldContent | None) -> str:
    """A content as the log keeps it: figures plain, so that they can be read back."""
    if isinstance(content, Decimal):
        return format(content.normalize(), "f")
    return show_value(spec, content)[:VALUE_LENGTH]


def undo_field_values(*, workspace: Workspace, token: str, actor: Actor, now: datetime) -> BulkResult:
    """Give the stories of one call back what they had; what somebody changed since stays."""
    with transaction.atomic():
        events = find_batch(workspace=workspace, token=token, is_move=False)
        back = _values_back(workspace=workspace, events=events)
        changed = 0
        for values, ids in back:
            result = set_story_fields_of_own(workspace=workspace, story_ids=ids, values=values, actor=actor, now=now)
            changed += result.changed
    return BulkResult(changed=changed, untouched=len({event.story_id for event in events}) - changed)


def _values_back(*, workspace: Workspace, events: Sequence[StoryEvent]) -> list[tuple[dict[str, object], list[int]]]:
    """What to set, with the stories that get it: stories that had the same go together."""
    listed = list(list_fields(workspace_id=workspace.pk, item=ItemKind.STORY.value))
    specs = specs_of(workspace=workspace, fields=listed)
    fields = {f"{EVENT_PREFIX}{field.pk}": field for field in listed}
    present = contents_of(item=ItemKind.STORY, ids=[event.story_id for event in events], fields=listed)
    grouped: dict[tuple[str, str], list[int]] = {}
    for event in events:
        field = fields.get(event.field)
        if field is None:
            continue
        now_there = _in_log(specs[field.key], present.get(event.story_id, {}).get(field.pk))
        if now_there == event.to_value:
            grouped.setdefault((field.key, event.from_value), []).append(event.story_id)
    return [({key: value}, ids) for (key, value), ids in grouped.items()]


def _record(
    *,
    workspace: Workspace,
    stories: Sequence[Story],
    changes: Mapping[int, Sequence[Change]],
    actor: Actor,
    now: datetime,
) -> str:
    for story in stories:
        story.version += 1
    recorded, token = record_batch(stories=stories, changes=changes, actor=actor, now=now)
    save_stories(stories=stories, fields=["version"])
    publish(StoriesChanged(workspace_id=workspace.pk, changes=recorded, now=now))
    if len(stories) == 1:
        announce_story(story=stories[0], verb="updated", actor=actor, now=now)
    else:
        announce_many(workspace_id=workspace.pk, topic="story", actor=actor, now=now)
    return token


def _write(
    item: ItemKind, wanted: Sequence[_Wanted], *, before: Mapping[int, Mapping[int, FieldContent]], ids: Sequence[int]
) -> None:
    owner = "story_id" if item is ItemKind.STORY else "capability_id"
    FieldValue.objects.filter(field__in=_fields(wanted), **{f"{owner}__in": ids}).delete()
    FieldValue.objects.bulk_create(
        FieldValue(field=each.field, **{owner: pk}, **columns)
        for each in wanted
        for pk in ids
        for columns in columns_of(each.spec.kind, each.after(before.get(pk, {}).get(each.field.pk)))
    )


def columns_of(kind: FieldKind, content: FieldContent | None) -> list[dict[str, Any]]:
    """How a content is stored: the columns of each row of it; no row where it is unknown."""
    if content is None:
        return []
    if isinstance(content, tuple):
        return [{"option_id": option, "slot": option} for option in content]
    if isinstance(content, int):
        return [{"person_id" if kind is FieldKind.PERSON else "option_id": content}]
    if isinstance(content, Decimal):
        return [{"number": content}]
    return [{"day": content}] if isinstance(content, date) else [{"text": content}]
