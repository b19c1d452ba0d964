"""Taking back a start: a sprint that was started by mistake is planned again, while nothing has happened in it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from common.errors import Conflict
from common.events import publish
from planner.domain.vocabulary import SprintState
from planner.events import RankingInputsChanged
from planner.models import Sprint, SprintEntry, Story, StoryEvent
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.locks import lock_backlog
from planner.services.sprints import lock_sprint

_TELLING = ("state", "sprint", "points", "task")


def reopen_sprint(*, sprint: Sprint, actor: Actor, now: datetime, version: int | None = None) -> Sprint:
    """Make a running sprint a planned one again; its commitment is forgotten.

    Raises Conflict (sprint_moved_on) once a story of it was worked on, estimated, added or taken out.
    """
    with transaction.atomic():
        lock_backlog(workspace_id=sprint.workspace_id)
        fresh = lock_sprint(sprint=sprint, version=version)
        if fresh.state != SprintState.IN_PROGRESS.value or fresh.started_at is None:
            message = f"{fresh.name} is not running, or was started elsewhere: there is no start to take back."
            raise Conflict(message, code="sprint_not_running", field="state")
        _refuse_when_used(fresh, since=fresh.started_at)
        SprintEntry.objects.filter(sprint=fresh).delete()
        fresh.state, fresh.started_at = SprintState.PLANNED.value, None
        fresh.initial_planned_points = fresh.initial_planned_hours = None
        fresh.version += 1
        fresh.save()
        publish(RankingInputsChanged(workspace_id=fresh.workspace_id, now=now))
        announce(
            workspace_id=fresh.workspace_id, topic="sprint", object_id=fresh.pk, verb="reopened", actor=actor, now=now
        )
    return fresh


def _refuse_when_used(sprint: Sprint, *, since: datetime) -> None:
    committed = SprintEntry.objects.filter(sprint=sprint).values("story")
    mine = Q(story__in=committed) | Q(story__in=Story.objects.filter(sprint=sprint).values("pk"))
    told = StoryEvent.objects.filter(mine, workspace=sprint.workspace_id, occurred_at__gt=since, field__in=_TELLING)
    event = told.select_related("story").order_by("occurred_at").first()
    if event is not None:
        message = f"{event.story.key} has changed since {sprint.name} was started, so its figures stay: complete it."
        raise Conflict(message, code="sprint_moved_on", field="state")
