"""The value of a sprint plan over its sprints, drawn as steps under what no plan can beat."""

from dataclasses import dataclass
from decimal import Decimal

from planner.selectors.plan_page import PlanPage

WIDTH, HEIGHT, TOP, LABEL_HEIGHT, LABEL_GAP = 1140, 170, 34, 24, 12
SHARE_WIDTH = 1_000


@dataclass(frozen=True)
class Label:
    """What a step says, at its right end: what it adds, and the sum."""

    x: float
    y: float
    value: Decimal
    total: Decimal


@dataclass(frozen=True)
class Curve:
    """Paths in a box of WIDTH x HEIGHT, where the bound lies, labels, and the share of the bound of SHARE_WIDTH."""

    line: str
    area: str
    bound_y: float
    labels: tuple[Label, ...]
    share_width: int


def draw_curve(page: PlanPage) -> Curve:
    """The steps of the shown placement."""
    bound = float(page.plan.bound or 0)
    per_dollar = (HEIGHT - TOP) / max(bound, page.price.value, 1.0)
    width = WIDTH / len(page.columns)
    ys = [HEIGHT - per_dollar * float(column.total) for column in page.columns]
    line = f"M0 {HEIGHT}" + "".join(f"H{width * (place + 1):.1f}V{y:.1f}" for place, y in enumerate(ys))
    labels = tuple(
        Label(width * (place + 1) - LABEL_GAP, max(below - 10, LABEL_HEIGHT), column.value, column.total)
        for place, (column, below) in enumerate(zip(page.columns, [HEIGHT, *ys], strict=False))
    )
    return Curve(line, f"{line}V{HEIGHT}Z", HEIGHT - per_dollar * bound, labels, round(SHARE_WIDTH * page.share))
