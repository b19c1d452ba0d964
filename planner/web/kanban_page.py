"""What a board's page shows: heads with counts and limits, lanes, and the first cards of each cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.safestring import SafeString

from accounts.models import User
from planner.domain.panels.operators import Operator
from planner.domain.panels.values import Text
from planner.domain.vocabulary import ItemKind
from planner.models import Board
from planner.selectors.boards import NEEDS, may_do
from planner.selectors.item_filters import context_of
from planner.selectors.item_groups import NONE
from planner.selectors.kanban_cards import FirstCards, first_cards, lanes_shown, list_cards
from planner.selectors.kanban_counts import NOTHING, BoardCounts, CellSum, count_cells
from planner.selectors.kanban_shape import BoardShape, KanbanColumn, KanbanLane, shape_of
from planner.selectors.panels_rows import ItemPage
from planner.web.kanban_faces import faces_of
from planner.web.kanban_markup import Pen

NOUNS = {
    ItemKind.STORY: ("story", "stories"),
    ItemKind.TASK: ("task", "tasks"),
    ItemKind.CAPABILITY: ("capability", "capabilities"),
}
POINTS = {ItemKind.STORY: "points", ItemKind.TASK: "h left", ItemKind.CAPABILITY: "points left"}


@dataclass(frozen=True)
class Head:
    """The head of a column: exact count, sums, and how far it is over its limit."""

    column: KanbanColumn
    held: CellSum
    points_word: str

    @property
    def over(self) -> int:
        """Cards beyond the limit."""
        return max(self.held.number - self.column.limit, 0) if self.column.limit is not None else 0


@dataclass(frozen=True)
class CellView:
    """One cell with the cards drawn; `more` follow `cursor` as one scrolls."""

    column: KanbanColumn
    ident: str
    number: int
    cards: SafeString
    cursor: str | None
    more: int


@dataclass(frozen=True)
class LaneView:
    """One lane. `is_waiting`: its cards are asked for when it comes into view."""

    lane: KanbanLane
    ident: str
    number: int
    in_progress: int
    cells: Sequence[CellView]
    is_waiting: bool

    @property
    def over(self) -> int:
        """Cards in progress beyond the limit."""
        return max(self.in_progress - self.lane.limit, 0) if self.lane.limit is not None else 0


@dataclass(frozen=True)
class KanbanView:
    """A board as it is drawn."""

    shape: BoardShape
    counts: BoardCounts
    heads: Sequence[Head]
    lanes: Sequence[LaneView]
    can_move: bool

    @property
    def counted(self) -> str:
        """“412 stories”."""
        one, many = NOUNS[self.shape.item]
        return f"{self.counts.number:,} {one if self.counts.number == 1 else many}"

    @property
    def off(self) -> str:
        """“212 not on this board: 180 Done is hidden, 32 of another state”."""
        if not self.counts.off_number:
            return ""
        reasons = ", ".join(f"{number:,} {reason}" for reason, number in self.counts.off.items())
        return f"{self.counts.off_number:,} not on this board: {reasons}."

    @property
    def over(self) -> Decimal | int:
        """How many columns and lanes are over their limits."""
        return sum(head.over > 0 for head in self.heads) + sum(lane.over > 0 for lane in self.lanes)


def shape_for(*, board: Board, reader: User, now: datetime, text: str = "") -> BoardShape:
    """The board as this reader asks for it; `text` narrows it to cards that have these words."""
    shape = shape_of(board=board, now=now, user_id=reader.pk)
    return replace(shape, where=shape.where & _has_text(shape, text, reader, now)) if text else shape


def _has_text(shape: BoardShape, text: str, reader: User, now: datetime) -> Q:
    context = context_of(workspace=shape.board.workspace, now=now, user_id=reader.pk)
    field = shape.fields["title" if shape.item is ItemKind.TASK else "text"]
    return field.where(Operator.HAS, (Text(text[:100]),), context)


def view_board(
    *, shape: BoardShape, reader: User, now: datetime, wanted: Mapping[tuple[str, str], int] | None = None
) -> KanbanView:
    """The board with its first cards; `wanted`: how many cards the page shows of cells that were scrolled."""
    counts = count_cells(shape=shape)
    lanes = lanes_shown(counts=counts)
    first = first_cards(counts=counts, lanes=lanes, wanted=wanted)
    may = may_move(shape=shape, reader=reader)
    rows = [row for page in first.pages.values() for row in page.rows]
    pen = Pen(faces_of(shape=shape, rows=rows, reader=reader, now=now), can_move=may)
    word = POINTS[shape.item]
    return KanbanView(
        shape=shape,
        counts=counts,
        heads=[Head(column, counts.columns.get(column.value, NOTHING), word) for column in shape.columns],
        lanes=[_lane(lane, counts, first, pen) for lane in lanes],
        can_move=may,
    )


def may_move(*, shape: BoardShape, reader: User) -> bool:
    """Whether the reader may move cards of this board."""
    return shape.moves_columns and may_do(user=reader, workspace_id=shape.board.workspace_id, action=NEEDS[shape.item])


def _lane(lane: KanbanLane, counts: BoardCounts, first: FirstCards, pen: Pen) -> LaneView:
    cells = [
        _cell(column, lane, counts.of(column, lane).number, first.pages.get((column.value, lane.value)), pen)
        for column in counts.shape.columns
    ]
    return LaneView(
        lane=lane,
        ident=ident_of(lane.value),
        number=counts.lanes.get(lane.value, 0),
        in_progress=counts.lanes_in_progress.get(lane.value, 0),
        cells=cells,
        is_waiting=lane.value in first.waiting,
    )


def _cell(column: KanbanColumn, lane: KanbanLane, number: int, page: ItemPage | None, pen: Pen) -> CellView:
    rows: Sequence[Any] = page.rows if page else ()
    return CellView(
        column=column,
        ident=f"cell-{ident_of(column.value)}-{ident_of(lane.value)}",
        number=number,
        cards=pen.draw(rows),
        cursor=page.next_cursor if page else None,
        more=number - len(rows),
    )


def ident_of(value: str) -> str:
    """A value as part of an element's id."""
    return value.lower() or "none" if value != NONE else "none"


def next_cards(
    *, shape: BoardShape, column: KanbanColumn, lane: KanbanLane, cursor: str, reader: User, now: datetime
) -> tuple[SafeString, str | None]:
    """The next cards of a cell as markup, and where those after them begin."""
    page = list_cards(shape=shape, column=column, lane=lane, cursor=cursor)
    faces = faces_of(shape=shape, rows=page.rows, reader=reader, now=now)
    pen = Pen(faces, can_move=may_move(shape=shape, reader=reader))
    return pen.draw(page.rows), page.next_cursor
