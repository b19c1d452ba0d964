"""The certificate: an upper bound on what any plan can earn, from the relaxation's dual.

Whatever the solver's tolerances, any prices >= 0 on the rows give a bound that holds: what the rows cost, plus
what each variable still gains over its price (Neumaier and Shcherbina, 2004). Where that leaves a gap, the bound is
lowered by asking: does any plan earn more than so much? (Land and Doig, 1960.) What no such plan can have, by its
price or because it doesn't fit, is ruled out; what is left open is split into cases.
"""

import heapq
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from planner.domain.arrays import FloatArray
from planner.domain.sprints.deciding import Rooms
from planner.domain.sprints.network import Network
from planner.domain.sprints.programs import Impossible, make_program
from planner.domain.sprints.relaxation import relax

HAIR = 1e-9
"""Relative allowance for the rounding of sums."""

TARGETS = (0.941, 0.96)
"""Certificates to reach, one after the other: the first is within what people are promised."""

LONG_TARGETS = (*TARGETS, 0.97, 0.98)

MOST_PROGRAMS = 150
WORK = 100_000_000
"""Programs x their columns squared, which is about what they take: 150 at 300 stories, few at 1,000."""

FEWEST_PROGRAMS = 10
"""Fewer are not worth their time."""

LONGER = 10
"""So many times as many programs, where people wait for them in the background."""

BETWEEN = 1e-6


@dataclass(frozen=True)
class Certificate:
    """``bound`` in money; ``order``: candidates by how early the relaxation finishes them, a start for the search."""

    bound: float
    order: list[int]


def certify(network: Network) -> Certificate:
    """No plan that keeps the fixed placements earns more. Takes 0.03 s at 300 stories, 0.4 s at 1,000."""
    if not network.candidates:
        return Certificate(0.0, [])
    solver = _Solver(network)
    bound, _, solution = solver.solve(*solver.undecided)
    return Certificate(bound * solver.scale, _order(network, solution))


def tighten(network: Network, bound: float, value: float, *, is_long: bool = False) -> float:
    """A lower bound, for the plan's ``value``. Ends where that is near it, or after programs that take under a second.

    ``is_long``: ten times as many, and nearer.
    """
    targets = [near for near in (LONG_TARGETS if is_long else TARGETS) if value < near * bound]
    if not targets:
        return bound
    solver = _Solver(network)
    left = min(MOST_PROGRAMS, WORK // len(solver.gain) ** 2) * (LONGER if is_long else 1)
    if left < FEWEST_PROGRAMS:
        return bound
    rooms = Rooms(network)
    for near in targets:
        proof = _Proof(solver, rooms, value / near / solver.scale)
        left -= proof.run(left)
        bound = min(bound, proof.bound * solver.scale)
        if left <= 0 or proof.open_cases:
            break
    return bound


def _order(network: Network, solution: FloatArray) -> list[int]:
    done = solution.sum(axis=1).tolist()
    return [network.candidates[place] for place in sorted(range(len(done)), key=lambda place: -done[place])]


class _Solver:
    """The relaxation where some is decided. Money is in units of ``scale``, arrays are (candidates, sprints)."""

    def __init__(self, network: Network) -> None:
        relaxation = relax(network)
        self.shape = (len(network.candidates), network.sprints)
        self.decidable = len(network.candidates) * network.sprints
        self.scale = max(float(relaxation.objective.max()), 1e-12)
        self.gain, self.most = relaxation.objective.ravel() / self.scale, relaxation.most.ravel()
        self.matrix = relaxation.rows.matrix(len(self.gain))
        self.limit = np.array(relaxation.rows.limit)
        self.program = make_program(self.gain, self.matrix, self.limit)

    @property
    def undecided(self) -> tuple[FloatArray, FloatArray]:
        """Least and most where nothing is decided."""
        return np.zeros(self.shape), self.most[: self.decidable].reshape(self.shape).copy()

    def solve(self, least: FloatArray, most: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """A bound that holds, what each place gains over its price, and the solution. Raises Impossible."""
        lowest, highest = np.zeros_like(self.most), self.most.copy()
        lowest[: self.decidable], highest[: self.decidable] = least.ravel(), most.ravel()
        answer = self.program.solve(lowest, highest)
        prices = np.zeros_like(self.limit) if answer is None else answer.prices
        values = highest if answer is None else answer.values
        over = self.gain - self.matrix.T @ prices
        bound = float(prices @ self.limit + np.where(over > 0, highest, lowest) @ over)
        return bound + abs(bound) * HAIR, self._decidable(over), self._decidable(values)

    def _decidable(self, columns: FloatArray) -> FloatArray:
        return columns[: self.decidable].reshape(self.shape)


@dataclass(order=True)
class _Case:
    """What plans of this case have at ``least`` and at ``most`` done; ordered by the highest bound."""

    minus_bound: float
    number: int
    least: FloatArray = field(compare=False)
    most: FloatArray = field(compare=False)
    solution: FloatArray = field(compare=False)


class _Proof:
    """That no plan earns more than ``target``, or how far that got."""

    def __init__(self, solver: _Solver, rooms: Rooms, target: float) -> None:
        self.solver, self.rooms, self.target = solver, rooms, target
        self.open_cases: list[_Case] = []
        self.solved, self.numbers = 0, count()
        sprints = solver.shape[1]
        self.worth = solver.gain[: solver.decidable].reshape(solver.shape) * np.arange(sprints, 0, -1)

    @property
    def bound(self) -> float:
        """No plan earns more than the best open case, or else than the target."""
        return max(self.target, -self.open_cases[0].minus_bound) if self.open_cases else self.target

    def run(self, most_programs: int) -> int:
        """The programs it took; ends early where nothing is open, or nothing to split."""
        self._open(np.inf, *self.solver.undecided)
        while self.open_cases and self.solved < most_programs:
            place = self._between(self.open_cases[0])
            if place is None:
                break
            case = heapq.heappop(self.open_cases)
            for is_done in (0.0, 1.0):
                least, most = case.least.copy(), case.most.copy()
                least[place] = most[place] = is_done
                self._open(-case.minus_bound, least, most)
        return self.solved

    def _open(self, above: float, least: FloatArray, most: FloatArray) -> None:
        """One more case, unless no plan of it earns more than the target; again while that rules out its solution."""
        is_cut = True
        while is_cut:
            if not self.rooms.follow(least, most):
                return
            self.solved += 1
            try:
                bound, over, solution = self.solver.solve(least, most)
            except Impossible:
                return
            above = min(above, bound)
            if bound <= self.target:
                return
            is_dear = bound - np.abs(over) <= self.target
            most[is_dear & (over < 0) & (least == 0)] = 0.0
            least[is_dear & (over > 0) & (most == 1)] = 1.0
            if not self.rooms.follow(least, most):
                return
            is_cut = bool(((least > solution + BETWEEN) | (most < solution - BETWEEN)).any())
        heapq.heappush(self.open_cases, _Case(-above, next(self.numbers), least, most, solution))

    def _between(self, case: _Case) -> tuple[int, int] | None:
        """Where being between done and not is worth most; None where nothing is between."""
        between = np.maximum(0.0, np.minimum(case.solution, 1 - case.solution))
        worth = np.where((between > BETWEEN) & (case.least < case.most), np.sqrt(between) * self.worth, 0.0)
        place = np.unravel_index(int(worth.argmax()), worth.shape)
        return (int(place[0]), int(place[1])) if worth[place] > 0 else None
