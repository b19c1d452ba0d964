"""The certificate: an upper bound on what any plan can earn, from the relaxation's dual.

Whatever the solver's tolerances, any prices >= 0 on the rows give a bound that holds: what the rows cost, plus
what each variable still gains over its price (Neumaier and Shcherbina, 2004).
"""

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import FloatArray
from planner.domain.sprints.network import Network
from planner.domain.sprints.relaxation import Relaxation, relax

HAIR = 1e-9
"""Relative allowance for the rounding of sums."""


@dataclass(frozen=True)
class Certificate:
    """``bound`` in money; ``order``: candidates by how early the relaxation finishes them, a start for the search."""

    bound: float
    order: list[int]


def certify(network: Network) -> Certificate:
    """No plan that keeps the fixed placements earns more. Takes 0.05 s at 300 stories, 0.4 s at 1,000."""
    if not network.candidates:
        return Certificate(0.0, [])
    bound, solution = _solve(relax(network))
    return Certificate(bound, _order(network, solution))


def _order(network: Network, solution: FloatArray) -> list[int]:
    done = solution[: len(network.candidates)].sum(axis=1).tolist()
    return [network.candidates[place] for place in sorted(range(len(done)), key=lambda place: -done[place])]


def _solve(relaxation: Relaxation) -> tuple[float, FloatArray]:
    """A bound that holds, and the solution (variables, sprints). Without a solution, the bound without rows."""
    from scipy.optimize import linprog

    objective, most = relaxation.objective.ravel(), relaxation.most.ravel()
    matrix, limit = relaxation.rows.matrix(len(objective)), np.array(relaxation.rows.limit)
    scale = max(float(objective.max()), 1e-12)
    bounds = [(0.0, each) for each in most.tolist()]
    answer = linprog(-objective / scale, A_ub=matrix, b_ub=limit, bounds=bounds, method="highs")
    if answer.x is None:
        return float((most * np.maximum(objective, 0)).sum()), relaxation.most
    prices = np.maximum(0.0, -answer.ineqlin.marginals)
    gain = np.maximum(0.0, objective / scale - matrix.T @ prices)
    bound = float(prices @ limit + gain @ most) * scale
    return bound * (1 + HAIR), answer.x.reshape(relaxation.objective.shape)
