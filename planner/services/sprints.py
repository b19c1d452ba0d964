"""The life of a sprint: drafted, started once (which freezes what is committed), completed once.

Completing asks of every open story where it goes, and keeps what became of each.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput, NotFound
from common.events import publish
from planner.domain.capacity.calendars import check_sprint_dates
from planner.domain.capacity.problems import CapacityProblem
from planner.domain.vocabulary import SprintState
from planner.events import RankingInputsChanged
from planner.models import Sprint, Story, Team
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.pins import today_of
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.capabilities import read_day
from planner.services.checks import Reader, member_of, read_inputs, text, word
from planner.services.locks import lock_backlog, lock_rows, stale
from planner.services.saving import save_clean, set_fields
from planner.services.sprint_entries import Leaving, keep_commitment, keep_outcomes
from planner.services.stories import update_story

_DATED = {"start_date", "end_date", "team"}
NOT_STARTED = (SprintState.DRAFT.value, SprintState.PLANNED.value)


def create_sprint(
    *,
    workspace: Workspace,
    name: str,
    actor: Actor,
    now: datetime,
    team: Team | None = None,
    goal: str = "",
    start_date: date | None = None,
    end_date: date | None = None,
) -> Sprint:
    """Draft a sprint of a team, or of the whole workspace. Dates are days, the last one included."""
    given = {"name": name, "team": team, "goal": goal, "start_date": start_date, "end_date": end_date}
    clean = read_inputs(given, _readers(workspace.pk))
    with transaction.atomic():
        lock_backlog(workspace_id=workspace.pk)
        sprint = Sprint(workspace=workspace, created_at=now, **clean)
        _refuse_dates(sprint)
        save_clean(sprint, duplicate_field="end_date")
        _announce(sprint, verb="created", actor=actor, now=now)
    return sprint


def update_sprint(
    *, sprint: Sprint, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Sprint:
    """Change name, team, goal, dates, or the state between draft and planned."""
    clean = read_inputs(changes, _readers(sprint.workspace_id))
    with transaction.atomic():
        if _DATED.intersection(clean):
            lock_backlog(workspace_id=sprint.workspace_id)  # nobody else lays a sprint over these days meanwhile
        fresh = lock_sprint(sprint=sprint, version=version)
        if "state" in clean:
            _refuse_shortcut(fresh, state=clean["state"])
        changed = set_fields(fresh, clean)
        if _DATED.intersection(changed):
            _refuse_dates(fresh)
        if changed:
            fresh.version += 1
            save_clean(fresh, duplicate_field="end_date")
            _announce(fresh, verb="updated", actor=actor, now=now)
    return fresh


def create_told_sprint(
    *, workspace: Workspace, name: str, told: Mapping[str, Any], actor: Actor, now: datetime
) -> Sprint:
    """Create a sprint that happened, or will, elsewhere: it may be complete from the start."""
    sprint = Sprint(workspace=workspace, created_at=now, name=name, **told)
    with transaction.atomic():
        save_clean(sprint, duplicate_field="state")
        _announce(sprint, verb="created", actor=actor, now=now)
    return sprint


def follow_told_sprint(*, sprint: Sprint, told: Mapping[str, Any], actor: Actor, now: datetime) -> Sprint:
    """Take over what another tool says of a sprint, its state and frozen points too."""
    with transaction.atomic():
        if set_fields(sprint, dict(told)):
            save_clean(sprint, duplicate_field="state")
            publish(RankingInputsChanged(workspace_id=sprint.workspace_id, now=now))
            _announce(sprint, verb="updated", actor=actor, now=now)
    return sprint


def _refuse_shortcut(sprint: Sprint, *, state: str) -> None:
    if state != sprint.state and not (state in NOT_STARTED and sprint.state in NOT_STARTED):
        raise InvalidInput("Start or complete the sprint instead of setting its state.", field="state")


def start_sprint(*, sprint: Sprint, actor: Actor, now: datetime, version: int | None = None) -> Sprint:
    """Start a sprint. What is in it now is its commitment and kept for good, story by story.

    A sprint without a start date starts on the workspace's present day.
    """
    with transaction.atomic():
        # Two people may start two sprints without a team at once; no constraint forbids that, trackers have several.
        lock_backlog(workspace_id=sprint.workspace_id)
        fresh = lock_sprint(sprint=sprint, version=version)
        if fresh.state not in NOT_STARTED:
            raise Conflict(f"{fresh.name} was started before.", code="sprint_started", field="state")
        _refuse_second(fresh)
        fresh.state = SprintState.IN_PROGRESS.value
        fresh.initial_planned_points = planned_points(fresh)
        fresh.initial_planned_hours = keep_commitment(sprint=fresh)
        fresh.started_at = now
        fresh.version += 1
        fresh.start_date = fresh.start_date or today_of(workspace=fresh.workspace, now=now)
        save_clean(fresh, duplicate_field="end_date")
        publish(RankingInputsChanged(workspace_id=fresh.workspace_id, now=now))
        _announce(fresh, verb="started", actor=actor, now=now)
    return fresh


def _refuse_second(sprint: Sprint) -> None:
    running = Sprint.objects.filter(
        workspace=sprint.workspace_id, team=sprint.team_id, state=SprintState.IN_PROGRESS.value
    ).first()
    if running is not None:
        raise Conflict(f"{running.name} is in progress: complete that one first.", code="sprint_running", field="state")


def planned_points(sprint: Sprint) -> Decimal:
    """Points of all stories in the sprint; what isn't estimated counts nothing."""
    total: Decimal | None = Story.objects.filter(sprint=sprint).aggregate(total=Sum("points"))["total"]
    return total if total is not None else Decimal(0)


def complete_sprint(
    *,
    sprint: Sprint,
    actor: Actor,
    now: datetime,
    move_open_to: Sprint | None = None,
    outcomes: Mapping[int, Sprint | None] | None = None,
    version: int | None = None,
) -> Sprint:
    """Complete a sprint; its open stories carry over into another one, or leave for the backlog.

    `outcomes` says so for single stories by id; the others go to `move_open_to`. Raises InvalidInput that names each
    story which is not open in this sprint, and each sprint that takes no more.
    """
    with transaction.atomic():
        lock_backlog(workspace_id=sprint.workspace_id)
        fresh = lock_sprint(sprint=sprint, version=version)
        if fresh.state != SprintState.IN_PROGRESS.value:
            raise Conflict(f"{fresh.name} is not in progress.", code="sprint_not_running", field="state")
        leaving = _leaving(fresh, default=move_open_to, outcomes=outcomes or {})
        keep_outcomes(sprint=fresh, leaving=leaving)
        fresh.state, fresh.completed_at = SprintState.COMPLETED.value, now
        fresh.version += 1
        fresh.save(update_fields=["state", "completed_at", "version"])
        for each in leaving:
            update_story(story=each.story, changes={"sprint": each.target}, actor=actor, now=now)
        publish(RankingInputsChanged(workspace_id=fresh.workspace_id, now=now))
        _announce(fresh, verb="completed", actor=actor, now=now)
    return fresh


def _leaving(sprint: Sprint, *, default: Sprint | None, outcomes: Mapping[int, Sprint | None]) -> list[Leaving]:
    """Where each open story goes, in the order of ids so that nobody waits crosswise."""
    _check_target(sprint, target=default, field="move_open_to")
    for pk, target in outcomes.items():
        _check_target(sprint, target=target, field=f"outcomes.{pk}")
    stories = list(Story.objects.filter(sprint=sprint, category__in=OPEN_CATEGORIES).order_by("id"))
    strangers = set(outcomes) - {story.pk for story in stories}
    if strangers:
        message = "This story is not open in the sprint any more: leave it out."
        raise InvalidInput(field_errors={f"outcomes.{pk}": [message] for pk in sorted(strangers)})
    return [Leaving(story, outcomes.get(story.pk, default)) for story in stories]


def _check_target(sprint: Sprint, *, target: Sprint | None, field: str) -> None:
    if target is None:
        return
    if target.workspace_id != sprint.workspace_id or target.pk == sprint.pk:
        raise InvalidInput("Choose another sprint of this workspace.", field=field)
    if target.state == SprintState.COMPLETED.value:
        raise InvalidInput(f"{target.name} is completed: choose one that is not.", field=field)


def _refuse_dates(sprint: Sprint) -> None:
    """Refuse days that end before they start, are too many, or overlap another sprint of the same team."""
    if sprint.start_date is None or sprint.end_date is None:
        return
    try:
        check_sprint_dates(sprint.start_date, sprint.end_date)
    except CapacityProblem as problem:
        raise InvalidInput(problem.message, field=problem.field) from None
    others = Sprint.objects.filter(workspace=sprint.workspace_id, team=sprint.team_id).exclude(pk=sprint.pk)
    other = others.filter(start_date__lte=sprint.end_date, end_date__gte=sprint.start_date).order_by("start_date")
    if (first := other.first()) is not None:
        raise _overlap(sprint, first)


def _overlap(sprint: Sprint, other: Sprint) -> InvalidInput:
    """Two sprints of a team at once: the error names both with their days."""
    mine, theirs = (f"{one.name} ({one.start_date} to {one.end_date})" for one in (sprint, other))
    whose = f"both of {sprint.team.name}" if sprint.team else "both of the whole workspace"
    is_later = other.start_date is not None and sprint.start_date is not None and other.start_date <= sprint.start_date
    message = f"{mine} would overlap {theirs}, {whose}: choose days before or after it."
    return InvalidInput(message, field="start_date" if is_later else "end_date")


def delete_sprint(*, sprint: Sprint, actor: Actor, now: datetime) -> None:
    """Delete a sprint that was never started; its stories stay in the backlog."""
    with transaction.atomic():
        lock_backlog(workspace_id=sprint.workspace_id)
        fresh = lock_sprint(sprint=sprint)
        if fresh.state not in NOT_STARTED:
            raise Conflict(f"{fresh.name} was started: its figures stay on record.", code="sprint_started")
        for story in Story.objects.filter(sprint=fresh).order_by("id"):
            update_story(story=story, changes={"sprint": None}, actor=actor, now=now)
        _announce(fresh, verb="deleted", actor=actor, now=now)
        fresh.delete()


def lock_sprint(*, sprint: Sprint, version: int | None = None) -> Sprint:
    """The sprint as it is now, held until the end of the transaction. Raises NotFound, Conflict (stale_version)."""
    fresh = lock_rows(Sprint.objects.filter(pk=sprint.pk)).first()
    if fresh is None:
        raise NotFound(f"{sprint.name} was deleted.")
    if version is not None and fresh.version != version:
        raise stale(what=fresh.name, version=version, present=fresh.version)
    return fresh


def _readers(workspace_id: int) -> dict[str, Reader]:
    return {
        "name": text(longest=120, required=True),
        "team": member_of(Team, workspace_id=workspace_id),
        "goal": text(longest=500),
        "state": word(SprintState),
        "start_date": read_day,
        "end_date": read_day,
    }


def _announce(sprint: Sprint, *, verb: str, actor: Actor, now: datetime) -> None:
    announce(workspace_id=sprint.workspace_id, topic="sprint", object_id=sprint.pk, verb=verb, actor=actor, now=now)
