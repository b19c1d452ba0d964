"""JSON values out of a long text, one at a time, and a way past a broken one.

The standard decoder reads each value at C speed; this module only finds where values begin, keeps
no more text than one value needs, and steps over a value that can't be read by counting brackets.
"""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any, NoReturn

from integrations.formats.reading import TextSource, is_text

VALUE_LIMIT_CHARS = 8 * 1024 * 1024
DEPTH_LIMIT = 10_000
_SPACE = re.compile(r"[ \t\r\n]*")
_STRUCTURE = re.compile(r'["{}\[\]]')
_IN_STRING = re.compile(r'["\\]')
_AFTER_VALUE = re.compile(r"[,\]}\n]")
_MARKS = re.compile(r"[ \t\r\n:,]*")
_BRACKETED = ("{", "[", '"')
_PARTIAL_TOKEN_CHARS = 16


class BrokenValue(Exception):
    """A value that can't be taken in; it was stepped over, and reading may go on."""


class EndsEarly(Exception):
    """The text ends inside a value."""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


class JsonStream:
    """A position in a text, with the operations a reader of structures needs."""

    def __init__(self, source: TextSource) -> None:
        self._source = source
        self._decode = json.JSONDecoder(parse_constant=_refuse_constant).raw_decode
        self._text = ""
        self._at = 0
        self._found: Any = None
        self.by_lines = False  # a broken value ends where a line begins with the next one

    def peek(self) -> str:
        """Return the next character that is no space, without taking it; empty at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self) -> str:
        """Take the next character that is no space; empty at the end."""
        found = self.peek()
        self._at += len(found)
        return found

    def value(self) -> Any:
        """Take one JSON value.

        Raises BrokenValue (the value is stepped over) or EndsEarly.
        """
        self.peek()
        while (reason := self._try_value()) is None:
            if len(self._text) - self._at > VALUE_LIMIT_CHARS:
                reason = f"it is longer than {VALUE_LIMIT_CHARS // 2**20} MB"
                break
        if reason:
            self._step_over(reason)
        return self._found

    def _try_value(self) -> str | None:
        """Decode at this place: "" when `_found` is the value, None when more text was read, else what is wrong."""
        try:
            self._found, end = self._decode(self._text, self._at)
        except json.JSONDecodeError as error:
            return None if _may_be_cut(error, self._text) and self._grow() else _reason(error)
        except RecursionError:
            return "it is nested too deep"
        except ValueError as error:
            return str(error).partition(";")[0]
        if isinstance(self._found, int | float) and end == len(self._text) and self._grow():
            return None  # a number may have more digits to come
        fits = is_text(self._text[self._at : end])
        self._at = end
        if not fits:
            raise BrokenValue("it holds bytes that are not UTF-8")
        return ""

    def rest(self) -> Iterator[str]:
        """Yield all text that is left, in pieces."""
        yield self._text[self._at :]
        while piece := self._source.read():
            yield piece

    def is_object_with(self, names: Collection[str], *, unless: Collection[str]) -> bool:
        """Whether the object at hand has one of these names before any of those; takes nothing."""
        at = self._at
        while True:
            found = _first_name(self._text, at, names, unless)
            if found is not None or len(self._text) - at > VALUE_LIMIT_CHARS:
                return bool(found)
            at = 0
            if not self._grow():
                return False

    def to_next_line(self) -> None:
        """Skip what is left of this line."""
        while (end := self._text.find("\n", self._at)) < 0:
            self._at = len(self._text)
            if not self._more():
                return
        self._at = end + 1

    def _step_over(self, reason: str) -> NoReturn:
        """Skip the value at hand, then raise BrokenValue; EndsEarly when it has no end."""
        if self.by_lines:
            self._skip_lines(reason)
        if self.peek() not in _BRACKETED:
            self._skip_bare(reason)
        depth, in_string = 0, False
        while depth < DEPTH_LIMIT and (mark := self._next_mark(in_string)):
            if mark == "\\":
                self._skip_one()
            elif mark == '"':
                in_string = not in_string
            else:
                depth += 1 if mark in "{[" else -1
            if depth <= 0 and not in_string:
                raise BrokenValue(reason)
        raise EndsEarly(reason)

    def _next_mark(self, in_string: bool) -> str:
        """Take text up to the next quote, backslash or bracket that means something here; empty at the end."""
        pattern = _IN_STRING if in_string else _STRUCTURE
        while (found := pattern.search(self._text, self._at)) is None:
            self._at = len(self._text)
            if not self._more():
                return ""
        self._at = found.end()
        return found.group()

    def _skip_lines(self, reason: str) -> NoReturn:
        """Skip to the next line that begins with an object."""
        while (start := self._text.find("\n{", self._at)) < 0:
            self._at = max(self._at, len(self._text) - 1)
            if not self._more():
                self._at = len(self._text)
                raise EndsEarly(reason)
        self._at = start + 1
        raise BrokenValue(reason)

    def _skip_bare(self, reason: str) -> NoReturn:
        """Skip a word or number up to what may follow a value."""
        while (found := _AFTER_VALUE.search(self._text, self._at)) is None:
            self._at = len(self._text)
            if not self._more():
                raise EndsEarly(reason)
        self._at = found.start()
        raise BrokenValue(reason)

    def _skip_one(self) -> None:
        if self._at < len(self._text) or self._more():
            self._at += 1

    def _grow(self) -> bool:
        """Read until the value at hand has twice the text: re-reading it then costs no more than reading it."""
        wanted = 2 * (len(self._text) - self._at)
        grown = self._more()
        while grown and len(self._text) < wanted and self._more():
            pass
        return grown

    def _more(self) -> bool:
        piece = self._source.read()
        self._text = self._text[self._at :] + piece
        self._at = 0
        return bool(piece)


def _may_be_cut(error: json.JSONDecodeError, text: str) -> bool:
    """Whether more text could mend it: the error stands at the end of what was read so far."""
    return error.msg.startswith("Unterminated") or error.pos >= len(text) - _PARTIAL_TOKEN_CHARS


def _reason(error: json.JSONDecodeError) -> str:
    return f"it is not JSON ({error.msg[:1].lower()}{error.msg[1:]})"


def _first_name(text: str, at: int, names: Collection[str], unless: Collection[str]) -> bool | None:
    """Whether an object's members name one of `names` first; None when the text ends before that shows."""
    decode = json.JSONDecoder().raw_decode
    at += 1
    try:
        while True:
            name, at = decode(text, _skip_marks(text, at))
            if name in names or name in unless:
                return name in names
            _, at = decode(text, _skip_marks(text, at))
    except json.JSONDecodeError as error:
        return None if _may_be_cut(error, text) else False
    except (ValueError, RecursionError, TypeError):
        return False


def _skip_marks(text: str, at: int) -> int:
    found = _MARKS.match(text, at)
    return found.end() if found else at
