"""Dropping a card on a board: into a column, a lane, between other cards. Drag, keyboard, menu and API come here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput, NotFound
from planner.domain.vocabulary import ItemKind, WipRule
from planner.models import Story, StoryEvent, Task
from planner.selectors.item_assignments import value_of_group
from planner.selectors.item_fields import MODELS, ItemField
from planner.selectors.kanban_cards import find_column, find_lane, places_of
from planner.selectors.kanban_shape import BoardShape, KanbanColumn, KanbanLane
from planner.services.actor import Actor
from planner.services.boards import lock_board
from planner.services.bulk_moves import move_stories, undo_moves
from planner.services.checks import read_inputs, text
from planner.services.kanban_changes import set_on_card, undo_on_card
from planner.services.kanban_limits import LONGEST_REASON, Excess, enforce, excesses_of, is_strict
from planner.services.locks import lock_backlog, lock_rows, stale
from planner.services.recording import Change, append_events

SEPARATOR = "~"
_REASON = {"reason": text(longest=LONGEST_REASON)}


@dataclass(frozen=True)
class Drop:
    """Where a card goes. `column` and `lane` are values; `lane` None is the one it is in.

    `was_column`, `was_lane` and `version`: what whoever drops saw; None was not said. `beside`: a story to stand right
    `is_before` or after. `reason`: why a limit is exceeded.
    """

    item_id: int
    column: str
    lane: str | None = None
    was_column: str | None = None
    was_lane: str | None = None
    version: int | None = None
    beside: int | None = None
    is_before: bool = True
    reason: str = ""


@dataclass(frozen=True)
class DropDone:
    """What a drop did. `warnings`: limits exceeded, in words; `undo_token` "" where nothing changed."""

    item_id: int
    name: str
    column: KanbanColumn
    lane: KanbanLane
    changed: bool
    warnings: tuple[str, ...]
    undo_token: str = ""


def move_card(*, shape: BoardShape, drop: Drop, actor: Actor, now: datetime) -> DropDone:
    """Put a card into a column (and lane), and between others by rank: one transaction, one undo.

    Raises NotFound for what was deleted, Conflict: `stale_version` when somebody moved it meanwhile, `wip_reason` and
    `wip_limit` where a limit wants a reason or lets nothing in.
    """
    reason = read_inputs({"reason": drop.reason}, _REASON)["reason"]
    _check_movable(shape)
    column = find_column(shape=shape, value=drop.column)
    with transaction.atomic():
        lane = find_lane(shape=shape, value=drop.lane) if drop.lane is not None else None
        _lock_first(shape, drop, column, lane)
        row = _lock_card(shape, drop)
        was_column, was_lane = places_of(shape=shape, rows=[row])[row.pk]
        _refuse_moved(shape, drop, row, was_column, was_lane)
        lane = lane or find_lane(shape=shape, value=was_lane)
        values = _values(shape, column, lane, was_column, was_lane)
        excesses = _check_limits(shape, column, lane, row, was_column, was_lane, reason)
        token = set_on_card(
            workspace=shape.board.workspace,
            item=shape.item,
            row=row,
            values=values,
            fields=shape.fields,
            actor=actor,
            now=now,
        )
        if reason and excesses and token:
            _record_reason(shape, row, excesses, reason, actor=actor, now=now)
        order = _rank(shape, drop, actor=actor, now=now)
    tokens = [part for part in (token, order) if part]
    warnings = tuple(f"{excess.words}." for excess in excesses)
    joined = SEPARATOR.join((token, order)) if tokens else ""
    return DropDone(row.pk, name_of(row), column, lane, bool(tokens), warnings, joined)


def undo_move(*, workspace: Workspace, token: str, actor: Actor, now: datetime) -> bool:
    """Take a drop back, the order too; what somebody changed since stays. Returns whether anything changed."""
    change, separator, order = token.partition(SEPARATOR)
    if not separator:
        raise InvalidInput("Send the token that the move answered with.", field="undo_token")
    is_changed = False
    with transaction.atomic():
        if order:
            is_changed = undo_moves(workspace=workspace, token=order, actor=actor, now=now).changed > 0
        if change:
            is_changed |= undo_on_card(workspace=workspace, token=change, actor=actor, now=now)
    return is_changed


def is_order(*, token: str) -> bool:
    """Whether taking this back changes the order of the backlog."""
    return bool(token.partition(SEPARATOR)[2])


def name_of(row: Any) -> str:
    """What a card is called: its key, or a task's title."""
    return str(getattr(row, "key", "") or row.title)


def _check_movable(shape: BoardShape) -> None:
    if shape.problem:
        raise Conflict(f"Nothing can be moved here: {shape.problem}", code="board_problem")
    if not shape.moves_columns and shape.column_field is not None:
        raise Conflict(f"{shape.column_field.label} is worked out: change it where it comes from.", field="column")


def _lock_first(shape: BoardShape, drop: Drop, column: KanbanColumn, lane: KanbanLane | None) -> None:
    """Hold the board where a limit may refuse, then the backlog where the order changes: always in this sequence."""
    lanes = [lane] if lane else list(shape.lanes)
    if any(is_strict(column=column, lane=each, lane_rule=shape.board.lane_rule) for each in lanes):
        lock_board(shape.board)
    if drop.beside is not None and shape.item is ItemKind.STORY:
        lock_backlog(workspace_id=shape.board.workspace_id)


def _lock_card(shape: BoardShape, drop: Drop) -> Any:
    model = MODELS[shape.item]
    place = "story__workspace" if shape.item is ItemKind.TASK else "workspace"
    rows: models.QuerySet[Any] = model._default_manager.filter(**{place: shape.board.workspace})
    if shape.item is ItemKind.TASK:  # the log is the story's: it is held before the task
        task = Task.objects.filter(pk=drop.item_id).first()
        list(lock_rows(Story.objects.filter(pk=task.story_id if task else 0)))
    row = lock_rows(rows.filter(pk=drop.item_id)).first()
    if row is None:
        noun = shape.item.value.lower()
        raise NotFound(f"This {noun} was deleted by somebody meanwhile; the board is drawn again without it.")
    if drop.version is not None and row.version != drop.version:
        raise stale(what=name_of(row), version=drop.version, present=row.version)
    return row


def _refuse_moved(shape: BoardShape, drop: Drop, row: Any, was_column: str, was_lane: str) -> None:
    """Refuse the drop of a card that does not stand where it was picked up."""
    here = shape.by_value.get(was_column)
    seen = shape.by_value.get(drop.was_column) if drop.was_column is not None else here
    if drop.was_column is not None and seen is not here:
        where = f"in {here.label}" if here else "not on this board any more"
        raise _moved(shape, row, where, shape.column_field)
    if drop.was_lane is not None and drop.was_lane != was_lane:
        lane = shape.lane_by_value.get(was_lane)
        where = f"in the lane {lane.label}" if lane else "in no lane of this board"
        raise _moved(shape, row, where, shape.lane_field)


def _moved(shape: BoardShape, row: Any, where: str, field: ItemField | None) -> Conflict:
    who = "somebody"
    if shape.item is ItemKind.STORY and field is not None:
        name = f"cf:{field.custom.pk}" if field.custom else field.key
        events = StoryEvent.objects.filter(story=row.pk, field=name).order_by("-sequence")
        who = events.values_list("actor_name", flat=True).first() or who
    message = f"{name_of(row)} is {where}: {who} moved it meanwhile. Nothing was changed; the board is drawn again."
    return Conflict(message, code="stale_version", field="column")


def _values(
    shape: BoardShape, column: KanbanColumn, lane: KanbanLane, was_column: str, was_lane: str
) -> Mapping[str, Any]:
    """What must be set for the card to stand there; a merged column takes a card that is in it as it is."""
    values: dict[str, Any] = {}
    if shape.column_field is not None and was_column not in column.values:
        values[shape.column_field.key] = _value(shape, shape.column_field, column.value)
    if shape.lane_field is not None and was_lane != lane.value:
        if not shape.moves_lanes:
            raise Conflict(
                f"{shape.lane_field.label} can't be set by dropping: a card stays in its lane.", field="lane"
            )
        values[shape.lane_field.key] = _value(shape, shape.lane_field, lane.value)
    return values


def _value(shape: BoardShape, field: ItemField, value: str) -> Any:
    is_task = shape.item is ItemKind.TASK
    return value_of_group(workspace=shape.board.workspace, field=field, value=value, is_task=is_task)


def _check_limits(
    shape: BoardShape,
    column: KanbanColumn,
    lane: KanbanLane,
    row: Any,
    was_column: str,
    was_lane: str,
    reason: str,
) -> Sequence[Excess]:
    here = shape.by_value.get(was_column)
    was_working = here is not None and here.is_in_progress and not here.is_hidden
    excesses = excesses_of(
        shape=shape,
        column=column,
        lane=lane,
        item_id=row.pk,
        enters_column=was_column not in column.values,
        enters_lane=was_lane != lane.value or not was_working,
    )
    enforce(excesses, reason=reason)
    return excesses


def _record_reason(
    shape: BoardShape, row: Any, excesses: Sequence[Excess], reason: str, *, actor: Actor, now: datetime
) -> None:
    """Write why a limit was exceeded into the story's log."""
    wanting = [excess.words for excess in excesses if excess.rule is WipRule.REASON]
    story_id = row.story_id if shape.item is ItemKind.TASK else row.pk
    story = lock_rows(Story.objects.filter(pk=story_id)).first() if wanting else None
    if story is None:
        return
    said = Change("wip", from_value="; ".join(wanting)[:500], to_value=reason)
    append_events(story=story, changes=[said], actor=actor, now=max(now, story.updated_at))
    story.save(update_fields=["last_sequence"])


def _rank(shape: BoardShape, drop: Drop, *, actor: Actor, now: datetime) -> str:
    """Stand beside another story; its place is that of the backlog."""
    if drop.beside is None or shape.item is not ItemKind.STORY or drop.beside == drop.item_id:
        return ""
    anchor = Story.objects.filter(workspace=shape.board.workspace, pk=drop.beside).first()
    if anchor is None:
        raise NotFound("The story to put it beside was deleted meanwhile: nothing was moved, the board is drawn again.")
    done = move_stories(
        workspace=shape.board.workspace,
        story_ids=[drop.item_id],
        before=anchor if drop.is_before else None,
        after=None if drop.is_before else anchor,
        actor=actor,
        now=now,
    )
    return done.undo_token
