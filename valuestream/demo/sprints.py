"""The demo's sprints: eight finished, one under way, four planned."""

from datetime import UTC, datetime, time

from accounts.models import Workspace
from planner.domain.vocabulary import SprintState
from planner.models import Sprint, Story
from planner.services.actor import Actor
from planner.services.sprints import create_sprint, follow_told_sprint
from planner.services.told_entries import keep_told_entries
from valuestream.demo.calendar import FINISHED_SPRINTS, DemoCalendar

OPENS, CLOSES = time(8, 45), time(17, 5)
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
    "Refunds without a call",
    "Freight books itself",
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


def list_planned_ids(sprint: Sprint) -> set[int]:
    """The stories that are in a sprint now."""
    return set(Story.objects.filter(sprint=sprint).values_list("pk", flat=True))


def tell_past(*, sprints: list[Sprint], pulled: set[int], actor: Actor, now: datetime) -> None:
    """Say of the sprints that they happened: when they began and ended, what was committed, what became of it.

    Their stories' events were written with the histories; starting and completing them now would add events of today.
    `pulled`: stories of the running sprint that were committed to although their histories don't tell.
    """
    for number, sprint in enumerate(sprints):
        follow_told_sprint(sprint=sprint, told=_told(sprint, number, now), actor=actor, now=now)
    for number, sprint in enumerate(sprints[: FINISHED_SPRINTS + 1]):
        keep_told_entries(sprint=sprint, also=pulled if number == FINISHED_SPRINTS else ())


def _told(sprint: Sprint, number: int, now: datetime) -> dict[str, object]:
    if number > FINISHED_SPRINTS:
        return {"state": SprintState.PLANNED.value}
    if number == FINISHED_SPRINTS:
        return {"state": SprintState.IN_PROGRESS.value, "started_at": start_of(sprint, now)}
    ended = datetime.combine(sprint.end_date or now.date(), CLOSES, UTC)
    return {"state": SprintState.COMPLETED.value, "started_at": start_of(sprint, now), "completed_at": ended}


def start_of(sprint: Sprint, now: datetime) -> datetime:
    """The quarter of an hour after which a sprint's plan stands, on its first morning."""
    return min(datetime.combine(sprint.start_date or now.date(), OPENS, UTC), now)
