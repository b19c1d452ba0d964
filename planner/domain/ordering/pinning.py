"""Pins: pairs of units that keep an order, and units that hold a place, whatever they earn."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

import numpy as np

from planner.domain.arrays import IntArray
from planner.domain.dependencies import DependencyCycleError, successors_by_id, topological_order

Arc = tuple[int, int]
"""(unit before, unit after)"""


class ContradictoryPinsError(Exception):
    """Pins that can't all be held; ``pair`` has two units whose pins exclude each other."""

    def __init__(self, pair: tuple[int, int]) -> None:
        """Keep the pair, to name it."""
        super().__init__(f"contradictory pins: units {pair[0]} and {pair[1]}")
        self.pair = pair


def arcs_between(ranked: IntArray, arcs: Iterable[Arc]) -> list[Arc]:
    """The pairs that ranked units must keep, also by way of units that are not ranked (unvalued or finished).

    Raises ContradictoryPinsError when the pairs go round in a circle.
    """
    pairs = sorted(set(arcs))
    is_ranked = set(ranked.tolist())
    befores = successors_by_id((other, one) for one, other in pairs)
    nearest: dict[int, set[int]] = {}  # per unit the ranked ones it waits for, through unranked ones if need be
    for unit in _topological(pairs):
        waits_for = [({one} if one in is_ranked else nearest[one]) for one in befores.get(unit, ())]
        nearest[unit] = set().union(*waits_for)
    return sorted((one, unit) for unit in nearest if unit in is_ranked for one in nearest[unit])


def _topological(pairs: Sequence[Arc]) -> list[int]:
    units = sorted({unit for pair in pairs for unit in pair})
    try:
        return topological_order(units, pairs)
    except DependencyCycleError as error:
        raise ContradictoryPinsError((error.cycle[0], error.cycle[-1])) from None


def apply_pins(order: IntArray, arcs: Sequence[Arc], places: Mapping[int, int]) -> IntArray:
    """The order with held units at their places (1-based) and the others in their order as far as arcs let them.

    Place after place: whoever is held here; else whoever must come now so that a held one can; else the first
    of the order that waits for nobody. A place behind the last unit means the last. Raises ContradictoryPinsError.
    """
    if not arcs and not places:
        return order
    filling = _Filling(order.tolist(), arcs, _held_places(order, places))
    return np.array([filling.fill(place) for place in range(len(order))], dtype=np.int64)


def _held_places(order: IntArray, places: Mapping[int, int]) -> dict[int, int]:
    """0-based place -> unit, for units in the order. Raises ContradictoryPinsError for two at one place."""
    present = set(order.tolist())
    held: dict[int, int] = {}
    for unit, place in sorted(places.items()):
        at = min(max(place, 1), len(order)) - 1
        if unit in present and held.setdefault(at, unit) != unit:
            raise ContradictoryPinsError((held[at], unit))
    return held


class _Filling:
    """The state of filling places from the first to the last; ``fill`` is called for each in turn."""

    def __init__(self, order: list[int], arcs: Sequence[Arc], held: Mapping[int, int]) -> None:
        self.order, self.held = order, held
        self.rank = {unit: place for place, unit in enumerate(order)}
        self.followers = successors_by_id(arcs)
        self.befores = successors_by_id((other, one) for one, other in arcs)
        self.waits_for = Counter(other for _, other in arcs)
        self.place_of_held = {unit: place for place, unit in held.items()}
        self.deadline = self._deadlines(arcs)
        self.placed: set[int] = set()
        self.ready = [self.rank[unit] for unit in order if unit not in self.place_of_held and not self.waits_for[unit]]
        heapify(self.ready)

    def _deadlines(self, arcs: Sequence[Arc]) -> dict[int, tuple[int, int]]:
        """For units that a held one waits for: the last place that leaves room for what lies between, and that one."""
        latest: dict[int, tuple[int, int]] = {}
        for unit in reversed(_topological(arcs)):
            place = self.place_of_held.get(unit)
            if unit in latest and place is not None and place > latest[unit][0]:
                raise ContradictoryPinsError((unit, latest[unit][1]))
            mine = latest.get(unit) if place is None else (place, unit)
            if mine is None:
                continue
            for one in self.befores.get(unit, ()):
                latest[one] = min(latest.get(one, (len(self.order), unit)), (mine[0] - 1, mine[1]))
        return {unit: due for unit, due in latest.items() if unit not in self.place_of_held}

    def fill(self, place: int) -> int:
        """The unit of this place (0-based)."""
        unit = self.held[place] if place in self.held else self._choose(place)
        for one in self.befores.get(unit, ()):
            if one not in self.placed:
                raise ContradictoryPinsError((one, unit))
        self.placed.add(unit)
        self.deadline.pop(unit, None)
        for following in self.followers.get(unit, ()):
            self.waits_for[following] -= 1
            if not self.waits_for[following] and following not in self.place_of_held:
                heappush(self.ready, self.rank[following])
        return unit

    def _choose(self, place: int) -> int:
        if self._is_tight(place):
            return min(
                (u for u in self.deadline if not self.waits_for[u]), key=lambda u: (self.deadline[u], self.rank[u])
            )
        while self.ready:
            unit = self.order[heappop(self.ready)]
            if unit not in self.placed:
                return unit
        waiting = next(unit for unit in self.order if unit not in self.placed and unit not in self.place_of_held)
        raise ContradictoryPinsError((self.befores[waiting][0], waiting))

    def _is_tight(self, place: int) -> bool:
        """Whether those with a deadline need every free place from here on to meet one of their deadlines."""
        by_deadline = sorted(self.deadline.values())
        for number, (due, _) in enumerate(by_deadline, start=1):
            free = due - place + 1 - sum(place <= at <= due for at in self.held)
            if free <= number:
                return True
        return False
