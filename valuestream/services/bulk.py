"""Writing many derived rows at once, from arrays: binary COPY on PostgreSQL, one prepared INSERT on SQLite."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from io import BytesIO
from typing import Any

import numpy as np
from django.db import connection

from planner.domain.arrays import BoolArray, IntArray
from valuestream.domain.visits import OPEN
from valuestream.selectors.columns import ABSENT, SECONDS_1970_TO_2000

_BIG, _SMALL = ">i8", ">i4"
# The file header of binary COPY: signature, flags, length of the (absent) extension.
_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"


@dataclass(frozen=True)
class Cells:
    """One column's values, one a row, and how PostgreSQL's binary COPY writes them. Made by the functions below."""

    name: str
    values: "np.ndarray[Any, Any]"
    wire: str
    is_null: BoolArray
    is_instant: bool = False

    def on_the_wire(self) -> "np.ndarray[Any, Any]":
        """The values as PostgreSQL counts them: its instants are microseconds since 2000."""
        return self.values - SECONDS_1970_TO_2000 * 1_000_000 if self.is_instant else self.values

    def as_parameters(self) -> list[int | str | None]:
        """The values as SQLite's parameters."""
        values = _timestamps(self.values) if self.is_instant else self.values.tolist()
        return [None if null else value for value, null in zip(values, self.is_null.tolist(), strict=True)]


def ids(name: str, values: IntArray) -> Cells:
    """A column of 64-bit numbers; ABSENT is stored as NULL."""
    return Cells(name, values, _BIG, values == ABSENT)


def counts(name: str, values: IntArray) -> Cells:
    """A column of 32-bit numbers."""
    return Cells(name, values, _SMALL, np.zeros(len(values), dtype=np.bool_))


def instants(name: str, values: IntArray) -> Cells:
    """A column of instants, microseconds since 1970 UTC; OPEN is stored as NULL."""
    return Cells(name, np.where(values == OPEN, 0, values), _BIG, values == OPEN, is_instant=True)


def word(name: str, text: str, count: int) -> Cells:
    """A column that holds the same ASCII word in every row."""
    return Cells(name, np.full(count, text), f"S{len(text)}", np.zeros(count, dtype=np.bool_))


def insert_columns(*, table: str, columns: Sequence[Cells]) -> None:
    """Append rows to a table of ours."""
    if not len(columns[0].values):
        return
    names = ", ".join(column.name for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)", BytesIO(_packed(columns)))
        else:
            places = ", ".join(["%s"] * len(columns))
            rows = zip(*(column.as_parameters() for column in columns), strict=True)
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", list(rows))  # noqa: S608 - names of ours


def _packed(columns: Sequence[Cells]) -> bytes:
    """The rows in binary COPY's format. A NULL takes no room, so rows with theirs in the same columns go together."""
    pattern = reduce(lambda seen, column: 2 * seen + column.is_null, columns, np.zeros(1, dtype=np.int64))
    parts = [_packed_alike(columns, np.flatnonzero(pattern == kind)) for kind in np.unique(pattern)]
    return b"".join([_HEADER, *parts, _TRAILER])


def _packed_alike(columns: Sequence[Cells], chosen: IntArray) -> bytes:
    """Rows with the same nulls: a field count, then length (-1 for NULL) and value of each field, big-endian."""
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for number, column in enumerate(columns):
        is_null = bool(column.is_null[chosen[0]])
        fields += [(f"length{number}", ">i4"), *([] if is_null else [(f"value{number}", column.wire)])]
    rows = np.empty(len(chosen), dtype=fields)
    rows["fields"] = len(columns)
    for number, column in enumerate(columns):
        name = f"value{number}"
        is_null = name not in (rows.dtype.names or ())
        rows[f"length{number}"] = -1 if is_null else rows.dtype[name].itemsize
        if not is_null:
            rows[name] = column.on_the_wire()[chosen]
    return rows.tobytes()


def _timestamps(values: IntArray) -> list[str]:
    """Instants as text that SQLite stores: Django's own form, so that comparisons hold."""
    texts = np.datetime_as_string(values.astype("datetime64[us]")).tolist()
    return [text.replace("T", " ").removesuffix(".000000") for text in texts]
