"""User feedback: handed in, vetted, linked to a capability or dismissed. It counts, it is never money."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Workspace
from common.errors import InvalidInput, NotFound
from common.events import publish
from planner.domain.vocabulary import FeedbackState
from planner.events import RankingInputsChanged
from planner.models import Capability, Feedback
from planner.selectors.pins import today_of
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.checks import Reader, Refused, member_of, number, read_inputs, text
from planner.services.locks import lock_rows, stale

LONGEST_TEXT = 5_000
LARGEST_WEIGHT = Decimal(10_000)


def hand_in_feedback(*, workspace: Workspace, values: Mapping[str, Any], actor: Actor, now: datetime) -> Feedback:
    """Put what a customer said into the inbox, or link it at once where `capability` is named.

    `values`: text, and optionally customer, weight (1 without it), received_on (today), capability.
    """
    today = today_of(workspace=workspace, now=now)
    given = {"text": "", "customer": "", "weight": Decimal(1), "received_on": today, "capability": None, **values}
    clean = read_inputs(given, _readers(workspace.pk, today=today))
    state = FeedbackState.LINKED if clean["capability"] else FeedbackState.WAITING
    feedback = Feedback(workspace=workspace, author_name=actor.name, created_at=now, state=state.value, **clean)
    if state is FeedbackState.LINKED:
        feedback.vetted_by_name, feedback.vetted_at = actor.name, now
    with transaction.atomic():
        feedback.save(force_insert=True)
        _tell(feedback, verb="created", actor=actor, now=now)
    return feedback


def link_feedback(
    *, feedback: Feedback, capability: Capability, actor: Actor, now: datetime, version: int | None = None
) -> Feedback:
    """Say which capability answers it; from then on it counts for that one."""
    read_inputs({"capability": capability}, {"capability": _capability_of(feedback.workspace_id)})
    return _vet(
        feedback, state=FeedbackState.LINKED, capability=capability, reason="", actor=actor, now=now, version=version
    )


def dismiss_feedback(
    *, feedback: Feedback, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> Feedback:
    """Set it aside, and say why."""
    clean = read_inputs({"reason": reason}, {"reason": text(longest=300, required=True)})
    return _vet(
        feedback, state=FeedbackState.DISMISSED, capability=None, actor=actor, now=now, version=version, **clean
    )


def reopen_feedback(*, feedback: Feedback, actor: Actor, now: datetime, version: int | None = None) -> Feedback:
    """Put it back into the inbox: what was linked or dismissed waits to be vetted again."""
    return _vet(
        feedback, state=FeedbackState.WAITING, capability=None, reason="", actor=actor, now=now, version=version
    )


def update_feedback(
    *, feedback: Feedback, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None
) -> Feedback:
    """Correct its text, customer, weight or day."""
    readers = _readers(feedback.workspace_id, today=today_of(workspace=feedback.workspace, now=now))
    readers.pop("capability")
    clean = read_inputs(changes, readers)
    if not clean:
        raise InvalidInput(f"Send at least one of: {', '.join(readers)}.", field="feedback")
    with transaction.atomic():
        fresh = _lock(feedback, version=version)
        for name, value in clean.items():
            setattr(fresh, name, value)
        _save(fresh, verb="updated", actor=actor, now=now)
    return fresh


def delete_feedback(*, feedback: Feedback, actor: Actor, now: datetime) -> None:
    """Delete it for good: for what never should have come in. Dismissing keeps the record."""
    with transaction.atomic():
        fresh = _lock(feedback, version=None)
        _tell(fresh, verb="deleted", actor=actor, now=now)
        fresh.delete()


def _vet(
    feedback: Feedback,
    *,
    state: FeedbackState,
    capability: Capability | None,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None,
) -> Feedback:
    with transaction.atomic():
        fresh = _lock(feedback, version=version)
        fresh.state, fresh.capability, fresh.reason = state.value, capability, reason
        is_vetted = state is not FeedbackState.WAITING
        fresh.vetted_by_name, fresh.vetted_at = (actor.name, now) if is_vetted else ("", None)
        _save(fresh, verb=state.value.lower(), actor=actor, now=now)
    return fresh


def _lock(feedback: Feedback, *, version: int | None) -> Feedback:
    fresh = lock_rows(Feedback.objects.filter(pk=feedback.pk)).first()
    if fresh is None:
        raise NotFound("This feedback was deleted.")
    if version is not None and fresh.version != version:
        raise stale(what="this feedback", version=version, present=fresh.version, who=fresh.vetted_by_name)
    return fresh


def _save(feedback: Feedback, *, verb: str, actor: Actor, now: datetime) -> None:
    feedback.version += 1
    feedback.save()
    _tell(feedback, verb=verb, actor=actor, now=now)


def _tell(feedback: Feedback, *, verb: str, actor: Actor, now: datetime) -> None:
    publish(RankingInputsChanged(workspace_id=feedback.workspace_id, now=now))
    announce(
        workspace_id=feedback.workspace_id, topic="feedback", object_id=feedback.pk, verb=verb, actor=actor, now=now
    )


def _readers(workspace_id: int, *, today: date) -> dict[str, Reader]:
    return {
        "text": text(longest=LONGEST_TEXT, required=True),
        "customer": text(longest=200),
        "weight": number(smallest=Decimal("0.01"), largest=LARGEST_WEIGHT, nullable=False),
        "received_on": _day_until(today),
        "capability": _capability_of(workspace_id),
    }


def _capability_of(workspace_id: int) -> Reader:
    return member_of(Capability, workspace_id=workspace_id)


def _day_until(today: date) -> Reader:
    def read(value: Any) -> date:
        if not isinstance(value, date):
            raise Refused("Send a day, such as 2026-11-02.")
        if value > today:
            raise Refused(f"Send the day it came in, {today.isoformat()} or before.")
        return value

    return read
