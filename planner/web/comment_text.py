"""A comment's plain text as safe markup: paragraphs, lists, code, links, names. Nothing a person types is markup.

Every piece is escaped on its own; the only elements are those written here, and links go to http(s) only.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from planner.domain.mentions import find_mentions

_INLINE = re.compile(r"`(?P<code>[^`\n]+)`|(?P<link>https?://[^\s<>\"'`]+)")
_BULLET = re.compile(r"\s{0,3}[-*]\s+(?P<text>.+)")
_NUMBER = re.compile(r"\s{0,3}\d{1,3}[.)]\s+(?P<text>.+)")
_TRAILING = ".,;:!?)]}"
NOTHING = SafeString("")


def draw_comment(text: str, *, names: Iterable[str] = ()) -> SafeString:
    """The text as markup; `names` are those of the people whom it mentions."""
    known = list(names)
    return format_html_join("", "{}", ((block,) for block in _blocks(text, known)))


def _blocks(text: str, names: list[str]) -> Iterator[SafeString]:
    for number, piece in enumerate(re.split(r"^```[^\n]*\n?", text, flags=re.MULTILINE)):
        if number % 2:
            yield format_html("<pre><code>{}</code></pre>", piece.rstrip("\n"))
            continue
        for paragraph in re.split(r"\n\s*\n", piece.strip("\n")):
            yield from _paragraph(paragraph, names)


def _paragraph(paragraph: str, names: list[str]) -> Iterator[SafeString]:
    lines = [line for line in paragraph.splitlines() if line.strip()]
    for kind, group in groupby(lines, key=_kind):
        if kind:
            pattern = _BULLET if kind == "ul" else _NUMBER
            items = [(_line(_item(pattern, line), names),) for line in group]
            markup = "<ul>{}</ul>" if kind == "ul" else "<ol>{}</ol>"
            yield format_html(markup, format_html_join("", "<li>{}</li>", items))
        else:
            drawn = [(_line(line.strip(), names),) for line in group]
            yield format_html("<p>{}</p>", format_html_join(SafeString("<br>"), "{}", drawn))


def _kind(line: str) -> str:
    if _BULLET.fullmatch(line):
        return "ul"
    return "ol" if _NUMBER.fullmatch(line) else ""


def _item(pattern: re.Pattern[str], line: str) -> str:
    found = pattern.fullmatch(line)
    return found["text"] if found else line


def _line(line: str, names: list[str]) -> SafeString:
    """One line with its code, links and names."""
    pieces: list[SafeString] = []
    end = 0
    for found in _INLINE.finditer(line):
        pieces.append(_names(line[end : found.start()], names))
        pieces.append(_code(found["code"]) if found["code"] else _link(found["link"]))
        end = found.end()
    pieces.append(_names(line[end:], names))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _code(text: str) -> SafeString:
    return format_html("<code>{}</code>", text)


def _link(address: str) -> SafeString:
    shown = address.rstrip(_TRAILING)
    return format_html(
        '<a href="{}" rel="nofollow noopener noreferrer" target="_blank">{}</a>{}', shown, shown, address[len(shown) :]
    )


def _names(text: str, names: list[str]) -> SafeString:
    pieces: list[SafeString] = []
    end = 0
    for mention in find_mentions(text, names):
        pieces.append(format_html("{}", text[end : mention.start]))
        pieces.append(format_html('<span class="mention">{}</span>', text[mention.start : mention.end]))
        end = mention.end
    pieces.append(format_html("{}", text[end:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))
