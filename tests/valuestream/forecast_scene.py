"""A workspace whose teams finish a story of three points on each working day, and have stories left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import Workspace
from planner.models import Capability, Story, Team
from planner.services.stories import transition_story
from planner.services.teams import create_team
from tests.factories import actor_of, give_value, make_capability, make_story, make_workspace, state_named

THREE = Decimal(3)
FRIDAY = 4


@dataclass
class Scene:
    """The workspace, a team with a past, a valued capability with four stories left, and now."""

    workspace: Workspace
    team: Team
    capability: Capability
    left: list[Story]
    now: datetime


def working_days_before(now: datetime, count: int) -> list[datetime]:
    """The last working days before today, the oldest first, at noon."""
    found: list[datetime] = []
    day = now.replace(hour=12, minute=0, second=0, microsecond=0)
    while len(found) < count:
        day -= timedelta(days=1)
        if day.weekday() <= FRIDAY:
            found.append(day)
    return found[::-1]


def finish_daily(workspace: Workspace, team: Team | None, days: list[datetime]) -> None:
    """Have a team finish a story of three points on each of these days."""
    done = state_named(workspace, "Done")
    for day in days:
        story = make_story(workspace, now=day - timedelta(days=3), team=team, points=THREE)
        transition_story(story=story, state=done, actor=actor_of(workspace), now=day)


def make_scene(*, now: datetime, days: int = 30, key: str | None = None) -> Scene:
    """So many working days of history, and four stories of three points left."""
    workspace = make_workspace(key, now=now - timedelta(days=200))
    actor = actor_of(workspace)
    team = create_team(workspace=workspace, name="Quayside", actor=actor, now=now - timedelta(days=200))
    finish_daily(workspace, team, working_days_before(now, days))
    capability = make_capability(workspace, title="Show free places")
    born = now - timedelta(hours=1)
    left = [make_story(workspace, now=born, team=team, points=THREE, capability=capability) for _ in range(4)]
    give_value(capability, 700, now=born)
    return Scene(workspace, team, capability, left, now)
