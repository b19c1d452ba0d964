"""The pages of proposed orders: ask for one, review it, take it over in whole or in part, take that back."""

from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import NotFound
from common.formats import format_money
from planner.domain.vocabulary import ProposalState
from planner.models import RankProposal
from planner.selectors.fetch import get_proposal_for
from planner.selectors.proposals import list_proposals, proposal_page
from planner.services.applying import accept_proposal
from planner.services.deciding import discard_proposal
from planner.services.proposals import price_choice, replay_proposal, request_proposal
from planner.services.undoing import undo_proposal
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_id
from planner.web.proposal_choice import choice_of, read_units
from planner.web.proposal_page import counted
from planner.web.proposal_parts import PARTS, body_context, difference, list_rows

LISTED = 50


@login_required
@require_http_methods(["GET", "POST"])
def proposals(request: HttpRequest, workspace: str) -> HttpResponse:
    """Past proposals (GET), or ask for a new one and go to its page (POST)."""
    reader = reader_of(request)
    if request.method == "POST":
        place = get_workspace_for(user=reader, workspace=workspace, action=Action.RANK)
        proposal = request_proposal(workspace=place, actor=page_actor(reader), now=utc_now())
        return _go_to(request, proposal)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    template = "rows" if request.GET.get("part") == "rows" else "list"
    context = {**shell_context(user=reader, workspace=place), **_list_context(place, request.GET.get("before", ""))}
    return render(request, f"planner/proposals/{template}.html", context)


def _go_to(request: HttpRequest, proposal: RankProposal) -> HttpResponse:
    address = reverse("proposal", args=[proposal.workspace.key, proposal.pk])
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _list_context(workspace: Workspace, before: str) -> dict[str, Any]:
    rows = list_proposals(workspace_id=workspace.pk)
    pk = read_id(before)
    found = list((rows.filter(pk__lt=pk) if pk else rows)[: LISTED + 1])
    return {
        "proposals": list_rows(found[:LISTED], currency=workspace.currency),
        "older": found[LISTED - 1].pk if len(found) > LISTED else None,
        "trail": [("Backlog", reverse("backlog", args=[workspace.key])), ("Proposed orders", "")],
    }


@login_required
@require_GET
def proposal(request: HttpRequest, workspace: str, proposal: int) -> HttpResponse:
    """The page of a proposal, or a part of it: how far it is, what became stale, the whole order, the evidence."""
    found = _fetch(request, workspace, proposal, Action.VIEW)
    part = request.GET.get("part", "page")
    if part == "progress" and found.state != ProposalState.COMPUTING.value:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    template, build = PARTS.get(part, PARTS["page"])
    context = {**shell_context(user=reader_of(request), workspace=found.workspace), **build(found, request.GET)}
    return render(request, f"planner/proposals/{template}", context)


@login_required
@require_POST
def proposal_price(request: HttpRequest, workspace: str, proposal: int) -> JsonResponse:
    """What the chosen moves save together, computed as one order: never the sum of their prices."""
    found = _fetch(request, workspace, proposal, Action.VIEW)
    moves = _moves(found)
    units = read_units(request.POST, moves=moves)
    saving = difference(found.total_now, price_choice(proposal=found, unit_ids=units)) or Decimal(0)
    choice = choice_of(count=len(units), saving=saving, currency=found.workspace.currency)
    word = "cost" if choice.saving < 0 else "save"
    return JsonResponse({"count": choice.count, "of": len(moves), "word": word, "amount": choice.amount})


@login_required
@require_POST
def proposal_accept(request: HttpRequest, workspace: str, proposal: int) -> HttpResponse:
    """Take over all moves or the chosen ones; the backlog changes at once."""
    found = _fetch(request, workspace, proposal, Action.RANK)
    units = None if request.POST.get("all") else read_units(request.POST, moves=_moves(found))
    accepted = accept_proposal(proposal=found, unit_ids=units, actor=page_actor(reader_of(request)), now=utc_now())
    saved = difference(accepted.total_now, accepted.total_accepted) or Decimal(0)
    done = accepted.moves.filter(accepted=True).count()
    message = f"{counted(done, 'move')} made, {format_money(saved, accepted.workspace.currency)} saved."
    undo_url = reverse("proposal-undo", args=[accepted.workspace.key, accepted.pk])
    return say(_draw(request, accepted), toast=toast(message, undo_url=undo_url, undo={}))


@login_required
@require_POST
def proposal_undo(request: HttpRequest, workspace: str, proposal: int) -> HttpResponse:
    """Put the order back that the proposal replaced."""
    found = _fetch(request, workspace, proposal, Action.RANK)
    undone = undo_proposal(proposal=found, actor=page_actor(reader_of(request)), now=utc_now())
    return say(_draw(request, undone), toast=toast("The order stands as before the proposal."))


@login_required
@require_POST
def proposal_discard(request: HttpRequest, workspace: str, proposal: int) -> HttpResponse:
    """Turn a proposal down, or stop computing it; nothing moves."""
    found = _fetch(request, workspace, proposal, Action.RANK)
    dropped = discard_proposal(proposal=found, actor=page_actor(reader_of(request)), now=utc_now())
    return say(_draw(request, dropped), toast=toast("Discarded. Your order was not touched."))


@login_required
@require_GET
def proposal_replay(request: HttpRequest, workspace: str, proposal: int) -> HttpResponse:
    """Compute the answer again from the inputs kept, and say whether it is the same."""
    found = _fetch(request, workspace, proposal, Action.VIEW)
    context = {"proposal": found, "is_same": replay_proposal(proposal=found)}
    return render(request, "planner/proposals/replay.html", context)


def _fetch(request: HttpRequest, workspace: str, proposal: int, action: Action) -> RankProposal:
    found = get_proposal_for(user=reader_of(request), proposal_id=proposal, action=action)
    if found.workspace.key != workspace.upper():
        raise NotFound("There is no such proposal in this workspace.")
    return found


def _moves(found: RankProposal) -> Any:
    return proposal_page(proposal=found, today=utc_now().date()).moves


def _draw(request: HttpRequest, found: RankProposal) -> HttpResponse:
    context = {**shell_context(user=reader_of(request), workspace=found.workspace), **body_context(found, request.GET)}
    return render(request, "planner/proposals/body.html", context)
