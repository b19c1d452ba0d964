"""What pins cost: the total cost of delay of the best order with a pin less that without it, all others held.

A pin at a place changes only the last step of an order, so many of them are priced from one settled order. A pair
changes what is settled, so each asks for an order of its own: only so many are priced at once.
"""

from dataclasses import replace

from planner.domain.proposals.question import Hold, Question

PLACES_EFFORT = 5_000_000
"""Pins at a place x stories up to which they are priced at all."""


def price_pins(question: Question, total: float, *, pairs_effort: int) -> dict[int, float]:
    """What each pin adds to `total` (money x points a week), by its id; `total`: the plan's with all of them.

    ``pairs_effort``: pairs x stories up to which pairs are priced; without a price are those beyond it.
    """
    stories = len(question.story_order)
    places = [hold for hold in question.holds if hold.place]
    pairs = [hold for hold in question.holds if hold.pair]
    prices: dict[int, float] = {}
    if places and len(places) * stories <= PLACES_EFFORT:
        settled = question.settle(question.holds)
        for hold in places:
            others = [other for other in question.holds if other is not hold]
            prices[hold.pin_id] = max(total - question.hold(settled, others).total, 0.0)
    if len(pairs) * stories <= pairs_effort:
        prices |= {hold.pin_id: max(total - question.plan(without=hold.pin_id).total, 0.0) for hold in pairs}
    return prices


def price_hold(question: Question, hold: Hold) -> float:
    """What a further pin would add to the total, below 0 never. Raises ContradictoryPinsError."""
    settled = question.settle(question.holds)
    more = replace(question, holds=(*question.holds, hold))
    with_it = more.hold(more.settle(more.holds) if hold.pair else settled, more.holds).total
    return max(with_it - question.hold(settled, question.holds).total, 0.0)
