"""Burn-down and burn-up of a sprint as numbers of SVG: a square that is stretched, labels in per cent beside it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common.formats import format_money, format_points
from planner.domain.capacity.burn_events import Amounts
from planner.domain.capacity.burndown import DayEnd
from planner.domain.vocabulary import Labelled
from planner.selectors.burndown import Burndown

SIDE = 10_000
HEADROOM = 1.06
STEPS = (1, 2, 5)
MOST_LEVELS = 5
MOST_TICKS = 12


class BurnUnit(Labelled):
    """What is burned."""

    POINTS = "points", "Points"
    HOURS = "hours", "Hours"
    DOLLARS = "dollars", "Money"


class BurnWay(Labelled):
    """Which way the line goes."""

    DOWN = "down", "Burn-down"
    UP = "up", "Burn-up"


@dataclass(frozen=True)
class Tick:
    """A day along the bottom: place in per cent, its label; `is_minor`: left out where it is narrow."""

    x: str
    label: str
    is_today: bool
    is_minor: bool


@dataclass(frozen=True)
class Mark:
    """The end of a line, with its figure."""

    x: str
    y: str
    text: str
    anchor: str


@dataclass(frozen=True)
class BurnChart:
    """Everything the template draws. Paths lie in a square of 10,000 x 10,000."""

    unit: BurnUnit
    way: BurnWay
    ideal: str
    main: str
    scope: str
    area: str
    levels: Sequence[tuple[str, str]]
    ticks: Sequence[Tick]
    weekends: Sequence[tuple[str, str]]
    today: str
    end: Mark | None
    finding: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def draw_burn(burndown: Burndown, *, unit: BurnUnit, way: BurnWay, currency: str) -> BurnChart:
    """Draw one unit of a sprint; each day's value stands at its end, the start at the left edge."""
    days = burndown.burn.days
    scale = _Scale(burndown, unit)
    known = [day for day in days if day.scope is not None]
    start = Decimal(0) if way is BurnWay.UP else scale.value(burndown.burn.committed)
    values = [_shown(day, unit, way) for day in known]
    scopes = [scale.value(day.scope) for day in known if day.scope is not None]
    main = list(_steps([start, *values], scale))
    return BurnChart(
        unit=unit,
        way=way,
        ideal=_line([_ideal(burndown, None, unit, way), *(_ideal(burndown, day, unit, way) for day in days)], scale),
        main=_path(main),
        scope=_path(list(_steps([scale.value(burndown.burn.committed), *scopes], scale))),
        area=_area(main),
        levels=_levels(scale, currency),
        ticks=list(_ticks(days, burndown.today)),
        weekends=list(_weekends(days)),
        today=_today(days, burndown.today),
        end=_end(values, len(days), scale, currency) if values else None,
        finding=find(burndown, unit=unit, currency=currency),
        headings=("Day", "Ideal", "In the sprint", "Done", "Left"),
        rows=[_cells(day, unit, currency) for day in days],
    )


class _Scale:
    """How values become heights: the top is a little above all there ever was."""

    def __init__(self, burndown: Burndown, unit: BurnUnit) -> None:
        self.read: Callable[[Amounts], Decimal] = lambda amounts: getattr(amounts, unit.value)
        self.unit, self.count = unit, len(burndown.burn.days)
        scopes = [day.scope for day in burndown.burn.days if day.scope is not None]
        most = max([self.read(burndown.burn.committed), *(self.read(scope) for scope in scopes)])
        self.most = float(most) or 1.0
        self.top = self.most * HEADROOM

    def value(self, amounts: Amounts) -> Decimal:
        """The amount in this unit."""
        return self.read(amounts)

    def y(self, value: Decimal | float) -> int:
        """Height in the square, 0 at the top."""
        return round(SIDE * (1 - min(max(float(value), 0.0) / self.top, 1)))

    def x(self, number: int) -> int:
        """The end of so many days."""
        return round(SIDE * number / self.count)


def _shown(day: DayEnd, unit: BurnUnit, way: BurnWay) -> Decimal:
    amounts = day.done if way is BurnWay.UP else day.remaining
    return Decimal(0) if amounts is None else getattr(amounts, unit.value)


def _ideal(burndown: Burndown, day: DayEnd | None, unit: BurnUnit, way: BurnWay) -> Decimal:
    """What should be left (or done) at the end of a day; None: at the start."""
    committed: Decimal = getattr(burndown.burn.committed, unit.value)
    left = committed if day is None else getattr(day.ideal, unit.value)
    return committed - left if way is BurnWay.UP else left


def _steps(values: Sequence[Decimal], scale: _Scale) -> Iterator[tuple[int, int]]:
    return ((scale.x(number), scale.y(value)) for number, value in enumerate(values))


def _line(values: Sequence[Decimal], scale: _Scale) -> str:
    return _path(list(_steps(values, scale)))


def _path(points: Sequence[tuple[int, int]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)


def _area(points: Sequence[tuple[int, int]]) -> str:
    return f"{_path(points)}L{points[-1][0]} {SIDE}L0 {SIDE}Z" if len(points) > 1 else ""


def _levels(scale: _Scale, currency: str) -> list[tuple[str, str]]:
    step = _nice(scale.most / MOST_LEVELS)
    levels = [step * number for number in range(int(scale.most // step) + 1)]
    return [(f"{scale.y(level) / 100:.2f}%", write(Decimal(repr(level)), scale.unit, currency)) for level in levels]


def _nice(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, ... that is not below."""
    size = 1.0
    while True:
        for step in STEPS:
            if step * size >= least:
                return step * size
        size *= 10


def _ticks(days: Sequence[DayEnd], today: date) -> Iterator[Tick]:
    """Working days, each named in the middle of its day; at most a dozen."""
    working = [number for number, day in enumerate(days) if day.is_workday]
    every = -(-len(working) // MOST_TICKS)
    for place, number in enumerate(working):
        if place % every == 0:
            day = days[number].day
            yield Tick(
                f"{100 * (number + 0.5) / len(days):.2f}%", f"{day:%-d %b}", day == today, place % (3 * every) != 0
            )


def _weekends(days: Sequence[DayEnd]) -> Iterator[tuple[str, str]]:
    width = f"{100 / len(days):.2f}%"
    return ((f"{100 * number / len(days):.2f}%", width) for number, day in enumerate(days) if not day.is_workday)


def _today(days: Sequence[DayEnd], today: date) -> str:
    number = next((number for number, day in enumerate(days) if day.day == today), None)
    return "" if number is None else f"{100 * (number + 1) / len(days):.2f}%"


def _end(values: Sequence[Decimal], count: int, scale: _Scale, currency: str) -> Mark:
    x = len(values) / count
    text = write(values[-1], scale.unit, currency)
    return Mark(f"{100 * x:.2f}%", f"{scale.y(values[-1]) / 100:.2f}%", text, "end" if x > 0.85 else "start")


def write(amount: Decimal, unit: BurnUnit, currency: str) -> str:
    """An amount in its unit as text: "41", "12.5 h", "$382k"."""
    if unit is BurnUnit.DOLLARS:
        return format_money(amount, currency)
    return f"{format_points(amount)} h" if unit is BurnUnit.HOURS else format_points(amount)


def find(burndown: Burndown, *, unit: BurnUnit, currency: str) -> str:
    """What the chart says, in a sentence: done and left, and how that stands against the even line."""
    known = [day for day in burndown.burn.days if day.scope is not None]
    if not known or known[-1].done is None or known[-1].remaining is None:
        return "The sprint has not begun"
    last = known[-1]
    done, left = getattr(last.done, unit.value), getattr(last.remaining, unit.value)
    noun = {BurnUnit.POINTS: " points", BurnUnit.HOURS: "", BurnUnit.DOLLARS: " of value"}[unit]
    head = f"{write(done, unit, currency)} of {write(done + left, unit, currency)}{noun} done"
    gap = left - getattr(last.ideal, unit.value)
    if len(known) == len(burndown.burn.days) or not getattr(burndown.burn.committed, unit.value):
        return head
    if abs(gap) < Decimal("0.05") * max(done + left, Decimal(1)):
        return f"{head}, as an even pace would have it"
    return f"{head}, {write(abs(gap), unit, currency)} {'behind' if gap > 0 else 'ahead of'} an even pace"


def _cells(day: DayEnd, unit: BurnUnit, currency: str) -> list[str]:
    def cell(amounts: Amounts | None) -> str:
        return "–" if amounts is None else write(getattr(amounts, unit.value), unit, currency)

    name = f"{day.day:%a %-d %b}" if day.is_workday else f"{day.day:%a %-d %b}, off"
    return [name, cell(day.ideal), cell(day.scope), cell(day.done), cell(day.remaining)]
