"""The kernel and a mixed integer model of the same question, solved by HiGHS, agree on 24 capabilities."""

from collections.abc import Iterator
from itertools import permutations

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from planner.domain.scoring import Backlog
from planner.domain.sequencing import plan_order
from tests.unit.planner.instances import closure_by_definition, many_jobs

Row = tuple[list[tuple[int, float]], float, float]
"""Terms (column, factor), lower and upper limit."""


class LinearOrdering:
    """x[i, j]: unit i comes before j (Groetschel, Juenger and Reinelt, 1984). y[s, j]: story s is done when j is."""

    def __init__(self, listed: Backlog) -> None:
        self.listed, self.units = listed, range(len(listed.cost_of_delay))
        self.closures = [closure_by_definition(listed, unit) for unit in self.units]
        self.x = {pair: column for column, pair in enumerate(permutations(self.units, 2))}
        stories = set().union(*self.closures)
        cells = [(story, unit) for story in sorted(stories) for unit in self.units]
        self.y = {cell: len(self.x) + number for number, cell in enumerate(cells)}

    def solve(self) -> float:
        """The least cost, proved."""
        rows = list(self._rows())
        terms = [(number, column, factor) for number, (cells, _, _) in enumerate(rows) for column, factor in cells]
        at, columns, factors = zip(*terms, strict=True)
        count = len(self.x) + len(self.y)
        matrix = csr_matrix((np.array(factors), (np.array(at), np.array(columns))), shape=(len(rows), count))
        limits = LinearConstraint(matrix, [low for _, low, _ in rows], [high for _, _, high in rows])
        solved = milp(
            self._costs(),
            constraints=limits,
            bounds=Bounds(0, 1),
            integrality=(np.arange(count) < len(self.x)).astype(np.int64),
        )
        assert solved.status == 0
        return float(solved.fun)

    def _costs(self) -> np.ndarray:
        costs = np.zeros(len(self.x) + len(self.y))
        for (story, unit), column in self.y.items():
            costs[column] = self.listed.cost_of_delay[unit] * self.listed.points[story]
        return costs

    def _rows(self) -> Iterator[Row]:
        for one, other in self.x:
            if one < other:
                yield [(self.x[one, other], 1.0), (self.x[other, one], 1.0)], 1.0, 1.0
        for one, two, three in permutations(self.units, 3):
            yield [(self.x[one, two], 1.0), (self.x[two, three], 1.0), (self.x[one, three], -1.0)], -np.inf, 1.0
        for (story, unit), column in self.y.items():
            if story in self.closures[unit]:
                yield [(column, 1.0)], 1.0, 1.0
            for earlier in self.units:
                if earlier != unit and story in self.closures[earlier]:
                    yield [(column, 1.0), (self.x[earlier, unit], -1.0)], 0.0, np.inf


@pytest.mark.parametrize("share_of_needs", [0.05, 0.1, 0.15])
def test_the_order_of_24_capabilities_is_the_models(share_of_needs: float) -> None:
    listed = many_jobs(24, seed=round(share_of_needs * 100), share_of_needs=share_of_needs)
    plan = plan_order(listed)
    best = LinearOrdering(listed).solve()
    assert plan.total == pytest.approx(best)
    assert plan.lower_bound <= best * (1 + 1e-9)


def test_a_plan_with_a_block_too_large_to_try_all_is_close_to_the_models() -> None:
    listed = many_jobs(24, seed=0, share_of_needs=0.3)
    plan = plan_order(listed)
    best = LinearOrdering(listed).solve()
    assert np.bincount(plan.block_of).max() > 13
    assert plan.lower_bound <= best <= plan.total * (1 + 1e-9)
    assert plan.total <= best * 1.01
