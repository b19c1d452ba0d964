"""Reading what people say of a board, and refusing what it can't have."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from common.errors import InvalidInput
from planner.domain.vocabulary import ItemKind, WipRule
from planner.models import Board
from planner.selectors.boards import colour_choices, column_choices, lane_choices
from planner.selectors.item_fields import Fields, ItemField
from planner.selectors.item_filters import context_of, require_item_filter
from planner.selectors.panels_fields import known_fields, panel_fields
from planner.services.checks import Reader, Refused, read_flag, read_inputs, text, word

MOST_CARD_FIELDS = 8
MOST_COLUMN_ROWS = 200
LARGEST_LIMIT = 10_000
NO_LIMIT_OF_0 = (
    "A limit of 0 would let no card in: write 1 or more, or leave it empty for no limit. To take a column off the "
    "board, hide it."
)
NO_HISTORY = "Capabilities keep no history to write a reason into: choose to warn or to refuse."


def _keys(value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or any(not isinstance(key, str) for key in value):
        raise Refused("Send a list of keys of fields.")
    if len(value) > MOST_CARD_FIELDS:
        raise Refused(f"Choose at most {MOST_CARD_FIELDS} fields for a card; these are {len(value)}.")
    return list(dict.fromkeys(value))


def _limit(value: Any) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 10:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused("Write a whole number of cards, or leave it empty for no limit.")
    if value == 0:
        raise Refused(NO_LIMIT_OF_0)
    limit: int = value
    if not 1 <= limit <= LARGEST_LIMIT:
        raise Refused(f"Use a limit from 1 to {LARGEST_LIMIT:,}, or leave it empty for none.")
    return limit


def _limits(value: Any) -> dict[str, int]:
    if not isinstance(value, Mapping) or len(value) > MOST_COLUMN_ROWS:
        raise Refused("Send the lanes' limits as numbers by lane value.")
    read = {str(lane)[:60]: _limit(limit) for lane, limit in value.items()}
    return {lane: limit for lane, limit in read.items() if limit is not None}


def _values(value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or len(value) > MOST_COLUMN_ROWS:
        raise Refused("Send a list of values to merge into the column.")
    return list(dict.fromkeys(str(each)[:60] for each in value))


_BOARD: Mapping[str, Reader] = {
    "name": text(longest=80, required=True),
    "item": word(ItemKind),
    "column_field": text(longest=60, required=True),
    "lane_field": text(longest=60),
    "filter_text": text(longest=2000),
    "card_fields": _keys,
    "colour_field": text(longest=60),
    "lane_limits": _limits,
    "lane_rule": word(WipRule),
    "is_shared": read_flag,
}
_COLUMN: Mapping[str, Reader] = {
    "value": text(longest=60),
    "label": text(longest=80),
    "also": _values,
    "wip_limit": _limit,
    "wip_rule": word(WipRule),
    "is_hidden": read_flag,
}


def read_board(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]] | None]:
    """The clean fields of a board, and its columns where they were sent. Errors name `columns[2].wip_limit`."""
    given = dict(values)
    columns = given.pop("columns", None)
    clean = read_inputs(given, _BOARD)
    return clean, None if columns is None else _read_columns(columns)


def _read_columns(columns: Any) -> list[dict[str, Any]]:
    if not isinstance(columns, list | tuple) or len(columns) > MOST_COLUMN_ROWS:
        raise InvalidInput(f"Send a list of at most {MOST_COLUMN_ROWS} columns.", field="columns")
    read: list[dict[str, Any]] = []
    errors: dict[str, list[str]] = {}
    for index, column in enumerate(columns):
        try:
            read.append(read_inputs(column, _COLUMN, prefix=f"columns[{index}]."))
        except InvalidInput as refused:
            errors |= refused.errors
    if errors:
        raise InvalidInput(field_errors=errors)
    _refuse_twice(read)
    return read


def _refuse_twice(columns: Sequence[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for index, column in enumerate(columns):
        for value in (column.get("value", ""), *column.get("also", ())):
            if value in seen:
                raise InvalidInput(
                    "This value stands in another column already: take it out there first.",
                    field=f"columns[{index}].value",
                )
            seen.add(value)


def check_board(
    *,
    board: Board,
    changed: Collection[str],
    columns: Sequence[Mapping[str, Any]],
    user_id: int | None,
    now: datetime,
) -> None:
    """Refuse fields that can't divide a board, a filter that can't be read, and rules its cards can't keep.

    Only what is `changed` is checked: a field that was removed since leaves the rest of the board changeable.
    """
    item = ItemKind(board.item)
    fields = panel_fields(workspace=board.workspace, item=item)
    if "column_field" in changed or "item" in changed:
        _one_of("column_field", board.column_field, column_choices(item=item, fields=fields), "columns")
    if board.lane_field and {"lane_field", "item", "column_field"} & set(changed):
        _check_lanes(board, item, fields)
    if "filter_text" in changed or "item" in changed:
        context = context_of(workspace=board.workspace, now=now, user_id=user_id)
        require_item_filter(text=board.filter_text, fields=fields, context=context, field="filter_text")
    _check_shown(board, changed, fields)
    rules = {board.lane_rule, *(column.get("wip_rule", "") for column in columns)}
    if item is ItemKind.CAPABILITY and WipRule.REASON.value in rules:
        raise InvalidInput(NO_HISTORY, field="columns" if board.lane_rule != WipRule.REASON.value else "lane_rule")


def _check_lanes(board: Board, item: ItemKind, fields: Fields) -> None:
    if board.lane_field == board.column_field:
        raise InvalidInput("Choose another field for the lanes than for the columns, or none.", field="lane_field")
    _one_of("lane_field", board.lane_field, lane_choices(item=item, fields=fields), "swim lanes")


def _one_of(name: str, key: str, choices: Sequence[ItemField], what: str) -> None:
    if key not in {each.key for each in choices}:
        known = ", ".join(each.label for each in choices)
        raise InvalidInput(f"“{key[:60]}” can't make {what} here; use one of: {known}.", field=name)


def _check_shown(board: Board, changed: Collection[str], fields: Fields) -> None:
    known = known_fields(fields)
    if {"card_fields", "item"} & set(changed):
        unknown = [key for key in board.card_fields if key not in known]
        if unknown:
            raise InvalidInput(f"There is no field “{unknown[0][:60]}” here: choose another.", field="card_fields")
    if board.colour_field and {"colour_field", "item"} & set(changed):
        choices = colour_choices(item=ItemKind(board.item), fields=fields)
        _one_of("colour_field", board.colour_field, choices, "colours")
