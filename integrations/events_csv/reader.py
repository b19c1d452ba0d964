"""An event log out of CSV: one row a transition, in any order, items interleaved.

The rows are spooled to a temporary database and come back item by item, so that memory is flat
whatever the order of the file.
"""

import csv
from collections.abc import Iterator

from integrations.events_csv.rows import COLUMNS, REQUIRED, EventRow, RowRefused, read_row
from integrations.events_csv.spool import Spool
from integrations.events_csv.stories import StateBook, build_story
from integrations.formats.csv_rows import CsvRows, RowTooLong, row_is_text, sniff_delimiter
from integrations.formats.items import PULSE, ImportedWorkflow, Parsed, Pulse
from integrations.formats.reading import TextSource, UnreadableFile, clean_text

ROW_LIMIT_CHARS = 64 * 1024
_PULSE_ROWS = 20_000
MOST_OWN_COLUMNS = 50


class EventsCsvReader:
    """Reads a file once: refused rows first, in their order, then items in order of first appearance."""

    def __init__(self, path: str, *, own_names: frozenset[str] = frozenset()) -> None:
        self._source = TextSource(path)
        self._own_names = own_names
        self._states = StateBook()
        self._stories_done = 0
        self._stories_total = 0

    @property
    def progress(self) -> tuple[int, int]:
        """Half of the work is reading the rows, the other half is writing the items."""
        size = self._source.size_bytes
        read = min(self._source.bytes_read, size)
        written = size * self._stories_done // self._stories_total if self._stories_total else 0
        return read + written, 2 * size

    def __iter__(self) -> Iterator[Parsed | Pulse]:
        """Yield refused rows, then stories."""
        try:
            with Spool() as spool:
                yield from self._spool_rows(spool)
                self._stories_total = spool.count_items()
                yield Parsed("the file", item=ImportedWorkflow(self._states.all()))
                for number, (rows, more) in enumerate(spool.items(), 1):
                    self._stories_done = number
                    yield build_story(rows, self._states, more=more)
        finally:
            self._source.close()

    def _spool_rows(self, spool: Spool) -> Iterator[Parsed | Pulse]:
        rows, columns, own = self._open_rows()
        spooled = refused = 0
        for row in rows:
            try:
                spool.add(self._read(row, columns, own, rows))
                spooled += 1
                if spooled % _PULSE_ROWS == 0:
                    yield PULSE
            except RowRefused as error:
                refused += 1
                yield Parsed.refused(f"line {rows.line}", str(error), item=error.item, field=error.field)
        spool.flush()
        if refused and not spooled:
            yield Parsed.refused("the file", "No row of it could be read; see the reasons above.")

    def _read(
        self, row: list[str] | RowTooLong | csv.Error, columns: dict[str, int], own: dict[str, int], rows: CsvRows
    ) -> EventRow:
        if not isinstance(row, list):
            raise RowRefused(f"The row can't be read: {row}.")
        if not row_is_text(row):
            raise RowRefused("The row holds bytes that are not UTF-8 text.")
        try:
            event = read_row(row, columns, rows.line, own)
        except RowRefused as error:
            if error.spans_lines:
                rows.give_back()
            raise
        self._states.meet(event)
        return event

    def _open_rows(self) -> tuple[CsvRows, dict[str, int], dict[str, int]]:
        """The rows, the columns of the format, and those that may be fields of the workspace's own."""
        pieces = iter(self._source.read, "")
        first = next(pieces, "")
        header = first.partition("\n")[0]
        rows = CsvRows(_chain(first, pieces), limit_chars=ROW_LIMIT_CHARS, delimiter=sniff_delimiter(header))
        names = rows.header()
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            found = ", ".join(clean_text(name, 40) for name in names[:12])
            raise UnreadableFile(f"The header has no column {' and no column '.join(missing)}; it has: {found}.")
        twice = [name for name in COLUMNS if names.count(name) > 1]
        if twice:
            raise UnreadableFile(f"The header has the column {twice[0]} twice.")
        known = {name: names.index(name) for name in COLUMNS if name in names} | {"": len(names)}
        others = {name: index for index, name in enumerate(names) if name and name not in COLUMNS}
        fields_first = sorted(others.items(), key=lambda column: column[0] not in self._own_names)
        return rows, known, dict(fields_first[:MOST_OWN_COLUMNS])


def _chain(first: str, pieces: Iterator[str]) -> Iterator[str]:
    yield first
    yield from pieces
