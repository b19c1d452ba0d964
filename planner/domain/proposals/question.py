"""What a proposal is asked about: the backlog as people ordered it, with the pins and dates that bind it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.ordering.plans import Plan
from planner.domain.scoring import Backlog
from planner.domain.sequencing import Settled, settle_order
from planner.domain.value.urgency import meet_deadlines


@dataclass(frozen=True)
class Hold:
    """A pin as the kernel takes it: a pair (before, after) or a place, of unit indexes."""

    pin_id: int
    pair: tuple[int, int] | None = None
    place: tuple[int, int] | None = None


@dataclass(frozen=True)
class Question:
    """The backlog as it is: `story_order` by rank, `present` all units in people's order, frozen stories, pins.

    ``low`` and ``high``: 10 % and 90 % points of the cost of delay, NaN where not known. ``deadline_weeks``: from now,
    NaN for none; ``at_stake``: money that is lost for good when the unit is finished later.
    """

    backlog: Backlog
    story_order: IntArray
    present: IntArray
    frozen: BoolArray
    low: FloatArray
    high: FloatArray
    deadline_weeks: FloatArray
    at_stake: FloatArray
    points_per_week: float
    holds: Sequence[Hold] = ()

    def plan(self, *, frozen: bool = True, without: int | None = None, pins: bool = True) -> Plan:
        """The money-optimal order; with or without the running sprint, pins and fixed dates, or one pin (its id)."""
        holds = [hold for hold in self.holds if pins and hold.pin_id != without]
        return self.hold(self.settle(holds, frozen=frozen), holds, dates=pins)

    def settle(self, holds: Sequence[Hold], *, frozen: bool = True) -> Settled:
        """The best order under the pairs of these pins; their places are held by `hold`."""
        arcs = [hold.pair for hold in holds if hold.pair]
        first = self.frozen if frozen else None
        return settle_order(self.backlog, arcs=arcs, frozen=first, present=self.present)

    def hold(self, settled: Settled, holds: Sequence[Hold], *, dates: bool = True) -> Plan:
        """The plan that these pins make of what was settled under their pairs; with fixed dates met, or not."""
        plan = settled.hold(dict(hold.place for hold in holds if hold.place))
        return self._in_time(plan, settled.arcs) if dates and self.has_dates else plan

    @property
    def is_bound(self) -> bool:
        """Whether pins or fixed dates bind the order."""
        return bool(self.holds) or self.has_dates

    @property
    def has_dates(self) -> bool:
        """Whether any unit is worth it only until a date."""
        return not bool(np.isnan(self.deadline_weeks).all())

    def _in_time(self, plan: Plan, arcs: Sequence[tuple[int, int]]) -> Plan:
        """The plan with fixed dates met where that pays."""
        return meet_deadlines(
            self.backlog,
            plan,
            deadline_weeks=self.deadline_weeks,
            at_stake=self.at_stake,
            points_per_week=self.points_per_week,
            arcs=arcs,
            frozen=self.frozen,
        )


def held_units(holds: Sequence[Hold]) -> set[int]:
    """Units that some pin is about."""
    pairs = {unit for hold in holds if hold.pair for unit in hold.pair}
    return pairs | {hold.place[0] for hold in holds if hold.place}
