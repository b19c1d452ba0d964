"""The drawings of a forecast as coordinates of SVG: what is left by when, dollars by when, what was said before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor, log10

LEFT, RIGHT, TOP, FLOOR = 52.0, 430.0, 68.0, 206.0
"""In a box of 440 x 240, about as wide as it is shown, so that its text keeps its size."""
LABEL_ROWS = (14, 30, 46)
LABEL_ROOM = 150.0
FEW = 10
MOST_DATES = 6
SHORT_DAYS = 75
MONTHS_A_STEP = (1, 2, 3, 6, 12, 24, 60)
BAND_WIDTH = 300.0


@dataclass(frozen=True)
class Mark:
    """A text on an axis, and where."""

    at: str
    text: str


@dataclass(frozen=True)
class Finish:
    """A day by which a share of the futures is done: its line, and its label beside it."""

    share: int
    at: str
    y: int
    label_x: str
    anchor: str
    date: date


@dataclass(frozen=True)
class Level:
    """A line of the grid and the amount it stands for."""

    at: str
    text_at: str
    amount: float


@dataclass(frozen=True)
class Fan:
    """A band, the line in its middle, and the axes."""

    band: str
    middle: str
    levels: list[Level]
    dates: list[Mark]
    finishes: list[Finish]


@dataclass(frozen=True)
class Axis:
    """Days from left to right."""

    first: date
    last: date

    def x(self, day: date) -> float:
        """Where a day lies."""
        span = max((self.last - self.first).days, 1)
        return LEFT + (RIGHT - LEFT) * (day - self.first).days / span


Band = tuple[float, float, float]
"""The 15, 50 and 85 % of the futures at the end of a day."""


def draw_fan(days: Sequence[date], amounts: Sequence[Band], *, finishes: Sequence[tuple[int, date]]) -> Fan:
    """Draw amounts at the ends of rising days."""
    axis = Axis(days[0], days[-1])
    top = nice_top(max(max(band) for band in amounts))
    low, middle, high = (
        [(axis.x(day), _y(band[place], top)) for day, band in zip(days, amounts, strict=True)] for place in range(3)
    )
    return Fan(
        band=f"{_line(low)}L{_line(high[::-1])[1:]}Z",
        middle=_line(middle),
        levels=[Level(_n(_y(level, top)), _n(_y(level, top) + 4), level) for level in (0.0, top / 2, top)],
        dates=[Mark(_n(axis.x(day)), text) for day, text in date_marks(axis.first, axis.last)],
        finishes=[_finish(axis, row, share, day) for row, (share, day) in enumerate(finishes)],
    )


def _finish(axis: Axis, row: int, share: int, day: date) -> Finish:
    """The late day has the highest row, so labels to the left of their lines cross none."""
    x = min(axis.x(day), RIGHT)
    has_room = x > LABEL_ROOM
    return Finish(share, _n(x), LABEL_ROWS[row], _n(x - 6 if has_room else x + 6), "end" if has_room else "start", day)


def _y(amount: float, top: float) -> float:
    return FLOOR - (FLOOR - TOP) * amount / top


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _n(number: float) -> str:
    return f"{number:.1f}"


def nice_top(most: float) -> float:
    """A round number not below an amount, and halved still a round one."""
    if most <= FEW:
        return next(float(top) for top in (2, 4, 6, 8, FEW) if top >= most)
    power = float(10 ** floor(log10(most)))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= most * (1 - 1e-9))


def date_marks(first: date, last: date) -> list[tuple[date, str]]:
    """Days to name under an axis: weeks of a short time, else first days of months."""
    span = (last - first).days
    if span <= SHORT_DAYS:
        step = max(round(span / MOST_DATES), 1)
        days = [first + timedelta(days=offset) for offset in range(0, span + 1, step)]
        return [(day, f"{day.day} {day:%b}") for day in days][: MOST_DATES + 1]
    months = _months(first, last)
    step = next((one for one in MONTHS_A_STEP if len(months) / one <= MOST_DATES), MONTHS_A_STEP[-1])
    return [
        (day, f"{day:%b %Y}" if at == 0 or day.month <= step else f"{day:%b}") for at, day in enumerate(months[::step])
    ]


def _months(first: date, last: date) -> list[date]:
    """The first days of the months between two days."""
    count = (last.year - first.year) * 12 + last.month - first.month
    months = [first.year * 12 + first.month + offset for offset in range(count)]
    return [date(month // 12, month % 12 + 1, 1) for month in months]


@dataclass(frozen=True)
class SaidBand:
    """From the early to the late day on an axis that all rows share, in a box of BAND_WIDTH."""

    x: str
    width: str
    middle: str
    is_open: bool


def draw_said(spans: Sequence[tuple[date | None, date | None, date | None]]) -> list[SaidBand | None]:
    """Draw what was said each time; one whose late day is not known runs out of the box."""
    known = [day for span in spans for day in span if day is not None]
    if not known:
        return [None] * len(spans)
    first, last = min(known), max(known)
    scale = (BAND_WIDTH - 8) / max((last - first).days, 1)

    def x(day: date) -> float:
        return 4 + (day - first).days * scale

    found: list[SaidBand | None] = []
    for early, half, late in spans:
        if early is None:
            found.append(None)
            continue
        end = BAND_WIDTH if late is None else x(late)
        middle = end if half is None else x(half)
        found.append(SaidBand(_n(x(early)), _n(max(end - x(early), 2)), _n(middle), late is None))
    return found
