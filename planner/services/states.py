"""The workflow: which states a workspace has, in which order, and what they mean."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput, NotFound
from common.events import publish
from planner.domain.vocabulary import StateCategory
from planner.events import HistoriesIngested, ValueChanged, WorkflowChanged
from planner.models import State, Story, StoryEvent
from planner.services.actor import Actor
from planner.services.announcing import announce, announce_many
from planner.services.checks import Reader, read_inputs, text, word
from planner.services.column_writes import write_columns
from planner.services.locks import lock_backlog, lock_rows
from planner.services.recording import build_event, describe_change
from planner.services.saving import save_clean, set_fields
from planner.services.stories import next_instant

MOST_STATES = 200


def create_state(
    *,
    workspace: Workspace,
    name: str,
    category: str,
    actor: Actor,
    now: datetime,
    position: int | None = None,
) -> State:
    """Add a state, at a position from 1 or at the end."""
    clean = read_inputs({"name": name, "category": category}, _READERS)
    with transaction.atomic():
        lock_backlog(workspace_id=workspace.pk)
        number = State.objects.filter(workspace=workspace).count()
        if number >= MOST_STATES:
            raise Conflict(f"A workflow has at most {MOST_STATES} states: delete one first.", field="name")
        place = _read_position(position, highest=number + 1)
        State.objects.filter(workspace=workspace, position__gte=place).update(position=F("position") + 1)
        state = State(workspace=workspace, position=place, **clean)
        save_clean(state)
        publish(WorkflowChanged(workspace_id=workspace.pk, added=[state.pk], now=now))
        _announce(state, verb="created", actor=actor, now=now)
    return state


def _read_position(position: Any, *, highest: int) -> int:
    if position is None:
        return highest
    if isinstance(position, int) and not isinstance(position, bool) and 1 <= position <= highest:
        return position
    raise InvalidInput(f"Use a position from 1 to {highest}.", field="position")


def update_state(*, state: State, changes: Mapping[str, Any], actor: Actor, now: datetime) -> State:
    """Change name or category. Stories in the state count as its new category from now on."""
    clean = read_inputs(changes, _READERS)
    with transaction.atomic():
        lock_backlog(workspace_id=state.workspace_id)
        fresh = _fetch(state)
        changed = set_fields(fresh, clean)
        if not changed:
            return fresh
        save_clean(fresh)
        if "category" in changed:
            _require_a_start(fresh.workspace_id)
            Story.objects.filter(state=fresh).update(category=fresh.category)
            publish(ValueChanged(workspace_id=fresh.workspace_id, now=now))
        publish(WorkflowChanged(workspace_id=fresh.workspace_id, added=[], now=now))
        _announce(fresh, verb="updated", actor=actor, now=now)
    return fresh


def reorder_states(*, workspace: Workspace, states: Sequence[State], actor: Actor, now: datetime) -> list[State]:
    """Put the states into this order; every state of the workspace, each once."""
    with transaction.atomic():
        lock_backlog(workspace_id=workspace.pk)
        here = set(State.objects.filter(workspace=workspace).values_list("pk", flat=True))
        wanted = [state.pk for state in states]
        if len(wanted) != len(set(wanted)) or set(wanted) != here:
            raise InvalidInput("Name every state of this workspace, each once.", field="states")
        write_columns(model=State, ids=wanted, columns={"position": range(1, len(wanted) + 1)})
        publish(WorkflowChanged(workspace_id=workspace.pk, added=[], now=now))
        announce_many(workspace_id=workspace.pk, topic="state", actor=actor, now=now)
        return list(State.objects.filter(workspace=workspace))


def delete_state(*, state: State, actor: Actor, now: datetime, move_to: State | None = None) -> None:
    """Delete a state. Stories in it move to `move_to`, each with an event; without it they forbid the deletion.

    What visits to the state are remembered goes with it: rename it instead to keep its figures.
    """
    _check_target(state, move_to)
    with transaction.atomic():
        lock_backlog(workspace_id=state.workspace_id)
        fresh = _fetch(state)
        stories = list(lock_rows(Story.objects.filter(state=fresh)))
        if stories and move_to is None:
            raise Conflict(
                f"{len(stories):,} stories are in {fresh.name}: say with move_to where they go.",
                code="state_in_use",
                field="move_to",
            )
        if move_to is not None:
            _move_stories(stories, source=fresh, target=move_to, actor=actor, now=now)
        _announce(fresh, verb="deleted", actor=actor, now=now)
        fresh.delete()
        _require_a_start(state.workspace_id)
        State.objects.filter(workspace=state.workspace_id, position__gt=fresh.position).update(
            position=F("position") - 1
        )
        publish(WorkflowChanged(workspace_id=state.workspace_id, added=[], now=now))


def _check_target(state: State, target: State | None) -> None:
    if target is not None and (target.workspace_id != state.workspace_id or target.pk == state.pk):
        raise InvalidInput("Choose another state of this workspace.", field="move_to")


def _require_a_start(workspace_id: int) -> None:
    if not State.objects.filter(workspace=workspace_id, category=StateCategory.TODO.value).exists():
        raise Conflict("Keep at least one state that is to do: new stories start there.", field="category")


def _move_stories(stories: Sequence[Story], *, source: State, target: State, actor: Actor, now: datetime) -> None:
    if not stories:
        return
    change = describe_change("state", source, target)
    events = []
    for story in stories:
        at = next_instant(story=story, now=now)
        story.last_sequence += 1
        events.append(build_event(story=story, sequence=story.last_sequence, change=change, actor=actor, now=at))
        story.state, story.category, story.state_entered_at = target, target.category, at
        story.updated_at = at
        story.version += 1
    StoryEvent.objects.bulk_create(events, batch_size=1000)
    Story.objects.bulk_update(
        stories,
        ["state", "category", "state_entered_at", "updated_at", "version", "last_sequence"],
        batch_size=100,
    )
    ids = [story.pk for story in stories]
    publish(HistoriesIngested(workspace_id=source.workspace_id, story_ids=ids, now=now))
    publish(ValueChanged(workspace_id=source.workspace_id, now=now))
    announce_many(workspace_id=source.workspace_id, topic="story", actor=actor, now=now)


def _fetch(state: State) -> State:
    fresh = State.objects.filter(pk=state.pk).first()
    if fresh is None:
        raise NotFound(f"{state.name} was deleted.")
    return fresh


_READERS: Mapping[str, Reader] = {
    "name": text(longest=80, required=True),
    "category": word(StateCategory),
}


def _announce(state: State, *, verb: str, actor: Actor, now: datetime) -> None:
    announce(workspace_id=state.workspace_id, topic="state", object_id=state.pk, verb=verb, actor=actor, now=now)
