"""Tables as files, row by row: CSV, and Excel's XLSX (ECMA-376) with nothing but what a table needs.

Both are written as they are read, so that memory stays flat whatever the number of rows.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import IO, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

Cell = str | int | bool | Decimal | datetime | None
Row = Sequence[Cell]
ROWS_AT_ONCE = 200
LONGEST_CELL = 32_000
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = "application/vnd.openxmlformats-package.relationships+xml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="{_TYPES}"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_OFFICE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_OFFICE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
    '<sheet name="Backlog" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def write_csv(rows: Iterable[Row]) -> Iterator[bytes]:
    """The rows as CSV in UTF-8 with a byte order mark, which is how Excel knows."""
    yield "\ufeff".encode()
    for batch in _batched(rows):
        text = StringIO()
        csv.writer(text).writerows([[_as_text(cell) for cell in row] for row in batch])
        yield text.getvalue().encode()


def write_xlsx(rows: Iterable[Row]) -> Iterator[bytes]:
    """The rows as an Excel workbook of one sheet."""
    sink = _Sink()
    with ZipFile(cast("IO[bytes]", sink), "w", ZIP_DEFLATED) as book:
        for name, part in _PARTS.items():
            book.writestr(name, _HEAD + part)
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for batch in _batched(rows):
                sheet.write("".join(map(_row, batch)).encode())
                yield sink.take()
            sheet.write(b"</sheetData></worksheet>")
    yield sink.take()


class _Sink:
    """What a ZipFile takes for a pipe: it is written only, and what was written is taken away."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, piece: bytes) -> int:
        """Keep a piece until it is taken."""
        self._written += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing waits anywhere."""

    def take(self) -> bytes:
        """What was written since the last time."""
        written = bytes(self._written)
        self._written.clear()
        return written


def _row(row: Row) -> str:
    return f"<row>{''.join(map(_cell, row))}</row>"


def _cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, bool | str | datetime):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_printable(_plain(cell)))}</t></is></c>'
    return f"<c><v>{cell}</v></c>"


def _printable(text: str) -> str:
    """Text without the control characters that XML can't hold."""
    return "".join(letter for letter in text[:LONGEST_CELL] if letter >= " " or letter in "\t\n")


def _as_text(cell: Cell) -> str:
    """A cell of a CSV file; text that a spreadsheet would run as a formula is quoted (OWASP, CSV injection)."""
    text = _plain(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_DANGEROUS) else text


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return cell.isoformat(timespec="seconds") if isinstance(cell, datetime) else str(cell)


def _batched(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == ROWS_AT_ONCE:
            yield batch
            batch = []
    yield batch
