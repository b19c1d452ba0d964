"""Estimating value. An estimate is a fact: it is appended, and the newest one is what plans use."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from common.errors import InvalidInput
from common.events import publish
from planner.domain.value.model import ValueModel, business_value, cost_of_delay, dump_model, likely_interval
from planner.events import ValueChanged
from planner.models import Capability, Estimate, Story
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.capabilities import lock_capability
from planner.services.checks import read_inputs, text
from planner.services.locks import lock_story
from planner.services.recording import describe_change
from planner.services.stories import next_instant, record_changes_of

FIGURES = ("cost_of_delay", "cost_of_delay_low", "cost_of_delay_high", "business_value")
CD3_PLACES = Decimal("0.0001")
LARGEST_WEEKLY_VALUE = Decimal("1e12")


def estimate_value(
    *,
    model: ValueModel,
    reason: str,
    actor: Actor,
    now: datetime,
    capability: Capability | None = None,
    story: Story | None = None,
) -> Estimate:
    """Say what a capability, or a story of its own, is worth from now on, and why.

    A story in a capability is refused: it shares in the capability's value.
    """
    if (capability is None) == (story is None):
        raise InvalidInput("Estimate one capability, or one story of its own.", field="capability")
    reason = read_inputs({"reason": reason}, {"reason": text(longest=500, required=True)})["reason"]
    with transaction.atomic():
        if capability is not None:
            estimate = _estimate_capability(capability=capability, model=model, reason=reason, actor=actor, now=now)
        elif story is not None:
            estimate = _estimate_story(story=story, model=model, reason=reason, actor=actor, now=now)
    return estimate


def _estimate_capability(
    *, capability: Capability, model: ValueModel, reason: str, actor: Actor, now: datetime
) -> Estimate:
    fresh = lock_capability(capability=capability)
    estimate = _build(workspace_id=fresh.workspace_id, model=model, reason=reason, actor=actor, now=now)
    estimate.capability = fresh
    estimate.save(force_insert=True)
    fresh.save(update_fields=take_figures(thing=fresh, estimate=estimate))
    publish(ValueChanged(workspace_id=fresh.workspace_id, now=now))
    announce(
        workspace_id=fresh.workspace_id, topic="capability", object_id=fresh.pk, verb="valued", actor=actor, now=now
    )
    return estimate


def _estimate_story(*, story: Story, model: ValueModel, reason: str, actor: Actor, now: datetime) -> Estimate:
    fresh = lock_story(story=story)
    if fresh.capability is not None:
        raise InvalidInput(
            f"{fresh.key} shares in the value of {fresh.capability.key}: estimate that capability.", field="story"
        )
    estimate = _build(workspace_id=fresh.workspace_id, model=model, reason=reason, actor=actor, now=now)
    estimate.story = fresh
    estimate.save(force_insert=True)
    change = describe_change("value", fresh.cost_of_delay, estimate.cost_of_delay)
    at = next_instant(story=fresh, now=now)
    written = take_figures(thing=fresh, estimate=estimate)
    record_changes_of(
        story=fresh, changes=[change], written=written, actor=actor, now=at, is_rescored=True, verb="valued"
    )
    return estimate


def _build(*, workspace_id: int, model: ValueModel, reason: str, actor: Actor, now: datetime) -> Estimate:
    low, high = likely_interval(model)
    return Estimate(
        workspace_id=workspace_id,
        model=dump_model(model),
        cost_of_delay=cost_of_delay(model),
        cost_of_delay_low=low,
        cost_of_delay_high=high,
        business_value=business_value(model),
        reason=reason,
        author_id=actor.user_id,
        author_name=actor.name,
        occurred_at=now,
        recorded_at=now,
    )


def take_figures(*, thing: Capability | Story, estimate: Estimate) -> list[str]:
    """Set the thing's figures from its newest estimate; returns the fields to save.

    CD3 follows at once over the remaining work as last measured; `rescore_workspace` measures again.
    """
    for figure in FIGURES:
        setattr(thing, figure, getattr(estimate, figure))
    if thing.closure_points:
        thing.cd3 = (estimate.cost_of_delay / thing.closure_points).quantize(CD3_PLACES)
    return [*FIGURES, "cd3"]
