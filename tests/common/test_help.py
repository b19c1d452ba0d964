"""Help: every document is a page, and every link in them leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from common.errors import NotFound
from common.help.documents import Document, get_document, get_image, list_documents, list_groups
from common.help.markdown import Addresses, list_sections, opening_of, render
from common.help.searching import MOST_FOUND, search_help

ADDRESSES = Addresses(document=lambda name: f"/help/{name}/", image=lambda name: f"/pictures/{name}")
DOCUMENTS = list_documents()


class Elements(HTMLParser):
    """Every opening tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "page.md"
    path.write_text(text)
    return render(Document("page", "Page", path), ADDRESSES)


@pytest.fixture
def docs_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("common.help.documents.folder", lambda: tmp_path)
    return tmp_path


def test_every_document_is_listed_once() -> None:
    listed = [document.name for group in list_groups() for document in group.documents]
    assert sorted(listed) == sorted(document.name for document in DOCUMENTS if document.name)
    assert len(listed) > 10


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name or "contents")
def test_every_link_inside_leads_to_a_page_and_a_heading(document: Document) -> None:
    for target, anchor in links_inside(document):
        if target.startswith("/pictures/"):
            assert get_image(name=target.removeprefix("/pictures/")).exists()
            continue
        page = get_document(name=target.removeprefix("/help/").removesuffix("/")) if target else document
        assert not anchor or anchor in {section.anchor for section in list_sections(page)}


def links_inside(document: Document) -> Iterator[tuple[str, str]]:
    for _, attributes in Elements(render(document, ADDRESSES)).found:
        target = attributes.get("href") or attributes.get("src") or ""
        if target and not re.match(r"https?:|mailto:", target):
            address, _, anchor = target.partition("#")
            yield address, anchor


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name or "contents")
def test_no_document_brings_styles_or_scripts(document: Document) -> None:
    for tag, attributes in Elements(render(document, ADDRESSES)).found:
        assert tag not in {"script", "style", "iframe"}
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_every_heading_has_an_anchor_of_its_own(docs_here: Path) -> None:
    html = written(docs_here, "# Page\n\n## What's `left` behind\n\n## What's left behind\n")
    assert re.findall(r'<h2 id="([^"]+)"', html) == ["whats-left-behind", "whats-left-behind-1"]
    assert "<h1" not in html


def test_links_lead_to_pages_of_help_from_any_folder(docs_here: Path) -> None:
    folder = docs_here / "how-to"
    folder.mkdir()
    (folder / "do.md").write_text(
        "[a](../reference/glossary.md#live) [b](#here) [c](../README.md) ![d](../images/e.svg)"
    )
    html = render(Document("how-to/do", "Do", folder / "do.md"), ADDRESSES)
    assert re.findall(r'(?:href|src)="([^"]+)"', html) == [
        "/help/reference/glossary/#live",
        "#here",
        "/help//",
        "/pictures/e.svg",
    ]


def test_html_is_shown_as_typed_except_keys(docs_here: Path) -> None:
    html = written(docs_here, "Press <kbd>g</kbd> <b onclick=x>now</b>\n\n<script>alert(1)</script>\n")
    assert "<kbd>g</kbd>" in html
    assert "<b" not in html
    assert "<script" not in html


def test_columns_of_figures_are_aligned_by_a_class(docs_here: Path) -> None:
    html = written(docs_here, "| a | b |\n|---|--:|\n| 1 | 2 |\n")
    assert '<td class="num">2</td>' in html


def test_a_link_to_no_script_is_made(docs_here: Path) -> None:
    assert "<a" not in written(docs_here, "[x](javascript:alert(1))")


def test_all_words_are_searched_for_and_headings_come_first() -> None:
    found = search_help(question="lower bound")
    assert found
    assert all("lower" in (one.section.title + one.section.text).casefold() for one in found)
    in_heading = ["lower bound" in one.section.title.casefold() for one in found]
    assert in_heading == sorted(in_heading, reverse=True)


def test_an_excerpt_shows_the_word_found() -> None:
    found = search_help(question="Sidney")
    assert found
    assert all("sidney" in (one.excerpt + one.section.title).casefold() for one in found)


@pytest.mark.parametrize("question", ["", "   ", "xyzzy-nothing"])
def test_nothing_is_found_for_nothing(question: str) -> None:
    assert search_help(question=question) == []


def test_no_more_is_found_than_people_read() -> None:
    assert len(search_help(question="a")) == MOST_FOUND


@pytest.mark.parametrize("name", ["nothing", "../README", "reference/glossary.md", "/etc/passwd"])
def test_only_documents_are_pages(name: str) -> None:
    with pytest.raises(NotFound):
        get_document(name=name)


@pytest.mark.parametrize("name", ["nothing.svg", "../README.md", "..", ""])
def test_only_pictures_are_served(name: str) -> None:
    with pytest.raises(NotFound):
        get_image(name=name)


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("# A\n\nFirst things come first. Then others.\n", "First things come first."),
        ("# A\n\n**Faced.** A page was slow.\n", "A page was slow."),
        ("# A\n\n| a | b |\n|---|---|\n| c | d |\n\nBelow the table it goes on.\n", "Below the table it goes on."),
        ("# A\n\n## Below\n\nIt is told under a heading.\n", ""),
        ("# A\n\n- one long item of a list\n", ""),
        ("# A\n\n" + "word " * 100, "word " * 32 + "…"),
    ],
)
def test_a_document_is_introduced_by_its_first_sentence(docs_here: Path, text: str, opening: str) -> None:
    path = docs_here / "page.md"
    path.write_text(text)
    assert opening_of(Document("page", "Page", path)) == opening
