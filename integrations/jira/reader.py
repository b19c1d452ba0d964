"""Jira issues out of a file: a search response, a list, one issue a line, or DevLake's raw table.

A search response is `{"issues": [...]}`, several of them may follow each other (pages). A raw table
is CSV whose column `data` holds the issue. What the file is, its first characters say.
"""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from integrations.formats.csv_rows import CsvRows, RowTooLong
from integrations.formats.items import Parsed, Pulse
from integrations.formats.reading import TextSource, UnreadableFile, clean_text
from integrations.jira.fields import FieldNames
from integrations.jira.json_stream import VALUE_LIMIT_CHARS, BrokenValue, EndsEarly, JsonStream
from integrations.jira.mapper import MappingFailed, map_issue

_TAIL_BYTES = 512 * 1024
_NAMES = re.compile(r'"names"\s*:\s*(?=\{)')
_LISTS = ("issues", "values")
_ISSUE_KEYS = frozenset({"id", "key", "self", "fields", "changelog"})


class JiraReader:
    """Reads a file once; every reading yields the same things in the same order."""

    def __init__(self, path: str, *, own_names: frozenset[str] = frozenset()) -> None:
        self._source = TextSource(path)
        self._own_names = own_names
        self._names = FieldNames(_find_names(path))
        self._count = 0

    @property
    def progress(self) -> tuple[int, int]:
        """Bytes read and bytes in all."""
        return min(self._source.bytes_read, self._source.size_bytes), self._source.size_bytes

    def __iter__(self) -> Iterator[Parsed | Pulse]:
        """Yield an issue a time, mapped or refused."""
        stream = JsonStream(self._source)
        try:
            first = stream.peek()
            if first in ("{", "["):
                yield from self._documents(stream)
            elif first:
                yield from self._table_rows(stream.rest())
            else:
                raise UnreadableFile("The file is empty.")
        finally:
            self._source.close()

    def _documents(self, stream: JsonStream) -> Iterator[Parsed]:
        while first := stream.peek():
            try:
                if first == "[":
                    stream.take()
                    yield from self._list(stream)
                elif first == "{" and self._is_response(stream):
                    yield from self._response(stream)
                elif first == "{":
                    stream.by_lines = True
                    yield self._issue(stream)
                else:
                    yield self._stray_line(stream)
            except EndsEarly as end:
                yield self._ends_early(end)
                return

    def _is_response(self, stream: JsonStream) -> bool:
        return not stream.by_lines and stream.is_object_with(_LISTS, unless=_ISSUE_KEYS)

    def _response(self, stream: JsonStream) -> Iterator[Parsed]:
        stream.take()
        while stream.peek() not in ("}", ""):
            name = _or_none(stream)
            stream.take()  # the colon
            if name in _LISTS and stream.peek() == "[":
                stream.take()
                yield from self._list(stream)
            else:
                _or_none(stream)
            if stream.peek() == ",":
                stream.take()
        if not stream.take():
            raise EndsEarly("the search response is cut off")

    def _list(self, stream: JsonStream) -> Iterator[Parsed]:
        while (mark := stream.peek()) != "]":
            if not mark:
                raise EndsEarly("the list of issues is cut off")
            if mark in ",:}":
                stream.take()
                continue
            yield self._issue(stream)
        stream.take()

    def _stray_line(self, stream: JsonStream) -> Parsed:
        self._count += 1
        stream.to_next_line()
        return Parsed.refused(self._place(), "This is not an issue in JSON; the line was skipped.")

    def _issue(self, stream: JsonStream) -> Parsed:
        self._count += 1
        try:
            return self._mapped(stream.value())
        except BrokenValue as error:
            return Parsed.refused(self._place(), f"The issue can't be read: {error}.")
        except EndsEarly:
            self._count -= 1
            raise

    def _mapped(self, issue: Any) -> Parsed:
        key = clean_text(issue.get("key"), 60) if isinstance(issue, dict) else ""
        place = self._place(key)
        try:
            return map_issue(issue, place=place, names=self._names, own_names=self._own_names)
        except MappingFailed as error:
            return Parsed.refused(place, str(error), item=key, field=error.field)

    def _place(self, key: str = "") -> str:
        return f"issue {self._count}, {key}" if key else f"issue {self._count}"

    def _ends_early(self, end: EndsEarly) -> Parsed:
        if self._count == 0:
            raise UnreadableFile(f"The file ends before its first issue is complete: {end}.")
        return Parsed.refused(
            f"after issue {self._count}",
            f"The file ends early after issue {self._count}: {end}. What came before it is in.",
        )

    def _table_rows(self, pieces: Iterator[str]) -> Iterator[Parsed]:
        rows = CsvRows(pieces, limit_chars=VALUE_LIMIT_CHARS, delimiter=",")
        header = rows.header()
        if "data" not in header:
            raise UnreadableFile(
                "This is not JSON: Jira issues begin with { or [ (or are a table with a column named data)."
            )
        column = header.index("data")
        for row in rows:
            self._count += 1
            yield self._table_row(row, column)

    def _table_row(self, row: list[str] | RowTooLong | csv.Error, column: int) -> Parsed:
        if not isinstance(row, list):
            return Parsed.refused(self._place(), f"The row can't be read: {row}.")
        if len(row) <= column:
            return Parsed.refused(self._place(), "The row has no column data: is the file cut off?")
        try:
            return self._mapped(json.loads(row[column]))
        except (ValueError, RecursionError):
            return Parsed.refused(self._place(), "The column data is not JSON.")


def _or_none(stream: JsonStream) -> Any:
    try:
        return stream.value()
    except BrokenValue:
        return None


def _find_names(path: str) -> dict[str, Any]:
    """Return the response's names of custom fields; Jira writes them before the issues or after them."""
    with Path(path).open("rb") as file:
        head = file.read(_TAIL_BYTES)
        file.seek(max(0, file.seek(0, 2) - _TAIL_BYTES))
        tail = file.read()
    for part in (head, tail):
        text = part.decode("utf-8", errors="replace")
        for found in _NAMES.finditer(text):
            try:
                names, _ = json.JSONDecoder().raw_decode(text, found.end())
            except (ValueError, RecursionError):
                continue
            if isinstance(names, dict):
                return names
    return {}
