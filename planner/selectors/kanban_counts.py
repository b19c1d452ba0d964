"""How many cards stand in each cell of a board, and what they come to: one grouped statement for all of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Field,
    FilteredRelation,
    FloatField,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from planner.domain.vocabulary import FieldKind, ItemKind
from planner.selectors.item_fields import ItemField, rows_of
from planner.selectors.item_groups import NONE
from planner.selectors.kanban_shape import BoardShape, KanbanColumn, KanbanLane

CENTS = Decimal("0.01")


@dataclass(frozen=True)
class CellSum:
    """What stands in one cell. `points`: hours left of tasks; `money`: cost of delay a week, each capability once
    in a column, None where nothing is valued.
    """

    number: int = 0
    points: Decimal | None = None
    money: Decimal | None = None

    def plus(self, other: "CellSum") -> "CellSum":
        """Both together."""
        return CellSum(self.number + other.number, _plus(self.points, other.points), _plus(self.money, other.money))


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other


NOTHING = CellSum()


@dataclass(frozen=True)
class BoardCounts:
    """All that passes a board's filter: by column and lane, and what is on no column or lane of it, by reason."""

    shape: BoardShape
    cells: Mapping[tuple[str, str], CellSum]
    off: Mapping[str, int]

    @cached_property
    def columns(self) -> Mapping[str, CellSum]:
        """What each column holds, all lanes together."""
        found: dict[str, CellSum] = {}
        for (column, _), held in self.cells.items():
            found[column] = found.get(column, NOTHING).plus(held)
        return found

    @cached_property
    def lanes(self) -> Mapping[str, int]:
        """How many cards each lane has."""
        return self._per_lane({column.value for column in self.shape.columns})

    @cached_property
    def lanes_in_progress(self) -> Mapping[str, int]:
        """How many cards of each lane are in progress: what its limit is about."""
        return self._per_lane({column.value for column in self.shape.columns if column.is_in_progress})

    def _per_lane(self, columns: set[str]) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for (column, lane), held in self.cells.items():
            if column in columns:
                found[lane] = found.get(lane, 0) + held.number
        return found

    @property
    def number(self) -> int:
        """How many cards are on the board."""
        return sum(held.number for held in self.cells.values())

    @property
    def off_number(self) -> int:
        """How many pass the filter and are not on the board."""
        return sum(self.off.values())

    def of(self, column: KanbanColumn, lane: KanbanLane) -> CellSum:
        """What stands in a cell."""
        return self.cells.get((column.value, lane.value), NOTHING)


def count_cells(*, shape: BoardShape) -> BoardCounts:
    """Count and sum every cell of a board exactly; one statement, whatever its rows, columns and lanes."""
    cells: dict[tuple[str, str], CellSum] = {}
    off: dict[str, int] = {}
    if shape.problem or shape.column_field is None:
        return BoardCounts(shape, cells, off)
    shown = {column.value for column in shape.columns}
    for column_value, lane_value, held in _grouped(shape):
        column, lane = shape.by_value.get(column_value), shape.lane_by_value.get(lane_value)
        if column is None or column.value not in shown:
            reason = f"{column.label} is hidden" if column else f"of another {shape.column_field.label.lower()}"
            off[reason] = off.get(reason, 0) + held.number
        elif lane is None:
            off["without a lane of their own"] = off.get("without a lane of their own", 0) + held.number
        else:
            place = (column.value, lane.value)
            cells[place] = cells.get(place, NOTHING).plus(held)
    return BoardCounts(shape, cells, off)


def _grouped(shape: BoardShape) -> Iterator[tuple[str, str, CellSum]]:
    rows = rows_of(workspace=shape.board.workspace, item=shape.item).filter(shape.where).select_related(None)
    rows = _divided(rows.order_by(), "board_column", shape.column_field, shape)
    rows = _divided(rows, "board_lane", shape.lane_field, shape)
    for column, lane, number, points, money in _sums(rows, shape):
        held = CellSum(int(number), _decimal(points), _decimal(money))
        yield _as_value(column, shape.column_field), _as_value(lane, shape.lane_field), held


def _divided(rows: QuerySet[Any], name: str, field: ItemField | None, shape: BoardShape) -> QuerySet[Any]:
    """The rows with the value of their column or lane; merged columns have that of the first."""
    if field is None:
        alone: QuerySet[Any] = rows.annotate(**{name: Value("", output_field=CharField())})
        return alone
    path = field.path
    if field.custom is not None:
        held = FilteredRelation("fieldvalue", condition=Q(fieldvalue__field=field.custom))
        rows = rows.annotate(**{f"held_{name}": held})
        is_person = field.custom.kind == FieldKind.PERSON.value
        path = f"held_{name}__{'person' if is_person else 'option'}_id"
    merged = [column for column in shape.columns if len(column.values) > 1] if name == "board_column" else []
    divided: QuerySet[Any] = rows.annotate(**{name: _merged(path, merged) if merged else F(path)})
    return divided


def _merged(path: str, columns: list[KanbanColumn]) -> Combinable:
    """One value for all values of a merged column, so that a capability in two of them counts once."""
    is_id = path.endswith("_id")
    output: Field[Any, Any] = IntegerField() if is_id else CharField()
    cases = []
    for column in columns:
        first = Value(_stored(column.value, is_id=is_id), output_field=output)
        kept = [_stored(value, is_id=is_id) for value in column.values if value != NONE]
        where = Q(**{f"{path}__in": kept}) | (Q(**{f"{path}__isnull": True}) if NONE in column.values else Q())
        cases.append(When(where, then=first))
    return Case(*cases, default=F(path), output_field=output)


def _stored(value: str, *, is_id: bool) -> int | str | None:
    if value == NONE:
        return None
    return int(value) if is_id else value


Row = tuple[Any, Any, int, Any, Any]


def _sums(rows: QuerySet[Any], shape: BoardShape) -> list[Row]:
    item = shape.item
    if item is ItemKind.STORY:
        return _story_sums(rows, _SUMS_IN_LANES if shape.lane_field else _SUMS)
    points = "hours_left" if item is ItemKind.TASK else "closure_points"
    sums: dict[str, Any] = {"number": Count("*"), "sum_points": Sum(points)}
    if item is ItemKind.CAPABILITY:
        sums["sum_money"] = Sum("cost_of_delay")
    told = rows.values("board_column", "board_lane").annotate(**sums)
    return [
        (each["board_column"], each["board_lane"], each["number"], each["sum_points"], each.get("sum_money"))
        for each in told
    ]


_SUMS = """
SELECT cells.board_column, cells.board_lane, SUM(cells.number), SUM(cells.sum_points),
  SUM(COALESCE(cells.sum_own, capability.cost_of_delay))
FROM ({inner}) cells LEFT JOIN planner_capability capability ON capability.id = cells.unit
GROUP BY cells.board_column, cells.board_lane
"""
_SUMS_IN_LANES = """
SELECT board_column, board_lane, SUM(number), SUM(sum_points), SUM(COALESCE(sum_own, worth)) FROM (
  SELECT cells.board_column, cells.board_lane, cells.number, cells.sum_points, cells.sum_own,
    CASE WHEN ROW_NUMBER() OVER (PARTITION BY cells.board_column, cells.unit ORDER BY cells.board_lane) = 1
      THEN capability.cost_of_delay END AS worth
  FROM ({inner}) cells LEFT JOIN planner_capability capability ON capability.id = cells.unit
) placed GROUP BY board_column, board_lane
"""


def _story_sums(rows: QuerySet[Any], statement: str) -> list[Row]:
    """Stories grouped first by capability too, so that each capability's money counts once in a column.

    Points are summed as floats, which is exact to the cent far beyond any backlog and spares a quarter of the time.
    """
    rows = rows.annotate(unit=F("capability_id")).values("board_column", "board_lane", "unit")
    inner = rows.annotate(number=Count("*"), sum_points=Sum(Cast("points", FloatField())), sum_own=Sum("cost_of_delay"))
    try:
        sql, parameters = inner.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement.format(inner=sql), parameters)
        found: list[Row] = cursor.fetchall()
    return found


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(CENTS)


def _as_value(stored: Any, field: ItemField | None) -> str:
    if stored is None:
        return NONE
    if field is not None and field.key in ("blocked", "required") and field.custom is None:
        return "yes" if stored else "no"
    return str(stored)
