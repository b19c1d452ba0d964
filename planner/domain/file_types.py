"""What a file is, by its first bytes; what a browser or a name claims counts for nothing."""

import unicodedata

HEAD_BYTES = 4096
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
SHOWN_AS_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
"""Types that hold nothing but pixels: the only ones a page may show."""
LONGEST_NAME = 150

_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_BRANDS = {b"avif": "image/avif", b"avis": "image/avif", b"heic": "image/heic", b"qt  ": "video/quicktime"}
_OFFICE = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_MARKUP = ((b"<svg", "image/svg+xml"), (b"<html", "text/html"), (b"<!doctype html", "text/html"))


def sniff_type(head: bytes) -> str:
    """The media type that the first bytes (up to HEAD_BYTES) of a file tell; octet-stream where they don't."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    for beginning, name in _BEGINNINGS:
        if head.startswith(beginning):
            return _in_zip(head) if name == "application/zip" else name
    return _text_type(head)


def _in_zip(head: bytes) -> str:
    return next((name for folder, name in _OFFICE if folder in head), "application/zip")


def _text_type(head: bytes) -> str:
    if b"\x00" in head:
        return UNKNOWN
    try:
        head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # a letter may be cut at the end
            return UNKNOWN
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()[:1024]
    return next((name for mark, name in _MARKUP if mark in start), TEXT)


def clean_name(name: str) -> str:
    """A file's name without folders, control marks and tricks of direction; its ending is kept when it is cut."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    words = " ".join(visible.split()).strip(" .")
    if not words:
        return "file"
    stem, dot, ending = words.rpartition(".")
    if len(words) <= LONGEST_NAME or not dot or len(ending) > 12:
        return words[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
