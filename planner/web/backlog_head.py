"""The head of the backlog page: what this order costs above the best possible, by cause, and each lens's price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Workspace
from planner.domain.lenses import LENS_RULES
from planner.domain.vocabulary import Lens, ProposalState
from planner.models import RankingSummary, RankProposal
from planner.selectors.lenses import LensPrice, price_list, ranking_summary
from planner.web.backlog_question import HABITS, LISTED_LENSES, Question

BAR_WIDTH = 600
BETWEEN_SEGMENTS = 2
ZERO = Decimal(0)


@dataclass(frozen=True)
class LensTab:
    """One lens of the switcher. `price` is None until it is known, or where nothing has an input for it."""

    lens: Lens
    rule: str
    address: str
    price: LensPrice | None = None
    bar_width: float = 0.0

    @property
    def has_inputs(self) -> bool:
        """Whether anything is rated by it."""
        return self.price is None or self.price.rated > 0


@dataclass(frozen=True)
class Segment:
    """One cause of the distance from the best possible, as a piece of a bar of BAR_WIDTH."""

    kind: str
    label: str
    amount: Decimal
    x: float
    width: float


@dataclass(frozen=True)
class Head:
    """The distance of the shown order from the best possible. Money; None where nothing is valued."""

    summary: RankingSummary | None
    shown: LensPrice | None
    segments: Sequence[Segment]
    proposal: RankProposal | None
    moves: int
    looks_dearer: bool = False
    """Whether some lens that ignores the running sprint and pins costs less than the best order that keeps them."""

    @property
    def is_known(self) -> bool:
        """Whether there is a price to tell."""
        return self.shown is not None and self.shown.gap_money is not None


def empty_tabs(question: Question) -> dict[str, object]:
    """The switcher before its prices are known."""
    return _tabs(question, {})


def head_of(*, workspace: Workspace, question: Question) -> dict[str, object]:
    """The head and the switcher with prices; five queries."""
    prices = {price.lens: price for price in price_list(workspace=workspace)}
    summary = ranking_summary(workspace=workspace)
    proposal = (
        RankProposal.objects.filter(workspace=workspace).defer("inputs", "order_before", "applied").order_by("-id")
    )
    newest = proposal.filter(state__in=[ProposalState.COMPUTING.value, ProposalState.READY.value]).first()
    is_ready = newest is not None and newest.state == ProposalState.READY.value
    moves = newest.moves.count() if newest is not None and is_ready else 0
    head = Head(
        summary=summary,
        shown=prices.get(question.lens),
        segments=_segments(summary, prices, question.lens),
        proposal=newest,
        moves=moves,
        looks_dearer=_looks_dearer(prices),
    )
    return {"head": head, "bar_width": BAR_WIDTH, **_tabs(question, prices)}


def _looks_dearer(prices: Mapping[Lens, LensPrice]) -> bool:
    best = prices.get(Lens.MONEY)
    gaps = [prices[lens].gap_money for lens in LISTED_LENSES if lens in prices and lens is not Lens.MANUAL]
    return best is not None and best.gap_money is not None and min(g for g in gaps if g is not None) < best.gap_money


def _tabs(question: Question, prices: Mapping[Lens, LensPrice]) -> dict[str, object]:
    gaps = [price.gap_money for price in prices.values() if price.gap_money is not None and price.lens in LISTED_LENSES]
    widest = max(gaps, default=ZERO)
    return {
        "tabs": [_tab(lens, question, prices.get(lens), widest) for lens in LISTED_LENSES],
        "manual_address": question.address(lens=""),
        "habits": [_tab(lens, question, prices.get(lens), widest) for lens in HABITS],
    }


def _tab(lens: Lens, question: Question, price: LensPrice | None, widest: Decimal) -> LensTab:
    gap = price.gap_money if price is not None else None
    share = min(float(gap / widest), 1.0) if gap is not None and widest else 0.0
    return LensTab(lens, LENS_RULES[lens], question.address(lens=lens.value), price, round(share * 100, 1))


def _segments(summary: RankingSummary | None, prices: Mapping[Lens, LensPrice], lens: Lens) -> list[Segment]:
    """Split the distance: what a better order would save, the running sprint, pins, and what the bound leaves open."""
    shown, best = prices.get(lens), prices.get(Lens.MONEY)
    if summary is None or shown is None or best is None or shown.gap_money is None or best.gap_money is None:
        return []
    frozen, pins = summary.frozen_cost or ZERO, summary.pins_cost or ZERO
    amounts = [
        ("moves", "a better order", max(shown.gap_money - best.gap_money, ZERO)),
        ("frozen", "the running sprint, frozen", frozen),
        ("pins", "pins", pins),
        ("unsettled", "unsettled", max(best.gap_money - frozen - pins, ZERO)),
    ]
    return _laid_out([(kind, label, amount) for kind, label, amount in amounts if amount > 0])


def _laid_out(amounts: Sequence[tuple[str, str, Decimal]]) -> list[Segment]:
    total = sum((amount for _, _, amount in amounts), ZERO)
    room = BAR_WIDTH - BETWEEN_SEGMENTS * (len(amounts) - 1)
    segments: list[Segment] = []
    x = 0.0
    for kind, label, amount in amounts:
        width = float(amount / total) * room
        segments.append(Segment(kind, label, amount, round(x, 1), round(width, 1)))
        x += width + BETWEEN_SEGMENTS
    return segments
