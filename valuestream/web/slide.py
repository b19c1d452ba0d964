"""A map as a slide, 1600 by 900: finding, figures, pools over the stream, and the times below it. Pure geometry."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from valuestream.web.map_columns import Column
from valuestream.web.map_drawing import POOL_ROOM
from valuestream.web.map_view import Picture

WIDTH, HEIGHT = 1600, 900
_LEFT, _RIGHT = 60, 1540
_BASE = 620
"""Where pools stand and the stream begins, from above."""
_POOL_HEIGHT = 212
_STREAM = 1.5
"""The stream's width against the page's."""
_GAP = 14
_FINDING_LETTERS = 62
_NAME_PIXELS = 10.5
"""Width of a letter of a stage's name."""


@dataclass(frozen=True)
class SlideColumn:
    """A stage of the slide: x positions in pixels, its pool from above, and its part of the stream as a path."""

    column: Column
    name: str
    x: float
    width: float
    top: float
    waiting: float
    working: float
    stream: str
    rate_y: float

    @property
    def middle(self) -> float:
        """The middle of the column."""
        return round(self.x + self.width / 2, 1)

    @property
    def pool_x(self) -> float:
        """Where its pool begins."""
        return round(self.x + _GAP / 2, 1)

    @property
    def pool_width(self) -> float:
        """How wide its pool is."""
        return round(self.width - _GAP, 1)

    @property
    def working_y(self) -> float:
        """Where the part that is worked on begins."""
        return round(_BASE - self.working, 1)

    @property
    def level_y(self) -> float:
        """The base line of the amount above the pool."""
        return round(self.top - 12, 1)


@dataclass(frozen=True)
class Slide:
    """All of it."""

    finding: Sequence[str]
    figures: Sequence[tuple[float, str, str, str]]
    columns: Sequence[SlideColumn]
    mouth: str

    width, height, base = WIDTH, HEIGHT, _BASE


def draw_slide(picture: Picture) -> Slide:
    """Lay a picture out on a slide."""
    title = f"{picture.finding.amount} {picture.finding.rest}".strip()
    count = max(1, len(picture.columns))
    width = (_RIGHT - _LEFT) / count
    scale = _POOL_HEIGHT / POOL_ROOM
    columns = [_column(column, index, width, scale) for index, column in enumerate(picture.columns)]
    return Slide(
        finding=wrap(title, _FINDING_LETTERS)[:2],
        figures=_figures(picture),
        columns=columns,
        mouth=_mouth(picture.river.widths[-1] * _STREAM) if picture.columns else "",
    )


def _column(column: Column, index: int, width: float, scale: float) -> SlideColumn:
    x = _LEFT + index * width
    waiting, working = round(column.pool.waiting * scale, 1), round(column.pool.working * scale, 1)
    before, after = (breadth * _STREAM for breadth in column.widths)
    return SlideColumn(
        column=column,
        name=_cut(column.stage.name, int(width / _NAME_PIXELS)),
        x=round(x, 1),
        width=round(width, 1),
        top=round(_BASE - waiting - working, 1),
        waiting=waiting,
        working=working,
        stream=_stream(x, width, before, after),
        rate_y=round(_BASE + max(before, after) + 26, 1),
    )


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: max(1, letters - 1)].rstrip()}\N{HORIZONTAL ELLIPSIS}"


def _stream(x: float, width: float, before: float, after: float) -> str:
    """The stream under a column: as wide as what comes in, bending to what goes out."""
    bend, end = x + width * 0.55, x + width
    middle = (bend + end) / 2
    return (
        f"M{x:.1f} {_BASE}H{end:.1f}V{_BASE + after:.1f}"
        f"C{middle:.1f} {_BASE + after:.1f} {middle:.1f} {_BASE + before:.1f} {bend:.1f} {_BASE + before:.1f}H{x:.1f}Z"
    )


def _mouth(width: float) -> str:
    """The stream's end, an arrow."""
    return f"M{_RIGHT - 1} {_BASE}h24l16 {width / 2:.1f}l-16 {width / 2:.1f}h-24z"


def _figures(picture: Picture) -> list[tuple[float, str, str, str]]:
    """The key figures: where each begins, its name, itself, and its note."""
    step = (_RIGHT - _LEFT) / max(1, len(picture.key_figures))
    return [
        (round(_LEFT + index * step, 1), one.name, one.cell.text, one.note)
        for index, one in enumerate(picture.key_figures)
    ]
