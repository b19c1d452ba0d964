"""Where a page of the backlog goes on: opaque to clients, checked when it comes back."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from common.errors import InvalidInput
from planner.domain.vocabulary import Lens

LONGEST_CURSOR = 300
LARGEST_INTEGER = 2**63 - 1
LARGEST_FIGURE = Decimal("1e20")


class BrokenCursor(InvalidInput):
    """The text is no cursor of this lens."""

    def __init__(self) -> None:
        super().__init__("This cursor is broken or of another lens: begin again without one.", field="cursor")


@dataclass(frozen=True)
class ManualCursor:
    """After this rank, which stands at this position among open stories."""

    rank: int
    position: int


@dataclass(frozen=True)
class ValuedCursor:
    """After this rank within a unit (a capability or a story of its own) of this figure."""

    figure: Decimal
    kind: int
    unit_id: int
    rank: int


@dataclass(frozen=True)
class TailCursor:
    """After this rank among what has no figure."""

    rank: int


Cursor = ManualCursor | ValuedCursor | TailCursor


def encode(cursor: Cursor, lens: Lens) -> str:
    """The cursor as clients pass it on."""
    parts = {
        ManualCursor: lambda c: [c.rank, c.position],
        ValuedCursor: lambda c: [str(c.figure), c.kind, c.unit_id, c.rank],
        TailCursor: lambda c: [c.rank],
    }
    document = [lens.value, *parts[type(cursor)](cursor)]
    return base64.urlsafe_b64encode(json.dumps(document, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(text: str | None, lens: Lens) -> Cursor | None:
    """Read a cursor of this lens; None without one; raises BrokenCursor."""
    if not text:
        return None
    name, *parts = _document(text)
    reader = _READERS.get((lens is Lens.MANUAL, len(parts)))
    if name != lens.value or reader is None:
        raise BrokenCursor
    return reader(parts)


def _document(text: str) -> list[Any]:
    if len(text) > LONGEST_CURSOR:
        raise BrokenCursor
    try:
        document = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise BrokenCursor from None
    if not isinstance(document, list) or not document:
        raise BrokenCursor
    return document


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_INTEGER:
        raise BrokenCursor
    return int(value)


def _figure(value: Any) -> Decimal:
    try:
        figure = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        figure = None
    if figure is None or not figure.is_finite() or abs(figure) > LARGEST_FIGURE:
        raise BrokenCursor
    return figure


def _read_manual(parts: list[Any]) -> Cursor:
    return ManualCursor(_integer(parts[0]), _integer(parts[1]))


def _read_valued(parts: list[Any]) -> Cursor:
    return ValuedCursor(_figure(parts[0]), _integer(parts[1]), _integer(parts[2]), _integer(parts[3]))


def _read_tail(parts: list[Any]) -> Cursor:
    return TailCursor(_integer(parts[0]))


_READERS: dict[tuple[bool, int], Callable[[list[Any]], Cursor]] = {
    (True, 2): _read_manual,
    (False, 4): _read_valued,
    (False, 1): _read_tail,
}
