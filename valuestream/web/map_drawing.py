"""The geometry of a value stream map: pools, the stream under them, the way back, and times to scale.

Pure: numbers in, numbers out. A stage is a column of equal, unknown width, so that the page needs no
script and no text is ever scaled: heights are pixels, abscissae hundredths of a column (`COLUMN`) or
percent of the whole. One scale for all pools, one for the stream.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

POOL_ROOM = 216
"""Height of the fullest pool in pixels."""
COLUMN = 100
RIVER_MOST = 44
"""Width of the stream where most flows, in pixels."""
RIVER_TEXT = 22
"""A stream at least so wide holds its own label."""
LANE = 24
"""Height of a lane of the way back."""
MOST_ARCS = 6
_FIRST_LANE = RIVER_MOST + 44
_BEND_FROM, _BEND_TO = 0.08, 0.36
_LEAVES, _RETURNS = 0.26, 0.06
_SPREAD = 0.18
_LINE = 15
_FEWEST_LINES = 3
_INSET = 10
_FEWEST_TICKS = 2
_LEAST = 1e-6
"""Less is nothing: money is counted in cents, items in ones."""


@dataclass(frozen=True)
class Tick:
    """A level worth a line, and its distance from the floor in pixels."""

    amount: float
    height: int


@dataclass(frozen=True)
class Pool:
    """A stage's level, in pixels from the floor: work at the bottom, waiting above, once a level `was`.

    `lines`: how many lines of text the waiting part has room for.
    """

    height: float
    working: float
    waiting: float
    was: float | None
    lines: int

    @property
    def level(self) -> float:
        """Height of the surface."""
        return round(self.working + self.waiting, 1)

    @property
    def surface_y(self) -> float:
        """The surface in the drawing, whose height leaves room for the earlier level."""
        return round(self.height - self.level, 1)

    @property
    def wall_y(self) -> float:
        """Where the walls end, a little above the surface."""
        return max(0.0, round(self.surface_y - 3, 1))

    @property
    def wave_y(self) -> float:
        """Where the surface's wave, 6 px high, is drawn."""
        return round(self.surface_y - 3, 1)

    @property
    def text_y(self) -> float:
        """The base line of the first line of text in the waiting part."""
        return round(self.surface_y + self.waiting / 2 - (self.lines > _FEWEST_LINES) * 14 + 4, 1)

    @property
    def working_y(self) -> float:
        """Where work begins."""
        return round(self.height - self.working, 1)

    @property
    def was_y(self) -> float | None:
        """The earlier level in the drawing."""
        return None if self.was is None else round(self.height - self.was, 1)


@dataclass(frozen=True)
class PoolRow:
    """All pools on one scale, with the scale's lines."""

    pools: tuple[Pool, ...]
    ticks: tuple[Tick, ...]


def draw_pools(
    levels: Sequence[float],
    waiting: Sequence[float],
    before: Sequence[float | None],
    *,
    room: int = POOL_ROOM,
    in_whole: bool = False,
) -> PoolRow:
    """Pools on one scale: the highest level, present or earlier, fills the room. No level is below 0.

    `in_whole`: the scale's lines are at whole numbers only.
    """
    top = max([*levels, *(level for level in before if level is not None), 0.0])
    scale = room / top if top > _LEAST else 0.0
    pools = tuple(
        _pool(level, min(waits, level), was, scale) for level, waits, was in zip(levels, waiting, before, strict=True)
    )
    return PoolRow(pools, tuple(Tick(amount, round(amount * scale)) for amount in round_levels(top, in_whole=in_whole)))


def _pool(level: float, waits: float, was: float | None, scale: float) -> Pool:
    working, waiting = round((level - waits) * scale, 1), round(waits * scale, 1)
    earlier = None if was is None else round(was * scale, 1)
    height = max(working + waiting, earlier or 0.0) + 3
    return Pool(round(height, 1), working, waiting, earlier, max(0, int((waiting - _INSET) // _LINE)))


def round_levels(top: float, *, in_whole: bool = False) -> list[float]:
    """One to four round amounts up to `top`: 1, 2, 2.5 or 5 times a power of ten apart; none for nothing."""
    if top <= _LEAST:
        return []
    power = 10.0 ** floor(log10(top))
    steps = [step * power for step in (2.5, 2, 1, 0.5, 0.25)]
    if in_whole:
        steps = [step for step in steps if step == int(step)] or [1.0]
    step = next((step for step in steps if top / step >= _FEWEST_TICKS), steps[-1])
    return [step * number for number in range(1, int(top / step) + 1)]


@dataclass(frozen=True)
class RiverLabel:
    """The flow out of a stage: at the right of its column, in the stream where that is wide enough, else under it."""

    x_percent: float
    y: float
    below_y: float
    is_inside: bool


@dataclass(frozen=True)
class River:
    """The stream: an area of `columns` x COLUMN by `height`, its width in pixels before each stage and after the last.

    `widths[i]` flows into stage i, the last one out of the stream.
    """

    columns: int
    height: int
    path: str
    widths: tuple[float, ...]
    labels: tuple[RiverLabel, ...]

    @property
    def reach(self) -> int:
        """Length of the stream in its own units."""
        return self.columns * COLUMN

    @property
    def starts(self) -> RiverLabel:
        """The label of what flows in."""
        return river_label(self.widths[0], 0)

    @property
    def ends(self) -> RiverLabel:
        """The label of what leaves."""
        return river_label(self.widths[-1], 0)

    def width_at(self, column: int, share: float) -> float:
        """The stream's width at a share (0-1) of a column; behind the last column, what leaves."""
        if column >= self.columns:
            return self.widths[-1]
        before, after = self.widths[column], self.widths[column + 1]
        bend = min(max((share - _BEND_FROM) / (_BEND_TO - _BEND_FROM), 0.0), 1.0)
        return before + (after - before) * bend * bend * (3 - 2 * bend)


def draw_river(flows: Sequence[float]) -> River:
    """The stream through len(flows) - 1 stages; `flows[0]` enters, `flows[i]` leaves the i-th. Widest: 44 px."""
    most = max(flows)
    widths = tuple(round(RIVER_MOST * flow / most, 1) if most > _LEAST else 0.0 for flow in flows)
    columns = len(flows) - 1
    labels = tuple(river_label(widths[i + 1], round(100 * (i + 1) / columns, 3)) for i in range(columns))
    return River(columns, RIVER_MOST + 36, _bank(widths), widths, labels)


def draw_mouth(width: float) -> str:
    """The end of a stream of this width: an arrow 100 wide."""
    return f"M-1 0H88L100 {width / 2:g}L88 {width:g}H-1Z"


def river_label(width: float, x_percent: float) -> RiverLabel:
    """Where the words of a flow stand beside a stream of this width."""
    is_inside = width >= RIVER_TEXT
    y = width / 2 + 4 if is_inside else width + 15
    return RiverLabel(x_percent, round(y, 1), round(width + (15 if is_inside else 30), 1), is_inside)


def _bank(widths: Sequence[float]) -> str:
    """The outline: a straight upper bank, a lower one that bends in the middle of each column."""
    reach = (len(widths) - 1) * COLUMN
    lower = [f"M0 0H{reach}V{widths[-1]}"]
    for column in range(len(widths) - 2, -1, -1):
        start, end = (column + _BEND_TO) * COLUMN, (column + _BEND_FROM) * COLUMN
        middle = (start + end) / 2
        before, after = widths[column], widths[column + 1]
        lower.append(f"H{start:g}C{middle:g} {after} {middle:g} {before} {end:g} {before}H{column * COLUMN}")
    return "".join([*lower, "Z"])


@dataclass(frozen=True)
class Move:
    """Moves back from one stage to an earlier one (indices of columns), and their weight."""

    source: int
    target: int
    weight: float


@dataclass(frozen=True)
class Arc:
    """A way back: its path under the stream, where its arrow ends, where its label stands, and which move it is."""

    move: int
    path: str
    head_percent: float
    head_y: float
    label_percent: float
    label_y: int


@dataclass(frozen=True)
class WayBack:
    """The arrows of rework and the height they need below the stream's upper bank."""

    arcs: tuple[Arc, ...]
    height: int
    left_out: int


def draw_way_back(moves: Sequence[Move], river: River) -> WayBack:
    """The heaviest moves as arrows, short ones in the upper lanes; two that overlap never share a lane."""
    heaviest = sorted(range(len(moves)), key=lambda one: -moves[one].weight)[:MOST_ARCS]
    order = sorted(heaviest, key=lambda one: (moves[one].source - moves[one].target, moves[one].target))
    lanes: list[list[Move]] = []
    placed: list[tuple[int, int]] = []
    for one in order:
        lane = next((at for at, taken in enumerate(lanes) if not _overlaps(moves[one], taken)), len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(moves[one])
        placed.append((one, lane))
    leaving, returning = _shares(placed, [move.source for move in moves]), _shares(placed, [m.target for m in moves])
    arcs = tuple(
        _arc(one, moves[one], lane, _LEAVES + leaving[one] * _SPREAD, _RETURNS + returning[one] * _SPREAD, river)
        for one, lane in placed
    )
    height = _FIRST_LANE + len(lanes) * LANE if arcs else river.height
    return WayBack(arcs, height, len(moves) - len(arcs))


def _overlaps(move: Move, taken: Sequence[Move]) -> bool:
    return any(move.target <= other.source and other.target <= move.source for other in taken)


def _shares(placed: Sequence[tuple[int, int]], columns: Sequence[int]) -> dict[int, float]:
    """Spread the ends that meet in a column over it: 0 to 1, in the order of lanes."""
    shares = {}
    for one, _ in placed:
        ends = [other for other, _ in placed if columns[other] == columns[one]]
        shares[one] = ends.index(one) / len(ends)
    return shares


def _arc(one: int, move: Move, lane: int, leaves: float, returns: float, river: River) -> Arc:
    floor_y = _FIRST_LANE + lane * LANE + LANE // 2 - 2
    from_x = min((move.source + leaves) * COLUMN, river.reach - 2)
    to_x = (move.target + returns) * COLUMN
    from_y, to_y = river.width_at(move.source, leaves), river.width_at(move.target, returns) + 2
    bend = min(8.0, (from_x - to_x) / 2)
    path = (
        f"M{from_x:.1f} {from_y:.1f}V{floor_y - 8}Q{from_x:.1f} {floor_y} {from_x - bend:.1f} {floor_y}"
        f"H{to_x + bend:.1f}Q{to_x:.1f} {floor_y} {to_x:.1f} {floor_y - 8}V{to_y + 7:.1f}"
    )
    middle = (from_x + to_x) / 2 / river.reach * 100
    return Arc(one, path, round(to_x / river.reach * 100, 3), round(to_y, 1), round(middle, 3), floor_y - 6)


@dataclass(frozen=True)
class Span:
    """A stage's part of the times drawn to scale, in percent of the whole; its name where that has room."""

    x: float
    waiting: float
    working: float
    is_named: bool

    @property
    def working_x(self) -> float:
        """Where work begins."""
        return round(self.x + self.waiting, 3)


def draw_to_scale(times: Sequence[tuple[float, float]], names: Sequence[str], *, pixels: float) -> tuple[Span, ...]:
    """(waiting, working) seconds of each stage end to end; a name stands where its part is wide enough.

    `pixels`: the narrowest the drawing gets.
    """
    total = sum(waiting + working for waiting, working in times)
    spans, x = [], 0.0
    for (waiting, working), name in zip(times, names, strict=True):
        parts = [100 * part / total if total > 0 else 0.0 for part in (waiting, working)]
        is_named = sum(parts) / 100 * pixels >= text_width(name) + 8
        spans.append(Span(round(x, 3), round(parts[0], 3), round(parts[1], 3), is_named and total > 0))
        x += sum(parts)
    return tuple(spans)


def text_width(text: str) -> float:
    """The width of 12 px text in pixels, on the safe side."""
    return 7.2 * len(text)
