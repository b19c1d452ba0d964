"""A proposed order as moves that people can take or leave, each with its price.

Units that keep their order between the present order and the proposed one stay (a longest increasing
subsequence); the others move, and so does a unit that stays but whose stories, or what they wait for, lie
scattered. Any choice of moves is an order of its own: stories of chosen units stand where the proposal wants
them, all others keep their order among themselves, and what a chosen unit needs is pulled up before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.ordering.needs import layer_needs
from planner.domain.ordering.worked import Work, worked_sequence
from planner.domain.proposals.subsequences import longest_increasing

GREEDY_EFFORT = 3_000_000
"""Moves x moves x stories up to which every next move is the best of all that are left."""

SINGLE_EFFORT = 20_000_000
"""Moves x stories up to which every move is priced on its own; beyond, the small ones share the price of a batch."""

BATCHES = 100
PUT_OFF = 3
"""So many times the moves that cost something at their turn are put behind those that save."""


@dataclass(frozen=True)
class Priced:
    """The moves in the order they are applied, each with what it saves after those before it (money x points).

    ``places``: where each unit stands in the proposed order, from 0.
    """

    places: IntArray
    savings: FloatArray


class Rearrangement:
    """All orders between the present one and the proposed one.

    ``work.units`` is the proposed order (best first); ``present``: the same units in people's order;
    ``story_order``: all open stories by rank. ``moving``: over the proposed order, the units that may move; without,
    as few as can be.
    """

    def __init__(
        self, work: Work, present: IntArray, story_order: IntArray, *, moving: BoolArray | None = None
    ) -> None:
        self.work = work
        self.now = worked_sequence(work, story_order)
        self.stories = len(self.now)
        self._place_of_story = np.zeros(len(work.backlog.points), dtype=np.int64)
        self._place_of_story[self.now] = np.arange(self.stories)
        self.taker = work.place[self.now]
        place_in_present = np.zeros(len(work.backlog.cost_of_delay), dtype=np.int64)
        place_in_present[present] = np.arange(len(present))
        self.place_now = place_in_present[work.units]
        self._lay_out_slots(longest_increasing(self.place_now) if moving is None else ~moving)

    def _lay_out_slots(self, stays_unit: BoolArray) -> None:
        """One line of slots: what stays has one, what moves has two, its old one and its new one."""
        proposed = np.lexsort((np.arange(self.stories), self.taker))  # by unit, inside as worked now
        candidates = proposed[stays_unit[self.taker[proposed]]]
        stays = np.zeros(self.stories, dtype=np.bool_)
        stays[candidates[longest_increasing(candidates)]] = True
        place_proposed = np.empty(self.stories, dtype=np.int64)
        place_proposed[proposed] = np.arange(self.stories)
        gap_old = np.cumsum(stays)
        gap_new = np.empty(self.stories, dtype=np.int64)
        gap_new[proposed] = np.cumsum(stays[proposed])
        gap = np.concatenate([gap_old, gap_new])
        is_old_mover = np.concatenate([~stays, np.zeros(self.stories, dtype=np.bool_)])
        within = np.concatenate([np.arange(self.stories), place_proposed])
        kind = np.where(np.concatenate([stays, stays]), 0, np.where(is_old_mover, 2, 1))
        slots = np.empty(2 * self.stories, dtype=np.int64)
        slots[np.lexsort((within, kind, gap))] = np.arange(2 * self.stories)
        self.stays = stays
        self.old_slot = slots[: self.stories]
        self.new_slot = np.where(stays, self.old_slot, slots[self.stories :])

    @cached_property
    def is_move(self) -> BoolArray:
        """Over places of the proposed order: units with a story that does not stay."""
        moving = np.zeros(len(self.work.units), dtype=np.bool_)
        moving[self.taker[~self.stays]] = True
        return moving

    @cached_property
    def moves(self) -> IntArray:
        """Places, in the proposed order, of the units that move."""
        return np.flatnonzero(self.is_move)

    @cached_property
    def _layers(self) -> list[tuple[IntArray, IntArray]]:
        dependent, prerequisite = self.work.needs
        places = self._place_of_story
        return layer_needs(self.stories, places[dependent], places[prerequisite])

    def mask(self, places: Iterable[int]) -> BoolArray:
        """A choice of moves by their places in the proposed order."""
        chosen = np.zeros(len(self.work.units), dtype=np.bool_)
        chosen[list(places)] = True
        return chosen & self.is_move

    def sequence(self, chosen: BoolArray) -> IntArray:
        """The stories that count as they are worked when these moves are made; it obeys the needs."""
        slot = np.where(chosen[self.taker], self.new_slot, self.old_slot)
        for dependent, prerequisite in self._layers:
            np.minimum.at(slot, prerequisite, slot[dependent])
        return self.now[np.argsort(slot, kind="stable")]  # stable: of one slot, what is needed comes first

    def pulled_up(self, sequence: IntArray, chosen: BoolArray) -> BoolArray:
        """Over places: units that are not chosen, with a story that chosen ones need and so pull up before others."""
        where = np.zeros(len(self._place_of_story), dtype=np.int64)
        where[sequence] = np.arange(self.stories)
        others = np.flatnonzero(~chosen[self.taker])
        stays = longest_increasing(where[self.now[others]])
        pulled = np.zeros(len(chosen), dtype=np.bool_)
        pulled[self.taker[others[~stays]]] = True
        return pulled

    def cost(self, chosen: BoolArray) -> float:
        """Total cost of delay of a choice, money a week x points."""
        return self.work.cost(self.sequence(chosen))

    def price(self, moves: IntArray | None = None) -> Priced:
        """These moves (all without) one after another, the greatest benefit first: savings add up to what they save."""
        moves = self.moves if moves is None else moves
        if len(moves) * len(moves) * self.stories <= GREEDY_EFFORT:
            return self._price_greedily(moves)
        return self._price_by_first_benefit(moves)

    def _price_greedily(self, moves: IntArray) -> Priced:
        chosen, left = self.mask([]), moves.tolist()
        total, order, savings = self.cost(chosen), [], []
        while left:
            costs = []
            for place in left:
                chosen[place] = True
                costs.append(self.cost(chosen))
                chosen[place] = False
            best = int(np.argmin(costs))
            savings.append(total - costs[best])
            total = costs[best]
            chosen[left[best]] = True
            order.append(left.pop(best))
        return Priced(np.array(order, dtype=np.int64), np.array(savings))

    def _price_by_first_benefit(self, moves: IntArray) -> Priced:
        """Ordered by what each would save alone, roughly; what costs after all is put off until the rest is made.

        The small ones beyond the effort share the price of their batch.
        """
        alone = np.maximum(self._rough_benefits(), 0.0)
        order = moves[np.argsort(-alone[moves], kind="stable")]
        priced = self._price_in_order(order, alone)
        rounds = SINGLE_EFFORT // max(len(moves) * self.stories, 1) - 1
        for _ in range(min(rounds, PUT_OFF)):
            costs = priced.savings < 0
            if not costs.any():
                break
            priced = self._price_in_order(np.concatenate([priced.places[~costs], priced.places[costs]]), alone)
        return priced

    def put_off(self, priced: Priced, late: BoolArray) -> Priced:
        """The same moves with these behind the others, priced anew."""
        alone = np.maximum(self._rough_benefits(), 0.0)
        return self._price_in_order(np.concatenate([priced.places[~late], priced.places[late]]), alone)

    def _price_in_order(self, order: IntArray, weights: FloatArray) -> Priced:
        single = SINGLE_EFFORT // max(self.stories, 1)
        batches = [order[place : place + 1] for place in range(min(single, len(order)))] + _batches(order[single:])
        chosen = self.mask([])
        total, savings = self.cost(chosen), []
        for batch in batches:
            chosen[batch] = True
            after = self.cost(chosen)
            savings.append(_share(total - after, weights[batch]))
            total = after
        return Priced(order, np.concatenate([np.zeros(0), *savings]))

    def _rough_benefits(self) -> FloatArray:
        """What its own shift saves, less what its points cost others at the mean ratio: shape as the proposed order."""
        points = self.work.backlog.counted_points[self.now]
        done_new = np.cumsum(points[np.argsort(self.new_slot, kind="stable")])
        done_now = np.cumsum(points)
        taken = np.bincount(self.taker, weights=points, minlength=len(self.work.units))
        last_now = np.zeros(len(self.work.units))
        np.maximum.at(last_now, self.taker, done_now)
        last_new = np.zeros(len(self.work.units))
        np.maximum.at(last_new, self.taker[np.argsort(self.new_slot, kind="stable")], done_new)
        value = self.work.backlog.cost_of_delay[self.work.units]
        mean_ratio = value.sum() / max(points.sum(), 1e-9)
        return np.asarray((last_now - last_new) * (value - mean_ratio * taken))


def _batches(order: IntArray) -> list[IntArray]:
    return [batch for batch in np.array_split(order, min(BATCHES, max(len(order), 1))) if len(batch)]


def _share(amount: float, weights: FloatArray) -> FloatArray:
    total = weights.sum()
    shares = weights / total if total > 0 else np.full(len(weights), 1 / len(weights))
    return np.asarray(amount * shares)
