"""What a panel lists: a page by keyset, and what all of it comes to. Statements don't grow with the rows."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core import signing
from django.db.models import Count, F, Q, QuerySet, Subquery, Sum

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.vocabulary import ItemKind
from planner.models import Backlog, Capability
from planner.selectors.item_fields import Fields, rows_of

MOST_ROWS = 200
_SALT = "planner.panels.cursor"
_RANKS = {ItemKind.STORY: "rank", ItemKind.TASK: "story__rank", ItemKind.CAPABILITY: "-cost_of_delay"}


@dataclass(frozen=True)
class ItemPage:
    """Rows in order, and where the next page begins (None: this is the last)."""

    rows: list[Any]
    next_cursor: str | None


@dataclass(frozen=True)
class ItemTotals:
    """All that passes the filter. `points`: of stories and capabilities, hours left of tasks.

    `money`: cost of delay a week of the capabilities (each once) and loose stories; None where none is valued.
    """

    number: int
    points: Decimal | None
    money: Decimal | None


def list_items(
    *,
    workspace: Workspace,
    item: ItemKind,
    where: Q,
    fields: Fields,
    sort: str = "",
    cursor: str = "",
    limit: int = 50,
) -> ItemPage:
    """One page of at most 200 items: by rank where `sort` is "", else by a field's value, unknown ones last.

    Capabilities without a sort stand by cost of delay. Raises InvalidInput for a sort or cursor that is none.
    """
    rows, is_down = _sorted(rows_of(workspace=workspace, item=item).filter(where), item, fields, sort)
    if item is ItemKind.STORY and not sort:
        rows = rows.filter(backlog_id=Subquery(Backlog.objects.filter(workspace=workspace).values("pk")[:1]))
    if cursor and not sort and item is ItemKind.STORY:
        rows = rows.filter(rank__gt=_read(cursor, item, sort)[0])  # the index of ranks begins right there
    elif cursor:
        rows = rows.filter(_after(_read(cursor, item, sort), is_down=is_down))
    found = list(rows[: min(limit, MOST_ROWS) + 1])
    shown = found[: min(limit, MOST_ROWS)]
    return ItemPage(shown, write_cursor(shown[-1], item, sort) if len(found) > len(shown) else None)


def check_sort(*, sort: str, fields: Fields, field: str = "sort") -> None:
    """Refuse to sort by what has no order. Raises InvalidInput naming `field`."""
    key = sort.removeprefix("-")
    if key and (key not in fields or fields[key].order is None):
        raise InvalidInput(f"Nothing can be sorted by “{key[:60]}”: choose another field.", field=field)


def _sorted(rows: QuerySet[Any], item: ItemKind, fields: Fields, sort: str) -> tuple[QuerySet[Any], bool]:
    check_sort(sort=sort, fields=fields)
    told = sort or _RANKS[item]
    is_down = told.startswith("-")
    key = told.removeprefix("-")
    order: Any = fields[key].order if sort else F(key)
    rows = rows.annotate(sort_value=order)
    if not sort and item is ItemKind.STORY:
        return rows.order_by("rank", "pk"), False
    by = F("sort_value")
    return rows.order_by(by.desc(nulls_last=True) if is_down else by.asc(nulls_last=True), "pk"), is_down


def _after(start: tuple[Any, int], *, is_down: bool) -> Q:
    value, pk = start
    if value is None:
        return Q(sort_value__isnull=True, pk__gt=pk)
    beyond = Q(**{f"sort_value__{'lt' if is_down else 'gt'}": value})
    return beyond | Q(sort_value=value, pk__gt=pk) | Q(sort_value__isnull=True)


_READERS: Mapping[str, Callable[[str], Any]] = {
    "Decimal": Decimal,
    "int": int,
    "str": str,
    "bool": lambda text: text == "True",
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "NoneType": lambda _: None,
}


def write_cursor(row: Any, item: ItemKind, sort: str) -> str:
    """Where the page after this row begins; the row carries what it is sorted by as `sort_value`."""
    value = row.sort_value
    text = value.isoformat() if isinstance(value, date) else str(value)
    return signing.dumps([item.value, sort, type(value).__name__, text, row.pk], salt=_SALT)


def _read(cursor: str, item: ItemKind, sort: str) -> tuple[Any, int]:
    try:
        of_item, of_sort, kind, text, pk = signing.loads(cursor, salt=_SALT)
        if (of_item, of_sort) != (item.value, sort):
            raise ValueError(cursor)
        return _READERS[kind](text), int(pk)
    except (signing.BadSignature, ValueError, KeyError, TypeError, InvalidOperation, json.JSONDecodeError):
        raise InvalidInput("This cursor is broken or of another list: begin again without one.", field="cursor") from (
            None
        )


def sum_items(*, workspace: Workspace, item: ItemKind, where: Q) -> ItemTotals:
    """Count and sum everything that passes; at most three statements."""
    rows = rows_of(workspace=workspace, item=item).filter(where).select_related(None)
    if item is ItemKind.TASK:
        told = rows.aggregate(number=Count("pk"), points=Sum("hours_left"))
        return ItemTotals(told["number"], told["points"], None)
    if item is ItemKind.CAPABILITY:
        told = rows.aggregate(number=Count("pk"), points=Sum("closure_points"), money=Sum("cost_of_delay"))
        return ItemTotals(told["number"], told["points"], told["money"])
    told = rows.aggregate(
        number=Count("pk"), points=Sum("points"), money=Sum("cost_of_delay", filter=Q(capability=None))
    )
    units = Capability.objects.filter(workspace=workspace, pk__in=rows.order_by().values("capability"))
    shared = units.aggregate(money=Sum("cost_of_delay"))["money"]
    both = [money for money in (told["money"], shared) if money is not None]
    return ItemTotals(told["number"], told["points"], sum(both, Decimal(0)) if both else None)
