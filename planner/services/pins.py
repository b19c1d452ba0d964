"""Pinning units of the backlog: with a reason, an end, and a price that everyone sees."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from common.events import publish
from planner.domain.arrays import IntArray
from planner.domain.ordering.jobs import ranked_units
from planner.domain.ordering.pinning import ContradictoryPinsError, apply_pins, arcs_between
from planner.domain.proposals.proposing import price_pins
from planner.domain.vocabulary import PinKind
from planner.events import RankingInputsChanged
from planner.models import Pin
from planner.selectors.courses import money
from planner.selectors.pins import list_live_pins, today_of
from planner.selectors.questions import Asked, ask
from planner.selectors.ranking import load_ranking
from planner.selectors.units import unit_lines
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.checks import Refused, read_inputs, text, word
from planner.services.column_writes import write_columns
from planner.services.locks import lock_backlog
from planner.services.saving import save_clean
from planner.services.units import Unit, fields_of_unit, id_of_unit

REASON_LENGTH = 300
LONGEST_YEARS = 2


class ContradictsPin(Conflict):
    """A pin that can't be held together with another one."""

    def __init__(self, message: str, *, field: str = "kind") -> None:
        super().__init__(message, code="contradictory_pins", field=field)


@dataclass(frozen=True)
class _Wish:
    """A pin as asked for, its inputs checked one by one."""

    unit: Unit
    kind: PinKind
    place: int | None
    other: Unit | None


def pin_unit(
    *,
    workspace: Workspace,
    unit: Unit,
    kind: str,
    place: int | None = None,
    other: Unit | None = None,
    reason: str,
    expires_on: date,
    actor: Actor,
    now: datetime,
) -> Pin:
    """Hold a unit at a place among the valued units, or before or after another unit, until the end of a day.

    Raises InvalidInput naming every input that can't be used, ContradictsPin (409) naming the pin that excludes it.
    """
    today = today_of(workspace=workspace, now=now)
    readers = {"kind": word(PinKind), "reason": text(longest=REASON_LENGTH, required=True), "expires_on": _day(today)}
    clean = read_inputs({"kind": kind, "reason": reason, "expires_on": expires_on}, readers)
    wish = _Wish(unit, PinKind(clean["kind"]), place, other)
    _check_target(wish, workspace)
    with transaction.atomic():
        lock_backlog(workspace_id=workspace.pk)
        _check_against_backlog(wish, workspace, now=now)
        _lift_expired(wish, workspace, today=today, now=now)
        pin = _build(wish, clean, workspace=workspace, actor=actor, now=now)
        save_clean(pin, duplicate_field="place")
        _tell(pin, verb="pinned", actor=actor, now=now)
    return pin


def _day(today: date) -> Any:
    """A reader of the day a pin ends: today at the earliest, two years ahead at most."""

    def read(value: Any) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise Refused("Say until which day it counts, such as 2026-12-31: no pin is for ever.")
        if value < today:
            raise Refused(f"This day is over: choose {today.isoformat()} or a later one.")
        if value > _years_later(today):
            raise Refused(f"Choose a day within two years, until {_years_later(today).isoformat()}.")
        return value

    return read


def _years_later(today: date) -> date:
    try:
        return today.replace(year=today.year + LONGEST_YEARS)
    except ValueError:  # 29 February
        return today.replace(year=today.year + LONGEST_YEARS, day=28)


def _check_target(wish: _Wish, workspace: Workspace) -> None:
    """A place for a pin at a place, another unit of this workspace for the others, and never both."""
    fields_of_unit(unit=wish.unit, what="Pin")
    if wish.kind is PinKind.PLACE:
        if wish.other is not None:
            raise InvalidInput("A pin at a place has no other unit: leave it out.", field="other")
        if isinstance(wish.place, bool) or not isinstance(wish.place, int) or wish.place < 1:
            raise InvalidInput("Say at which place, a whole number; the first is 1.", field="place")
        return
    if wish.place is not None:
        raise InvalidInput("A pin before or after another unit has no place: leave it out.", field="place")
    if wish.other is None or wish.other.workspace_id != workspace.pk:
        raise InvalidInput(f"Say which unit it must stand {wish.kind.value.lower()}.", field="other")
    fields_of_unit(unit=wish.other, what="Pin against")
    if id_of_unit(unit=wish.other) == id_of_unit(unit=wish.unit):
        raise InvalidInput(f"{wish.unit.key} can't stand {wish.kind.value.lower()} itself.", field="other")


def _check_against_backlog(wish: _Wish, workspace: Workspace, *, now: datetime) -> None:
    """Refuse a unit that is not ranked, a place beyond the last, and what other live pins exclude."""
    asked = ask(load_ranking(workspace_id=workspace.pk, now=now))
    ranked = ranked_units(asked.question.backlog)
    order = asked.question.present[np.isin(asked.question.present, ranked)]
    unit = _ranked_index(asked, wish.unit, set(ranked.tolist()), field="unit")
    if wish.kind is PinKind.PLACE and wish.place is not None:
        if wish.place > len(order):
            raise InvalidInput(f"There are {len(order):,} valued units: choose a place up to that.", field="place")
        _refuse_held_twice(asked, wish, unit)
        _refuse_contradictions(asked, order, arc=None, place=(unit, wish.place))
    elif wish.other is not None:
        other = asked.index_of_unit.get(id_of_unit(unit=wish.other))
        if other is None:
            raise InvalidInput(f"{wish.other.key} is finished: choose another unit.", field="other")
        arc = (unit, other) if wish.kind is PinKind.BEFORE else (other, unit)
        _refuse_contradictions(asked, order, arc=arc, place=None)


def _ranked_index(asked: Asked, unit: Unit, ranked: set[int], *, field: str) -> int:
    index = asked.index_of_unit.get(id_of_unit(unit=unit))
    if index is None or index not in ranked:
        why = "has no value yet: estimate it first" if index is not None else "has nothing left to do"
        raise InvalidInput(f"{unit.key} {why}, so it has no place to hold.", field=field)
    return index


def _refuse_held_twice(asked: Asked, wish: _Wish, unit: int) -> None:
    for hold in asked.question.holds:
        if hold.place and hold.place[0] == unit:
            raise ContradictsPin(
                f"{wish.unit.key} is pinned at place {hold.place[1]} already: lift that pin first.", field="place"
            )
        if hold.place and hold.place[1] == wish.place:
            key = _key(asked, hold.place[0])
            raise ContradictsPin(
                f"{key} is pinned at place {wish.place}: lift that pin first, or choose another place for "
                f"{wish.unit.key}.",
                field="place",
            )


def _refuse_contradictions(
    asked: Asked, order: IntArray, *, arc: tuple[int, int] | None, place: tuple[int, int] | None
) -> None:
    """Try all live pins with the new one on the present order; name the pair that excludes each other."""
    holds = asked.question.holds
    arcs = [hold.pair for hold in holds if hold.pair] + ([arc] if arc else [])
    places = dict([hold.place for hold in holds if hold.place] + ([place] if place else []))
    try:
        apply_pins(order, arcs_between(order, arcs), places)
    except ContradictoryPinsError as error:
        one, other = (_key(asked, unit) for unit in error.pair)
        raise ContradictsPin(
            f"This contradicts the pins of {one} and {other}: not all of them can be held. Lift one of them first."
        ) from None


def _key(asked: Asked, unit: int) -> str:
    unit_id = int(asked.unit_ids[unit])
    return unit_lines([unit_id])[unit_id].key


def _lift_expired(wish: _Wish, workspace: Workspace, *, today: date, now: datetime) -> None:
    """An expired pin of the same unit makes room for a new one."""
    over = Pin.objects.filter(workspace=workspace, lifted_at=None, expires_on__lt=today)
    over.filter(**fields_of_unit(unit=wish.unit, what="Pin")).update(lifted_at=now)


def _build(wish: _Wish, clean: dict[str, Any], *, workspace: Workspace, actor: Actor, now: datetime) -> Pin:
    other = {} if wish.other is None else fields_of_unit(unit=wish.other, what="Pin against")
    return Pin(
        workspace=workspace,
        **fields_of_unit(unit=wish.unit, what="Pin"),
        kind=wish.kind.value,
        place=wish.place,
        **{f"other_{name}": thing for name, thing in other.items()},
        reason=clean["reason"],
        expires_on=clean["expires_on"],
        author=actor.user,
        author_name=actor.name,
        created_at=now,
    )


def lift_pin(*, pin: Pin, actor: Actor, now: datetime) -> Pin:
    """Take a pin away; it stays listed with who lifted it. Raises Conflict when somebody did so before."""
    with transaction.atomic():
        lock_backlog(workspace_id=pin.workspace_id)
        lifted = Pin.objects.filter(pk=pin.pk, lifted_at=None).update(lifted_at=now, lifted_by_name=actor.name)
        if not lifted:
            raise Conflict("This pin was lifted already: reload to see what counts now.")
        _tell(pin, verb="lifted", actor=actor, now=now)
    pin.refresh_from_db()
    return pin


def _tell(pin: Pin, *, verb: str, actor: Actor, now: datetime) -> None:
    publish(RankingInputsChanged(workspace_id=pin.workspace_id, now=now))
    announce(workspace_id=pin.workspace_id, topic="pin", object_id=pin.pk, verb=verb, actor=actor, now=now)


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
        prices = price_pins(question, question.plan().total)
    except ContradictoryPinsError:
        prices = {}
    fresh = {pin_id: money(price, question.points_per_week) for pin_id, price in prices.items()}
    changed = [pin for pin in live if pin.price != fresh.get(pin.pk)]
    write_columns(model=Pin, ids=[pin.pk for pin in changed], columns={"price": [fresh.get(pin.pk) for pin in changed]})
    return len(changed)
