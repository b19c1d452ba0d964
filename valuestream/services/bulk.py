"""Writing many derived rows at once: COPY on PostgreSQL, one prepared INSERT on SQLite."""

from collections.abc import Iterable, Sequence
from io import StringIO

import numpy as np
from django.db import connection

from planner.domain.arrays import IntArray
from valuestream.domain.visits import OPEN

Cell = int | str | None


def as_timestamps(*, instants: IntArray) -> list[str | None]:
    """Instants as both databases store them: SQLite's text is Django's own, so that comparisons hold."""
    is_open = instants == OPEN
    texts = np.datetime_as_string(np.where(is_open, 0, instants).astype("datetime64[us]")).tolist()
    return [
        None if never else text.replace("T", " ").removesuffix(".000000")
        for never, text in zip(is_open.tolist(), texts, strict=True)
    ]


def insert_rows(*, table: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Append rows of numbers and timestamps (never free text) to a table of ours."""
    rows = list(rows)
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", _tabbed(rows))
        else:
            places = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - names of ours
            cursor.executemany(statement, rows)


def _tabbed(rows: Iterable[Sequence[Cell]]) -> StringIO:
    """Rows in COPY's text format. Timestamps are UTC: Django sets the connection's time zone."""
    lines = ("\t".join("\\N" if cell is None else str(cell) for cell in row) for row in rows)
    return StringIO("\n".join(lines) + "\n")
