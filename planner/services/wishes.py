"""Votes and the relative scores of WSJF and RICE: what people wish for. None of it is money."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from common.errors import InvalidInput
from common.events import publish
from planner.domain.vocabulary import VoteKind
from planner.events import RankingInputsChanged
from planner.models import RelativeScores, Vote
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.checks import Reader, Refused, number, read_inputs, word
from planner.services.units import Unit, fields_of_unit, topic_of_unit

LARGEST_WEIGHT = 5
LARGEST_RELATIVE = Decimal(20)
LARGEST_REACH = Decimal(1_000_000_000)
LARGEST_IMPACT = Decimal(3)
LARGEST_EFFORT = Decimal(1_000)
SMALLEST_SIZE = Decimal("0.1")


def cast_vote(*, unit: Unit, voter: User, kind: str, weight: int, actor: Actor, now: datetime) -> Vote | None:
    """Vote for a unit with a weight of 1 to 5; 0 takes the vote back. One vote a person, unit and kind."""
    fields = fields_of_unit(unit=unit, what="Vote for")
    clean = read_inputs({"kind": kind, "weight": weight}, {"kind": word(VoteKind), "weight": _read_weight})
    mine = Vote.objects.filter(voter=voter, kind=clean["kind"], **fields)
    with transaction.atomic():
        if clean["weight"] == 0:
            mine.delete()
            vote = None
        else:
            vote, _ = Vote.objects.update_or_create(
                voter=voter,
                kind=clean["kind"],
                **fields,
                defaults={"workspace_id": unit.workspace_id, "weight": clean["weight"], "cast_at": now},
            )
        _tell(unit=unit, verb="voted", actor=actor, now=now)
    return vote


def _read_weight(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_WEIGHT:
        return value
    raise Refused(f"Vote with 1 to {LARGEST_WEIGHT} points; 0 takes your vote back.")


def score_unit(*, unit: Unit, scores: Mapping[str, Any], actor: Actor, now: datetime) -> RelativeScores:
    """Set the relative scores that are named; None forgets one. A score with a part missing stays unknown."""
    fields = fields_of_unit(unit=unit, what="Score")
    clean = read_inputs(scores, SCORE_READERS)
    if not clean:
        raise InvalidInput(f"Send at least one of: {', '.join(SCORE_READERS)}.", field="scores")
    with transaction.atomic():
        found, _ = RelativeScores.objects.get_or_create(
            **fields, defaults={"workspace_id": unit.workspace_id, "updated_at": now}
        )
        for name, figure in clean.items():
            setattr(found, name, figure)
        found.author_name, found.updated_at = actor.name, now
        found.save()
        _tell(unit=unit, verb="scored", actor=actor, now=now)
    return found


def _tell(*, unit: Unit, verb: str, actor: Actor, now: datetime) -> None:
    publish(RankingInputsChanged(workspace_id=unit.workspace_id, now=now))
    topic = topic_of_unit(unit=unit)
    announce(workspace_id=unit.workspace_id, topic=topic, object_id=unit.pk, verb=verb, actor=actor, now=now)


_RELATIVE = number(largest=LARGEST_RELATIVE)
SCORE_READERS: Mapping[str, Reader] = {
    "user_value": _RELATIVE,
    "time_criticality": _RELATIVE,
    "risk_reduction": _RELATIVE,
    "job_size": number(smallest=SMALLEST_SIZE, largest=LARGEST_RELATIVE),
    "reach": number(largest=LARGEST_REACH),
    "impact": number(largest=LARGEST_IMPACT),
    "confidence": number(largest=Decimal(1), places=3),
    "effort": number(smallest=SMALLEST_SIZE, largest=LARGEST_EFFORT),
}
