"""The drawings of a proposed order, as coordinates of SVG: the scale of costs, who goes where, value live."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import floor, log10

LETTER = 6.4
"""About how wide a letter of 12 px is, for labels that must not touch."""

SCALE_WIDTH, SCALE_TOP, SCALE_HEIGHT = 720, 38, 12
SCALE_LEFT, SCALE_RIGHT = 4.0, 716.0
SCALE_ROWS = (70, 88, 106)
THINNEST = 3.0
SEEN = Decimal("0.001")
"""A smaller share of the scale is told in its table alone: its label would only stand in the way."""
TICK_LABEL = 150.0

SLOPE_LEFT, SLOPE_RIGHT = 122, 258
SLOPE_TOP, SLOPE_GAP = 32.0, 15.0
MOST_ROWS = 60
"""More places than this share a scale; only moves and pins are drawn on it."""
SHARED_HEIGHT = 720.0
MOST_LINES = 48

CURVE_LEFT, CURVE_RIGHT = 46.0, 372.0
CURVE_TOP, CURVE_FLOOR = 12.0, 150.0
STRIP_TOP, STRIP_MIDDLE, STRIP_FLOOR = 186.0, 216.0, 246.0
MOST_DATES = 6
MONTHS_A_STEP = (1, 2, 3, 6, 12, 24, 60, 120)


@dataclass(frozen=True)
class Segment:
    """One part of the scale and the place of its label; `leader` is where the label is tied to, or empty."""

    kind: str
    amount: Decimal
    x: str
    width: str
    label: str
    label_x: str
    label_y: int
    leader: str


@dataclass(frozen=True)
class Scale:
    """From the least any order can cost to what the present order costs."""

    segments: list[Segment]
    proposed_x: str
    proposed_label_x: str
    height: int


def draw_scale(
    *, lower_bound: Decimal, proposed: Decimal, now: Decimal, frozen: Decimal, pins: Decimal, words: Sequence[str]
) -> Scale | None:
    """The scale's parts: not settled, frozen sprint, pins, moves; `words` are their labels, in that order.

    None where the present order costs as little as any can: there is nothing to draw.
    """
    whole = now - lower_bound
    if whole <= 0:
        return None
    parts = split_gap(lower_bound=lower_bound, proposed=proposed, now=now, frozen=frozen, pins=pins)
    labelled = {kind: text for (kind, _), text in zip(parts, words, strict=True)}
    shown = [(kind, amount) for kind, amount in parts if amount > 0 and (kind == "moves" or amount >= whole * SEEN)]
    drawn = sum((amount for _, amount in shown), Decimal(0))
    edges = _edges([float(amount / drawn) for _, amount in shown])
    spans = dict(zip((kind for kind, _ in shown), pairwise(edges), strict=True))
    proposed_x = spans["moves"][0] if "moves" in spans else SCALE_RIGHT
    segments = _segments(shown, spans, labelled)
    return Scale(
        segments=segments,
        proposed_x=_n(proposed_x),
        proposed_label_x=_n(min(max(proposed_x, SCALE_LEFT + TICK_LABEL + 60), SCALE_RIGHT - TICK_LABEL - 40)),
        height=max((segment.label_y for segment in segments), default=SCALE_ROWS[0]) + 6,
    )


def split_gap(
    *, lower_bound: Decimal, proposed: Decimal, now: Decimal, frozen: Decimal, pins: Decimal
) -> list[tuple[str, Decimal]]:
    """Return what the present order costs above the bound, by cause; the parts add up to it.

    The frozen sprint and the pins never take more than the proposed order costs above the bound.
    """
    room = max(proposed - lower_bound, Decimal(0))
    by_sprint = min(max(frozen, Decimal(0)), room)
    by_pins = min(max(pins, Decimal(0)), room - by_sprint)
    open_part = room - by_sprint - by_pins
    return [("open", open_part), ("frozen", by_sprint), ("pins", by_pins), ("moves", max(now - proposed, Decimal(0)))]


def _edges(shares: Sequence[float]) -> list[float]:
    """Return where each part begins and the last one ends; none is too thin to see."""
    room = SCALE_RIGHT - SCALE_LEFT - THINNEST * len(shares)
    edges = [SCALE_LEFT]
    for share in shares:
        edges.append(edges[-1] + THINNEST + share * room)
    return edges


def _segments(
    shown: Sequence[tuple[str, Decimal]], spans: dict[str, tuple[float, float]], labelled: dict[str, str]
) -> list[Segment]:
    segments: list[Segment] = []
    taken = [SCALE_LEFT - 20.0] * len(SCALE_ROWS)
    for kind, amount in shown:
        left, right = spans[kind]
        half = len(labelled[kind]) * LETTER / 2
        middle = min(max((left + right) / 2, SCALE_LEFT + half), SCALE_RIGHT - half)
        row = next((row for row, end in enumerate(taken) if middle - half > end + 10), len(SCALE_ROWS) - 1)
        taken[row] = middle + half
        label_y = SCALE_ROWS[row]
        leader = f"M{_n((left + right) / 2)} {SCALE_TOP + SCALE_HEIGHT + 3}V{label_y - 11}" if row else ""
        width = max(right - left - 1, 1)
        segments.append(Segment(kind, amount, _n(left), _n(width), labelled[kind], _n(middle), label_y, leader))
    return segments


@dataclass(frozen=True)
class Bump:
    """A unit before and after. `kind`: "up", "down", "pin" or "stay"; the first two are labelled."""

    key: str
    place_from: int
    place_to: int
    kind: str


@dataclass(frozen=True)
class SlopeLine:
    """One unit's line, and the heights of its labels left and right."""

    bump: Bump
    path: str
    left_y: str
    right_y: str


@dataclass(frozen=True)
class Slope:
    """Both orders side by side. `left_out` lines stay unseen on a shared scale."""

    lines: list[SlopeLine]
    height: int
    left_out: int


def draw_slope(bumps: Sequence[Bump]) -> Slope:
    """Draw every unit of a short backlog; of a long one the moves and pins only, on a shared scale."""
    places = max((max(bump.place_from, bump.place_to) for bump in bumps), default=0)
    if places <= MOST_ROWS:
        return _slope(sorted(bumps, key=_loudness), gap=SLOPE_GAP, left_out=0)
    loud = [bump for bump in bumps if bump.kind != "stay"][:MOST_LINES]
    return _slope(sorted(loud, key=_loudness), gap=SHARED_HEIGHT / places, left_out=len(bumps) - len(loud))


def _loudness(bump: Bump) -> int:
    """Quiet lines are drawn first, so that a move lies over them."""
    return ("stay", "pin", "down", "up").index(bump.kind)


def _slope(bumps: Sequence[Bump], *, gap: float, left_out: int) -> Slope:
    lefts = _spread([SLOPE_TOP + (bump.place_from - 1) * gap for bump in bumps])
    rights = _spread([SLOPE_TOP + (bump.place_to - 1) * gap for bump in bumps])
    lines = []
    for bump, left, right in zip(bumps, lefts, rights, strict=True):
        path = f"M{SLOPE_LEFT} {_n(left)}C190 {_n(left)} 190 {_n(right)} {SLOPE_RIGHT} {_n(right)}"
        lines.append(SlopeLine(bump, path, _n(left + 4), _n(right + 4)))
    lowest = max([*lefts, *rights], default=SLOPE_TOP)
    return Slope(lines, height=round(lowest + 14), left_out=left_out)


def _spread(heights: Sequence[float]) -> list[float]:
    """Push labels down until none touches the one above it."""
    spread = list(heights)
    below = SLOPE_TOP - SLOPE_GAP
    for index in sorted(range(len(heights)), key=lambda index: heights[index]):
        below = max(heights[index], below + min(SLOPE_GAP, 14.0))
        spread[index] = below
    return spread


@dataclass(frozen=True)
class Mark:
    """A label of an axis and where it stands."""

    at: str
    text: str


@dataclass(frozen=True)
class Curves:
    """Value live in both orders above the difference between them, over weeks from a day on."""

    now: str
    proposed: str
    difference: str
    levels: list[tuple[Mark, Decimal]]
    strip_levels: list[tuple[Mark, Decimal]]
    dates: list[Mark]


def draw_curves(
    *, weeks: Sequence[float], now: Sequence[float], proposed: Sequence[float], first_day: date
) -> Curves | None:
    """Draw both curves as steps. None while there is nothing that earns."""
    top = max([*now, *proposed], default=0.0)
    if top <= 0 or weeks[-1] <= 0:
        return None
    step = round_step(top / 3)
    whole = max(top, step)
    xs = [CURVE_LEFT + (CURVE_RIGHT - CURVE_LEFT) * week / weeks[-1] for week in weeks]
    gained = [after - before for before, after in zip(now, proposed, strict=True)]
    most = max((abs(amount) for amount in gained), default=0.0)
    strip_step = round_step(most) if most > 0 else 0.0
    return Curves(
        now=_stairs(xs, [_height(amount, whole) for amount in now], CURVE_FLOOR),
        proposed=_stairs(xs, [_height(amount, whole) for amount in proposed], CURVE_FLOOR),
        difference=_strip(xs, gained, max(most, 1e-9)),
        levels=[(Mark(_n(_height(level, whole)), ""), _money(level)) for level in _levels(step, whole)],
        strip_levels=[
            (Mark(_n(STRIP_MIDDLE - (STRIP_MIDDLE - STRIP_TOP) * level / most), ""), _money(level))
            for level in ([strip_step] if 0 < strip_step <= most else [])
        ],
        dates=date_marks(first_day, weeks=weeks[-1]),
    )


def round_step(amount: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is no larger than a positive amount."""
    power = 10.0 ** floor(log10(amount))
    return max((factor * power for factor in (1, 2, 5) if factor * power <= amount), default=power)


def _levels(step: float, whole: float) -> list[float]:
    count = int(whole / step + 1e-9)
    return [level * step for level in range(min(count, 8) + 1)]


def _money(amount: float) -> Decimal:
    return Decimal(f"{amount:.2f}")


def _height(amount: float, whole: float) -> float:
    return CURVE_FLOOR - (CURVE_FLOOR - CURVE_TOP) * amount / whole


def _stairs(xs: Sequence[float], ys: Sequence[float], ground: float) -> str:
    """Return a line that stays level until a week ends and then jumps, beginning on the ground."""
    path, height = [f"M{_n(xs[0])} {_n(ground)}"], _n(ground)
    for x, y in zip(xs, map(_n, ys), strict=True):
        if y != height:
            path.append(f"H{_n(x)}V{y}")
            height = y
    return "".join([*path, f"H{_n(xs[-1])}"])


def _strip(xs: Sequence[float], gained: Sequence[float], most: float) -> str:
    half = STRIP_MIDDLE - STRIP_TOP
    ys = [STRIP_MIDDLE - half * amount / most for amount in gained]
    return f"{_stairs(xs, ys, STRIP_MIDDLE)}V{_n(STRIP_MIDDLE)}Z"


def date_marks(first_day: date, *, weeks: float) -> list[Mark]:
    """Return beginnings of months (or of every second, third... one) along the axis, at most six."""
    last_day = first_day + timedelta(weeks=weeks)
    months = (last_day.year - first_day.year) * 12 + last_day.month - first_day.month
    step = next((step for step in MONTHS_A_STEP if months // step <= MOST_DATES), max(months // MOST_DATES, 1))
    begins = [_month(first_day, offset) for offset in range(step, months + 1, step)]
    words = "%b" if months <= 11 else "%b %y" if step < 12 else "%Y"
    return [Mark(_n(_x_of(day, first_day, weeks)), day.strftime(words)) for day in begins]


def _month(day: date, offset: int) -> date:
    month = day.month - 1 + offset
    return date(day.year + month // 12, month % 12 + 1, 1)


def _x_of(day: date, first_day: date, weeks: float) -> float:
    return CURVE_LEFT + (CURVE_RIGHT - CURVE_LEFT) * (day - first_day).days / 7 / weeks


def _n(number: float) -> str:
    """Write a coordinate with one decimal at most."""
    return f"{number:.1f}".removesuffix(".0")
