"""What a drop on a board sets of one card, and how that is taken back.

Fields that every story has take the way of a single story, whose projections follow step by step; other fields and
other cards take the way of `item_changes`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import models

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.vocabulary import ItemKind
from planner.models import Story
from planner.selectors.item_fields import Fields
from planner.services.actor import Actor
from planner.services.item_changes import set_on_items, undo_on_items
from planner.services.stories import update_story

SALT = "planner.kanban_changes"
ONE = "one."
SINGLE_FIELDS = frozenset({"state", "assignee", "team", "sprint", "capability", "kind", "required"})


def set_on_card(
    *,
    workspace: Workspace,
    item: ItemKind,
    row: Any,
    values: Mapping[str, Any],
    fields: Fields,
    actor: Actor,
    now: datetime,
) -> str:
    """Set these fields of a locked card; returns the token that takes it back, "" where nothing changed."""
    if not values:
        return ""
    if item is ItemKind.STORY and set(values) <= SINGLE_FIELDS:
        return _set_on_story(row, values, actor=actor, now=now)
    done = set_on_items(
        workspace=workspace, item=item, ids=[row.pk], values=values, fields=fields, actor=actor, now=now
    )
    return done.undo_token


def _set_on_story(story: Story, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> str:
    was = {name: _plain(story, name) for name in values}
    changed = update_story(story=story, changes=values, actor=actor, now=now)
    if changed.version == story.version:
        return ""
    told = {"story": story.pk, "was": was, "set": {name: _plain(changed, name) for name in values}}
    return f"{ONE}{signing.dumps(told, salt=SALT)}"


def undo_on_card(*, workspace: Workspace, token: str, actor: Actor, now: datetime) -> bool:
    """Take a change back; a field that somebody changed since stays. Returns whether anything changed."""
    if not token.startswith(ONE):
        return undo_on_items(workspace=workspace, token=token, actor=actor, now=now).changed > 0
    try:
        told = signing.loads(token.removeprefix(ONE), salt=SALT)
    except signing.BadSignature:
        raise InvalidInput("Send the token that the move answered with.", field="undo_token") from None
    story = Story.objects.filter(workspace=workspace, pk=told["story"]).first()
    if story is None:
        return False
    back = {
        name: _as_given(workspace, name, was)
        for name, was in told["was"].items()
        if _plain(story, name) == told["set"][name]
    }
    return bool(back) and update_story(story=story, changes=back, actor=actor, now=now).version != story.version


def _plain(story: Story, name: str) -> Any:
    """A value as JSON keeps it: a reference by id."""
    field = Story._meta.get_field(name)
    return getattr(story, f"{name}_id" if field.is_relation else name)


def _as_given(workspace: Workspace, name: str, value: Any) -> Any:
    """A kept value as the service takes it; a thing that was deleted since is none."""
    model = Story._meta.get_field(name).related_model
    if value is None or not isinstance(model, type) or not issubclass(model, models.Model):
        return value
    return model._default_manager.filter(workspace=workspace, pk=value).first()
