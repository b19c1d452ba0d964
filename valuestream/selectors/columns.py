"""Columns of a query as arrays, without an object per row.

PostgreSQL sends them by binary COPY, where every row is equally long as no column is null; SQLite's
rows are transposed. A million rows of four columns load in well under a second.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from io import BytesIO

import numpy as np
from django.db import connection

from planner.domain.arrays import IntArray
from valuestream.domain.visits import OPEN

Param = int | str | datetime
ABSENT = -1
"""What stands for NULL in WHOLE and HUNDREDTHS columns."""

_COPY_HEADER = 19
_COPY_TRAILER = 2
SECONDS_1970_TO_2000 = 946_684_800


class Kind(Enum):
    """What a column holds, and how NULL comes out: ABSENT, or OPEN for an instant."""

    WHOLE = "whole numbers and ids"
    INSTANT = "microseconds since 1970 UTC"
    HUNDREDTHS = "decimals with two places, as whole hundredths (cents)"


@dataclass(frozen=True)
class Column:
    """One column: an SQL expression of ours (never of a user) and its kind."""

    expression: str
    kind: Kind = Kind.WHOLE


def instant(expression: str) -> Column:
    """A column of instants."""
    return Column(expression, Kind.INSTANT)


def hundredths(expression: str) -> Column:
    """A column of money or points."""
    return Column(expression, Kind.HUNDREDTHS)


def one_of(expression: str, ids: Iterable[int]) -> str:
    """The SQL condition that an integer column is one of these; ids are made sure to be integers."""
    return f"{expression} IN ({','.join(str(int(one)) for one in ids) or 'NULL'})"


def fetch_columns(columns: Sequence[Column], source: str, params: Sequence[Param]) -> list[IntArray]:
    """The columns of `SELECT ... FROM {source}`, one int64 array each. `source` is SQL of ours with %s params."""
    if connection.vendor == "postgresql":
        return _copy(columns, source, params)
    return _transpose(columns, source, params)


def _copy(columns: Sequence[Column], source: str, params: Sequence[Param]) -> list[IntArray]:
    with connection.cursor() as cursor:
        select = f"SELECT {', '.join(_postgresql(column) for column in columns)} FROM {source}"  # noqa: S608 - our own SQL
        whole = cursor.mogrify(select, params).decode()
        buffer = BytesIO()
        cursor.copy_expert(f"COPY ({whole}) TO STDOUT (FORMAT binary)", buffer)
    return [_decoded(column, values) for column, values in zip(columns, _unpacked(buffer, len(columns)), strict=True)]


def _postgresql(column: Column) -> str:
    if column.kind is Kind.INSTANT:
        return f"COALESCE({column.expression}, 'infinity'::timestamptz)"
    if column.kind is Kind.HUNDREDTHS:
        return f"COALESCE(({column.expression}) * 100, {ABSENT})::bigint"
    return f"COALESCE({column.expression}, {ABSENT})::bigint"


def _unpacked(buffer: BytesIO, width: int) -> list[IntArray]:
    """Rows of binary COPY: a field count, then length and eight bytes a field, big-endian."""
    row = np.dtype([("fields", ">i2"), *((f"{what}{n}", kind) for n in range(width) for what, kind in _FIELD)])
    content = buffer.getbuffer()
    (first,) = struct.unpack_from(">h", content, _COPY_HEADER)
    count = 0 if first < 0 else (len(content) - _COPY_HEADER - _COPY_TRAILER) // row.itemsize
    rows = np.frombuffer(content, dtype=row, count=count, offset=_COPY_HEADER)
    return [rows[f"value{n}"].astype(np.int64) for n in range(width)]


_FIELD = (("length", ">i4"), ("value", ">i8"))


def _decoded(column: Column, values: IntArray) -> IntArray:
    if column.kind is not Kind.INSTANT:
        return values
    return np.where(values == OPEN, OPEN, values + SECONDS_1970_TO_2000 * 1_000_000)


def _transpose(columns: Sequence[Column], source: str, params: Sequence[Param]) -> list[IntArray]:
    with connection.cursor() as cursor:
        select = f"SELECT {', '.join(_sqlite(column) for column in columns)} FROM {source}"  # noqa: S608 - our own SQL
        cursor.execute(select, params)
        rows = cursor.fetchall()
    if not rows:
        return [np.empty(0, dtype=np.int64) for _ in columns]
    return [_parsed(column, values) for column, values in zip(columns, zip(*rows, strict=True), strict=True)]


def _sqlite(column: Column) -> str:
    if column.kind is Kind.INSTANT:
        return f"CAST({column.expression} AS TEXT)"
    if column.kind is Kind.HUNDREDTHS:
        return f"COALESCE(CAST(ROUND(({column.expression}) * 100) AS INTEGER), {ABSENT})"
    return f"COALESCE({column.expression}, {ABSENT})"


def _parsed(column: Column, values: Sequence[object]) -> IntArray:
    if column.kind is not Kind.INSTANT:
        return np.array(values, dtype=np.int64)
    instants = np.array(values, dtype="datetime64[us]")
    return np.where(np.isnat(instants), OPEN, instants.astype(np.int64))
