"""What the page of a proposed order says: its finding, its drawings, their tables and its sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Workspace
from common.formats import MINUS, currency_symbol, format_money, format_money_exact, format_percent
from planner.domain.vocabulary import PinKind
from planner.selectors.pins import PinLine
from planner.selectors.proposal_changes import Changes
from planner.selectors.proposals import MoveLine, OrderLine, ProposalPage
from planner.web.proposal_drawings import Bump, Curves, Scale, Slope, draw_curves, draw_scale, draw_slope, split_gap

CURVE_TABLE_WEEKS = 13
MAGNITUDES = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))
MOST_DIGITS = 9
ENDINGS = {1: "st", 2: "nd", 3: "rd"}


@dataclass(frozen=True)
class Totals:
    """The three totals of the scale, written with as many digits as tell them apart."""

    lower_bound: str
    proposed: str
    now: str


def proposal_context(page: ProposalPage, *, workspace: Workspace, first_day: date) -> dict[str, Any]:
    """Everything the review of a proposal shows beyond the proposal itself."""
    return {
        "page": page,
        "totals": totals_of(page, currency=workspace.currency),
        "scale": scale_of(page, currency=workspace.currency),
        "scale_rows": scale_rows(page, currency=workspace.currency),
        "slope": slope_of(page),
        "slope_finding": slope_finding(page.moves),
        "slope_rows": [(line.unit.key, line.place_from, line.place_to) for line in page.order if line.is_move],
        "curves": curves_of(page, first_day=first_day),
        "curve_finding": curve_finding(page, currency=workspace.currency),
        "curve_rows": curve_rows(page, currency=workspace.currency),
    }


def totals_of(page: ProposalPage, *, currency: str) -> Totals | None:
    """The least, the proposed and the present total; None while one is not known."""
    amounts = (page.proposal.lower_bound, page.proposal.total_proposed, page.proposal.total_now)
    known = [amount for amount in amounts if amount is not None]
    return Totals(*distinct_money(known, currency)) if len(known) == len(amounts) else None


def distinct_money(amounts: Sequence[Decimal], currency: str) -> list[str]:
    """Write amounts in one magnitude with the fewest digits after the point that still tell them apart."""
    largest = max(map(abs, amounts))
    size, letter = next(((size, letter) for size, letter in MAGNITUDES if largest >= size), (Decimal(1), ""))
    different = len(set(amounts))
    texts: list[str] = []
    for digits in range(_digits(largest / size), MOST_DIGITS):
        texts = [f"{amount / size:,.{digits}f}" for amount in amounts]
        if len(set(texts)) == different:
            break
    return [
        f"{MINUS if text.startswith('-') else ''}{currency_symbol(currency)}{text.lstrip('-')}{letter}"
        for text in texts
    ]


def _digits(number: Decimal) -> int:
    """Return how many digits after the point make four in all."""
    return 1 if number >= 100 else 2 if number >= 10 else 3


def scale_of(page: ProposalPage, *, currency: str) -> Scale | None:
    """The scale from the bound to the present order, with what the distance is made of."""
    proposal = page.proposal
    if proposal.lower_bound is None or proposal.total_proposed is None or proposal.total_now is None:
        return None
    settled = page.frozen_cost + page.pins_cost
    unsettled = max(proposal.total_proposed - proposal.lower_bound - settled, Decimal(0))
    words = (
        f"{format_money(unsettled, currency)} not settled",
        f"{format_money(page.frozen_cost, currency)} frozen sprint",
        f"{format_money(page.pins_cost, currency)} pins",
        f"{format_money(page.saving, currency)} won by {counted(len(page.moves), 'move')}",
    )
    return draw_scale(
        lower_bound=proposal.lower_bound,
        proposed=proposal.total_proposed,
        now=proposal.total_now,
        frozen=page.frozen_cost,
        pins=page.pins_cost,
        words=words,
    )


def scale_rows(page: ProposalPage, *, currency: str) -> list[tuple[str, str]]:
    """The scale as a table: from the bound upwards, what each part adds; parts of nothing are left out."""
    bound, proposed, now = page.proposal.lower_bound, page.proposal.total_proposed, page.proposal.total_now
    if bound is None or proposed is None or now is None:
        return []
    parts = split_gap(lower_bound=bound, proposed=proposed, now=now, frozen=page.frozen_cost, pins=page.pins_cost)
    words = {"open": "Not settled", "frozen": "Frozen sprint", "pins": "Pins"}
    added = [(words[kind], amount) for kind, amount in parts if kind in words and amount]
    won = f"Won by {counted(len(page.moves), 'move')}"
    figures = [("At least, in any order", bound), *added, ("Proposed", proposed), (won, now - proposed)]
    return [
        (name, format_money_exact(amount, currency)) for name, amount in [*figures, ("In the order there was", now)]
    ]


def slope_of(page: ProposalPage) -> Slope:
    """Who goes where: moves loud, pins dashed, the others quiet."""
    return draw_slope([Bump(line.unit.key, line.place_from, line.place_to, _kind(line)) for line in page.order])


def _kind(line: OrderLine) -> str:
    if line.is_pinned:
        return "pin"
    if not line.is_move or line.place_from == line.place_to:
        return "stay"
    return "up" if line.place_to < line.place_from else "down"


def slope_finding(moves: Sequence[MoveLine]) -> str:
    """The drawing's title: who rises and who sinks the furthest."""
    ups = [line for line in moves if line.places_up > 0]
    downs = [line for line in moves if line.places_up < 0]
    parts = []
    if ups:
        rising = max(ups, key=lambda line: line.places_up)
        parts.append(f"{rising.unit.key} rises {counted(rising.places_up, 'place')}")
    if downs:
        sinking = min(downs, key=lambda line: line.places_up)
        parts.append(f"{sinking.unit.key} falls {counted(-sinking.places_up, 'place')}")
    return ", ".join(parts) or "Everything keeps its place"


def curves_of(page: ProposalPage, *, first_day: date) -> Curves | None:
    """Value live in both orders and the difference between them."""
    curve = page.curve
    return draw_curves(weeks=curve.weeks, now=curve.now, proposed=curve.proposed, first_day=first_day)


def curve_finding(page: ProposalPage, *, currency: str) -> str:
    """The drawing's title: how much more is live, a week, where the orders differ the most."""
    gained = [after - before for before, after in zip(page.curve.now, page.curve.proposed, strict=True)]
    if not gained or max(gained) <= 0:
        return "Both orders put the same value live"
    most = max(range(len(gained)), key=gained.__getitem__)
    amount = format_money(Decimal(f"{gained[most]:.2f}"), currency)
    return f"Up to {amount} a week more is live, most in week {round(page.curve.weeks[most])}"


def curve_rows(page: ProposalPage, *, currency: str) -> list[tuple[str, str, str, str]]:
    """The curves as a table of about thirteen weeks."""
    curve = page.curve
    every = max(-(-len(curve.weeks) // CURVE_TABLE_WEEKS), 1)
    figures = list(zip(curve.weeks, curve.now, curve.proposed, strict=True))[::every]
    return [
        (f"{week:.0f}", _exact(before, currency), _exact(after, currency), _exact(after - before, currency))
        for week, before, after in figures
    ]


def _exact(amount: float, currency: str) -> str:
    return format_money_exact(Decimal(f"{amount:.2f}"), currency)


def pin_words(line: PinLine) -> str:
    """Where a pin holds its unit: "6th", "before FRT-12", "after FRT-12"."""
    if line.kind is PinKind.PLACE:
        return ordinal(line.pin.place or 0)
    word = "before" if line.kind is PinKind.BEFORE else "after"
    return f"{word} {line.other.key if line.other else ''}".strip()


def ordinal(number: int) -> str:
    """Write a place: "1st", "12th", "23rd"."""
    ending = "th" if 10 < number % 100 < 14 else ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


def counted(number: int, noun: str, nouns: str = "") -> str:
    """Write a number with its noun: "1 move", "7 moves", "2 stories"."""
    return f"{number} {noun}" if number == 1 else f"{number:,} {nouns or f'{noun}s'}"


def is_settled(page: ProposalPage) -> bool:
    """Whether nothing is worth moving: there is no move, or none that the estimates can tell from nothing."""
    return page.is_best or (page.is_ready and not page.chosen)


def best_sentence(page: ProposalPage) -> str:
    """Why there is nothing to accept: the present order is as good as is proved, given what is held fast."""
    proposal = page.proposal
    if not page.order or proposal.total_now is None or not proposal.lower_bound:
        return "There is nothing to compare yet: nothing that is valued is still open."
    held = [words for words, cost in (("the running sprint", page.frozen_cost), ("the pins", page.pins_cost)) if cost]
    holds = "holds" if held == ["the running sprint"] else "hold"
    beside = f", beside what {' and '.join(held)} {holds}" if held else ""
    unsettled = proposal.total_now - proposal.lower_bound - page.frozen_cost - page.pins_cost
    if unsettled <= 0:
        return f"Your order is the best there is: no order can cost less{beside}."
    gap = format_percent(unsettled / proposal.lower_bound, 1)
    return f"Your order is already the best we can prove: at most {gap} from the bound{beside}."


def small_sentence(page: ProposalPage, *, currency: str) -> str:
    """How many differences were too small to offer, and what all of them are worth; empty where there were none."""
    if not page.left_as_is:
        return ""
    were = f"{counted(page.left_as_is, 'smaller difference')} {'was' if page.left_as_is == 1 else 'were'} left as"
    they = "it is: moving it" if page.left_as_is == 1 else "they are: moving them all"
    worth = format_money_exact(page.left_as_is_saving, currency) if page.left_as_is_saving > 0 else "nothing"
    return f"{were} {they} would save {worth}."


def changes_sentence(changes: Changes) -> str:
    """What became different since a proposal was computed; empty when nothing did."""
    parts = [
        f"{counted(changes.moved, 'story', 'stories')} moved" if changes.moved else "",
        f"{changes.added:,} added" if changes.added else "",
        f"{changes.gone:,} finished or taken out" if changes.gone else "",
        f"{counted(changes.estimates, 'estimate')} changed" if changes.estimates else "",
        f"{counted(changes.pins, 'pin')} changed" if changes.pins else "",
    ]
    told = [part for part in parts if part]
    if not told:
        return ""
    return f"Since this was computed: {', '.join(told)}. Propose again to count that in."
