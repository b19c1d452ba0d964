"""Why a unit moves, in one sentence with real figures."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from common.formats import format_figure, format_money
from planner.domain.proposals.move_facts import MoveFacts
from planner.domain.proposals.proposing import Move

LONGEST = 500
NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
WHOLE_WEEK = 0.75
"""Shifts below this many weeks are not told."""


@dataclass(frozen=True)
class Wording:
    """What sentences need beside the facts: the keys of units by index, the currency, and the pace."""

    key_of: Callable[[int], str]
    currency: str
    points_per_week: float

    def money(self, amount: float) -> str:
        """An amount as a page shows it."""
        return format_money(Decimal(amount), self.currency)


def reason_of(move: Move, wording: Wording) -> str:
    """The reason of a move; what is not chosen for its smallness says so."""
    facts = move.facts
    if not move.is_chosen:
        return _small_move(facts, wording)[:LONGEST]
    return f"{_main_clause(move, wording)}{_shift(facts, wording)}"[:LONGEST]


def _small_move(facts: MoveFacts, wording: Wording) -> str:
    room = facts.makes_room_for
    why = f"Makes room for {wording.key_of(room)}." if room is not None else "Changes next to nothing."
    return f"{why} Too close to call, so it is not chosen for you."


def _main_clause(move: Move, wording: Wording) -> str:
    facts = move.facts
    rises, sinks = move.place_to < move.place_from, move.place_to > move.place_from
    if facts.is_pinned:
        return "A pin holds it there, and that costs this." if move.saving < 0 else "A pin holds it there."
    if not facts.passed:
        return _gathered(facts, wording)
    if facts.is_best and rises:
        return f"{_earns(facts, wording)}, the most of anything not yet begun."
    if rises and facts.waits_for is not None:
        return f"What it waits for, {wording.key_of(facts.waits_for)}, is done before it; {_risen(facts, wording)}."
    if rises:
        return _passing(facts, wording)
    return _letting_pass(facts, wording) if sinks else _gathered(facts, wording)


def _earns(facts: MoveFacts, wording: Wording) -> str:
    return f"Earns {wording.money(facts.per_point)} a week per point"


def _gathered(facts: MoveFacts, wording: Wording) -> str:
    if facts.stories > 1 and facts.scattered > facts.stories:
        return (
            f"Its {_number(facts.stories)} stories lie spread over {facts.scattered:,} places: "
            f"worked together, they earn {wording.money(facts.value)} a week."
        )
    return f"Finished in one go it earns {wording.money(facts.value)} a week."


def _risen(facts: MoveFacts, wording: Wording) -> str:
    rate = wording.money(facts.per_point)
    if facts.all_worse:
        return f"from then on it earns {rate} a week per point, more than {_each_passed(facts)}"
    return f"from then on it earns {rate} a week per point"


def _passing(facts: MoveFacts, wording: Wording) -> str:
    earns = _earns(facts, wording)
    if facts.all_worse and facts.passed <= len(facts.named):
        named = " and ".join(wording.key_of(unit) for unit in facts.named)
        return f"{earns}; {named}, now before it, {'earns' if facts.passed == 1 else 'earn'} less."
    if facts.all_worse:
        return f"{earns}, more than {_each_passed(facts)}."
    mean = wording.money(facts.passed_per_point)
    return f"{earns}; the {_number(facts.passed)} it passes earn {mean} on average."


def _each_passed(facts: MoveFacts) -> str:
    return "the one it passes" if facts.passed == 1 else f"each of the {_number(facts.passed)} it passes"


def _letting_pass(facts: MoveFacts, wording: Wording) -> str:
    earns, figure = _earns(facts, wording), format_figure(Decimal(facts.points))
    points = f"{figure} {'point' if figure == '1' else 'points'}"
    who = wording.key_of(facts.named[0]) if facts.passed == 1 else f"the {_number(facts.passed)} it jumps behind"
    verb, waits = ("earns", "waits") if facts.passed == 1 else ("earn", "wait")
    if facts.all_better:
        every, needs = ("", "it needs") if facts.passed == 1 else ("all ", "they need")
        return f"{earns}; {who} {every}{verb} more with what {needs}, and {waits} for its {points}."
    mean = wording.money(facts.passed_per_point)
    on_average = "" if facts.passed == 1 else " on average"
    return f"{earns}; {who} {verb} {mean}{on_average}, and {waits} for its {points}."


def _shift(facts: MoveFacts, wording: Wording) -> str:
    weeks = facts.points_sooner / wording.points_per_week
    if abs(weeks) < WHOLE_WEEK:
        return ""
    number = max(round(abs(weeks)), 1)
    return f" Earns about {_number(number)} week{'s' if number > 1 else ''} {'sooner' if weeks > 0 else 'later'}."


def _number(number: int) -> str:
    """Small numbers in words, as in running text."""
    return NUMBERS[number] if 0 < number < len(NUMBERS) else f"{number:,}"
