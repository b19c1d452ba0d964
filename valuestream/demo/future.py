"""Adding what is still an idea to the demo: capabilities, enablers, their dependencies, and what people wish."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User, Workspace
from planner.domain.value.model import parse_model
from planner.domain.vocabulary import PinKind, StoryKind, Urgency, ValueKind, VoteKind
from planner.models import Application, Capability, State, Story, Team
from planner.services.actor import Actor
from planner.services.capabilities import create_capability
from planner.services.dependencies import add_dependency
from planner.services.estimates import estimate_value
from planner.services.feedback import hand_in_feedback
from planner.services.pins import pin_unit
from planner.services.stories import StoryDraft, create_stories
from planner.services.wishes import cast_vote, score_unit
from valuestream.demo.content import source
from valuestream.demo.ideas import ENABLERS_TO_COME, FEEDBACK, IDEAS, PINS, SCORES, VOTES, Idea

DAYS_OLD = 10
HOURS_BETWEEN = 12
WSJF = ("user_value", "time_criticality", "risk_reduction", "job_size")
RICE = ("reach", "impact", "confidence", "effort")


@dataclass(frozen=True)
class Stage:
    """What ideas are added to, and by whom. `wish`: the state before the stream, which no stage maps."""

    workspace: Workspace
    applications: Mapping[str, Application]
    teams: Mapping[str, Team]
    actor: Actor
    now: datetime
    wish: State


def add_ideas(*, stage: Stage, estimator: Actor) -> None:
    """Add the ideas in the order in which somebody thought of them, two a day of the autumn's planning round."""
    thought_of = stage.now - timedelta(days=DAYS_OLD)
    enablers = {story.title: story for story in _create_enablers(stage, thought_of)}
    for number, idea in enumerate(IDEAS):
        at = thought_of + timedelta(hours=HOURS_BETWEEN * number)
        capability = create_capability(
            workspace=stage.workspace,
            application=stage.applications[idea.application],
            title=idea.title,
            actor=stage.actor,
            now=at,
        )
        first = _create_stories(stage, idea, capability, at)[0]
        for title in idea.needs:
            add_dependency(predecessor=enablers[title], successor=first, actor=stage.actor, now=at)
        _estimate(capability, idea, estimator, at + timedelta(hours=6))


def _create_enablers(stage: Stage, at: datetime) -> list[Story]:
    drafts = [
        StoryDraft(
            title=title,
            points=Decimal(points),
            kind=StoryKind.ENABLER.value,
            application=stage.applications[application],
            team=stage.teams[team],
            state=stage.wish,
        )
        for application, team, title, points in ENABLERS_TO_COME
    ]
    return create_stories(workspace=stage.workspace, drafts=drafts, actor=stage.actor, now=at)


def _create_stories(stage: Stage, idea: Idea, capability: Capability, at: datetime) -> list[Story]:
    team = stage.teams[idea.team]
    drafts = [
        StoryDraft(title=title, points=Decimal(points), capability=capability, team=team, state=stage.wish)
        for title, points in idea.stories
    ]
    return create_stories(workspace=stage.workspace, drafts=drafts, actor=stage.actor, now=at)


def _estimate(capability: Capability, idea: Idea, estimator: Actor, at: datetime) -> None:
    if idea.earns is None:
        return
    document: dict[str, object] = {"sources": [source(ValueKind.DIRECT, value=idea.earns)], "ramp_weeks": 8}
    if idea.deadline_week is not None:
        document |= {"urgency": Urgency.DEADLINE.value, "deadline_week": idea.deadline_week}
    reason = "From the business case, asked for by the board."
    estimate_value(capability=capability, model=parse_model(document), reason=reason, actor=estimator, now=at)


def add_wishes(*, stage: Stage, voters: Sequence[User]) -> None:
    """Let people vote, customers speak, and a planning round score: what the five habits go by."""
    units = {one.title: one for one in Capability.objects.filter(workspace=stage.workspace).select_related("workspace")}
    for title, *weights in VOTES:
        for kind, cast in zip(VoteKind, weights, strict=True):
            for voter, weight in zip(voters, cast, strict=False):
                cast_vote(
                    unit=units[title], voter=voter, kind=kind.value, weight=weight, actor=stage.actor, now=stage.now
                )
    for title, wsjf, rice in SCORES:
        scores = dict(zip(WSJF, wsjf, strict=True)) | dict(zip(RICE, rice, strict=True))
        score_unit(unit=units[title], scores=scores, actor=stage.actor, now=stage.now)
    for number, (words, customer, counts, answer) in enumerate(FEEDBACK):
        values = {
            "text": words,
            "customer": customer,
            "weight": counts,
            "capability": units[answer] if answer else None,
        }
        at = stage.now - timedelta(days=2 * (len(FEEDBACK) - number))
        hand_in_feedback(workspace=stage.workspace, values=values, actor=stage.actor, now=at)


def add_pins(*, stage: Stage, product_owner: Actor) -> None:
    """Let the product owner hold two promises in their places."""
    for title, place, weeks, reason in PINS:
        pin_unit(
            workspace=stage.workspace,
            unit=Capability.objects.select_related("workspace").get(workspace=stage.workspace, title=title),
            kind=PinKind.PLACE.value,
            place=place,
            reason=reason,
            expires_on=(stage.now + timedelta(weeks=weeks)).date(),
            actor=product_owner,
            now=stage.now,
        )
