"""Sprints as a tracker tells them: past, present and planned ones, with their own dates."""

from datetime import datetime
from typing import Any

from accounts.models import Workspace
from integrations.formats.items import SprintRef
from planner.domain.vocabulary import SprintState
from planner.models import Sprint
from planner.services.actor import Actor
from planner.services.sprints import create_told_sprint, follow_told_sprint

_STATES = {"future": SprintState.PLANNED, "active": SprintState.IN_PROGRESS, "closed": SprintState.COMPLETED}


def create_sprint_from(*, workspace: Workspace, ref: SprintRef, actor: Actor, now: datetime) -> Sprint:
    """Create a sprint that happened, or will, elsewhere: it may be complete from the start."""
    return create_told_sprint(workspace=workspace, name=ref.name, told=_told(ref), actor=actor, now=now)


def follow_sprint(*, sprint: Sprint, ref: SprintRef, actor: Actor, now: datetime) -> None:
    """Take over what the tracker now says of a sprint; a reference without a state says nothing."""
    if ref.state:
        follow_told_sprint(sprint=sprint, told=_told(ref), actor=actor, now=now)


def _told(ref: SprintRef) -> dict[str, Any]:
    told: dict[str, Any] = {"goal": ref.goal, "start_date": ref.start_date, "end_date": ref.end_date}
    told = {name: value for name, value in told.items() if value}
    if state := _STATES.get(ref.state):
        told["state"] = state.value
    return told
