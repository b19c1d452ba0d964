"""The backlog page's address, read: lens, filters, view, columns, and where in the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict

from planner.domain.vocabulary import Labelled, Lens
from planner.selectors.backlog_filters import Filters, read_filters
from planner.selectors.backlog_window import Neighbour
from planner.selectors.filter_kinds import Asked

FILTER_LENGTH = 200
PARTS = {"list", "lines", "count", "ids"}
LISTED_LENSES = [Lens.MONEY, Lens.CD3, Lens.VALUE, Lens.ROI, Lens.WSJF, Lens.RICE, Lens.MANUAL]
HABITS = [Lens.SPONSOR, Lens.DEVELOPER, Lens.AGE, Lens.FEEDBACK, Lens.TIME]
"""What people rank by where nobody counts money: lenses to compare with."""


class Layout(Labelled):
    """How the rows are drawn."""

    OUTLINE = "outline", "Outline"
    CAPABILITIES = "capabilities", "Capabilities"
    FLAT = "flat", "Stories"


class Column(Labelled):
    """A column that can be shown or hidden."""

    COST_OF_DELAY = "cod", "Cost of delay"
    RANGE = "band", "Its range"
    BUSINESS_VALUE = "bv", "Business value"
    POINTS = "pts", "Points"
    CD3 = "cd3", "CD3"
    CAPABILITY = "cap", "Capability"
    TEAM = "team", "Team"
    SPRINT = "spr", "Sprint"
    ASSIGNEE = "who", "Assignee"
    STATE = "state", "State"


USUAL = [column for column in Column if column not in {Column.CAPABILITY, Column.ASSIGNEE}]
USUAL_FLAT = [column for column in Column if column not in {Column.ASSIGNEE, Column.RANGE, Column.CD3}]
Changes = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Question:
    """What someone asks of the backlog page. `part`: the whole page, its list, more lines of it, their number or ids.

    `at` is the place to begin at, `beside` the story that lines are wanted above or below; `units_above` how many
    units the reader has counted up to there. `columns` is None where nobody chose: the usual ones of the layout.
    """

    lens: Lens = Lens.MANUAL
    text: str = ""
    layout: Layout = Layout.OUTLINE
    filters: Filters = field(default_factory=Filters)
    columns: tuple[Column, ...] | None = None
    part: str = "page"
    limit: int = 100
    at: int = 1
    beside: Neighbour | None = None
    units_above: int | None = None

    @property
    def is_manual(self) -> bool:
        """Whether rows can be moved: the order is people's."""
        return self.lens is Lens.MANUAL

    @property
    def is_habit(self) -> bool:
        """Whether the order is one of the habits to compare with."""
        return self.lens in HABITS

    @property
    def is_folded(self) -> bool:
        """Whether capabilities stand alone, their stories folded away."""
        return self.layout is Layout.CAPABILITIES

    @property
    def is_flat(self) -> bool:
        """Whether stories stand alone, one below the other."""
        return self.layout is Layout.FLAT

    @property
    def is_filtered(self) -> bool:
        """Whether some work is left out, so that places can't be told."""
        return bool(self.text or self.filters.chips)

    @property
    def kept(self) -> dict[str, Any]:
        """What the list keeps, as the selectors take it."""
        return {
            "text": self.text,
            "where": self.filters.where if self.filters.chips else None,
            "include_done": self.filters.includes_done,
        }

    @property
    def shown(self) -> Sequence[Column]:
        """The columns to draw, in their order."""
        if self.columns is None:
            return USUAL_FLAT if self.is_flat else USUAL
        return [column for column in Column if column in self.columns]

    @cached_property
    def shows(self) -> Mapping[str, bool]:
        """Whether each column is drawn, by its word."""
        return {column.value: column in self.shown for column in Column}

    @property
    def list_class(self) -> str:
        """The classes of the list that lay out its columns."""
        words = ["flat"] if self.is_flat else []
        words += [f"without-{column.value}" for column in Column if column not in self.shown]
        return " ".join(words)

    def pairs(self, **changes: str | Sequence[str]) -> list[tuple[str, str]]:
        """This question with changes, as names and values; what is at its default is left out."""
        return _pairs({**self._values(), **changes})

    def address(self, **changes: str | Sequence[str]) -> str:
        """Return the query string of this question with changes."""
        return urlencode(self.pairs(**changes))

    def _values(self) -> dict[str, str | Sequence[str]]:
        return {
            "lens": "" if self.is_manual else self.lens.value,
            "view": "" if self.layout is Layout.OUTLINE else self.layout.value,
            "f": [str(chip) for chip in self.filters.chips],
            "q": self.text,
            "cols": "" if self.columns is None else ",".join(self.shown) or "none",
        }


def _pairs(values: Changes) -> list[tuple[str, str]]:
    told = [(name, each) for name, value in values.items() for each in ([value] if isinstance(value, str) else value)]
    return [(name, value) for name, value in told if value and (name, value) != ("lens", Lens.MANUAL.value)]


def read_question(values: QueryDict, asked: Asked) -> Question:
    """Read a query string; what can't be understood falls back to the plain page, a broken filter says so."""
    part = values.get("part", "")
    return Question(
        lens=_read_lens(values.get("lens", "")),
        text=values.get("q", "").strip()[:FILTER_LENGTH].replace("\x00", ""),
        layout=_read_layout(values.get("view", "")),
        filters=read_filters(texts=values.getlist("f"), asked=asked),
        columns=_read_columns(values.getlist("cols")),
        part=part if part in PARTS else "page",
        limit=min(_number(values.get("limit")) or settings.PAGE_SIZE, settings.PAGE_SIZE_LIMIT),
        at=max(_number(values.get("at")) or 1, 1),
        beside=_read_neighbour(values),
        units_above=_number(values.get("units")),
    )


def _read_neighbour(values: QueryDict) -> Neighbour | None:
    """`below=ID` or `above=ID`, with `at`: where that story stood."""
    for name in ("below", "above"):
        story_id = _number(values.get(name), digits=18)
        if story_id:
            return Neighbour(story_id, at=max(_number(values.get("at")) or 1, 1), is_below=name == "below")
    return None


def _read_lens(word: str) -> Lens:
    return next((lens for lens in (*LISTED_LENSES, *HABITS) if lens.value == word), Lens.MANUAL)


def _read_layout(word: str) -> Layout:
    return next((layout for layout in Layout if layout.value == word), Layout.OUTLINE)


def _read_columns(given: Sequence[str]) -> tuple[Column, ...] | None:
    words = [word for text in given for word in text.split(",") if word]
    if not words:
        return None
    return tuple(column for column in Column if column.value in words)


def _number(text: str | None, *, digits: int = 9) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= digits else None
