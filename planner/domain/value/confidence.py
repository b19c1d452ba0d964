"""How sure an order is: costs of delay as distributions, pairs and groups too close to call.

A cost of delay known by its mean and the bounds that hold 8 in 10 (`planner.domain.value.model.likely_interval`)
is taken as gamma distributed: it is never negative, its tail is on the right as the tail of a product of
inputs is, and two of them compare in closed form. Groups and prices are computed on the stories that units
share, so an enabler isn't moved with the unit that happens to come first.

Amounts are money a week x points, as in `planner.domain.scoring`: divide by points a week for money.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import permutations
from typing import NamedTuple

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.scoring import Backlog, first_places, worked_first

Z_80 = 2.563103131089201  # 10th to 90th percentile of a normal distribution, in standard deviations
CERTAIN_RATIO = 1e-5  # a deviation below this part of the mean is none
CLOSE_FROM, CLOSE_TO = 0.35, 0.65
MOST_IN_GROUP = 5
GROUP_DRAWS = 200
SEED = 1965


@dataclass(frozen=True)
class UncertainCosts:
    """Costs of delay per unit, money a week: mean, and the bounds that hold 8 in 10. NaN bounds: none known."""

    mean: FloatArray
    low: FloatArray
    high: FloatArray

    @cached_property
    def deviation(self) -> FloatArray:
        """Standard deviation, (high - low) / 2.563; 0 for a certain cost."""
        spread = np.nan_to_num(self.high - self.low, nan=0.0)
        deviation = np.maximum(spread, 0.0) / Z_80
        return np.where(deviation > CERTAIN_RATIO * np.nan_to_num(self.mean), deviation, 0.0)

    @cached_property
    def is_certain(self) -> BoolArray:
        """Costs without spread, or without a positive mean."""
        return np.asarray((self.deviation == 0) | ~(self.mean > 0), dtype=np.bool_)

    @cached_property
    def shape(self) -> FloatArray:
        """Shape of the gamma distribution; 1 where the cost is certain."""
        return np.square(np.divide(self.mean, self.deviation, out=np.ones_like(self.mean), where=~self.is_certain))

    @cached_property
    def scale(self) -> FloatArray:
        """Scale of the gamma distribution, so that shape x scale is the mean."""
        return np.asarray(self.mean / self.shape, dtype=np.float64)

    def of_units(self, units: IntArray) -> "UncertainCosts":
        """The costs of some units, in their order."""
        return UncertainCosts(self.mean[units], self.low[units], self.high[units])


class CloseGroup(NamedTuple):
    """Neighbours that nobody can put in order yet.

    ``start``: 0-based place of the first. ``worst_cost``: between the best and the worst inner order at the
    means, money a week x points. ``another_wins``: share of draws in which another inner order is cheaper.
    """

    start: int
    units: tuple[int, ...]
    worst_cost: float
    another_wins: float


def draw_costs(mean: FloatArray, low: FloatArray, high: FloatArray, draws: int, seed: int = SEED) -> FloatArray:
    """Draws of the costs of delay, shape (draws, units): gamma with this mean and (high - low) / 2.563.

    A certain cost is its mean in every draw; NaN stays NaN. The same seed gives the same draws.
    """
    costs = UncertainCosts(mean, low, high)
    drawn = np.broadcast_to(mean, (draws, len(mean))).copy()
    uncertain = np.flatnonzero(~costs.is_certain)
    generator = np.random.default_rng(seed)
    gammas = generator.standard_gamma(costs.shape[uncertain], size=(draws, len(uncertain)))
    drawn[:, uncertain] = gammas * costs.scale[uncertain]
    return drawn


def probability_above(
    first: UncertainCosts, second: UncertainCosts, first_points: FloatArray, second_points: FloatArray
) -> FloatArray:
    """P(cost / points of the first > that of the second), pair by pair; a tie counts as a half.

    Closed form: a gamma's share in the sum of two is beta distributed. No points at all is the best ratio
    there is, unless the cost is zero as well. Shape (pairs,).
    """
    from scipy.special import betainc, gammainc

    left, right = first.mean * second_points, second.mean * first_points
    above = np.where(left > right, 1.0, np.where(left < right, 0.0, 0.5))
    has_points = (first_points > 0) & (second_points > 0)
    both = has_points & ~first.is_certain & ~second.is_certain
    one, other = has_points & ~first.is_certain & second.is_certain, has_points & first.is_certain & ~second.is_certain
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        first_scale, second_scale = first.scale * second_points, second.scale * first_points
        share = first_scale / (first_scale + second_scale)
        above = np.where(both, betainc(second.shape, first.shape, share), above)
        above = np.where(one, 1.0 - gammainc(first.shape, right / first_scale), above)
        above = np.where(other, gammainc(second.shape, left / second_scale), above)
    return np.asarray(np.clip(above, 0.0, 1.0), dtype=np.float64)


@dataclass(frozen=True)
class Effort:
    """What each place of an order adds, in points, and to whom it belongs.

    ``added``: points finished at that place and no earlier. ``own``: the part of it that no later unit needs.
    ``not_shared_with_next``: the part that the very next unit does not need.
    """

    added: FloatArray
    own: FloatArray
    not_shared_with_next: FloatArray


def effort_of_order(backlog: Backlog, order: IntArray, *, frozen: BoolArray | None = None) -> Effort:
    """The points of every place of the order. Raises DependencyCycleError."""
    points = _points_left(backlog, frozen)
    first, last, is_next = _needed_at(backlog, order)
    return Effort(
        added=_points_by_place(first, points, len(order)),
        own=_points_by_place(first, np.where(first == last, points, 0.0), len(order)),
        not_shared_with_next=_points_by_place(first, np.where(is_next, 0.0, points), len(order)),
    )


def _points_left(backlog: Backlog, frozen: BoolArray | None) -> FloatArray:
    return np.where(worked_first(backlog, frozen), 0.0, backlog.counted_points)


def _points_by_place(place: IntArray, points: FloatArray, places: int) -> FloatArray:
    return np.bincount(place, weights=points, minlength=places + 1)[:places].astype(np.float64)


def _needed_at(backlog: Backlog, order: IntArray) -> tuple[IntArray, IntArray, BoolArray]:
    """For each story: the first place and the last that need it, and whether the one after the first does."""
    first = first_places(backlog, order)
    place_of_unit = np.full(len(backlog.cost_of_delay) + 1, -1, dtype=np.int64)
    place_of_unit[order] = np.arange(len(order))
    last = np.where(backlog.is_own, place_of_unit[backlog.capability_of_story], -1)
    is_next = last == first + 1
    for dependent, prerequisite in backlog.needs_by_layer:
        np.maximum.at(last, prerequisite, last[dependent])
        after = first[dependent] - first[prerequisite]
        needed_next = (after == 1) & (last[dependent] >= 0) | (after == 0) & is_next[dependent]
        np.logical_or.at(is_next, prerequisite, needed_next)
    return first, last, is_next


def close_groups(
    backlog: Backlog,
    order: IntArray,
    costs: UncertainCosts,
    *,
    frozen: BoolArray | None = None,
    held: Iterable[int] = (),
) -> list[CloseGroup]:
    """Runs of 2 to 5 neighbours of the order in which every pair is within 35-65 % of standing the other way.

    ``order``: valued units, best first. ``held``: units that pins hold; they join no group. A unit that adds no
    points joins none either: its order costs nothing. Raises DependencyCycleError.
    """
    effort = effort_of_order(backlog, order, frozen=frozen)
    is_held = np.isin(order, np.fromiter(held, dtype=np.int64)) | (effort.added <= 0)
    close = [_close_at(lag, costs.of_units(order), effort, is_held) for lag in range(1, MOST_IN_GROUP)]
    spans = _spans(close, len(order))
    grouped = costs.of_units(order[[place for start, end in spans for place in range(start, end)]])
    drawn = draw_costs(grouped.mean, grouped.low, grouped.high, GROUP_DRAWS)
    first, points = first_places(backlog, order).tolist(), _points_left(backlog, frozen).tolist()
    groups, column = [], 0
    for start, end in spans:
        finished = _inner_completions(backlog, order[start:end].tolist(), start, first, points)
        columns = slice(column, column + end - start)
        groups.append(_price_group(order[start:end], start, finished, grouped.mean[columns], drawn[:, columns]))
        column += end - start
    return groups


def _close_at(lag: int, costs: UncertainCosts, effort: Effort, is_held: BoolArray) -> BoolArray:
    """Whether the units at places k and k + lag are too close to call. Shape (places - lag,) or empty."""
    places = np.arange(max(0, len(is_held) - lag))
    points = effort.not_shared_with_next if lag == 1 else effort.added
    above = probability_above(
        costs.of_units(places), costs.of_units(places + lag), points[places], effort.added[places + lag]
    )
    return (above >= CLOSE_FROM) & (above <= CLOSE_TO) & ~is_held[places] & ~is_held[places + lag]


def _spans(close: list[BoolArray], places: int) -> list[tuple[int, int]]:
    """Half-open spans, from the best place down, that grow while the next unit is close to all of them."""
    flags = [part.tolist() for part in close]
    spans, start = [], 0
    while start < places:
        end = start + 1
        while end < places and end - start < MOST_IN_GROUP and _joins(flags, start, end):
            end += 1
        if end - start > 1:
            spans.append((start, end))
        start = end
    return spans


def _joins(flags: list[list[bool]], start: int, place: int) -> bool:
    return all(flags[place - member - 1][member] for member in range(start, place))


def _price_group(units: IntArray, start: int, finished: FloatArray, mean: FloatArray, drawn: FloatArray) -> CloseGroup:
    """What the inner order of neighbours may cost. ``finished``: by inner order and member, the given one first."""
    at_means = finished @ mean
    costs = drawn @ finished.T
    another = float((costs[:, 1:].min(axis=1) < costs[:, 0]).mean())
    return CloseGroup(start, tuple(units.tolist()), float(at_means.max() - at_means.min()), another)


def _inner_completions(
    backlog: Backlog, units: list[int], start: int, first: list[int], points: list[float]
) -> FloatArray:
    """Points from the start of the group to the end of each member, in every inner order. Shape (orders, members)."""
    needed_by: dict[int, int] = {}
    for member, unit in enumerate(units):
        for story in _stories_from(backlog, unit, start, first):
            needed_by[story] = needed_by.get(story, 0) | 1 << member
    work = np.zeros(1 << len(units))
    for story, members in needed_by.items():
        work[members] += points[story]
    order, meets = _inner_orders(len(units))
    return np.asarray((meets @ work)[order], dtype=np.float64)


@lru_cache(maxsize=MOST_IN_GROUP)
def _inner_orders(members: int) -> tuple[IntArray, FloatArray]:
    """Sets of members as bit masks: those done with each member in every order, and 1 where two sets meet."""
    sequences = np.array(list(permutations(range(members))), dtype=np.int64)
    done_with = np.empty_like(sequences)
    np.put_along_axis(done_with, sequences, np.cumsum(1 << sequences, axis=1), axis=1)
    masks = np.arange(1 << members)
    return done_with, (masks[:, np.newaxis] & masks != 0).astype(np.float64)


def _stories_from(backlog: Backlog, unit: int, start: int, first: list[int]) -> set[int]:
    """The unit's closure without what is finished before the place ``start``."""
    found: set[int] = set()
    stack = list(backlog.own_stories[unit])
    while stack:
        story = stack.pop()
        if story not in found and first[story] >= start:
            found.add(story)
            stack.extend(backlog.open_prerequisites[story])
    return found
