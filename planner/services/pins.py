"""Pinning units of the backlog with a reason and an end, lifting pins, and taking that back."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from common.events import publish
from planner.domain.vocabulary import PinKind
from planner.events import RankingInputsChanged
from planner.models import Pin
from planner.selectors.pins import today_of
from planner.selectors.questions import ask
from planner.selectors.ranking import load_ranking
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.checks import Refused, read_inputs, text, word
from planner.services.locks import lock_backlog
from planner.services.pin_checks import PinWish, check_target, hold_of
from planner.services.saving import save_clean
from planner.services.units import Unit, fields_of_unit

REASON_LENGTH = 300
LONGEST_YEARS = 2


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
    wish = PinWish(unit, PinKind(clean["kind"]), place, other)
    check_target(wish, workspace)
    with transaction.atomic():
        lock_backlog(workspace_id=workspace.pk)
        hold_of(wish, ask(load_ranking(workspace_id=workspace.pk, now=now)))
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


def _lift_expired(wish: PinWish, workspace: Workspace, *, today: date, now: datetime) -> None:
    """An expired pin of the same unit makes room for a new one."""
    over = Pin.objects.filter(workspace=workspace, lifted_at=None, expires_on__lt=today)
    over.filter(**fields_of_unit(unit=wish.unit, what="Pin")).update(lifted_at=now)


def _build(wish: PinWish, clean: dict[str, Any], *, workspace: Workspace, actor: Actor, now: datetime) -> Pin:
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


def restore_pin(*, pin: Pin, actor: Actor, now: datetime) -> Pin:
    """Let a lifted pin count again, as it was: its author, reason and last day stay.

    Raises Conflict where it was not lifted, InvalidInput where its last day is over or its unit is not ranked any
    more, ContradictsPin (409) naming the pin that excludes it by now.
    """
    workspace = pin.workspace
    with transaction.atomic():
        lock_backlog(workspace_id=pin.workspace_id)
        pin.refresh_from_db()
        _check_restorable(pin, today=today_of(workspace=workspace, now=now))
        wish = _wish_of(pin)
        hold_of(wish, ask(load_ranking(workspace_id=workspace.pk, now=now)))
        _lift_expired(wish, workspace, today=today_of(workspace=workspace, now=now), now=now)
        pin.lifted_at, pin.lifted_by_name = None, ""
        pin.save(update_fields=["lifted_at", "lifted_by_name"])
        _tell(pin, verb="pinned", actor=actor, now=now)
    return pin


def _check_restorable(pin: Pin, *, today: date) -> None:
    if pin.lifted_at is None:
        raise Conflict("This pin counts already: reload to see what counts now.")
    if pin.expires_on < today:
        raise InvalidInput("Its last day is over: pin again with a later one.", field="expires_on")


def _wish_of(pin: Pin) -> PinWish:
    unit, other = pin.capability or pin.story, pin.other_capability or pin.other_story
    if unit is None:
        raise InvalidInput("What it held was deleted.", field="unit")
    return PinWish(unit, PinKind(pin.kind), pin.place, other)


def _tell(pin: Pin, *, verb: str, actor: Actor, now: datetime) -> None:
    publish(RankingInputsChanged(workspace_id=pin.workspace_id, now=now))
    announce(workspace_id=pin.workspace_id, topic="pin", object_id=pin.pk, verb=verb, actor=actor, now=now)
