"""CSV rows with the line they begin at, none longer than a limit, whatever the quotes say."""

import csv
from collections import deque
from collections.abc import Iterator

from integrations.formats.reading import UnreadableFile, is_text

FIELD_LIMIT_CHARS = 16 * 1024 * 1024
# The csv module has one limit for the whole process; the rows below have their own, smaller ones.
csv.field_size_limit(FIELD_LIMIT_CHARS)


class RowTooLong(Exception):
    """A row (or a quote that is never closed) goes on past the limit."""


class CsvRows:
    """Rows of a CSV file out of pieces of text. `line` is the line the newest row began at.

    An unclosed quote would swallow the rest of the file: a row over the limit is given up after its
    first line, and reading goes on with the next one.
    """

    def __init__(self, pieces: Iterator[str], *, limit_chars: int, delimiter: str) -> None:
        self._pieces = pieces
        self._limit_chars = limit_chars
        self._lines: deque[str] = deque()
        self._rest = ""
        self._consumed: list[str] = []
        self._consumed_chars = 0
        self._next_line = 1
        self.line = 0
        self._rows = csv.reader(_Lines(self), delimiter=delimiter)

    def header(self) -> list[str]:
        """Take the first row: names, trimmed and in lower case."""
        row = next(iter(self), None)
        if not isinstance(row, list):
            raise UnreadableFile("The file has no header row.")
        return [name.strip().strip("\ufeff").casefold() for name in row]

    def __iter__(self) -> Iterator[list[str] | RowTooLong | csv.Error]:
        """Yield rows, or what is wrong with one; blank lines are passed over."""
        while True:
            self.line = self._next_line
            self._consumed, self._consumed_chars = [], 0
            try:
                row = next(self._rows)
            except StopIteration:
                return
            except RowTooLong as error:
                self.give_back()
                yield error
            except csv.Error as error:
                yield error
            else:
                if any(field.strip() for field in row):
                    yield row

    def next_line(self) -> str:
        """Return one line for the csv module. Raises RowTooLong and StopIteration."""
        line = self._read_line()
        self._next_line += 1
        self._consumed.append(line)
        self._consumed_chars += len(line)
        if self._consumed_chars > self._limit_chars:
            raise RowTooLong(f"it is longer than {self._limit_chars:,} characters; is a quote left open?")
        return line

    def _read_line(self) -> str:
        while not self._lines:
            piece = next(self._pieces, "")
            if not piece and not self._rest:
                raise StopIteration
            if not piece or len(self._rest) > self._limit_chars:
                line, self._rest = self._rest, piece
                self._skip_line_end(bool(piece))
                return line
            *lines, self._rest = (self._rest + piece).split("\n")
            self._lines.extend(line + "\n" for line in lines)
        return self._lines.popleft()

    def _skip_line_end(self, skipping: bool) -> None:
        """Drop what is left of a line over the limit."""
        while skipping and "\n" not in self._rest:
            self._rest = next(self._pieces, "")
            skipping = bool(self._rest)
        self._rest = self._rest.partition("\n")[2] if skipping else self._rest

    def give_back(self) -> None:
        """Read the newest row's lines again, but for its first one: its quote was never closed."""
        _, *others = self._consumed
        self._lines.extendleft(reversed(others))
        self._next_line -= len(others)
        self._consumed = []


class _Lines:
    """The lines as an iterator that goes on after an error, which a generator would not."""

    def __init__(self, rows: CsvRows) -> None:
        self._rows = rows

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        return self._rows.next_line()


def sniff_delimiter(header: str) -> str:
    """Return the delimiter of a header line: comma, semicolon or tab."""
    return max(",;\t", key=header.count)


def row_is_text(row: list[str]) -> bool:
    """Whether every byte of a row could be decoded and none is NUL."""
    return all(is_text(field) and "\x00" not in field for field in row)
