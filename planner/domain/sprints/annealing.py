"""Simulated annealing (Kirkpatrick, Gelatt and Vecchi, 1983) over the order of capabilities and how each is placed.

A step moves one capability, swaps near ones, shuffles a few or turns one between early and late. Only what comes
after the change is decoded again: states are kept every few places of the order.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.sprints.decoding import EARLY, LATE, Decoder
from planner.domain.sprints.network import Network

HOTTEST = 0.15
"""Temperature at the start, as a share of what a capability earns on the average."""

COOLED_TO = 0.02
"""Temperature at the end, as a share of the one at the start."""

SHORT_WALKS, SHORT, MANY = 3, 0.2, 300
"""So many walks of that share of the steps come first, where there are at least so many steps per capability."""

STRIDE = 4
"""So many places of the order lie between two kept states."""

REPORT_EVERY = 500

MOVED, SWAPPED, SHUFFLED = 0.5, 0.75, 0.8
"""Cumulated chances of a move, a swap and a shuffle; the rest turn a capability between early and late."""

NEAR = 0.15
"""Half of the moves are near: their distance has this standard deviation, as a share of the order."""

SHUFFLE_WIDTH = 5

State = tuple[list[int], list[int], float]
"""Sprint of each story, free points, and what the capabilities so far earn."""


@dataclass(frozen=True)
class Found:
    """The best order, how each capability is placed (by its index), and the placement they decode to."""

    order: list[int]
    modes: list[int]
    at: list[int]
    value: float


class Search:
    """One walk through the orders; ``best`` never gets worse."""

    def __init__(self, network: Network, base: State, order: Sequence[int], modes: Sequence[int]) -> None:
        """Decode the start; ``base`` has what is placed whatever the order."""
        self.decoder = Decoder(network)
        self.earn: list[list[float]] = np.nan_to_num(network.instance.earn, nan=0.0).tolist()
        self.order, self.modes = list(order), list(modes)
        self.kept = [base]
        self.value = 0.0
        self.value, kept = self._decode(self.order, 0, len(self.order) + STRIDE)
        self.kept += kept
        self.best = Found(self.order, list(self.modes), self.kept[-1][0], self.value)

    def _decode(self, order: list[int], first: int, last: int) -> tuple[float, list[State]]:
        """Value, and the states behind the first changed place.

        When a state behind the last changed place is the one that was there, the rest is too.
        """
        start = first // STRIDE
        base_at, base_free, value = self.kept[start]
        at, free = base_at[:], base_free[:]
        kept: list[State] = []
        place, earn, modes = self.decoder.place, self.earn, self.modes
        for number in range(start * STRIDE, len(order), STRIDE):
            for capability in order[number : number + STRIDE]:
                sprint = place(capability, modes[capability], at, free)
                if sprint >= 0:
                    value += earn[capability][sprint]
            state = number // STRIDE + 1
            if number + STRIDE > last and free == self.kept[state][1] and at == self.kept[state][0]:
                gained = value - self.kept[state][2]
                kept += [(old_at, old_free, old + gained) for old_at, old_free, old in self.kept[state:]]
                return self.value + gained, kept
            kept.append((at[:], free[:], value))
        return value, kept

    def walk(
        self, iterations: int, seed: int, on_step: Callable[[int], bool] | None = None, *, heat: float = HOTTEST
    ) -> Found:
        """So many steps; ``on_step`` is told the steps done now and then and may end the walk by False."""
        chance = random.Random(seed)  # noqa: S311
        if len(self.order) < 2:
            return self.best
        heat *= max(self.value, 1e-9) / len(self.order)
        cooling = COOLED_TO ** (1 / max(1, iterations))
        for number in range(iterations):
            self._step(chance, heat)
            heat *= cooling
            if on_step is not None and number % REPORT_EVERY == REPORT_EVERY - 1 and not on_step(number + 1):
                break
        return self.best

    def _step(self, chance: random.Random, heat: float) -> None:
        order, first, last, turned = self._neighbour(chance)
        if first > last:
            return
        value, kept = self._decode(order, first, last)
        if value < self.value and chance.random() >= math.exp((value - self.value) / heat):
            if turned >= 0:
                self.modes[turned] ^= LATE
            return
        self.order, self.value = order, value
        self.kept[first // STRIDE + 1 :] = kept
        if value > self.best.value:
            self.best = Found(order, list(self.modes), self.kept[-1][0], value)

    def _neighbour(self, chance: random.Random) -> tuple[list[int], int, int, int]:
        """The order after a change, the first and last place that changed, and what was turned early or late or -1."""
        order, count, kind = self.order, len(self.order), chance.random()
        one = int(chance.random() * count)
        if kind >= SHUFFLED:
            self.modes[order[one]] ^= LATE
            return order, one, one, order[one]
        changed = order[:]
        if kind < MOVED:
            changed.insert(_target(chance, one, count), changed.pop(one))
        elif kind < SWAPPED:
            other = min(count - 1, one + 1 + int(chance.random() * 4))
            changed[one], changed[other] = changed[other], changed[one]
        else:
            few = changed[one : one + SHUFFLE_WIDTH]
            chance.shuffle(few)
            changed[one : one + SHUFFLE_WIDTH] = few
        different = [at for at in range(count) if order[at] != changed[at]]
        return changed, *((different[0], different[-1]) if different else (1, 0)), -1


def _target(chance: random.Random, place: int, count: int) -> int:
    """Where a capability is moved to: anywhere, or near."""
    if chance.random() < 0.5:
        return int(chance.random() * count)
    return max(0, min(count - 1, place + round(chance.gauss(0.0, NEAR * count))))


def explore(
    network: Network,
    base: State,
    orders: list[list[int]],
    iterations: int,
    seed: int,
    is_enough: Callable[[float], bool],
) -> Found:
    """Walk from the best start; where there are steps for it, a few short walks first, then on from their best."""

    def walk(search: Search, steps: int, number: int, heat: float) -> Search:
        search.walk(steps, seed * 100 + number, lambda _: not is_enough(search.best.value), heat=heat)
        return search

    short = int(iterations * SHORT)
    if iterations < MANY * len(orders[0]) or short == 0:
        return walk(best_start(network, base, orders), iterations, 0, HOTTEST).best
    walked = [walk(best_start(network, base, orders), short, number, HOTTEST) for number in range(SHORT_WALKS)]
    best = max(walked, key=lambda search: search.best.value).best
    last = Search(network, base, best.order, best.modes)
    return walk(last, iterations - SHORT_WALKS * short, SHORT_WALKS, HOTTEST / 2).best


def best_start(network: Network, base: State, orders: list[list[int]]) -> Search:
    """The start whose first plan earns most, of every order placed early and late."""
    capabilities = len(network.instance.earn)
    searches = [Search(network, base, order, [mode] * capabilities) for order in orders for mode in (EARLY, LATE)]
    return max(searches, key=lambda search: search.value)
