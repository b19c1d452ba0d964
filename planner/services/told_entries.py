"""What a sprint that happened elsewhere committed to and what became of it, worked out from its stories' logs."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from planner.domain.capacity.burn_events import Standing, replay
from planner.domain.vocabulary import SprintOutcome
from planner.models import Sprint, SprintEntry, StoryEvent
from planner.selectors.sprint_history import SprintHistory, load_histories

ZERO = Decimal(0)


def keep_told_entries(*, sprint: Sprint, also: Collection[int] = ()) -> Sprint:
    """Write down the entries of a started sprint that has none yet, and its initial planned points and hours.

    `also`: stories that were committed though their logs tell of it later. A sprint without days is left as it is.
    """
    history = load_histories([sprint]).get(sprint.pk)
    if history is None or history.entries:
        return sprint
    start, end = replay(history.events, history.span.started_at), replay(history.events)
    goes_to = _goes_to(sprint, history.span.ended_at)
    entries = [
        _entry(history, pk, start.get(pk), standing, is_also=pk in also, goes_to=goes_to)
        for pk, standing in end.items()
        if pk in history.stories
    ]
    committed = [entry for entry in entries if entry.is_committed]
    with transaction.atomic():
        SprintEntry.objects.bulk_create(entries)
        sprint.initial_planned_points = sum((entry.points_at_start or ZERO for entry in committed), ZERO)
        sprint.initial_planned_hours = sum((entry.hours_at_start or ZERO for entry in committed), ZERO)
        sprint.save(update_fields=["initial_planned_points", "initial_planned_hours"])
    return sprint


def _entry(
    history: SprintHistory,
    story_id: int,
    start: Standing | None,
    end: Standing,
    *,
    is_also: bool,
    goes_to: dict[int, int | None],
) -> SprintEntry:
    story = history.stories[story_id]
    is_committed = is_also or (start is not None and start.is_in)
    entry = SprintEntry(sprint=history.sprint, story=story, key=story.key, title=story.title, is_committed=is_committed)
    then = end if is_also or start is None else start
    if is_committed:
        entry.points_at_start = then.amounts.points if then.is_estimated else None
        entry.hours_at_start = then.amounts.hours or None
        entry.value_at_start = then.amounts.dollars or None
    if history.span.ended_at is not None:
        _tell_outcome(entry, end, is_estimated=end.is_estimated, target=goes_to.get(story_id))
    return entry


def _tell_outcome(entry: SprintEntry, end: Standing, *, is_estimated: bool, target: int | None) -> None:
    if not end.is_in:
        entry.outcome = SprintOutcome.REMOVED.value
    elif end.is_done:
        entry.outcome = SprintOutcome.DONE.value
    else:
        entry.outcome = (SprintOutcome.RETURNED if target is None else SprintOutcome.CARRIED).value
        entry.points_left = end.amounts.points if is_estimated else None
        entry.hours_left, entry.moved_to_id = end.hours_left, target


def _goes_to(sprint: Sprint, ended_at: datetime | None) -> dict[int, int | None]:
    """Where stories went from it, by story: the sprint they were moved into after its end, or None."""
    if ended_at is None:
        return {}
    moves = StoryEvent.objects.filter(
        workspace=sprint.workspace_id, field="sprint", from_id=sprint.pk, occurred_at__gte=ended_at
    )
    known = set(Sprint.objects.filter(workspace=sprint.workspace_id).values_list("pk", flat=True))
    rows = moves.order_by("-occurred_at", "-sequence").values_list("story_id", "to_id")
    return {story_id: to_id if to_id in known else None for story_id, to_id in rows}
