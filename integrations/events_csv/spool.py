"""Rows set down in a temporary SQLite file and taken up again item by item, oldest first."""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from integrations.events_csv.rows import EventRow

_BATCH_ROWS = 5_000
EVENTS_LIMIT = 50_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SETUP = """
    PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE; PRAGMA cache_size=-16000;
    CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
    CREATE TABLE event (
        item INTEGER, at INTEGER, line INTEGER, from_state TEXT, to_state TEXT, title TEXT, points TEXT, value TEXT,
        actor TEXT, own_fields TEXT
    );
"""


class Spool:
    """A temporary file of events. It goes away with the context."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="millrace-import-")
        self._db = sqlite3.connect(Path(self._folder.name) / "events.sqlite3", isolation_level=None)
        self._db.executescript(_SETUP)
        self._db.execute("BEGIN")
        self._pending: list[tuple[Any, ...]] = []
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()
        self._folder.cleanup()

    def add(self, row: EventRow) -> None:
        """Set down one event."""
        at = (row.occurred_at - _EPOCH) // _MICROSECOND
        own = json.dumps(row.own_fields) if row.own_fields else None
        points, value = (None if number is None else str(number) for number in (row.points, row.value))
        self._pending.append(
            (row.item, at, row.line, row.from_state, row.to_state, row.title, points, value, row.actor, own)
        )
        if len(self._pending) >= _BATCH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what is pending."""
        names = ((row[0],) for row in self._pending)
        self._db.executemany("INSERT OR IGNORE INTO item (name) VALUES (?)", names)
        self._db.executemany(
            "INSERT INTO event SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM item WHERE name = ?1", self._pending
        )
        self._pending = []

    def count_items(self) -> int:
        """Return how many items there are."""
        return int(self._db.execute("SELECT count(*) FROM item").fetchone()[0])

    def items(self) -> Iterator[tuple[list[EventRow], int]]:
        """Yield each item's events, oldest first and of the same instant in the file's order.

        Beside them: how many more than EVENTS_LIMIT there are, which are not read.
        """
        rows = self._db.execute(
            "SELECT e.item, name, at, line, from_state, to_state, title, points, value, actor, own_fields"
            " FROM event e JOIN item ON item.id = e.item ORDER BY e.item, at, line"
        )
        for _, group in groupby(rows, key=itemgetter(0)):
            events = [_row(found) for found in islice(group, EVENTS_LIMIT)]
            yield events, sum(1 for _ in group)


def _row(found: tuple[Any, ...]) -> EventRow:
    _, name, at, line, from_state, to_state, title, points, value, actor, own = found
    return EventRow(
        line=line,
        item=name,
        occurred_at=_EPOCH + at * _MICROSECOND,
        from_state=from_state,
        to_state=to_state,
        title=title,
        points=None if points is None else Decimal(points),
        value=None if value is None else Decimal(value),
        actor=actor,
        own_fields=json.loads(own) if own else {},
    )
