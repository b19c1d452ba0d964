"""Who changed what on a wall in the last moments, as the stories' logs tell it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from planner.models import StoryEvent, Task

RECENTLY = timedelta(seconds=12)
MOST_EVENTS = 200


@dataclass(frozen=True)
class Touch:
    """Somebody's newest change of a card: whose, when, and the words before and after it."""

    who: str
    user_id: int | None
    at: datetime
    field: str
    before: str
    after: str


def list_touches(*, story_ids: Iterable[int], now: datetime) -> tuple[dict[int, Touch], dict[int, Touch]]:
    """The newest changes of the last seconds: of stories by id, and of tasks by id; one query."""
    events = StoryEvent.objects.filter(story__in=list(story_ids), recorded_at__gt=now - RECENTLY).filter(
        occurred_at__gt=now - RECENTLY
    )
    stories: dict[int, Touch] = {}
    tasks: dict[int, Touch] = {}
    for event in events.order_by("-pk")[:MOST_EVENTS]:
        if event.field == "task":
            tasks.setdefault(event.to_id or 0, _touch(event))
        else:
            stories.setdefault(event.story_id, _touch(event))
    return stories, tasks


def newest_touch(*, task: Task) -> Touch | None:
    """The newest change of a task; None where the log has none."""
    events = StoryEvent.objects.filter(story=task.story_id, field="task", to_id=task.pk)
    event = events.order_by("-sequence").first()
    return _touch(event) if event else None


def newest_story_touch(*, story_id: int, field: str) -> Touch | None:
    """The newest change of a story's field."""
    event = StoryEvent.objects.filter(story=story_id, field=field).order_by("-sequence").first()
    return _touch(event) if event else None


def _touch(event: StoryEvent) -> Touch:
    return Touch(
        event.actor_name or "Somebody",
        event.actor_id,
        event.recorded_at,
        event.field,
        event.from_value,
        event.to_value,
    )
