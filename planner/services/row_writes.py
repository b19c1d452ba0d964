"""Inserting many rows at once, as tuples: COPY on PostgreSQL, one prepared INSERT on SQLite.

Model instances would cost more than the rest of an import together. Nothing is checked here but what
the database itself refuses.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.db import connection, models

Row = Sequence[Any]
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert_rows(
    *, model: type[models.Model], columns: Sequence[str], rows: Iterable[Row], same: Mapping[str, Any] | None = None
) -> None:
    """Insert rows whose values stand in the order of `columns` (database names); `same` holds for every row.

    Values: None, text without NUL, int, bool, Decimal, aware datetimes.
    """
    same = same or {}
    write = _copy if connection.vendor == "postgresql" else _insert
    write(model._meta.db_table, [*columns, *same], rows, list(same.values()))


def reserve_ids(*, model: type[models.Model], count: int) -> list[int]:
    """Ids for `count` rows to be inserted by this transaction, rising."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [pk for (pk,) in cursor.fetchall()]
        # SQLite: the transaction excludes other writers, and an explicit id moves the sequence on.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
        return list(range(last + 1, last + 1 + count))


def _copy(table: str, columns: Sequence[str], rows: Iterable[Row], same: Row) -> None:
    encoders = _COPY_ENCODERS
    end = "".join(f"\t{encoders[type(value)](value)}" for value in same)
    lines = ["\t".join([encoders[type(value)](value) for value in row]) + end for row in rows]
    if not lines:
        return
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    with connection.cursor() as cursor:
        text = "\n".join(lines).encode()
        cursor.copy_expert(f"COPY {connection.ops.quote_name(table)} ({names}) FROM STDIN", BytesIO(text))


def _escaped(text: str) -> str:
    return text if text.isprintable() and "\\" not in text else text.translate(_ESCAPES)


_COPY_ENCODERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "\\N",
    str: _escaped,
    int: str,
    bool: lambda value: "t" if value else "f",
    Decimal: str,
    datetime: datetime.isoformat,
}


def _insert(table: str, columns: Sequence[str], rows: Iterable[Row], same: Row) -> None:
    encoders = _SQLITE_ENCODERS
    end = [encoders[type(value)](value) for value in same]
    encoded = [[encoders[type(value)](value) for value in row] + end for row in rows]
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
            encoded,
        )


def _same(value: Any) -> Any:
    return value


_SQLITE_ENCODERS: dict[type, Callable[[Any], Any]] = {
    type(None): _same,
    str: _same,
    int: _same,
    bool: int,
    Decimal: str,
    datetime: lambda value: str(value.astimezone(UTC).replace(tzinfo=None)),
}
