"""Finding who is named in a text: "@Dana Ruiz" names Dana Ruiz."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MOST_MENTIONS = 50
# What stands before it must not be of a word: "ann@example.com" addresses nobody here.
_ADDRESSED = re.compile(r"(?<![^\W_])@([^\W\d_][\w'-]{0,39})")


@dataclass(frozen=True)
class Mention:
    """A name in a text: from `start` (the @) up to `end`, and whom it names."""

    start: int
    end: int
    name: str


def find_mentions(text: str, names: Iterable[str]) -> list[Mention]:
    """The mentions in a text, in order, at most 50; the longest name that fits counts, whatever its case."""
    by_first = _by_first_letter(names)
    found: list[Mention] = []
    at = text.find("@")
    while at >= 0 and len(found) < MOST_MENTIONS:
        name = None if at and text[at - 1].isalnum() else _name_at(text, at + 1, by_first)
        if name is not None:
            found.append(Mention(at, at + 1 + len(name), name))
        at = text.find("@", at + 1)
    return found


def find_unnamed(text: str, names: Iterable[str]) -> list[str]:
    """The words after an @ that name nobody, in order, each once, at most 50; an e-mail address is none."""
    named = {mention.start for mention in find_mentions(text, names)}
    words = (match[1] for match in _ADDRESSED.finditer(text) if match.start() not in named)
    return list(dict.fromkeys(words))[:MOST_MENTIONS]


def _by_first_letter(names: Iterable[str]) -> Mapping[str, list[str]]:
    by_first: dict[str, list[str]] = {}
    for name in sorted(filter(None, set(names)), key=len, reverse=True):
        by_first.setdefault(name[0].lower(), []).append(name)
    return by_first


def _name_at(text: str, start: int, by_first: Mapping[str, list[str]]) -> str | None:
    for name in by_first.get(text[start : start + 1].lower(), ()):
        end = start + len(name)
        is_ended = not text[end : end + 1].isalnum()
        if is_ended and text[start:end].lower() == name.lower():
            return name
    return None
