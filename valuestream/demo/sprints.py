"""The demo's sprints: eight finished, one under way, two planned."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from accounts.models import Workspace
from planner.domain.vocabulary import SprintState
from planner.models import Sprint
from planner.services.actor import Actor
from planner.services.ingest import StoryHistory
from planner.services.sprints import create_sprint, follow_told_sprint
from valuestream.demo.calendar import FINISHED_SPRINTS, DemoCalendar

GOALS = (
    "Gates read plates at one port",
    "Cameras on both gates, missed sailings found",
    "Rebooking works for one vehicle",
    "Shops count without paper",
    "Card holders are written to in time",
    "One crew list in all ports",
    "Groups get their offer while they wait",
    "Lengths are known before the quay",
    "Get review moving again",
    "Instalments: the first booking",
    "Prices that follow demand, one route",
)


def create_sprints(*, workspace: Workspace, calendar: DemoCalendar, actor: Actor, now: datetime) -> list[Sprint]:
    """Create all sprints of the demo, in order, none of them started."""
    return [
        create_sprint(
            workspace=workspace,
            name=f"Sprint {number}",
            goal=GOALS[number - 1],
            start_date=start,
            end_date=end,
            actor=actor,
            now=now,
        )
        for number, (start, end) in enumerate(calendar.sprints(), 1)
    ]


def points_at_start(histories: Iterable[StoryHistory], sprints: Iterable[Sprint]) -> Counter[int]:
    """Return, by sprint id, the points of the stories that were in it on the morning it started."""
    first_days = {sprint.pk: sprint.start_date for sprint in sprints}
    planned: Counter[int] = Counter()
    for history in histories:
        for entry in history.entries:
            if entry.field == "sprint" and entry.to_id and entry.occurred_at.date() == first_days[entry.to_id]:
                planned[entry.to_id] += int(history.points or 0)
    return planned


def tell_past(*, sprints: list[Sprint], planned: Counter[int], actor: Actor, now: datetime) -> None:
    """Say of the sprints that they happened: what was planned when they started, and that they are over.

    Their stories' events were written with the histories; starting and completing them now would add events of today.
    """
    for number, sprint in enumerate(sprints):
        told: dict[str, object] = {"state": SprintState.PLANNED.value}
        if number <= FINISHED_SPRINTS:
            state = SprintState.COMPLETED if number < FINISHED_SPRINTS else SprintState.IN_PROGRESS
            told = {"state": state.value, "initial_planned_points": Decimal(planned[sprint.pk])}
        follow_told_sprint(sprint=sprint, told=told, actor=actor, now=now)
