"""Reading query parameters; what can't be read is refused by name."""

from collections.abc import Iterable

from rest_framework.request import Request

from common.errors import InvalidInput

LONGEST_TEXT = 200


def read_id(request: Request, name: str) -> int | None:
    """Return a parameter that is an id; None without it."""
    text = request.query_params.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise InvalidInput("Use an id, a whole number.", field=name)
    return int(text)


def read_ids(request: Request, names: Iterable[str]) -> dict[str, int]:
    """Return those of the parameters that were given."""
    read = {name: read_id(request, name) for name in names}
    return {name: pk for name, pk in read.items() if pk is not None}


def read_word(request: Request, name: str, words: Iterable[str]) -> str | None:
    """Return a parameter that is one of a list of words; None without it."""
    text = request.query_params.get(name, "")
    known = list(words)
    if text and text not in known:
        raise InvalidInput(f"Use one of: {', '.join(known)}.", field=name)
    return text or None


def read_flag(request: Request, name: str) -> bool | None:
    """Return a parameter that is true or false; None without it."""
    word = read_word(request, name, ["true", "false"])
    return None if word is None else word == "true"


def read_text(request: Request, name: str) -> str | None:
    """Return a parameter that is free text; None without it."""
    text = request.query_params.get(name, "")
    if "\x00" in text or len(text) > LONGEST_TEXT:
        raise InvalidInput(f"Use at most {LONGEST_TEXT} characters, none of them NUL.", field=name)
    return text or None
