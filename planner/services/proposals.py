"""Proposing an order: asked for by people, computed by a job, priced for any choice of its moves, replayable."""

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import structlog
from django.db import transaction

from accounts.models import Workspace
from common.errors import InvalidInput
from common.jobs.services import enqueue
from planner.domain.arrays import IntArray
from planner.domain.dependencies import DependencyCycleError
from planner.domain.proposals.proposing import Answer, choose, propose, rearrange
from planner.domain.scoring import Backlog
from planner.domain.sequencing import ContradictoryPinsError
from planner.domain.vocabulary import ProposalState
from planner.models import Pin, ProposalMove, RankProposal, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.courses import money
from planner.selectors.move_words import Wording, reason_of
from planner.selectors.questions import Asked, ask, pack, unpack
from planner.selectors.ranking import load_ranking
from planner.selectors.units import GONE, unit_lines
from planner.services.actor import Actor
from planner.services.announcing import announce_by_machine
from planner.services.column_writes import write_columns
from planner.services.deciding import NotReady
from planner.services.failing import fail_proposal, fail_stopped

log = structlog.get_logger(__name__)

PROPOSE = "planner.propose"
"""The kind of the job that calls `compute_proposal`."""

COMPUTED_AT_ONCE = 2_000
"""Open stories up to which nobody has to wait for a job."""

LISTED = 200
"""So many units left out, and stories of the running sprint, are kept by name; all are counted."""

LIVE_DIGITS = 2


def request_proposal(*, workspace: Workspace, actor: Actor, now: datetime) -> RankProposal:
    """Ask for the order that earns most; the answer comes from a job."""
    with transaction.atomic():
        proposal = start_proposal(workspace=workspace, actor=actor, now=now)
        proposal.job = enqueue(
            kind=PROPOSE,
            args={"proposal_id": proposal.pk},
            workspace_id=workspace.pk,
            requested_by_id=actor.user_id,
            now=now,
        )
        proposal.save(update_fields=["job"])
    return proposal


def propose_order(*, workspace: Workspace, actor: Actor, now: datetime) -> RankProposal:
    """Propose an order: answered at once up to COMPUTED_AT_ONCE open stories, above that by a job.

    One that can't be computed ends as FAILED with a sentence, whatever went wrong.
    """
    listed = Story.objects.filter(workspace=workspace, category__in=OPEN_CATEGORIES).values("pk")
    if listed[: COMPUTED_AT_ONCE + 1].count() > COMPUTED_AT_ONCE:
        return request_proposal(workspace=workspace, actor=actor, now=now)
    started = start_proposal(workspace=workspace, actor=actor, now=now)
    try:
        return compute_proposal(proposal_id=started.pk, now=now)
    except Exception:
        log.exception("proposal.failed", proposal_id=started.pk)
        fail_stopped(proposal_id=started.pk, now=now)
        started.refresh_from_db()
        return started


def start_proposal(*, workspace: Workspace, actor: Actor, now: datetime) -> RankProposal:
    """An empty proposal, for whoever computes it."""
    return RankProposal.objects.create(
        workspace=workspace, author=actor.user, author_name=actor.name, created_at=now, result={}
    )


def compute_proposal(*, proposal_id: int, now: datetime) -> RankProposal:
    """Answer the question of a proposal as the backlog is now. Idempotent: one that has its answer keeps it.

    Pins that contradict each other, or a cycle, make it FAILED with an error that names them.
    """
    proposal = RankProposal.objects.select_related("workspace").get(pk=proposal_id)
    if proposal.state != ProposalState.COMPUTING.value:
        return proposal
    asked = ask(load_ranking(workspace_id=proposal.workspace_id, now=now))
    try:
        answer = propose(asked.question)
    except ContradictoryPinsError as error:
        return fail_proposal(proposal=proposal, error=_contradiction(asked, error.pair), now=now)
    except DependencyCycleError as error:
        return fail_proposal(proposal=proposal, error=_cycle(asked, error.cycle), now=now)
    return _finish(proposal, asked, answer, now=now)


def _finish(proposal: RankProposal, asked: Asked, answer: Answer, *, now: datetime) -> RankProposal:
    moves = _build_moves(proposal, asked, answer)
    proposal.inputs, proposal.inputs_digest = pack(asked)
    order = asked.story_ids[asked.question.story_order].tolist()
    proposal.order_before = zlib.compress(json.dumps(order, separators=(",", ":")).encode(), 6)
    pace = asked.question.points_per_week
    proposal.total_now = money(answer.total_now, pace)
    proposal.total_proposed = money(answer.total_proposed, pace)
    proposal.lower_bound = money(answer.lower_bound, pace)
    proposal.points_per_week = Decimal(pace).quantize(Decimal("0.0001"))
    proposal.result = _result(asked, answer)
    proposal.state, proposal.computed_at = ProposalState.READY.value, now
    with transaction.atomic():
        held = RankProposal.objects.select_for_update().get(pk=proposal.pk)
        if held.state != ProposalState.COMPUTING.value:
            return held
        proposal.save()
        ProposalMove.objects.bulk_create(moves, batch_size=500)
        _keep_pin_prices(asked, answer)
        announce_by_machine(workspace_id=proposal.workspace_id, topic="proposal", verb="ready", now=now)
    return proposal


def _build_moves(proposal: RankProposal, asked: Asked, answer: Answer) -> list[ProposalMove]:
    keys = _keys(asked, answer)
    pace = asked.question.points_per_week
    wording = Wording(lambda unit: keys[int(asked.unit_ids[unit])], proposal.workspace.currency, pace)
    moves, left = [], money(answer.total_now, pace)
    total = answer.total_now
    for sequence, move in enumerate(answer.moves, 1):
        total -= move.saving
        is_last = sequence == len(answer.moves)
        after = money(answer.total_proposed if is_last else total, pace)
        unit_id = int(asked.unit_ids[move.unit])
        moves.append(
            ProposalMove(
                proposal=proposal,
                **of_unit(unit_id),
                sequence=sequence,
                place_from=move.place_from,
                place_to=move.place_to,
                reason=reason_of(move, wording),
                saving=left - after,
                chosen=move.is_chosen,
            )
        )
        left = after
    return moves


def of_unit(unit_id: int) -> dict[str, int]:
    """The column of a row about this unit."""
    return {"capability_id": unit_id} if unit_id > 0 else {"story_id": -unit_id}


def _keys(asked: Asked, answer: Answer) -> Mapping[int, str]:
    """Keys of the units that reasons may name, by signed id."""
    units = {move.unit for move in answer.moves}
    for move in answer.moves:
        units.update(move.facts.named)
        units.update(unit for unit in (move.facts.waits_for, move.facts.makes_room_for) if unit is not None)
    lines = unit_lines(int(asked.unit_ids[unit]) for unit in units)
    return {unit_id: line.key for unit_id, line in lines.items()}


def _result(asked: Asked, answer: Answer) -> dict[str, Any]:
    question = asked.question
    pace = question.points_per_week
    frozen = asked.story_ids[question.frozen].tolist()
    weeks, now, proposed = (_rounded(values) for values in answer.live)
    return {
        "order": asked.ids_of(answer.order),
        "before": asked.ids_of(answer.before),
        "target": asked.ids_of(answer.target) if answer.left_out else None,
        "left_as_is": answer.left_out,
        "left_as_is_saving": str(money(answer.left_out_saving, pace)),
        "total_chosen": str(money(answer.total_chosen, pace)),
        "frozen_cost": str(max(money(answer.frozen_cost, pace), Decimal(0))),
        "pins_cost": str(max(money(answer.pins_cost, pace), Decimal(0))),
        "groups": [
            {
                "units": [int(asked.unit_ids[unit]) for unit in group.units],
                "spread": str(money(group.worst_cost, pace)),
                "other_wins": round(group.another_wins, 4),
            }
            for group in answer.groups
        ],
        "pins": [hold.pin_id for hold in question.holds],
        "curve": {"weeks": weeks, "now": now, "proposed": proposed},
        "frozen": frozen[:LISTED],
        "frozen_stories": len(frozen),
        "is_assumed_speed": asked.is_assumed_speed,
        "stories_without_points": int(question.backlog.is_unestimated.sum()),
        "stand_in_points": _stand_in(question.backlog),
        **_left_out(asked, answer),
    }


def _stand_in(backlog: Backlog) -> float | None:
    """The points that each story without points counts with; None where all have some."""
    counted = backlog.counted_points[backlog.is_unestimated]
    return round(float(counted[0]), 2) if len(counted) else None


def _left_out(asked: Asked, answer: Answer) -> dict[str, Any]:
    ranked = set(answer.order.tolist())
    has_work = set(asked.question.backlog.capability_of_story[asked.question.backlog.is_own].tolist())
    unvalued: list[int] = []
    idle: list[int] = []
    for unit, unit_id in enumerate(asked.unit_ids.tolist()):
        if unit not in ranked:
            (unvalued if unit in has_work else idle).append(unit_id)
    listed = [{"unit": unit_id, "why": "unvalued"} for unit_id in unvalued[:LISTED]]
    listed += [{"unit": unit_id, "why": "nothing_left"} for unit_id in idle[:LISTED]]
    return {"left_out": listed, "unvalued_units": len(unvalued), "nothing_left_units": len(idle)}


def _rounded(values: Any) -> list[float]:
    return [round(value, LIVE_DIGITS) for value in values.tolist()]


def _keep_pin_prices(asked: Asked, answer: Answer) -> None:
    pace = asked.question.points_per_week
    prices = {pin_id: money(price, pace) for pin_id, price in answer.pin_prices.items()}
    write_columns(model=Pin, ids=list(prices), columns={"price": list(prices.values())})


def _contradiction(asked: Asked, pair: tuple[int, int]) -> str:
    ids = [int(asked.unit_ids[unit]) for unit in pair]
    lines = unit_lines(ids)
    one, other = (lines[unit_id].key for unit_id in ids)
    return f"The pins of {one} and {other} contradict each other: lift one of them, then propose again."


def _cycle(asked: Asked, cycle: Sequence[int]) -> str:
    ids = [int(asked.story_ids[story]) for story in cycle]
    keys = dict(Story.objects.filter(pk__in=ids).values_list("pk", "key"))
    named = " before ".join(keys.get(pk, "a deleted story") for pk in [*ids, ids[0]])
    return f"Dependencies go round in a circle ({named}): remove one of them, then propose again."


def price_choice(*, proposal: RankProposal, unit_ids: Sequence[int]) -> Decimal:
    """The total cost of delay when only these units move; raises InvalidInput for a unit that is no move of it."""
    if not proposal.inputs:
        raise NotReady(proposal=proposal)
    check_choice(proposal=proposal, unit_ids=unit_ids)
    asked = unpack(bytes(proposal.inputs))
    change = rearrange(asked.question, proposed_order(proposal, asked))
    cost = change.cost(choose(change, [asked.index_of_unit[unit_id] for unit_id in unit_ids]))
    return money(cost, asked.question.points_per_week)


def check_choice(*, proposal: RankProposal, unit_ids: Sequence[int]) -> None:
    """Refuse units that are no moves of the proposal, naming the first."""
    wanted = set(unit_ids)
    moves = proposal.moves.order_by().values_list("capability_id", "story_id")
    known = {capability or -(story or 0) for capability, story in moves}
    if unknown := sorted(wanted - known):
        raise InvalidInput(f"Unit {unknown[0]} is no move of this proposal: take it out.", field="units")


def proposed_order(proposal: RankProposal, asked: Asked) -> IntArray:
    """The order that moves lead towards, with those too small to offer, as unit indexes of its question."""
    ids = proposal.result.get("target") or proposal.result["order"]
    return np.array([asked.index_of_unit[unit_id] for unit_id in ids], dtype=np.int64)


def replay_proposal(*, proposal: RankProposal) -> bool:
    """Whether computing again from what was stored gives the same order, totals and moves.

    Moves of units that were deleted since went with them, and are not compared.
    """
    if not proposal.inputs:
        raise NotReady(proposal=proposal)
    asked = unpack(bytes(proposal.inputs))
    if pack(asked)[1] != proposal.inputs_digest:
        return False
    answer = propose(asked.question)
    pace = asked.question.points_per_week
    told = (proposal.result["order"], proposal.total_now, proposal.total_proposed, proposal.lower_bound)
    totals = (money(amount, pace) for amount in (answer.total_now, answer.total_proposed, answer.lower_bound))
    stored = [(move.unit_id, move.place_from, move.place_to) for move in proposal.moves.order_by("sequence")]
    listed = [(int(asked.unit_ids[move.unit]), move.place_from, move.place_to) for move in answer.moves]
    left = unit_lines(unit_id for unit_id, *_ in listed)
    again = [row for row in listed if left[row[0]].key != GONE]
    return told == (asked.ids_of(answer.order), *totals) and stored == again
