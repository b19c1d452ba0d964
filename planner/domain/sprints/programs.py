"""Many linear programs that differ in bounds only, each solved from where the one before it ended.

SciPy brings HiGHS (Huangfu and Hall, 2018), but `linprog` starts every program from nothing, which takes four times
as long. The solver itself goes on from its last basis. SciPy counts that door as its own: where a release has moved
it, `linprog` answers, as rightly and more slowly.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

import numpy as np

from planner.domain.arrays import FloatArray

SOLVER = "scipy.optimize._highspy._core"

INFEASIBLE = 2
"""SciPy's status for it."""


@dataclass(frozen=True)
class Solution:
    """``prices`` of the rows, not below 0, and the ``values`` of the columns."""

    prices: FloatArray
    values: FloatArray


class Impossible(Exception):
    """Nothing keeps the rows within these bounds."""


class Program(Protocol):
    """The most of gain x columns, where matrix x columns <= limit."""

    def solve(self, least: FloatArray, most: FloatArray) -> Solution | None:
        """None where the solver gave up. Raises Impossible."""


class ColdProgram:
    """Every program from nothing, by SciPy's public door."""

    def __init__(self, gain: FloatArray, matrix: Any, limit: FloatArray) -> None:
        """Keep them."""
        self.gain, self.matrix, self.limit = gain, matrix, limit

    def solve(self, least: FloatArray, most: FloatArray) -> Solution | None:
        """See `Program`."""
        from scipy.optimize import linprog

        bounds = list(zip(least.tolist(), most.tolist(), strict=True))
        answer = linprog(-self.gain, A_ub=self.matrix, b_ub=self.limit, bounds=bounds, method="highs")
        if answer.status == INFEASIBLE:
            raise Impossible
        if answer.x is None:
            return None
        return Solution(np.maximum(0.0, -answer.ineqlin.marginals), answer.x)


class WarmProgram:
    """Each program from the last one's basis, by the dual simplex method."""

    def __init__(self, gain: FloatArray, matrix: Any, limit: FloatArray) -> None:
        """Raises ImportError or AttributeError where this SciPy has moved its solver."""
        core: Any = import_module(SOLVER)
        self.status, self.columns = core.HighsModelStatus, np.arange(len(gain), dtype=np.int32)
        self.solver = core._Highs()  # noqa: SLF001
        for option, setting in {"output_flag": False, "presolve": "off", "threads": 1}.items():
            self.solver.setOptionValue(option, setting)
        self.solver.passModel(_model(core, gain, matrix.tocsc(), limit))

    def solve(self, least: FloatArray, most: FloatArray) -> Solution | None:
        """See `Program`."""
        self.solver.changeColsBounds(len(self.columns), self.columns, least, most)
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == self.status.kInfeasible:
            raise Impossible
        if status != self.status.kOptimal:
            return None
        found = self.solver.getSolution()
        return Solution(np.maximum(0.0, -np.array(found.row_dual)), np.array(found.col_value))


def _model(core: Any, gain: FloatArray, matrix: Any, limit: FloatArray) -> Any:
    model = core.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = -gain
    model.col_lower_, model.col_upper_ = np.zeros_like(gain), np.ones_like(gain)
    model.row_lower_, model.row_upper_ = np.full_like(limit, -np.inf), limit
    model.a_matrix_.format_ = core.MatrixFormat.kColwise
    model.a_matrix_.num_row_, model.a_matrix_.num_col_ = matrix.shape
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    return model


def make_program(gain: FloatArray, matrix: Any, limit: FloatArray) -> Program:
    """The quickest there is."""
    try:
        return WarmProgram(gain, matrix, limit)
    except (ImportError, AttributeError):
        return ColdProgram(gain, matrix, limit)
