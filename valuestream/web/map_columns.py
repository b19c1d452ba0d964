"""A stage of the drawing: its pool, blocks, rate and times, as words and places."""

from dataclasses import dataclass

from valuestream.web.map_drawing import Pool, RiverLabel
from valuestream.web.map_figures import Holder, StageFigures
from valuestream.web.map_rows import Cell

_STEP = 58
_FIRST = ("Queue", "Lead", "Flow", "Idle")
_SIDE_BEND = "C{before} 50 {after} 50 {after} 100"


@dataclass(frozen=True)
class BlockCard:
    """A process block under its stage; its amount only where the drawing is in dollars."""

    name: str
    is_wait: bool
    wip: Cell
    items_word: str
    amount: Cell | None


@dataclass(frozen=True)
class Times:
    """A stage's mean waiting and working time as words; dashes where nothing left it."""

    waiting: str
    working: str
    is_known: bool
    waits: bool = True
    works: bool = True

    @property
    def plateau(self) -> int:
        """Width of the step of waiting in percent of the column: the ladder is not to scale, but nothing is nothing."""
        if not self.waits:
            return 0
        return _STEP if self.works else 100

    @property
    def trough(self) -> int:
        """Width of the step of work."""
        return 100 - self.plateau

    @property
    def step_path(self) -> str:
        """The ladder's line over this column, 64 high."""
        return f"M0 53V6H{self.plateau}V53H100" if self.waits else "M0 53H100"

    @property
    def waiting_x(self) -> float:
        """Where the words of waiting stand."""
        return self.plateau / 2

    @property
    def working_x(self) -> float:
        """Where the words of work stand."""
        return self.plateau + self.trough / 2


@dataclass(frozen=True)
class Column:
    """A stage of the drawing. `share`: its level as a share (0-1) of the highest one."""

    stage: StageFigures
    is_hot: bool
    x_percent: float
    pool: Pool
    level: Cell
    wip: Cell
    change: str
    waits: str
    works: str
    holder: Holder | None
    most: tuple[str, ...]
    rate: str
    rate_url: str
    rate_label: RiverLabel
    items_rate: str
    blocks: tuple[BlockCard, ...]
    times: Times
    cells: tuple[tuple[str, Cell], ...]
    share: float
    waiting_share: float
    widths: tuple[float, float]

    @property
    def first_cells(self) -> list[tuple[str, Cell]]:
        """What the narrow drawing shows at once: queue, lead time, flow efficiency and idle cost."""
        return [(name, cell) for name, cell in self.cells if name.startswith(_FIRST)]

    @property
    def more_cells(self) -> list[tuple[str, Cell]]:
        """What it shows on demand."""
        return [(name, cell) for name, cell in self.cells if not name.startswith(_FIRST)]

    @property
    def level_percent(self) -> float:
        """Length of its bar in the narrow drawing."""
        return round(100 * self.share, 2)

    @property
    def waiting_percent(self) -> float:
        """Length of the waiting part."""
        return round(self.level_percent - self.working_percent, 2)

    @property
    def working_percent(self) -> float:
        """Length of the working part."""
        return round(100 * self.share * (1 - self.waiting_share), 2)

    @property
    def side_path(self) -> str:
        """The stream beside it in the narrow drawing, 100 high."""
        before, after = self.widths
        return f"M0 0H{before}{_SIDE_BEND.format(before=before, after=after)}H0Z"
