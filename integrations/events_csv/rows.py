"""One row of an event log, checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from integrations.formats.reading import clean_text
from integrations.formats.values import parse_instant, parse_money, parse_points

REQUIRED = ("item", "occurred_at", "to_state")
COLUMNS = (*REQUIRED, "from_state", "title", "points", "value", "actor")
_STATE_CHARS = 80
_ITEM_CHARS = 150
LONGEST_CELL = 5_000


class RowRefused(Exception):
    """A row that can't be an event: why, whose, and which column."""

    def __init__(self, reason: str, *, item: str = "", field: str = "", spans_lines: bool = False) -> None:
        super().__init__(reason)
        self.item = item
        self.field = field
        self.spans_lines = spans_lines


@dataclass(frozen=True, slots=True)
class EventRow:
    """A transition of an item. `line` is where it stands in the file."""

    line: int
    item: str
    occurred_at: datetime
    from_state: str
    to_state: str
    title: str
    points: Decimal | None
    value: Decimal | None
    actor: str
    own_fields: Mapping[str, str] = field(default_factory=dict)


def read_row(
    row: Sequence[str], columns: Mapping[str, int], line: int, own_columns: Mapping[str, int] | None = None
) -> EventRow:
    """Return the event of a row. `columns` gives each column's index, and under "" how many there are.

    `own_columns`: those that may be fields of the workspace's own; their cells stay as they are written.

    Raises RowRefused.
    """
    if any("\n" in row[index] for index in (columns[name] for name in REQUIRED) if index < len(row)):
        raise RowRefused("A quote is left open in this row.", spans_lines=True)
    if len(row) != columns[""]:
        raise RowRefused(
            f"The row has {len(row)} fields, the header has {columns['']}.", spans_lines="\n" in "".join(row)
        )
    cells = {name: row[index].strip() for name, index in columns.items() if name}
    item = cells["item"]
    if not item:
        raise RowRefused("The row names no item.", field="item")
    if len(item) > _ITEM_CHARS:
        raise RowRefused(f"The item's name is longer than {_ITEM_CHARS} characters.", field="item", item=item[:100])
    return EventRow(
        line=line,
        item=clean_text(item, _ITEM_CHARS),
        occurred_at=_instant(cells["occurred_at"], item),
        from_state=_state(cells.get("from_state", ""), item, "from_state"),
        to_state=_state(cells["to_state"], item, "to_state", required=True),
        title=clean_text(cells.get("title"), 500),
        points=_number(cells, "points", item),
        value=_number(cells, "value", item),
        actor=clean_text(cells.get("actor"), 120),
        own_fields=_own_fields(row, own_columns or {}),
    )


def _own_fields(row: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    """What the other columns hold; an empty cell tells nothing."""
    cells = {name: clean_text(row[index].strip(), LONGEST_CELL) for name, index in columns.items()}
    return {name: text for name, text in cells.items() if text}


def _instant(text: str, item: str) -> datetime:
    found = parse_instant(text)
    if found is None:
        raise RowRefused(
            f"{clean_text(text, 40) or 'Nothing'!r} is not an instant: write ISO 8601 (2026-03-01T09:30:00Z) or "
            "seconds since 1970.",
            item=item,
            field="occurred_at",
        )
    return found


def _state(text: str, item: str, field: str, *, required: bool = False) -> str:
    if required and not text:
        raise RowRefused("The row names no state.", item=item, field=field)
    if len(text) > _STATE_CHARS:
        raise RowRefused(f"The state's name is longer than {_STATE_CHARS} characters.", item=item, field=field)
    return " ".join(clean_text(text, _STATE_CHARS).split())


def _number(cells: Mapping[str, str], field: str, item: str) -> Decimal | None:
    text = cells.get(field, "")
    if not text:
        return None
    number = parse_points(text) if field == "points" else parse_money(text)
    if number is None:
        limit = "0 to 10,000" if field == "points" else "0 up, in the workspace's currency"
        raise RowRefused(f"{clean_text(text, 40)!r} is not a number from {limit}.", item=item, field=field)
    return number
