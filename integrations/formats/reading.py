"""Opening a file of unknown honesty as text, in pieces: encodings, archives, binaries, and the length of lines."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from common.errors import DomainError
from integrations.formats.items import Parsed, Pulse

PIECE_BYTES = 256 * 1024
_SNIFF_BYTES = 8192

_ARCHIVES = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"PK\x05\x06": "an empty ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "a SQLite database",
}
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_TEXT = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class UnreadableFile(DomainError):
    """The file as a whole is not what its format says; nothing of it came in."""

    default_code = "unreadable_file"


class Reader(Protocol):
    """A format at work: a stream of things in the file's order, the same at every reading."""

    def __iter__(self) -> Iterator[Parsed | Pulse]:
        """Yield what the file holds. Memory doesn't grow with the file."""

    @property
    def progress(self) -> tuple[int, int]:
        """How far the reading is: done and total, in bytes of work."""


class TextSource:
    """A file as text, read in pieces.

    UTF-8 with or without a byte order mark, UTF-16 and UTF-32 with one. Bytes that are no UTF-8
    come out as lone surrogates, so that the one line or issue that holds them can be refused
    (`is_text`) and the rest goes in.
    """

    def __init__(self, path: str) -> None:
        self._file = Path(path).open("rb")  # noqa: SIM115 - closed by close(), the reader's last act
        self.size_bytes = Path(path).stat().st_size
        self.bytes_read = 0
        head = self._file.read(_SNIFF_BYTES)
        refuse_archive(head)
        mark, encoding = next(((m, e) for m, e in _BYTE_ORDER_MARKS if head.startswith(m)), (b"", "utf-8"))
        if encoding == "utf-8" and b"\x00" in head:
            self.close()
            raise UnreadableFile("This is a binary file, or text in an unmarked encoding. Save it as UTF-8 text.")
        self._file.seek(len(mark))
        errors = "surrogateescape" if encoding == "utf-8" else "replace"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self.at_end = False

    def read(self) -> str:
        """Return the next piece, or an empty string at the end."""
        text = ""
        while not text and not self.at_end:
            piece = self._file.read(PIECE_BYTES)
            self.bytes_read += len(piece)
            self.at_end = not piece
            text = self._decoder.decode(piece, final=self.at_end)
        return text

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def refuse_archive(head: bytes) -> None:
    """Raise UnreadableFile when a file's first bytes are those of an archive or a document."""
    for magic, words in _ARCHIVES.items():
        if head.startswith(magic):
            raise UnreadableFile(f"This is {words}. Unpack it or export it as plain text, then import that.")


def is_text(text: str) -> bool:
    """Whether every byte of it could be decoded."""
    return text.isascii() or _NOT_TEXT.search(text) is None


def clean_text(text: object, limit_chars: int) -> str:
    """Return text that any database stores: no control characters, no lone surrogates, not over the limit."""
    if not isinstance(text, str):
        return ""
    if len(text) > limit_chars:
        text = text[: limit_chars - 1] + "…"
    if text.isprintable():
        return text
    return _NOT_TEXT.sub("\ufffd", _CONTROL.sub("", text))
