"""Accepting a proposed order in whole or in part.

What others did meanwhile stays: chosen units are placed behind the unit that they were to follow, in the order as
it is now. What makes a chosen move meaningless (its unit is finished, deleted, worth something else, or needs
other work; a pin forbids it) refuses the whole: nothing is ever half applied.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from common.errors import InvalidInput
from planner.domain.arrays import BoolArray, IntArray
from planner.domain.proposals.moves import Rearrangement
from planner.domain.proposals.proposing import choose, rearrange
from planner.domain.proposals.story_places import place_stories
from planner.domain.vocabulary import ProposalState
from planner.models import ProposalMove, RankProposal
from planner.selectors.courses import money
from planner.selectors.questions import Asked, ask, is_same_backlog, unpack
from planner.selectors.ranking import load_ranking
from planner.services.actor import Actor
from planner.services.column_writes import write_columns
from planner.services.deciding import Applied, decide, hold_proposal
from planner.services.locks import lock_backlog
from planner.services.proposals import check_choice, proposed_order
from planner.services.rank_runs import Ranked, write_order
from planner.services.rebasing import rebase


def accept_proposal(
    *, proposal: RankProposal, unit_ids: Sequence[int] | None, actor: Actor, now: datetime
) -> RankProposal:
    """Move these units (all moves without), as proposed, in one transaction; `total_accepted` is what it then costs.

    Raises Conflict when it is decided already, or when what others did contradicts a chosen move.
    """
    with transaction.atomic():
        backlog = lock_backlog(workspace_id=proposal.workspace_id)
        held = hold_proposal(proposal=proposal, wanted=[ProposalState.READY])
        chosen_ids = _chosen_ids(held, unit_ids)
        before, present = unpack(bytes(held.inputs)), ask(load_ranking(workspace_id=held.workspace_id, now=now))
        change, chosen = _change(held, before, present, chosen_ids)
        order = _story_order(present, change, chosen)
        written = write_order(backlog=backlog, ranked=Ranked.of(backlog), order=order, actor=actor, now=now)
        held.applied = Applied.of(written).pack()
        held.total_accepted = money(change.cost(chosen), before.question.points_per_week)
        _mark(held, chosen_ids)
        fields = ["applied", "total_accepted"]
        decide(proposal=held, state=ProposalState.ACCEPTED, actor=actor, now=now, fields=fields)
    return held


def _chosen_ids(proposal: RankProposal, unit_ids: Sequence[int] | None) -> list[int]:
    if unit_ids is None:
        chosen = [move.unit_id for move in proposal.moves.order_by("sequence")]
    else:
        chosen = list(dict.fromkeys(unit_ids))
        check_choice(proposal=proposal, unit_ids=chosen)
    if not chosen:
        raise InvalidInput("Choose at least one move, or discard the proposal.", field="units")
    return chosen


def _change(
    proposal: RankProposal, before: Asked, present: Asked, chosen_ids: Sequence[int]
) -> tuple[Rearrangement, BoolArray]:
    """The orders to choose from, and the choice: as computed where nothing changed, else re-based on the present."""
    change = rearrange(before.question, proposed_order(proposal, before))
    chosen = choose(change, [before.index_of_unit[unit_id] for unit_id in chosen_ids])
    if is_same_backlog(before, present):
        return change, chosen
    return rebase(proposal=proposal, before=before, present=present, change=change, chosen=chosen)


def _story_order(present: Asked, change: Rearrangement, chosen: BoolArray) -> list[int]:
    """The ids of all open stories as the choice orders them."""
    placed: IntArray = place_stories(change.work, present.question.story_order, change.sequence(chosen), chosen)
    ids: list[int] = present.story_ids[placed].tolist()
    return ids


def _mark(proposal: RankProposal, chosen_ids: Sequence[int]) -> None:
    """Keep for each move whether it was accepted."""
    wanted = set(chosen_ids)
    moves = list(proposal.moves.values_list("pk", "capability_id", "story_id"))
    accepted = [(capability or -(story or 0)) in wanted for _, capability, story in moves]
    write_columns(model=ProposalMove, ids=[pk for pk, *_ in moves], columns={"accepted": accepted})
