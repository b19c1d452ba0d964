"""Which moves are worth offering: small differences are left as people made them (hysteresis).

A move that saves next to nothing costs attention and makes an order flicker from proposal to proposal. It is left
out, its unit stays where it is, and what remains is priced again, so that savings still add up. Kept in spite of
being small: what a pin or a fixed date asks for, and what others can't do without.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.ordering.plans import ROUNDING
from planner.domain.ordering.worked import Work
from planner.domain.proposals.moves import Priced, Rearrangement
from planner.domain.scoring import completion_of_order

ROUNDS = 8
"""So often the rest is priced again when leaving small moves out made others small."""

TRIED = 40
"""So many small moves that can't all go together are tried one by one."""


@dataclass(frozen=True)
class Offer:
    """The moves offered, and the order of the units that they make.

    ``chosen``: the moves as a choice of the rearrangement. ``left_out``: moves that are not offered, and what they
    would have saved on top (money a week x points, below 0 where leaving them out saves).
    """

    priced: Priced
    chosen: BoolArray
    order: IntArray
    left_out: int
    left_out_saving: float


def offer_moves(change: Rearrangement, *, least: float, always: BoolArray, keeps: Callable[[IntArray], bool]) -> Offer:
    """Leave out moves that save less than ``least`` (money a week x points), as far as that does no harm.

    ``always``: over the places of the proposed order, moves that are offered whatever they save. ``keeps``: whether
    an order of the units still keeps to what is held.
    """
    every = priced = change.price()
    for _ in range(ROUNDS):
        fewer = _without_small(change, priced, least=least, always=always, keeps=keeps)
        if fewer is None:
            break
        priced = fewer
    priced = _without_single(change, priced, least=least, always=always, keeps=keeps)
    priced = _priced_better(change, priced, least)
    chosen = change.mask(priced.places)
    return Offer(
        priced=priced,
        chosen=chosen,
        order=order_of_choice(change, chosen),
        left_out=len(every.places) - len(priced.places),
        left_out_saving=float(every.savings.sum() - priced.savings.sum()),
    )


def _without_small(
    change: Rearrangement, priced: Priced, *, least: float, always: BoolArray, keeps: Callable[[IntArray], bool]
) -> Priced | None:
    """The moves without the small ones, else without those behind the best beginning; None where none can go.

    Several moves that cost something by themselves may pay together: then they are not left out.
    """
    can_go = ~always[priced.places]
    for leaving in (can_go & (priced.savings < least), can_go & _behind_the_best(priced), can_go):
        if not leaving.any() or not (priced.savings < least).any():
            continue
        left = priced.places[~leaving]
        if not keeps(order_of_choice(change, change.mask(left))):
            continue
        fewer = change.price(left)
        if priced.savings.sum() - fewer.savings.sum() < least * leaving.sum():
            return fewer
    return None


def _without_single(
    change: Rearrangement, priced: Priced, *, least: float, always: BoolArray, keeps: Callable[[IntArray], bool]
) -> Priced:
    """The moves without the small ones that nothing is lost without, tried one after another from the end."""
    small = priced.places[(priced.savings < least) & ~always[priced.places]][::-1][:TRIED]
    chosen = change.mask(priced.places)
    total = change.cost(chosen)
    for place in small.tolist():
        chosen[place] = False
        cost = change.cost(chosen)
        if cost - total < least and keeps(order_of_choice(change, chosen)):
            total = cost
        else:
            chosen[place] = True
    left = priced.places[chosen[priced.places]]
    return priced if len(left) == len(priced.places) else change.price(left)


def _priced_better(change: Rearrangement, priced: Priced, least: float) -> Priced:
    """What is small at its turn, but missed by others: priced behind them, or together with them."""
    small = priced.savings < least
    if not small.any():
        return priced
    later = change.put_off(priced, small)
    better = later if (later.savings < least).sum() < small.sum() else priced
    return Priced(better.places, _shared(better.savings, least))


def _shared(savings: FloatArray, least: float) -> FloatArray:
    """Moves that only pay together share what they save: the small ones with the one that they make worth it."""
    shared, first = savings.copy(), 0
    for turn, saving in enumerate(savings.tolist()):
        if saving < least:
            continue
        mean = float(savings[first : turn + 1].mean())
        if mean >= least:
            shared[first : turn + 1] = mean
        first = turn + 1
    return shared


def _behind_the_best(priced: Priced) -> BoolArray:
    """Moves after the beginning of the list that saves the most together."""
    together = np.concatenate([[0.0], np.cumsum(priced.savings)])
    return np.arange(len(priced.places)) >= int(np.argmax(together))


def places_in(order: IntArray, units: int) -> IntArray:
    """The place of each unit of an order, from 0; shape (units,), -1 for those that are not in it."""
    place = np.full(units, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


def order_of_choice(change: Rearrangement, chosen: BoolArray) -> IntArray:
    """The units when these moves are made; worked in this order they cost no more than the choice does.

    Each that moves, or is pulled up, stands behind the one that it then follows, all others keep people's order;
    where stories lie so scattered that this would say too much, all are listed as they are finished.
    """
    if bool(chosen[change.is_move].all()):
        return change.work.units
    units, sequence = change.work.units, change.sequence(chosen)
    finished = change.work.finished_at(sequence)[units]
    told = np.lexsort((change.place_now, finished))
    order = _moved(change, chosen, sequence, told)
    cost = float((change.work.backlog.cost_of_delay[units] * finished).sum())
    return order if not chosen.any() or _cost_of_units(change.work, order) <= cost * (1 + ROUNDING) else units[told]


def _cost_of_units(work: Work, order: IntArray) -> float:
    completed = completion_of_order(work.backlog, order, frozen=work.is_first)
    return float((work.backlog.cost_of_delay[order] * completed).sum())


def _moved(change: Rearrangement, chosen: BoolArray, sequence: IntArray, told: IntArray) -> IntArray:
    """What is chosen or pulled up behind what it follows in `told` (places), the others in people's order."""
    units = change.work.units
    goes = chosen | change.pulled_up(sequence, chosen)
    stays = np.flatnonzero(~goes)
    listed = stays[np.argsort(change.place_now[stays], kind="stable")]
    gap_of = dict(zip(listed.tolist(), range(1, len(listed) + 1), strict=True))
    gaps = np.zeros(len(units), dtype=np.int64)
    gap = 0
    for place in told.tolist():
        gap = gap_of.get(place, gap)
        gaps[place] = gap
    turn = np.empty(len(units), dtype=np.int64)
    turn[told] = np.arange(len(units))
    return units[np.lexsort((turn, goes, gaps))]
