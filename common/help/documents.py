"""The documents of `docs/`: which there are, and in which order Help offers them."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from common.errors import NotFound

HOME = ""
GROUPS = {
    "tutorial": "Learn",
    "how-to": "Do",
    "reference": "Look up",
    "algorithms": "How it is worked out",
    "explanation": "Understand",
    "adr": "Decisions",
}
FIRST = ("tutorial/five-minutes", "reference/glossary", "reference/metrics", "algorithms/sequencing")
IMAGES = "images"
IMAGE_ENDINGS = frozenset({".svg", ".png"})


@dataclass(frozen=True)
class Document:
    """One Markdown file. `name` is its place in an address: "reference/glossary", "" for the contents."""

    name: str
    title: str
    path: Path

    @property
    def folder(self) -> str:
        """The folder it lies in, "" for those at the top."""
        return posixpath.dirname(self.path.relative_to(folder()).as_posix())


@dataclass(frozen=True)
class Group:
    """The documents of one kind."""

    title: str
    documents: list[Document]


def folder() -> Path:
    """Where the documents lie."""
    return Path(settings.BASE_DIR) / "docs"


def list_documents() -> list[Document]:
    """All documents, those that most people want first within each folder."""
    return sorted(_documents(), key=lambda one: (one.name not in FIRST, one.title))


def list_groups() -> list[Group]:
    """The documents by kind, without the contents; what lies at the top is there to understand."""
    found = [one for one in list_documents() if one.name != HOME]
    groups = [
        Group(title, [one for one in found if (one.folder or "explanation") == kind]) for kind, title in GROUPS.items()
    ]
    return [group for group in groups if group.documents]


def get_document(*, name: str) -> Document:
    """The document of this name. Raises NotFound."""
    for document in _documents():
        if document.name == name:
            return document
    raise NotFound("There is no such page of help. Look in the contents, or search.")


def get_image(*, name: str) -> Path:
    """The file of a picture that documents show. Raises NotFound."""
    for path in (folder() / IMAGES).iterdir():
        if path.name == name and path.suffix in IMAGE_ENDINGS:
            return path
    raise NotFound("There is no such picture.")


def name_of(path: str) -> str:
    """The document's name for a path below `docs/`: "adr/README.md" is "adr"."""
    stem = path.removesuffix(".md")
    return posixpath.dirname(stem) if posixpath.basename(stem) == "README" else stem


def _documents() -> Iterator[Document]:
    root = folder()
    for path in sorted(root.rglob("*.md")):
        yield Document(name_of(path.relative_to(root).as_posix()), _title_of(path, path.stat().st_mtime_ns), path)


@lru_cache(maxsize=256)
def _title_of(path: Path, _changed_at_ns: int) -> str:
    """The first heading."""
    with path.open(encoding="utf-8") as lines:
        first = next((line for line in lines if line.startswith("# ")), f"# {path.stem}")
    return first.removeprefix("# ").strip()
