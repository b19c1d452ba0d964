"""A dependency graph drawn in layers: what is needed stands left of what needs it, with few crossings.

The steps of Sugiyama, Tagawa and Toda (1981): turn arcs that close a loop, give each node the layer after all it
needs, lead long arcs through a place in every layer they cross, order the layers by the mean of their neighbours
(barycentres), and move each node towards its neighbours as far as the order allows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SWEEPS = 12
SETTLING = 8
ROOM_OF_BEND = 0.5
"""A place an arc passes through takes half the room of a node."""

Arc = tuple[int, int]


@dataclass(frozen=True)
class Layout:
    """Where things are drawn. `layer` and `height` of each node: columns from 0, and rows as a real number from 0.

    `routes`: for each arc given, the (layer, height) it goes through, from its first node to its second.
    `is_turned`: whether the arc points backwards, because it closes a loop.
    """

    layer: list[int]
    height: list[float]
    routes: list[list[tuple[int, float]]]
    is_turned: list[bool]


def lay_out(count: int, arcs: Sequence[Arc]) -> Layout:
    """Lay out nodes 0 to ``count`` - 1 and arcs (needed, needing). The same input has the same picture."""
    turned = _closes_loop(count, arcs)
    forward = [(b, a) if back else (a, b) for (a, b), back in zip(arcs, turned, strict=True)]
    layer = _longest_paths(count, forward)
    graph = _Layered(layer, forward)
    graph.order_layers()
    height = graph.settle()
    routes = [[(graph.layer[node], height[node]) for node in chain] for chain in graph.chains]
    routes = [route[::-1] if back else route for route, back in zip(routes, turned, strict=True)]
    return Layout(layer, height[:count], routes, turned)


def _closes_loop(count: int, arcs: Sequence[Arc]) -> list[bool]:
    """Whether each arc leads back to a node on the way to it, depth first from the nodes that need nothing."""
    following: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    needs = [0] * count
    for index, (before, after) in enumerate(arcs):
        following[before].append((after, index))
        needs[after] += 1
    state = [0] * count  # 1: on the way, 2: left behind
    is_turned = [False] * len(arcs)
    for start in sorted(range(count), key=lambda node: (needs[node] > 0, node)):
        if state[start]:
            continue
        state[start] = 1
        way = [(start, iter(following[start]))]
        while way:
            node, rest = way[-1]
            step = next(rest, None)
            if step is None:
                state[node] = 2
                way.pop()
            elif state[step[0]] == 1:
                is_turned[step[1]] = True
            elif state[step[0]] == 0:
                state[step[0]] = 1
                way.append((step[0], iter(following[step[0]])))
    return is_turned


def _longest_paths(count: int, arcs: Sequence[Arc]) -> list[int]:
    """The layer of each node: one after the last of what it needs; nodes that need nothing stand close to their use."""
    following: list[list[int]] = [[] for _ in range(count)]
    waits = [0] * count
    for before, after in arcs:
        following[before].append(after)
        waits[after] += 1
    layer, order = [0] * count, [node for node in range(count) if not waits[node]]
    for node in order:  # grows while it is walked
        for after in following[node]:
            layer[after] = max(layer[after], layer[node] + 1)
            waits[after] -= 1
            if not waits[after]:
                order.append(after)
    is_needing = {after for _, after in arcs}
    for node in range(count):
        if node not in is_needing and following[node]:
            layer[node] = min(layer[after] for after in following[node]) - 1
    return layer


class _Layered:
    """The nodes by layer, with a bend in every layer that an arc crosses; bends are numbered after the nodes."""

    def __init__(self, layer: list[int], arcs: Sequence[Arc]) -> None:
        self.layer = list(layer)
        self.nodes = len(layer)
        self.chains = [self._chain(before, after) for before, after in arcs]
        self.before: list[list[int]] = [[] for _ in self.layer]
        self.after: list[list[int]] = [[] for _ in self.layer]
        for chain in self.chains:
            for one, other in pairwise(chain):
                self.after[one].append(other)
                self.before[other].append(one)
        self.rows: list[list[int]] = [[] for _ in range(max(self.layer, default=-1) + 1)]
        for node, place in enumerate(self.layer):
            self.rows[place].append(node)

    def _chain(self, before: int, after: int) -> list[int]:
        """The nodes an arc goes through: its ends, and a new bend for each layer between."""
        bends = []
        for place in range(self.layer[before] + 1, self.layer[after]):
            bends.append(len(self.layer))
            self.layer.append(place)
        return [before, *bends, after]

    def order_layers(self) -> None:
        """Sweep forth and back, each layer by the mean place of its neighbours; keep what has the fewest crossings."""
        best, fewest = [list(row) for row in self.rows], self._crossings()
        for sweep in range(SWEEPS):
            if sweep % 2 == 0:
                for row in self.rows[1:]:
                    self._sort(row, self.before)
            else:
                for row in self.rows[-2::-1]:
                    self._sort(row, self.after)
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(row) for row in self.rows], crossings
        self.rows = best

    def _sort(self, row: list[int], neighbours: list[list[int]]) -> None:
        place = {node: index for one in self.rows for index, node in enumerate(one)}
        means = {
            node: sum(place[other] for other in neighbours[node]) / len(neighbours[node])
            if neighbours[node]
            else float(place[node])
            for node in row
        }
        row.sort(key=lambda node: means[node])

    def _crossings(self) -> int:
        place = {node: index for row in self.rows for index, node in enumerate(row)}
        return sum(
            _inversions([place[b] for a in row for b in sorted(self.after[a], key=place.__getitem__)])
            for row in self.rows
        )

    def settle(self) -> list[float]:
        """The height of each node and bend: as near to its neighbours as those above and below it allow."""
        height = [0.0] * len(self.layer)
        for row in self.rows:
            for node, at in zip(row, self._stacked(row, [0.0] * len(row)), strict=True):
                height[node] = at
        for turn in range(SETTLING):
            rows = self.rows if turn % 2 == 0 else self.rows[::-1]
            for row in rows:
                wanted = [self._wanted(node, height) for node in row]
                for node, at in zip(row, self._stacked(row, wanted), strict=True):
                    height[node] = at
        lowest = min(height, default=0.0)
        return [at - lowest for at in height]

    def _wanted(self, node: int, height: list[float]) -> float:
        around = self.before[node] + self.after[node]
        return sum(height[other] for other in around) / len(around) if around else height[node]

    def _stacked(self, row: list[int], wanted: list[float]) -> list[float]:
        """Heights in the row's order, apart by their room, as near to what is wanted as least squares can be.

        Pool adjacent violators (Ayer and others, 1955) on the wish less the room above.
        """
        offsets, room = [], 0.0
        for place, node in enumerate(row):
            room += (self._room(row[place - 1]) + self._room(node)) / 2 if place else 0.0
            offsets.append(room)
        pools: list[tuple[float, int]] = []
        for wish, offset in zip(wanted, offsets, strict=True):
            total, number = wish - offset, 1
            while pools and pools[-1][0] / pools[-1][1] > total / number:
                total, number = total + pools[-1][0], number + pools[-1][1]
                pools.pop()
            pools.append((total, number))
        means = [total / number for total, number in pools for _ in range(number)]
        return [mean + offset for mean, offset in zip(means, offsets, strict=True)]

    def _room(self, node: int) -> float:
        return 1.0 if node < self.nodes else ROOM_OF_BEND


def _inversions(values: list[int]) -> int:
    """Pairs out of order, by merging (each is a crossing of two arcs)."""
    if len(values) < 2:
        return 0
    middle = len(values) // 2
    left, right = values[:middle], values[middle:]
    count = _inversions(left) + _inversions(right)
    left.sort()
    right.sort()
    passed = 0
    for value in right:
        while passed < len(left) and left[passed] <= value:
            passed += 1
        count += len(left) - passed
    return count
