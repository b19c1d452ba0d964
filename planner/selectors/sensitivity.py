"""What an estimate's inputs mean for a unit's place, and what it is worth to know more about them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np

from accounts.models import Workspace
from planner.domain.arrays import IntArray
from planner.domain.value.confidence import UncertainCosts, effort_of_order
from planner.domain.value.learning import learning_by_place
from planner.domain.value.model import ValueModel, cost_of_delay
from planner.domain.value.sensitivity import InputWeight, places_at, weigh_inputs
from planner.domain.vocabulary import Lens
from planner.models import LensOrder
from planner.selectors.kept_rankings import keep_ranking
from planner.selectors.ranking import RankingInstance
from planner.selectors.unit_orders import read_unit_ids

CENT = Decimal("0.01")


@dataclass(frozen=True)
class InputPlaces:
    """One input, and where the unit would stand with it at its low and at its high; places from 1."""

    weight: InputWeight
    place_at_low: int
    place_at_high: int

    @property
    def places_moved(self) -> int:
        """How many places lie between the two."""
        return abs(self.place_at_low - self.place_at_high)


@dataclass(frozen=True)
class Sensitivity:
    """`inputs`: the one that moves the place most first. `place` of `valued` in the money-optimal order, from 1.

    `place_at_low`, `place_at_high`: with the whole cost of delay at the ends of its 8 in 10. `learning_value`: money
    that knowing the cost of delay exactly before ordering would save on average, others at their means.
    """

    inputs: list[InputPlaces]
    place: int
    valued: int
    place_at_low: int
    place_at_high: int
    learning_value: Decimal


def sensitivity_of(*, workspace: Workspace, unit_id: int, model: ValueModel, now: datetime) -> Sensitivity | None:
    """The sensitivity of a unit (signed id); None while it stands in no stored money-optimal order."""
    kept = keep_ranking(workspace=workspace, now=now)
    instance = kept.ranking
    order = kept.once("money order", lambda: _money_order(workspace, instance))
    unit = instance.index_of_unit.get(unit_id, -1)
    found = np.flatnonzero(order == unit)
    if not len(found):
        return None
    return _measure(instance, order, int(found[0]), weigh_inputs(model), float(cost_of_delay(model)))


def _money_order(workspace: Workspace, instance: RankingInstance) -> IntArray:
    """The stored order as unit indexes, without what is gone, finished or no longer valued."""
    stored = LensOrder.objects.filter(workspace=workspace, lens=Lens.MONEY.value).first()
    if stored is None:
        return np.zeros(0, dtype=np.int64)
    known = [
        instance.index_of_unit[unit_id]
        for unit_id in read_unit_ids(stored.unit_ids)[: stored.rated].tolist()
        if unit_id in instance.index_of_unit
    ]
    order = np.array(known, dtype=np.int64)
    return order[instance.is_valued[order]]


def _measure(
    instance: RankingInstance, order: IntArray, place: int, weights: list[InputWeight], mean: float
) -> Sensitivity:
    """`mean`: the model's cost of delay; the ranking counts less of it where the value runs out."""
    effort = effort_of_order(instance.backlog, order, frozen=instance.frozen)
    costs = UncertainCosts(instance.backlog.cost_of_delay, instance.cod_low, instance.cod_high).of_units(order)
    ends = [float(costs.low[place]), float(costs.high[place])]
    share = costs.mean[place] / mean if mean > 0 else 1.0
    wanted = [share * cost for weight in weights for cost in (weight.cost_at_low, weight.cost_at_high)]
    places = (places_at(effort, costs.mean, place, np.nan_to_num([*ends, *wanted])) + 1).tolist()
    worth = float(learning_by_place(costs, effort, np.array([place]))[place]) / instance.points_per_week
    inputs = [
        InputPlaces(weight, low, high) for weight, low, high in zip(weights, places[2::2], places[3::2], strict=True)
    ]
    return Sensitivity(
        inputs=sorted(inputs, key=lambda one: (-one.places_moved, -one.weight.share)),
        place=place + 1,
        valued=len(order),
        place_at_low=places[0],
        place_at_high=places[1],
        learning_value=Decimal(worth).quantize(CENT),
    )
