"""From a backlog as people ordered it to a proposed order: moves with prices, and what holds the order back.

A pure function of its question, so that a proposal can be computed again from what was stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.ordering.worked import Work
from planner.domain.proposals.closeness import settle_close
from planner.domain.proposals.move_facts import MoveFacts, gather_facts
from planner.domain.proposals.moves import Rearrangement
from planner.domain.proposals.offering import Offer, offer_moves, places_in
from planner.domain.proposals.pin_prices import price_pins
from planner.domain.proposals.question import Hold, Question, held_units
from planner.domain.scoring import completion_of_order
from planner.domain.value.confidence import CloseGroup, UncertainCosts, close_groups

CHOSEN_SHARE = 0.005
"""A move is offered as chosen when it saves more than this share of what a unit costs on average."""

LEAST_MONEY = 0.01
LEAST_SHARE = 1e-6
"""A move is not offered at all when it saves less than a cent, or than this share of what the present order costs."""

PAIRS_EFFORT = 100_000
"""Pairs that pins hold x stories up to which a proposal prices them; more are priced by a job."""

MOST_WEEKS = 200
"""Points of a curve of value live."""


@dataclass(frozen=True)
class Move:
    """One unit that changes its place. Places from 1 among the valued units; `saving` is money x points a week."""

    unit: int
    place_from: int
    place_to: int
    saving: float
    is_chosen: bool
    facts: MoveFacts


@dataclass(frozen=True)
class Answer:
    """A proposed order. Amounts are money a week x points: divide by points a week for money.

    ``order``: valued units as proposed, ``before``: as they stand. ``target``: the order that savings and choices are
    computed towards; it differs from ``order`` by ``left_out`` moves too small to offer, which would save
    ``left_out_saving`` on top. ``live``: weeks, and value live at the end of
    each, now and as proposed.
    """

    order: IntArray
    before: IntArray
    total_now: float
    total_proposed: float
    total_chosen: float
    lower_bound: float
    frozen_cost: float
    pins_cost: float
    moves: Sequence[Move]
    groups: Sequence[CloseGroup]
    target: IntArray
    left_out: int = 0
    left_out_saving: float = 0.0
    pin_prices: Mapping[int, float] = field(default_factory=dict)
    live: tuple[FloatArray, FloatArray, FloatArray] = field(default_factory=lambda: (np.zeros(0),) * 3)


def propose(question: Question) -> Answer:
    """Answer "which order earns most?". Raises DependencyCycleError and ContradictoryPinsError as `plan_order`."""
    free = question.plan(frozen=False, pins=False)
    frozen = question.plan(pins=False) if question.frozen.any() else free
    plan = question.plan() if question.is_bound else frozen
    before = question.present[np.isin(question.present, plan.order)]
    order, groups = settle_close(plan.order, before, _find_close(question, plan.order))
    change = rearrange(question, order)
    nothing = change.mask([])
    offer = _offer(question, change)
    moves = _list_moves(question, change, offer)
    return Answer(
        order=offer.order,
        before=before,
        total_now=change.cost(nothing),
        total_proposed=change.cost(offer.chosen),
        total_chosen=change.cost(choose(change, [move.unit for move in moves if move.is_chosen])),
        lower_bound=free.lower_bound,
        frozen_cost=frozen.total - free.total,
        pins_cost=plan.total - frozen.total,
        moves=moves,
        groups=groups,
        target=order,
        left_out=offer.left_out,
        left_out_saving=offer.left_out_saving,
        pin_prices=price_pins(question, plan.total, pairs_effort=PAIRS_EFFORT),
        live=_live_curves(change, offer.chosen, question.points_per_week),
    )


def _find_close(question: Question, order: IntArray) -> list[CloseGroup]:
    costs = UncertainCosts(question.backlog.cost_of_delay, question.low, question.high)
    return close_groups(question.backlog, order, costs, frozen=question.frozen, held=_bound_units(question))


def rearrange(question: Question, order: IntArray) -> Rearrangement:
    """All orders between the present one and `order` (valued units, best first)."""
    work = Work.of(question.backlog, order, question.frozen)
    present = question.present[np.isin(question.present, order)]
    return Rearrangement(work, present, question.story_order)


def choose(change: Rearrangement, units: Sequence[int]) -> BoolArray:
    """The choice of the moves of these units (indexes)."""
    return change.mask(np.flatnonzero(np.isin(change.work.units, np.array(units, dtype=np.int64))).tolist())


def _offer(question: Question, change: Rearrangement) -> Offer:
    """The moves worth offering; pins and fixed dates that the proposed order keeps to are kept to."""
    total = change.cost(change.mask([]))
    least = max(LEAST_MONEY * question.points_per_week, LEAST_SHARE * total)
    always = np.isin(change.work.units, list(_bound_units(question)))
    target = _promises_kept(question, change.work.units)

    def keeps(order: IntArray) -> bool:
        return target <= _promises_kept(question, order)

    return offer_moves(change, least=least, always=always, keeps=keeps)


def _promises_kept(question: Question, order: IntArray) -> set[tuple[str, int]]:
    """The pins (by id) that an order of the units keeps to, and the fixed dates (by unit) that it meets."""
    place = places_in(order, len(question.backlog.cost_of_delay))
    kept = {("pin", hold.pin_id) for hold in question.holds if _is_kept(hold, place, len(order))}
    if question.has_dates:
        done = completion_of_order(question.backlog, order, frozen=question.frozen) / question.points_per_week
        kept |= {("date", unit) for unit in order[done <= question.deadline_weeks[order]].tolist()}
    return kept


def _is_kept(hold: Hold, place: IntArray, units: int) -> bool:
    if hold.place:
        unit, wanted = hold.place
        return bool(place[unit] == min(wanted, units) - 1)
    return hold.pair is None or bool(place[hold.pair[0]] < place[hold.pair[1]])


def _bound_units(question: Question) -> set[int]:
    dated = np.flatnonzero(~np.isnan(question.deadline_weeks)).tolist()
    return held_units(question.holds).union(dated)


def _list_moves(question: Question, change: Rearrangement, offer: Offer) -> list[Move]:
    priced = offer.priced
    place_to = places_in(offer.order, len(question.backlog.cost_of_delay))
    least = CHOSEN_SHARE * change.cost(change.mask([])) / max(len(change.work.units), 1)
    pinned = held_units(question.holds)
    is_chosen = (priced.savings > least) | np.isin(change.work.units[priced.places], list(pinned))
    facts = gather_facts(change, offer, is_chosen, pinned)
    return [
        Move(
            unit=int(change.work.units[place]),
            place_from=int(change.place_now[place]) + 1,
            place_to=int(place_to[change.work.units[place]]) + 1,
            saving=saving,
            is_chosen=chosen,
            facts=fact,
        )
        for place, saving, chosen, fact in zip(
            priced.places.tolist(), priced.savings.tolist(), is_chosen.tolist(), facts, strict=True
        )
    ]


def _live_curves(
    change: Rearrangement, chosen: BoolArray, points_per_week: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Value live at the end of each week, for at most MOST_WEEKS weeks evenly spread until all is done."""
    now = change.work.finished_at(change.sequence(change.mask([]))) / points_per_week
    new = change.work.finished_at(change.sequence(chosen)) / points_per_week
    last = float(np.nanmax(np.concatenate([now, new]), initial=0.0))
    weeks = np.unique(np.ceil(np.linspace(0, last, min(int(last) + 2, MOST_WEEKS))))
    value = change.work.backlog.cost_of_delay
    return weeks, _live_at(weeks, now, value), _live_at(weeks, new, value)


def _live_at(weeks: FloatArray, finished: FloatArray, value: FloatArray) -> FloatArray:
    units = np.flatnonzero(~np.isnan(finished))
    units = units[np.argsort(finished[units], kind="stable")]
    live = np.concatenate([[0.0], np.cumsum(value[units])])
    return np.asarray(live[np.searchsorted(finished[units], weeks, side="right")])
