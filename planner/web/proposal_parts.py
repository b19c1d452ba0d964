"""The parts of a proposal's page: each has a template and what that needs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from common.clock import utc_now
from common.errors import NotFound
from common.formats import format_money
from planner.domain.vocabulary import ProposalState
from planner.models import RankProposal
from planner.selectors.order_reasons import order_reasons
from planner.selectors.pins import today_of
from planner.selectors.proposal_changes import changes_since
from planner.selectors.proposals import MoveLine, ProposalPage, proposal_page
from planner.services.proposals import price_choice
from planner.web.forms import read_id
from planner.web.proposal_choice import MOST_MOVES, Choice, choice_of, chosen_by_default, read_changed, rest_of
from planner.web.proposal_page import (
    best_sentence,
    changes_sentence,
    counted,
    is_settled,
    proposal_context,
    small_sentence,
)

Context = dict[str, Any]
ZERO = Decimal(0)
ORDER_STEP = 200
FROZEN_NAMED = 6
LEFT_OUT_OPEN = 4


@dataclass(frozen=True)
class ListRow:
    """A past proposal as a table shows it. Money; None where it was not computed or not accepted."""

    proposal: RankProposal
    saving: Decimal | None
    accepted_saving: Decimal | None
    outcome: str


@dataclass(frozen=True)
class ShownMove:
    """A move as the page lists it: whether it is chosen (or was accepted), and where its evidence is."""

    line: MoveLine
    is_on: bool
    evidence_url: str

    @property
    def places_down(self) -> int:
        """How many places it sinks."""
        return -self.line.places_up


def list_rows(proposals: Iterable[RankProposal], *, currency: str) -> list[ListRow]:
    """Past proposals with what they were worth and what became of them."""
    return [
        ListRow(
            proposal=proposal,
            saving=difference(proposal.total_now, proposal.total_proposed),
            accepted_saving=difference(proposal.total_now, proposal.total_accepted),
            outcome=outcome_of(proposal),
        )
        for proposal in proposals
    ]


def difference(now: Decimal | None, then: Decimal | None) -> Decimal | None:
    """What an order saves; None while one of the totals is not known."""
    return None if now is None or then is None else now - then


def outcome_of(proposal: RankProposal) -> str:
    """What became of a proposal, by whom and when, in one sentence."""
    by = proposal.decided_by_name or "someone"
    on = f" on {proposal.decided_at:%-d %B %Y}" if proposal.decided_at else ""
    return {
        ProposalState.COMPUTING: "Being computed",
        ProposalState.READY: "Waits for a decision",
        ProposalState.ACCEPTED: f"Accepted by {by}{on}",
        ProposalState.UNDONE: f"Accepted, then undone by {by}{on}",
        ProposalState.DISCARDED: f"Discarded by {by}{on}",
        ProposalState.FAILED: f"Failed: {proposal.error or 'it stopped without saying why'}",
    }[ProposalState(proposal.state)]


def page_context(proposal: RankProposal, query: QueryDict) -> Context:
    """The whole page."""
    trail = [
        ("Backlog", reverse("backlog", args=[proposal.workspace.key])),
        ("Proposed orders", reverse("proposals", args=[proposal.workspace.key])),
        (f"{proposal.created_at:%-d %B, %H:%M}", ""),
    ]
    return {"headline": "Proposed order", "trail": trail, **body_context(proposal, query)}


def body_context(proposal: RankProposal, query: QueryDict) -> Context:
    """All of the page that changes with the proposal's state."""
    if proposal.state == ProposalState.FAILED or not proposal.computed_at:
        return {**progress_context(proposal, query), "outcome": outcome_of(proposal)}
    page = _page(proposal)
    on = shown_as_on(page, query)
    return {
        **notice_context(proposal, query),
        **proposal_context(page, workspace=proposal.workspace, first_day=_first_day(proposal, proposal.computed_at)),
        **_moves_context(page, on),
        **_sentences(page, proposal.workspace.currency),
        **_headings(page, proposal.workspace.currency),
        **_left_out_counts(page),
        "can_undo": proposal.state == ProposalState.ACCEPTED,
        "again_tone": "plain" if proposal.state == ProposalState.ACCEPTED else "primary",
        "evidence_url": _evidence(proposal),
    }


def _first_day(proposal: RankProposal, computed_at: datetime) -> date:
    return today_of(workspace=proposal.workspace, now=computed_at)


def _is_past(page: ProposalPage) -> bool:
    """Whether what the proposal changes was changed already, so that its "now" is a "then"."""
    return page.proposal.state in (ProposalState.ACCEPTED, ProposalState.UNDONE)


def _moves_context(page: ProposalPage, on: set[int]) -> Context:
    """The moves, which are ticked, and what they come to."""
    return {
        "moves": shown_moves(page, on=on),
        "rest": rest_of(page.moves, chosen=on),
        "choice": _choice(page, on),
        "accepted_count": f"{len(on)} of {len(page.moves)} accepted" if _is_past(page) else "",
    }


def _sentences(page: ProposalPage, currency: str) -> Context:
    """What was found, in words."""
    return {
        "headline": headline_of(page, currency=currency),
        "subline": subline_of(page),
        "is_settled": is_settled(page),
        "best_sentence": best_sentence(page),
        "small_sentence": small_sentence(page, currency=currency),
        "shown_saving": shown_saving(page),
        "then_word": "then" if _is_past(page) else "now",
    }


def _headings(page: ProposalPage, currency: str) -> Context:
    """The headings of the tables that say the same as the drawings."""
    is_past = _is_past(page)
    return {
        "scale_headings": ["Total cost of delay", currency],
        "slope_headings": ["What", "Place then" if is_past else "Place now", "Proposed"],
        "curve_headings": ["After weeks", "Then" if is_past else "Now", "Proposed", "Difference"],
    }


def _left_out_counts(page: ProposalPage) -> Context:
    """How many more there are than are named."""
    left_out = page.unvalued_units + page.nothing_left_units
    return {
        "frozen_more": page.frozen_stories - FROZEN_NAMED,
        "left_out_more": left_out - len(page.left_out),
        "left_out_hidden": left_out - LEFT_OUT_OPEN,
    }


def progress_context(proposal: RankProposal, _: QueryDict) -> Context:
    """How far its job is."""
    return {"proposal": proposal, "address": _address(proposal)}


def notice_context(proposal: RankProposal, _: QueryDict) -> Context:
    """What became stale since it was computed, in a sentence; empty while nothing did."""
    is_open = proposal.state == ProposalState.READY
    notice = changes_sentence(changes_since(proposal=proposal)) if is_open else ""
    return {"proposal": proposal, "address": _address(proposal), "notice": notice}


def order_context(proposal: RankProposal, query: QueryDict) -> Context:
    """The whole order, a part at a time, each place with its reason."""
    page = _page(proposal)
    start = read_id(query.get("from", "")) or 0
    lines = page.order[start : start + ORDER_STEP]
    reasons = order_reasons(page=page, lines=lines, currency=proposal.workspace.currency)
    end = start + ORDER_STEP
    return {
        "address": _address(proposal),
        "order_lines": list(zip(lines, reasons, strict=True)),
        "order_from": start,
        "order_next": end if end < len(page.order) else None,
        "order_step": ORDER_STEP,
    }


def evidence_context(proposal: RankProposal, query: QueryDict) -> Context:
    """What stands behind the saving of all moves, or of the one named by `?move=`."""
    page = _page(proposal)
    total = proposal.total_now or ZERO
    if "move" not in query:
        return {"page": page, "proposal": proposal, "before": total, "after": proposal.total_proposed}
    at = next((at for at, line in enumerate(page.moves) if str(line.move.pk) == query["move"]), None)
    if at is None:
        raise NotFound("There is no such move in this proposal.")
    before = total - sum((line.move.saving for line in page.moves[:at]), ZERO)
    line = page.moves[at]
    return {
        "page": page,
        "proposal": proposal,
        "line": line,
        "moves_before": at,
        "before": before,
        "after": before - line.move.saving,
    }


PARTS: Mapping[str, tuple[str, Callable[[RankProposal, QueryDict], Context]]] = {
    "page": ("page.html", page_context),
    "body": ("body.html", body_context),
    "progress": ("progress.html", progress_context),
    "notice": ("notice.html", notice_context),
    "order": ("order.html", order_context),
    "evidence": ("evidence.html", evidence_context),
}


def shown_as_on(page: ProposalPage, query: QueryDict) -> set[int]:
    """The units whose moves are ticked: those offered but for what `?changed=` names, later those accepted."""
    if not page.is_ready:
        return {line.unit.unit_id for line in page.moves if line.move.accepted}
    return read_changed(query.get("changed", ""), moves=page.moves, offered=chosen_by_default(page))


def shown_moves(page: ProposalPage, *, on: set[int]) -> list[ShownMove]:
    """The moves that are listed one by one."""
    return [
        ShownMove(line, line.unit.unit_id in on, f"{_evidence(page.proposal)}&move={line.move.pk}")
        for line in page.moves[:MOST_MOVES]
    ]


def _choice(page: ProposalPage, on: set[int]) -> Choice:
    """What is ticked, priced as one order; what is offered was priced with the proposal."""
    saving = page.chosen_saving
    if page.is_ready and on != chosen_by_default(page):
        total = price_choice(proposal=page.proposal, unit_ids=sorted(on))
        saving = difference(page.proposal.total_now, total) or ZERO
    return choice_of(count=len(on), saving=saving, currency=page.proposal.workspace.currency)


def headline_of(page: ProposalPage, *, currency: str) -> str:
    """The finding, as the page's heading."""
    moves = counted(len(page.moves), "move")
    if page.proposal.state == ProposalState.ACCEPTED:
        done = sum(1 for line in page.moves if line.move.accepted)
        return f"{counted(done, 'move')} made, {format_money(shown_saving(page), currency)} saved"
    if is_settled(page):
        return "Nothing worth moving" if page.order else "Nothing to order yet"
    return f"{moves} worth {format_money(page.saving, currency)}"


def shown_saving(page: ProposalPage) -> Decimal:
    """What was accepted saves, else what all moves would."""
    accepted = difference(page.proposal.total_now, page.proposal.total_accepted)
    return page.saving if accepted is None else accepted


def subline_of(page: ProposalPage) -> str:
    """When it was made, and what a reader should know first."""
    if not page.is_ready:
        return f"{outcome_of(page.proposal)}."
    at: date | None = page.proposal.computed_at
    made = f"Made on {at:%-d %B at %H:%M}. " if at else ""
    return f"{made}Nothing changes until you accept it." if page.moves else made.strip()


def _page(proposal: RankProposal) -> ProposalPage:
    return proposal_page(proposal=proposal, today=today_of(workspace=proposal.workspace, now=utc_now()))


def _address(proposal: RankProposal) -> str:
    return reverse("proposal", args=[proposal.workspace.key, proposal.pk])


def _evidence(proposal: RankProposal) -> str:
    return f"{_address(proposal)}?part=evidence"
