"""Markdown as pages of Help: CommonMark with tables, an anchor at every heading, links that stay inside.

The content security policy allows no styles on elements, so columns are aligned by classes. Of raw HTML only the
`<kbd>` of a key passes; anything else is shown as typed.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

from django.utils.html import escape
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from common.help.documents import IMAGES, Document, name_of

LINKED_HEADINGS = frozenset({"h2", "h3"})
LEAST_WORDS = 3
LONGEST_OPENING = 160
KEYS = frozenset({"<kbd>", "</kbd>"})
FOREIGN = ("http://", "https://", "mailto:")
Environment = MutableMapping[str, Any]


@dataclass(frozen=True)
class Addresses:
    """Where documents and pictures are found: each maps a name to an address."""

    document: Callable[[str], str]
    image: Callable[[str], str]


@dataclass(frozen=True)
class Section:
    """A heading, and the plain text below it up to the next. `level` 1 is the page itself, with no anchor."""

    level: int
    anchor: str
    title: str
    text: str


def render(document: Document, addresses: Addresses) -> str:
    """The document as HTML, without its title."""
    tokens = _tokens(document)
    body = tokens[_end_of_title(tokens) :]
    environment = {"addresses": addresses, "document": document, "tables": 0}
    return str(_MARKDOWN.renderer.render(body, _MARKDOWN.options, environment))


def list_sections(document: Document) -> list[Section]:
    """The document by headings, to list and to search."""
    return _sections(document.path, document.path.stat().st_mtime_ns)


def opening_of(document: Document) -> str:
    """The first sentence before any heading, without a word like "Faced." in front; "" where there is none."""
    sentences = re.split(r"(?<=[.?!]) ", _first_paragraph(_tokens(document)))
    opening = next((one for one in sentences if len(one.split()) >= LEAST_WORDS), "")
    return opening if len(opening) <= LONGEST_OPENING else opening[:LONGEST_OPENING].rsplit(" ", 1)[0] + " …"


def _first_paragraph(tokens: Sequence[Token]) -> str:
    lead = takewhile(lambda pair: pair[0].tag != "h2", pairwise(tokens))
    return next((_text_of(inline) for opening, inline in lead if _is_paragraph(opening)), "")


def _is_paragraph(opening: Token) -> bool:
    """Whether a paragraph of the text itself begins, none of a list."""
    return opening.type == "paragraph_open" and opening.level == 0


def link_of(document: Document, target: str, addresses: Addresses) -> str:
    """The address that a link or a picture in a document leads to; another site's stays as it is."""
    if target.startswith((*FOREIGN, "#")):
        return target
    path, _, anchor = target.partition("#")
    place = posixpath.normpath(posixpath.join(document.folder, path))
    if place.startswith(f"{IMAGES}/"):
        return addresses.image(posixpath.basename(place))
    return addresses.document(name_of(place)) + (f"#{anchor}" if anchor else "")


def _tokens(document: Document) -> Sequence[Token]:
    return _parsed(document.path, document.path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _parsed(path: Path, _changed_at_ns: int) -> Sequence[Token]:
    """The parsed file, each heading with its id. Nothing may change these tokens afterwards."""
    tokens = _MARKDOWN.parse(path.read_text(encoding="utf-8"))
    taken: dict[str, int] = {}
    for opening, inline in _headings(tokens):
        opening.attrSet("id", _anchor(_text_of(inline), taken))
    return tokens


def _headings(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            yield opening, inline


def _anchor(title: str, taken: dict[str, int]) -> str:
    """What GitHub makes of a heading, so that links work in both places; a second one of the same name is "-1"."""
    slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
    taken[slug] = taken.get(slug, -1) + 1
    return f"{slug}-{taken[slug]}" if taken[slug] else slug


def _text_of(inline: Token) -> str:
    """The words of a run of text, without their marks."""
    parts = (child.content if child.type in {"text", "code_inline"} else " " for child in inline.children or [])
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def _end_of_title(tokens: Sequence[Token]) -> int:
    is_titled = bool(tokens) and tokens[0].type == "heading_open" and tokens[0].tag == "h1"
    return 3 if is_titled else 0


@lru_cache(maxsize=256)
def _sections(path: Path, changed_at_ns: int) -> list[Section]:
    tokens = _parsed(path, changed_at_ns)
    starts = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
    ends = [*starts[1:], len(tokens)]
    return [_section(tokens[start:end]) for start, end in zip(starts, ends, strict=True)]


def _section(tokens: Sequence[Token]) -> Section:
    opening, title = tokens[0], _text_of(tokens[1])
    level = int(opening.tag.removeprefix("h"))
    texts = [_words_of(token) for token in tokens[3:]]
    return Section(
        level, "" if level == 1 else str(opening.attrGet("id")), title, " ".join(text for text in texts if text)
    )


def _words_of(token: Token) -> str:
    if token.type == "inline":
        return _text_of(token)
    return token.content.strip() if token.type in {"fence", "code_block"} else ""


class _Renderer(RendererHTML):
    """What Millrace writes otherwise than the library does."""

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Environment) -> str:
        """A link to the heading itself at its end."""
        tag, anchor = tokens[idx].tag, tokens[idx - 2].attrGet("id")
        if tag not in LINKED_HEADINGS:
            return f"</{tag}>\n"
        title = escape(_text_of(tokens[idx - 1]))
        return f'<a class="anchor" href="#{anchor}" aria-label="Link to {title}">#</a></{tag}>\n'

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Environment) -> str:
        """A link to a document leads to its page of Help."""
        href = link_of(env["document"], str(tokens[idx].attrGet("href")), env["addresses"])
        return f'<a href="{escape(href)}">'

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Environment) -> str:
        """A picture from the documents' own folder."""
        source = link_of(env["document"], str(tokens[idx].attrGet("src")), env["addresses"])
        words = self.renderInlineAsText(tokens[idx].children or [], options, env)
        return f'<img src="{escape(source)}" alt="{escape(words)}" loading="lazy">'

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Environment) -> str:
        """Wide tables scroll by themselves, by keyboard too."""
        env["tables"] += 1
        return f'<div class="table-scroll" tabindex="0" role="region" aria-label="Table {env["tables"]}"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Environment) -> str:
        """The end of the table and of its frame."""
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Environment) -> str:
        """A heading of a column; an empty one heads nothing."""
        if not tokens[idx + 1].content:
            return "<td>"
        return f'<th scope="col"{_alignment(tokens[idx])}>'

    def th_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Environment) -> str:
        """The end of what `th_open` began."""
        return "</th>" if tokens[idx - 1].content else "</td>"

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Environment) -> str:
        """A cell, aligned by a class."""
        return f"<td{_alignment(tokens[idx])}>"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Environment) -> str:
        """Code; long lines scroll, by keyboard too."""
        return f'<pre tabindex="0"><code>{escape(tokens[idx].content)}</code></pre>\n'

    def html_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Environment) -> str:
        """A key's `<kbd>`; nothing else."""
        content = tokens[idx].content
        return content if content in KEYS else str(escape(content))

    def html_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Environment) -> str:
        """HTML of one's own is shown as typed."""
        return f"<p>{escape(tokens[idx].content)}</p>\n"


def _alignment(token: Token) -> str:
    return ' class="num"' if "right" in str(token.attrGet("style") or "") else ""


_MARKDOWN = MarkdownIt("commonmark", {"html": True}, renderer_cls=_Renderer).enable("table")
