"""The built-in values of stories and capabilities as formulas take them, and as people read them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from planner.domain.fields.formula_types import Value
from planner.domain.vocabulary import ItemKind, StateCategory, StoryKind, TaskState
from planner.models import Capability, Story

Reader = Callable[[Any, datetime, ZoneInfo], Value | None]


def _day(instant: datetime | None, zone: ZoneInfo) -> date | None:
    return instant.astimezone(zone).date() if instant is not None else None


def _days_since(instant: datetime, now: datetime) -> Decimal:
    return Decimal(max((now - instant).days, 0))


def _unit(story: Story) -> Story | Capability:
    return story.capability if story.capability is not None else story


def _name(thing: object) -> str | None:
    return str(thing) if thing is not None else None


_BOTH: dict[str, Reader] = {
    "key": lambda row, now, zone: str(row.key),
    "title": lambda row, now, zone: str(row.title),
    "created": lambda row, now, zone: _day(row.created_at, zone),
    "updated": lambda row, now, zone: _day(row.updated_at, zone),
    "age": lambda row, now, zone: _days_since(row.created_at, now),
    "application": lambda row, now, zone: row.application.name if row.application else None,
}
READERS: Mapping[ItemKind, Mapping[str, Reader]] = {
    ItemKind.STORY: {
        **_BOTH,
        "kind": lambda row, now, zone: StoryKind(row.kind).label,
        "state": lambda row, now, zone: row.state.name,
        "category": lambda row, now, zone: StateCategory(row.category).label,
        "team": lambda row, now, zone: _name(row.team),
        "sprint": lambda row, now, zone: _name(row.sprint),
        "assignee": lambda row, now, zone: _name(row.assignee),
        "capability": lambda row, now, zone: row.capability.title if row.capability else None,
        "points": lambda row, now, zone: row.points,
        "required": lambda row, now, zone: row.required,
        "blocked": lambda row, now, zone: row.blocked,
        "blocked_reason": lambda row, now, zone: row.blocked_reason or None,
        "cost_of_delay": lambda row, now, zone: _unit(row).cost_of_delay,
        "business_value": lambda row, now, zone: _unit(row).business_value,
        "cd3": lambda row, now, zone: _unit(row).cd3,
        "due": lambda row, now, zone: row.capability.due_date if row.capability else None,
        "state_age": lambda row, now, zone: _days_since(row.state_entered_at, now),
    },
    ItemKind.CAPABILITY: {
        **_BOTH,
        "points": lambda row, now, zone: row.closure_points,
        "cost_of_delay": lambda row, now, zone: row.cost_of_delay,
        "business_value": lambda row, now, zone: row.business_value,
        "cd3": lambda row, now, zone: row.cd3,
        "due": lambda row, now, zone: row.due_date,
    },
    ItemKind.TASK: {
        "title": lambda row, now, zone: str(row.title),
        "story": lambda row, now, zone: f"{row.story.key} {row.story.title}",
        "state": lambda row, now, zone: TaskState(row.state).label,
        "assignee": lambda row, now, zone: _name(row.assignee),
        "hours_left": lambda row, now, zone: row.hours_left,
        "hours_estimated": lambda row, now, zone: row.hours_estimated,
        "blocked": lambda row, now, zone: row.blocked,
        "created": lambda row, now, zone: _day(row.created_at, zone),
    },
}


def built_in_values(*, item: ItemKind, row: Any, now: datetime, time_zone: str) -> dict[str, Value | None]:
    """Every built-in value of a story, task or capability by key, in the workspace's money; None is unknown."""
    zone = ZoneInfo(time_zone)
    return {key: read(row, now, zone) for key, read in READERS[item].items()}
