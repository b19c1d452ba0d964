"""Which moves of a proposal somebody chose, as a page posts them, and what that choice is worth."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal

from django.http import QueryDict

from common.errors import InvalidInput
from common.formats import format_money
from planner.selectors.proposals import MoveLine, ProposalPage

MOST_MOVES = 100
"""So many moves are listed one by one; the smaller ones behind them are one choice together."""

LONGEST_ID = 19
REST = "rest"


@dataclass(frozen=True)
class Choice:
    """How many moves are chosen and what they save together; `amount` in words, without its sign."""

    count: int
    saving: Decimal
    amount: str


@dataclass(frozen=True)
class Rest:
    """The smaller moves that are one line together; `is_offered`: whether the proposal offers them as chosen."""

    count: int
    saving: Decimal
    is_on: bool
    is_offered: bool


def choice_of(*, count: int, saving: Decimal, currency: str) -> Choice:
    """What a button says about a choice."""
    return Choice(count, saving, format_money(abs(saving), currency))


def read_units(values: QueryDict, *, moves: Sequence[MoveLine]) -> list[int]:
    """Return the signed ids of the units chosen: those named, and the smaller moves when `rest` is on.

    Raises InvalidInput for what is no move of this proposal.
    """
    named = {_read_unit(text) for text in values.getlist("unit")}
    if unknown := named - {line.unit.unit_id for line in moves}:
        raise InvalidInput(f"This proposal has no move of unit {min(unknown)}. Load the page again.", field="unit")
    rest = {line.unit.unit_id for line in moves[MOST_MOVES:]} if values.get("rest") else set()
    return [line.unit.unit_id for line in moves if line.unit.unit_id in named | rest]


def _read_unit(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < LONGEST_ID):
        raise InvalidInput("A unit is named by its number; load the page again.", field="unit")
    return int(text)


def chosen_by_default(page: ProposalPage) -> set[int]:
    """The units whose moves are offered as chosen."""
    return {line.unit.unit_id for line in page.chosen}


def rest_of(moves: Sequence[MoveLine], *, chosen: Iterable[int]) -> Rest | None:
    """The smaller moves as one line; None when every move is listed."""
    rest = moves[MOST_MOVES:]
    if not rest:
        return None
    on = set(chosen)
    return Rest(
        count=len(rest),
        saving=sum((line.move.saving for line in rest), Decimal(0)),
        is_on=all(line.unit.unit_id in on for line in rest),
        is_offered=all(line.move.chosen for line in rest),
    )


def read_changed(text: str, *, moves: Sequence[MoveLine], offered: AbstractSet[int]) -> set[int]:
    """Return the units chosen when `text` of an address names what was changed of the offered choice: "7,-41,rest".

    What is no move of the proposal is passed over: an address may be old.
    """
    named = set(text.split(",")) if text else set()
    changed = {line.unit.unit_id for line in moves[:MOST_MOVES] if str(line.unit.unit_id) in named}
    on = set(offered) ^ changed
    rest = rest_of(moves, chosen=offered)
    if rest is None or REST not in named:
        return on
    ids = {line.unit.unit_id for line in moves[MOST_MOVES:]}
    return on - ids if rest.is_on else on | ids
