"""The shape of a board: its columns, chosen, ordered, merged and hidden, and its swim lanes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q

from planner.domain.vocabulary import ItemKind, StateCategory, TaskState, WipRule
from planner.models import Board, BoardColumn, State
from planner.selectors.boards import is_movable
from planner.selectors.item_fields import Fields, ItemField, built_in_item_fields
from planner.selectors.item_filters import context_of, read_item_filter
from planner.selectors.item_groups import NONE, Group, can_group, groups_of, where_in_group
from planner.selectors.panels_fields import panel_fields

MOST_COLUMNS = 24
"""Columns drawn; values beyond them are counted as not on the board."""
MOST_EMPTY_LANES = 12
"""Lanes without a card are drawn while a field has no more lanes than this."""


@dataclass(frozen=True)
class KanbanColumn:
    """One column. `value` is what a drop sets, `values` all that stand in it; `limit` None is no limit of cards.

    `is_in_progress`: whether its cards count towards the limit of a lane.
    """

    value: str
    label: str
    values: tuple[str, ...]
    tone: str = ""
    is_done: bool = False
    is_hidden: bool = False
    limit: int | None = None
    rule: WipRule = WipRule.WARN
    is_in_progress: bool = True


@dataclass(frozen=True)
class KanbanLane:
    """One swim lane; `limit` is the most cards in progress, None for no limit."""

    value: str
    label: str
    limit: int | None = None


ONE_LANE = KanbanLane(NONE, "")


@dataclass(frozen=True)
class BoardShape:
    """A board with what it means now. `problem` says why nothing can be listed; `where` is its filter."""

    board: Board
    item: ItemKind
    fields: Fields
    column_field: ItemField | None
    lane_field: ItemField | None
    columns: tuple[KanbanColumn, ...]
    hidden: tuple[KanbanColumn, ...]
    lanes: tuple[KanbanLane, ...]
    where: Q
    problem: str = ""

    @property
    def moves_columns(self) -> bool:
        """Whether a drop can set the column."""
        return self.column_field is not None and is_movable(item=self.item, field=self.column_field)

    @property
    def moves_lanes(self) -> bool:
        """Whether a drop can set the lane."""
        return self.lane_field is not None and is_movable(item=self.item, field=self.lane_field)

    @cached_property
    def by_value(self) -> Mapping[str, KanbanColumn]:
        """The column, shown or hidden, that each value stands in."""
        return {value: column for column in (*self.columns, *self.hidden) for value in column.values}

    @cached_property
    def lane_by_value(self) -> Mapping[str, KanbanLane]:
        """The lanes by their value."""
        return {lane.value: lane for lane in self.lanes}


def shape_of(*, board: Board, now: datetime, user_id: int | None) -> BoardShape:
    """What a board means now: its fields, columns, lanes and filter as they are. No statement counts cards."""
    item = ItemKind(board.item)
    fields = _fields(board, item)
    column_field, problem = _divider(board.column_field, item, fields, "columns")
    lane_field, lane_problem = (
        _divider(board.lane_field, item, fields, "swim lanes") if board.lane_field else (None, "")
    )
    where, unread = _filter(board, fields, now, user_id)
    shown, hidden = _columns(board, item, column_field)
    return BoardShape(
        board=board,
        item=item,
        fields=fields,
        column_field=column_field,
        lane_field=lane_field,
        columns=shown,
        hidden=hidden,
        lanes=_lanes(board, item, lane_field),
        where=where,
        problem=problem or lane_problem or unread,
    )


def _fields(board: Board, item: ItemKind) -> Fields:
    """The fields a board may name; those of the workspace's own are looked up only for a board that names one."""
    built_in = built_in_item_fields(item)
    named = {board.column_field, board.lane_field, board.colour_field, *board.card_fields} - {""}
    if not board.filter_text and named <= set(built_in):
        return built_in
    return panel_fields(workspace=board.workspace, item=item)


def _filter(board: Board, fields: Fields, now: datetime, user_id: int | None) -> tuple[Q, str]:
    """The condition of the board's filter, and why it can't be used."""
    if not board.filter_text:
        return Q(), ""
    context = context_of(workspace=board.workspace, now=now, user_id=user_id)
    read = read_item_filter(text=board.filter_text, fields=fields, context=context)
    return read.where, read.problem


def _divider(key: str, item: ItemKind, fields: Fields, what: str) -> tuple[ItemField | None, str]:
    field = fields.get(key)
    if field is None or field.asked.is_removed:
        name = field.label if field else key
        return None, f"Its {what} are by “{name}”, a field that was removed: choose another, or bring the field back."
    if not can_group(item=item, field=field):
        return None, f"{field.label} can't make {what}: choose a state, a choice or a person in the board's settings."
    return field, ""


def _columns(
    board: Board, item: ItemKind, field: ItemField | None
) -> tuple[tuple[KanbanColumn, ...], tuple[KanbanColumn, ...]]:
    if field is None:
        return (), ()
    groups = {group.value: group for group in groups_of(workspace=board.workspace, item=item, field=field)}
    working = _working_values(board, item, field)
    said = list(board.columns.all())
    columns = [column for row in said if (column := _said(row, groups, working))]
    taken = {value for column in columns for value in column.values}
    plain = [_plain(group, working) for value, group in groups.items() if value not in taken]
    shown = [column for column in (*columns, *plain) if not column.is_hidden]
    hidden = [column for column in columns if column.is_hidden]
    return tuple(shown[:MOST_COLUMNS]), (*hidden, *shown[MOST_COLUMNS:])


def _said(row: BoardColumn, groups: Mapping[str, Group], working: frozenset[str] | None) -> KanbanColumn | None:
    """A column that the board says something of; None when all its values are gone."""
    values = tuple(value for value in dict.fromkeys((row.value, *row.also)) if value in groups)
    if not values:
        return None
    first = groups[values[0]]
    return KanbanColumn(
        value=values[0],
        label=row.label or first.label,
        values=values,
        tone=first.tone,
        is_done=first.is_done,
        is_hidden=row.is_hidden,
        limit=row.wip_limit,
        rule=WipRule(row.wip_rule),
        is_in_progress=_is_working(values, working),
    )


def _plain(group: Group, working: frozenset[str] | None) -> KanbanColumn:
    is_working = _is_working((group.value,), working)
    return KanbanColumn(
        group.value, group.label, (group.value,), group.tone, is_done=group.is_done, is_in_progress=is_working
    )


def _is_working(values: Sequence[str], working: frozenset[str] | None) -> bool:
    return working is None or not working.isdisjoint(values)


def _working_values(board: Board, item: ItemKind, field: ItemField) -> frozenset[str] | None:
    """The values that mean work in progress; None where the field knows no progress, so that every card counts."""
    if field.key == "category":
        return frozenset({StateCategory.IN_PROGRESS.value})
    if field.key != "state" or field.custom is not None or not board.lane_field:
        return None
    if item is ItemKind.TASK:
        return frozenset({TaskState.IN_PROGRESS.value})
    states = State.objects.filter(workspace=board.workspace, category=StateCategory.IN_PROGRESS.value)
    return frozenset(str(pk) for pk in states.values_list("pk", flat=True))


def _lanes(board: Board, item: ItemKind, field: ItemField | None) -> tuple[KanbanLane, ...]:
    if field is None:
        return (ONE_LANE,)
    groups = groups_of(workspace=board.workspace, item=item, field=field)
    filled = [group for group in groups if group.value != NONE]
    last = [group for group in groups if group.value == NONE]
    return tuple(KanbanLane(each.value, each.label, board.lane_limits.get(each.value)) for each in (*filled, *last))


def where_in_column(*, shape: BoardShape, column: KanbanColumn) -> Q:
    """The condition of standing in a column, whatever of its values a card has."""
    return _where(shape.item, shape.column_field, column.values)


def where_in_lane(*, shape: BoardShape, lane: KanbanLane) -> Q:
    """The condition of standing in a lane; a board without lanes has one for all."""
    return _where(shape.item, shape.lane_field, (lane.value,)) if shape.lane_field else Q()


def _where(item: ItemKind, field: ItemField | None, values: Sequence[str]) -> Q:
    found = Q()
    for value in values:
        found |= where_in_group(item=item, field=field, value=value) if field else Q(pk__in=[])
    return found
