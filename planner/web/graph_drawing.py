"""The dependency graph as SVG: boxes in columns, what is needed to the left of what needs it."""

from dataclasses import dataclass

from planner.domain.layering import lay_out
from planner.selectors.dependency_graph import DependencyGraph, GraphArc, GraphUnit

BOX_HEIGHT, ROW, MARGIN = 60, 76, 8
PAGE_WIDTH = 1_140
"""What a wide screen shows without scrolling; a graph of few columns takes it for longer titles."""
NARROWEST_BOX, WIDEST_BOX = 216, 400
GAP_SHARE = 0.39
"""The gap between two columns, as a share of a box: room for the bends."""


@dataclass(frozen=True)
class Columns:
    """How wide the boxes are and how far their columns lie apart, in pixels."""

    box: int
    step: int

    @classmethod
    def of(cls, count: int) -> "Columns":
        """As wide as so many columns allow on a page."""
        box = round((PAGE_WIDTH - 2 * MARGIN) / (count + max(count - 1, 0) * GAP_SHARE))
        box = min(max(box, NARROWEST_BOX), WIDEST_BOX)
        return cls(box, round(box * (1 + GAP_SHARE)))

    def left_of(self, layer: int) -> float:
        """Where the boxes of a column begin."""
        return MARGIN + layer * self.step


@dataclass(frozen=True)
class Box:
    """A unit's place in the picture, in pixels; x and y are its upper left corner."""

    unit: GraphUnit
    x: float
    y: float


@dataclass(frozen=True)
class Curve:
    """An arc as a path. `is_turned`: it closes a loop between units, though none between their stories."""

    arc: GraphArc
    path: str
    is_turned: bool


@dataclass(frozen=True)
class GraphDrawing:
    """The whole picture and its size."""

    boxes: list[Box]
    curves: list[Curve]
    width: int
    height: int
    box_width: int
    box_height: int = BOX_HEIGHT


def draw_graph(graph: DependencyGraph) -> GraphDrawing:
    """Draw the graph; the same graph always looks the same."""
    index = {unit.unit_id: place for place, unit in enumerate(graph.units)}
    layout = lay_out(len(graph.units), [(index[arc.needed], index[arc.needing]) for arc in graph.arcs])
    columns = Columns.of(1 + max(layout.layer, default=0))
    boxes = [
        Box(unit, columns.left_of(layer), _y(height))
        for unit, layer, height in zip(graph.units, layout.layer, layout.height, strict=True)
    ]
    curves = [
        Curve(arc, _path(route, columns), is_turned)
        for arc, route, is_turned in zip(graph.arcs, layout.routes, layout.is_turned, strict=True)
    ]
    width = max((box.x for box in boxes), default=0) + columns.box + MARGIN
    height = max((box.y for box in boxes), default=0) + BOX_HEIGHT + MARGIN
    return GraphDrawing(boxes, curves, round(width), round(height), columns.box)


def _y(height: float) -> float:
    return round(MARGIN + height * ROW, 1)


def _path(route: list[tuple[int, float]], columns: Columns) -> str:
    """From the side of the first box to that of the last, level through the columns between."""
    is_forward = route[0][0] < route[-1][0]
    ends = [(columns.left_of(layer), _y(height) + BOX_HEIGHT / 2) for layer, height in route]
    out = columns.box if is_forward else 0
    x, y = ends[0][0] + out, ends[0][1]
    parts = [f"M{x:.1f} {y:.1f}"]
    for place, (left, level) in enumerate(ends[1:], start=2):
        is_last = place == len(ends)
        enters = left + (columns.box - out)
        parts.append(_bend(x, y, enters, level))
        x, y = enters, level
        if not is_last:
            x = left + out
            parts.append(f"H{x:.1f}")
    return "".join(parts)


def _bend(x: float, y: float, to_x: float, to_y: float) -> str:
    middle = (x + to_x) / 2
    return f"C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
