"""Sprints as a tracker tells them: past, present and planned ones, with their own dates."""

from datetime import datetime
from typing import Any

from accounts.models import Workspace
from integrations.formats.items import SprintRef
from planner.domain.vocabulary import SprintState
from planner.models import Sprint
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.saving import save_clean, set_fields

_STATES = {"future": SprintState.PLANNED, "active": SprintState.IN_PROGRESS, "closed": SprintState.COMPLETED}


def create_sprint_from(*, workspace: Workspace, ref: SprintRef, actor: Actor, now: datetime) -> Sprint:
    """Create a sprint that happened, or will, elsewhere: it may be complete from the start."""
    sprint = Sprint(workspace=workspace, created_at=now, name=ref.name, **_told(ref))
    save_clean(sprint)
    announce(workspace_id=workspace.pk, topic="sprint", object_id=sprint.pk, verb="created", actor=actor, now=now)
    return sprint


def follow_sprint(*, sprint: Sprint, ref: SprintRef, actor: Actor, now: datetime) -> None:
    """Take over what the tracker now says of a sprint; a reference without a state says nothing."""
    if not ref.state:
        return
    changed = set_fields(sprint, _told(ref))
    if changed:
        save_clean(sprint)
        announce(
            workspace_id=sprint.workspace_id, topic="sprint", object_id=sprint.pk, verb="updated", actor=actor, now=now
        )


def _told(ref: SprintRef) -> dict[str, Any]:
    told: dict[str, Any] = {"goal": ref.goal, "start_date": ref.start_date, "end_date": ref.end_date}
    told = {name: value for name, value in told.items() if value}
    if state := _STATES.get(ref.state):
        told["state"] = state.value
    return told
