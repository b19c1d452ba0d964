"""The certificate: an upper bound on what any plan can earn, from the relaxation's dual.

Whatever the solver's tolerances, any prices >= 0 on the rows give a bound that holds: what the rows cost, plus
what each variable still gains over its price (Neumaier and Shcherbina, 2004).
"""

import heapq
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import FloatArray
from planner.domain.sprints.network import Network
from planner.domain.sprints.relaxation import relax

HAIR = 1e-9
"""Relative allowance for the rounding of sums."""

NEAR = 0.96
"""A certificate that tells so much of the best possible isn't tightened further."""

MOST_PROGRAMS = 40
WORK = 25_000_000
"""Programs x their columns squared, which is about what they take: 40 at 300 stories, none at 1,000."""

BETWEEN = 1e-6
INFEASIBLE = 2
"""SciPy's status for it."""

Decided = dict[int, float]
"""Columns of the relaxation held at 0 or 1."""


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
    bound, solution = solver.solve({})
    return Certificate(bound, _order(network, solution))


def tighten(network: Network, bound: float, value: float) -> float:
    """A lower bound, by branching: a capability is done by a sprint, or it isn't, and either has a bound of its own.

    Ends when the plan's ``value`` is near it, or after as many programs as take under a second.
    """
    if value >= NEAR * bound:
        return bound
    solver = _Solver(network)
    leaves: list[tuple[float, int, Decided, FloatArray]] = [(-bound, 0, {}, solver.solve({})[1])]
    for number in range(min(MOST_PROGRAMS, WORK // len(solver.gain) ** 2) // 2):
        place = solver.undecided(leaves[0][3])
        if place is None or value >= NEAR * -leaves[0][0]:
            break
        above, _, decided, _ = heapq.heappop(leaves)
        for is_done in (0.0, 1.0):
            child = {**decided, place: is_done}
            highest, solution = solver.solve(child)
            heapq.heappush(leaves, (max(above, -highest), 2 * number + 1 + int(is_done), child, solution))
    return min(bound, -leaves[0][0])


def _order(network: Network, solution: FloatArray) -> list[int]:
    done = solution[: len(network.candidates)].sum(axis=1).tolist()
    return [network.candidates[place] for place in sorted(range(len(done)), key=lambda place: -done[place])]


class _Solver:
    """The relaxation, with some of it decided."""

    def __init__(self, network: Network) -> None:
        relaxation = relax(network)
        self.shape = relaxation.objective.shape
        self.decidable = len(network.candidates) * network.sprints
        self.scale = max(float(relaxation.objective.max()), 1e-12)
        self.gain, self.most = relaxation.objective.ravel() / self.scale, relaxation.most.ravel()
        self.matrix = relaxation.rows.matrix(len(self.gain))
        self.limit = np.array(relaxation.rows.limit)

    def solve(self, decided: Decided) -> tuple[float, FloatArray]:
        """A bound that holds, and the solution (variables, sprints); -inf where nothing is possible."""
        from scipy.optimize import linprog

        least, most = np.zeros_like(self.most), self.most.copy()
        for place, is_done in decided.items():
            least[place] = most[place] = is_done
        bounds = list(zip(least.tolist(), most.tolist(), strict=True))
        answer = linprog(-self.gain, A_ub=self.matrix, b_ub=self.limit, bounds=bounds, method="highs")
        if answer.status == INFEASIBLE:
            return -np.inf, least.reshape(self.shape)
        if answer.x is None:
            return float((most * np.maximum(self.gain, 0)).sum()) * self.scale, most.reshape(self.shape)
        prices = np.maximum(0.0, -answer.ineqlin.marginals)
        left = self.gain - self.matrix.T @ prices
        bound = float(prices @ self.limit + np.where(left > 0, most, least) @ left) * self.scale
        return bound + abs(bound) * HAIR, answer.x.reshape(self.shape)

    def undecided(self, solution: FloatArray) -> int | None:
        """Where being between done and not is worth most; None where nothing is between."""
        done = solution.ravel()[: self.decidable]
        between = np.minimum(done, 1 - done)
        worth = np.where(between > BETWEEN, between * self.gain[: self.decidable], 0.0)
        place = int(worth.argmax())
        return place if worth[place] > 0 else None
