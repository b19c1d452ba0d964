"""What pins cost: of those that count, computed by a job and stored; of one that somebody thinks of, at once."""

from datetime import datetime
from decimal import Decimal

from accounts.models import Workspace
from planner.domain.ordering.pinning import ContradictoryPinsError
from planner.domain.proposals.pin_prices import price_hold, price_pins
from planner.models import Pin
from planner.selectors.courses import money
from planner.selectors.pins import list_live_pins, today_of
from planner.selectors.questions import ask
from planner.selectors.ranking import list_open, load_ranking
from planner.services.announcing import announce_by_machine
from planner.services.column_writes import write_columns
from planner.services.pin_checks import PinWish, check_target, hold_of

PAIRS_EFFORT = 500_000
"""Pairs that pins hold x stories up to which they are priced; each asks for an order of its own."""

PREVIEWED = 20_000
"""Open stories up to which a price is told while somebody waits."""


def price_live_pins(*, workspace_id: int, now: datetime) -> int:
    """Compute what each live pin adds to the total cost of delay and store what changed; returns how many that were.

    Pins that contradict each other have no price. Nothing is loaded where nothing is pinned.
    """
    workspace = Workspace.objects.get(pk=workspace_id)
    live = list(list_live_pins(workspace_id=workspace_id, today=today_of(workspace=workspace, now=now)))
    if not live:
        return 0
    question = ask(load_ranking(workspace_id=workspace_id, now=now)).question
    try:
        prices = price_pins(question, question.plan().total, pairs_effort=PAIRS_EFFORT)
    except ContradictoryPinsError:
        prices = {}
    fresh = {pin_id: money(price, question.points_per_week) for pin_id, price in prices.items()}
    changed = [pin for pin in live if pin.price != fresh.get(pin.pk)]
    write_columns(model=Pin, ids=[pin.pk for pin in changed], columns={"price": [fresh.get(pin.pk) for pin in changed]})
    if changed:
        announce_by_machine(workspace_id=workspace_id, topic="pin", verb="priced", now=now)
    return len(changed)


def preview_pin(*, workspace: Workspace, wish: PinWish, now: datetime) -> Decimal | None:
    """What a pin would add to the total cost of delay of the best order, money; None where that takes too long.

    Raises InvalidInput and ContradictsPin as pinning it would.
    """
    check_target(wish, workspace)
    if list_open(workspace_id=workspace.pk)[: PREVIEWED + 1].count() > PREVIEWED:
        return None
    asked = ask(load_ranking(workspace_id=workspace.pk, now=now))
    hold = hold_of(wish, asked)
    return money(price_hold(asked.question, hold), asked.question.points_per_week)
