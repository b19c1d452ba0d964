"""Where a page of the backlog goes on: opaque to clients, checked when it comes back."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common.errors import InvalidInput
from planner.domain.vocabulary import Lens

LONGEST_CURSOR = 300
LARGEST_INTEGER = 2**63 - 1


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
class UnitCursor:
    """After this rank within a unit, which stood at this place (from 0) of the lens's order."""

    place: int
    unit_id: int
    rank: int


@dataclass(frozen=True)
class TailCursor:
    """After this rank among what the stored order does not know yet."""

    rank: int


Cursor = ManualCursor | UnitCursor | TailCursor


def encode(cursor: Cursor, lens: Lens) -> str:
    """The cursor as clients pass it on."""
    parts = {
        ManualCursor: lambda c: [c.rank, c.position],
        UnitCursor: lambda c: [c.place, c.unit_id, c.rank],
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


def _read_manual(parts: list[Any]) -> Cursor:
    return ManualCursor(_integer(parts[0]), _integer(parts[1]))


def _read_unit(parts: list[Any]) -> Cursor:
    place, unit_id, rank = (_integer(part) for part in parts)
    if place < 0:
        raise BrokenCursor
    return UnitCursor(place, unit_id, rank)


def _read_tail(parts: list[Any]) -> Cursor:
    return TailCursor(_integer(parts[0]))


_READERS: dict[tuple[bool, int], Callable[[list[Any]], Cursor]] = {
    (True, 2): _read_manual,
    (False, 2): _read_manual,  # of a lens that no job had computed yet
    (False, 3): _read_unit,
    (False, 1): _read_tail,
}
