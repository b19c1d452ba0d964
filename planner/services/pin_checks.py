"""What a pin must be to be held: a unit that is ranked, a place or another unit, and no pin that excludes it."""

from dataclasses import dataclass

import numpy as np

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from planner.domain.arrays import IntArray
from planner.domain.ordering.jobs import ranked_units
from planner.domain.ordering.pinning import ContradictoryPinsError, apply_pins, arcs_between
from planner.domain.proposals.question import Hold
from planner.domain.vocabulary import PinKind
from planner.selectors.questions import Asked
from planner.selectors.units import unit_lines
from planner.services.units import Unit, fields_of_unit, id_of_unit

NEW = 0
"""The id of a pin that is not stored."""


class ContradictsPin(Conflict):
    """A pin that can't be held together with another one."""

    def __init__(self, message: str, *, field: str = "kind") -> None:
        super().__init__(message, code="contradictory_pins", field=field)


@dataclass(frozen=True)
class PinWish:
    """A pin as asked for, before it is held against the backlog."""

    unit: Unit
    kind: PinKind
    place: int | None
    other: Unit | None


def check_target(wish: PinWish, workspace: Workspace) -> None:
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


def hold_of(wish: PinWish, asked: Asked) -> Hold:
    """The pin as the kernel takes it.

    Raises InvalidInput for a unit that is not ranked or a place beyond the last, ContradictsPin for what other live
    pins exclude.
    """
    ranked = ranked_units(asked.question.backlog)
    order = asked.question.present[np.isin(asked.question.present, ranked)]
    unit = _ranked_index(asked, wish.unit, set(ranked.tolist()), field="unit")
    if wish.kind is PinKind.PLACE and wish.place is not None:
        if wish.place > len(order):
            raise InvalidInput(f"There are {len(order):,} valued units: choose a place up to that.", field="place")
        _refuse_held_twice(asked, wish, unit)
        hold = Hold(NEW, place=(unit, wish.place))
    else:
        hold = Hold(NEW, pair=_pair(wish, asked, unit))
    _refuse_contradictions(asked, order, hold)
    return hold


def _pair(wish: PinWish, asked: Asked, unit: int) -> tuple[int, int]:
    other = None if wish.other is None else asked.index_of_unit.get(id_of_unit(unit=wish.other))
    if other is None:
        raise InvalidInput(f"{wish.other.key if wish.other else 'It'} is finished: choose another unit.", field="other")
    return (unit, other) if wish.kind is PinKind.BEFORE else (other, unit)


def _ranked_index(asked: Asked, unit: Unit, ranked: set[int], *, field: str) -> int:
    index = asked.index_of_unit.get(id_of_unit(unit=unit))
    if index is None or index not in ranked:
        why = "has no value yet: estimate it first" if index is not None else "has nothing left to do"
        raise InvalidInput(f"{unit.key} {why}, so it has no place to hold.", field=field)
    return index


def _refuse_held_twice(asked: Asked, wish: PinWish, unit: int) -> None:
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


def _refuse_contradictions(asked: Asked, order: IntArray, hold: Hold) -> None:
    """Try all live pins with the new one on the present order; name the pair that excludes each other."""
    holds = [*asked.question.holds, hold]
    arcs = [each.pair for each in holds if each.pair]
    places = dict(each.place for each in holds if each.place)
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
