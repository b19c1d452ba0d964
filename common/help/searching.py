"""Searching Help: sections that hold every word of a question, those with them in the heading first."""

from collections.abc import Iterator
from dataclasses import dataclass

from common.help.documents import Document, list_documents
from common.help.markdown import Section, list_sections

MOST_FOUND = 40
LONGEST_QUESTION = 100
AROUND = 90
"""Letters shown before and after the first word found."""


@dataclass(frozen=True)
class Found:
    """A section that answers a question, and the text around the first word found in it."""

    document: Document
    section: Section
    excerpt: str


def search_help(*, question: str) -> list[Found]:
    """The sections that hold all words of the question, 40 at most; none for an empty one."""
    words = question[:LONGEST_QUESTION].casefold().split()
    if not words:
        return []
    found = [(_rank(section, words), document, section) for document, section in _all_sections()]
    answers = sorted((one for one in found if one[0] is not None), key=lambda one: one[0] or 0)
    return [Found(document, section, _excerpt(section, words)) for _, document, section in answers[:MOST_FOUND]]


def _all_sections() -> Iterator[tuple[Document, Section]]:
    for document in list_documents():
        for section in list_sections(document):
            yield document, section


def _rank(section: Section, words: list[str]) -> int | None:
    """0 with all words in the heading, 1 with all in heading and text; None where one is missing."""
    title, text = section.title.casefold(), section.text.casefold()
    if not all(word in title or word in text for word in words):
        return None
    return 0 if all(word in title for word in words) else 1


def _excerpt(section: Section, words: list[str]) -> str:
    text = section.text
    at = max(min((place for word in words if (place := text.casefold().find(word)) >= 0), default=0), 0)
    start, end = max(at - AROUND, 0), at + AROUND
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")
