"""A plan: an order of units, when each is finished, what it costs and what no order can undercut."""

from dataclasses import dataclass

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.scoring import Backlog, completion_of_order

ROUNDING = 1e-9
"""Share of a total by which sums of floats in another order may differ."""


@dataclass(frozen=True)
class Plan:
    """An order of the valued, unfinished units, best first, and what it costs.

    ``completed_at``: points done when each is finished. ``total``: money per week x points. ``lower_bound``: what
    no order can undercut, pairs from pins obeyed, held places not counted. ``block_of``: number of the Sidney
    block at each place, from 0.
    """

    order: IntArray
    completed_at: FloatArray
    total: float
    lower_bound: float
    block_of: IntArray

    @property
    def gap(self) -> float:
        """How far the plan may be from the best possible, as a share of the bound; 0 where nothing costs anything."""
        return max(0.0, self.total / self.lower_bound - 1.0) if self.lower_bound > 0 else 0.0


def price_order(
    backlog: Backlog, order: IntArray, frozen: BoolArray | None, *, bound: float, block_of: IntArray
) -> Plan:
    """The plan that an order of the ranked units makes."""
    completed_at = completion_of_order(backlog, order, frozen=frozen)
    total = float((backlog.cost_of_delay[order] * completed_at).sum())
    is_rounding = total < bound <= total * (1 + ROUNDING)  # more would be a bound that lies, and is not hidden
    return Plan(order, completed_at, total, total if is_rounding else bound, block_of)
