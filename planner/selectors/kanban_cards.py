"""The cards of a board: the first of each cell, and the next by keyset. Statements grow with cells, not with cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Subquery

from common.errors import NotFound
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import Backlog, FieldValue, Story
from planner.selectors.item_fields import CARD_REFERENCES, ItemField
from planner.selectors.item_groups import NONE, group_values
from planner.selectors.kanban_counts import BoardCounts
from planner.selectors.kanban_shape import (
    MOST_EMPTY_LANES,
    BoardShape,
    KanbanColumn,
    KanbanLane,
    where_in_column,
    where_in_lane,
)
from planner.selectors.panels_rows import ItemPage, list_items, write_cursor

FIRST_CARDS = 30
"""The most cards of a cell that come with the page."""
FEWEST_CARDS = 8
CARDS_AT_ONCE = 220
"""About so many cards come with a page; further lanes and cards follow as one scrolls."""
MOST_CARDS = 200
Place = tuple[str, str]


@dataclass(frozen=True)
class FirstCards:
    """The first cards by column and lane; `waiting` are lanes whose cards are asked for later."""

    pages: Mapping[Place, ItemPage]
    waiting: frozenset[str]


def lanes_shown(*, counts: BoardCounts) -> list[KanbanLane]:
    """The lanes drawn: those with cards or a limit; where the field has few values, all of them."""
    shape = counts.shape
    if len(shape.lanes) <= MOST_EMPTY_LANES:
        return list(shape.lanes)
    return [lane for lane in shape.lanes if counts.lanes.get(lane.value) or lane.limit is not None]


def first_cards(
    *, counts: BoardCounts, lanes: Sequence[KanbanLane], wanted: Mapping[Place, int] | None = None
) -> FirstCards:
    """The first cards of the lanes from above, until there are about 220; `wanted`: cells with more on the page."""
    shape, asked = counts.shape, wanted or {}
    per_cell = cards_in_a_cell(shape)
    limits: dict[Place, int] = {}
    waiting: list[str] = []
    loaded = 0
    for lane in lanes:
        if loaded >= CARDS_AT_ONCE and not any(place[1] == lane.value for place in asked):
            waiting.append(lane.value)
            continue
        for column in shape.columns:
            number = counts.of(column, lane).number
            if number:
                place = (column.value, lane.value)
                limits[place] = min(max(per_cell, asked.get(place, 0)), MOST_CARDS)
                loaded += min(number, limits[place])
    return FirstCards(_pages(shape, limits), frozenset(waiting))


def _pages(shape: BoardShape, limits: Mapping[Place, int]) -> Mapping[Place, ItemPage]:
    """The first page of each cell. Stories are looked up for all cells at once: planning their joins costs the most."""
    if shape.item is not ItemKind.STORY:
        return {
            (column, lane): list_cards(
                shape=shape, column=shape.by_value[column], lane=shape.lane_by_value[lane], limit=limit
            )
            for (column, lane), limit in limits.items()
        }
    ids = {place: _story_ids(shape, place, limit) for place, limit in limits.items()}
    wanted = [pk for place, found in ids.items() for pk in found[: limits[place]]]
    rows = Story.objects.filter(pk__in=wanted).select_related(*CARD_REFERENCES).annotate(sort_value=F("rank"))
    stories = {story.pk: story for story in rows}
    pages = {}
    for place, found in ids.items():
        shown = [stories[pk] for pk in found[: limits[place]] if pk in stories]
        is_last = len(found) <= limits[place] or not shown
        pages[place] = ItemPage(shown, None if is_last else write_cursor(shown[-1], shape.item, ""))
    return pages


def _story_ids(shape: BoardShape, place: Place, limit: int) -> list[int]:
    """The first ids of a cell in the order of the backlog, one more than its page has."""
    column, lane = shape.by_value[place[0]], shape.lane_by_value[place[1]]
    where = shape.where & where_in_column(shape=shape, column=column) & where_in_lane(shape=shape, lane=lane)
    backlog = Backlog.objects.filter(workspace=shape.board.workspace).values("pk")[:1]
    stories = Story.objects.filter(where, workspace=shape.board.workspace, backlog_id=Subquery(backlog))
    # no two stories of a backlog have one rank; a tie-break by id would sort the column instead of reading its index
    return list(stories.order_by("rank").values_list("pk", flat=True)[: limit + 1])


def cards_in_a_cell(shape: BoardShape) -> int:
    """How many cards of a cell come at once: fewer on a board of many columns, or of lanes."""
    share = CARDS_AT_ONCE // max(len(shape.columns), 1)
    most = FIRST_CARDS // 2 if shape.lane_field else FIRST_CARDS
    return min(max(share, FEWEST_CARDS), most)


def list_cards(
    *, shape: BoardShape, column: KanbanColumn, lane: KanbanLane, cursor: str = "", limit: int = FIRST_CARDS
) -> ItemPage:
    """One page of a cell in the backlog's order. Raises InvalidInput for a cursor of another list."""
    where = shape.where & where_in_column(shape=shape, column=column) & where_in_lane(shape=shape, lane=lane)
    return list_items(
        workspace=shape.board.workspace,
        item=shape.item,
        where=where,
        fields=shape.fields,
        cursor=cursor,
        limit=min(limit, MOST_CARDS),
    )


def find_column(*, shape: BoardShape, value: str) -> KanbanColumn:
    """The column of this value. Raises NotFound in words when the board has none."""
    column = shape.by_value.get(value)
    if column is None:
        raise NotFound(f"This board has no column “{value[:60]}”: it was taken out meanwhile. Reload the board.")
    return column


def find_lane(*, shape: BoardShape, value: str) -> KanbanLane:
    """The lane of this value; "" is the one of what has none, or of a board without lanes."""
    lane = shape.lane_by_value.get(value)
    if lane is None:
        what = "no lanes" if shape.lane_field is None and value != NONE else f"no lane “{value[:60]}”"
        raise NotFound(f"This board has {what}: reload the board.")
    return lane


def find_cell(*, shape: BoardShape, column: str | None, lane: str | None) -> tuple[KanbanColumn, KanbanLane]:
    """The cell asked for by values; None is the first one. Raises NotFound in words when the board has none."""
    if column is None and not shape.columns:
        raise NotFound(f"This board shows no columns. {shape.problem}".strip())
    found = shape.columns[0] if column is None else find_column(shape=shape, value=column)
    return found, shape.lanes[0] if lane is None and shape.lanes else find_lane(shape=shape, value=lane or NONE)


def places_of(*, shape: BoardShape, rows: Sequence[Any]) -> dict[int, Place]:
    """The column's and lane's value that each loaded row stands in now."""
    columns = _values_of(shape.item, shape.column_field, rows)
    lanes = _values_of(shape.item, shape.lane_field, rows)
    return {row.pk: (columns[row.pk], lanes[row.pk]) for row in rows}


def _values_of(item: ItemKind, field: ItemField | None, rows: Sequence[Any]) -> Mapping[int, str]:
    """The group's value of each row, "" for none; one statement for a field of one's own."""
    ids = [row.pk for row in rows]
    if field is None:
        return dict.fromkeys(ids, NONE)
    if field.custom is None:
        return dict(zip(ids, group_values(item=item, field=field, rows=rows), strict=True))
    owner = "story_id" if item is ItemKind.STORY else "capability_id"
    column = "person_id" if field.custom.kind == FieldKind.PERSON.value else "option_id"
    held = FieldValue.objects.filter(field=field.custom, **{f"{owner}__in": ids}).values_list(owner, column)
    return dict.fromkeys(ids, NONE) | {pk: str(value) for pk, value in held if value is not None}
