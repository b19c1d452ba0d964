"""The demo's wall: the running sprint gets what is nearest to releasing dollars, and everything in it is broken down.

Hours are shares of what is left of the sprint, so that the wall looks alike on whichever day it is seeded: one person
has too much, the others have room.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from accounts.models import Workspace
from planner.domain.capacity.calendars import WorkPattern, working_days
from planner.domain.vocabulary import StateCategory, TaskState
from planner.models import Capability, Person, Sprint, Story, Team
from planner.models.choices import OPEN_CATEGORIES
from planner.services.actor import Actor
from planner.services.stories import update_story
from planner.services.tasks import create_task, set_task_blocked, update_task

HOURS_A_DAY, FOCUS = Decimal(8), Decimal("0.8")
SHARES = ("0.62", "0.84", "0.47", "0.91", "0.55", "0.78")
TOO_MUCH = "1.30"
MOST_PULLED = 3
HALF = Decimal("0.5")
MORE = Decimal(3)
"""Hours that a task which is worked on had more when the sprint began."""

TODO, WORKING, DONE = TaskState.TODO, TaskState.IN_PROGRESS, TaskState.DONE
Step = tuple[str, TaskState, int]
"""A task: its title, its state, and its weight among its person's hours."""

BEGUN: Sequence[Sequence[Step]] = (
    (
        ("Agree on examples with the call centre", DONE, 2),
        ("Draw the screen for phones", DONE, 3),
        ("Fill it from the booking", WORKING, 7),
        ("Say in plain words what is missing", WORKING, 4),
        ("Translate to Norwegian and German", TODO, 3),
        ("Try it on the quay with two drivers", TODO, 5),
    ),
    (
        ("Ask the harbour master what must be on it", DONE, 1),
        ("Store the answer with the booking", WORKING, 6),
        ("Show it on the crew's tablet", TODO, 5),
        ("Retry when the ship has no signal", TODO, 6),
        ("Contract test with the port's service", TODO, 4),
    ),
    (
        ("Count today's cases in the log", DONE, 2),
        ("Write the first version behind a switch", WORKING, 8),
        ("Alert when it fails twice", TODO, 3),
        ("Explain it on the help page", TODO, 2),
    ),
)
NEARLY_DONE: Sequence[Sequence[Step]] = (
    (
        ("Build it", DONE, 8),
        ("Test on a slow phone", DONE, 3),
        ("Answer the questions from review", WORKING, 3),
        ("Switch it on for one route", TODO, 2),
    ),
    (
        ("Build it", DONE, 6),
        ("Load the prices of last summer", DONE, 2),
        ("Compare with the old sheet", WORKING, 5),
        ("Train the call centre", TODO, 4),
        ("Remove the old sheet", TODO, 1),
    ),
)
REASONS = (
    "The port has not issued the test key. Asked on Thursday.",
    "Waiting for the bank's answer about refunds.",
)


@dataclass
class _Plan:
    """A task to be written: of which story, whose, with which part of that person's hours."""

    story: Story
    title: str
    state: TaskState
    weight: int
    person: Person | None
    days_here: int
    hours: Decimal = Decimal(0)


def pull_what_is_near(*, workspace: Workspace, sprint: Sprint, actor: Actor, now: datetime) -> Decimal:
    """Plan the last open stories of almost finished capabilities for the sprint; returns the points they bring."""
    near = [found for capability in _valued(workspace) if (found := _last_stories(capability))]
    points = Decimal(0)
    for stories in near[:MOST_PULLED]:
        for story in stories:
            if story.sprint_id is None:
                update_story(story=story, changes={"sprint": sprint}, actor=actor, now=now)
                points += story.points or 0
    return points


def _valued(workspace: Workspace) -> Iterable[Capability]:
    return Capability.objects.filter(workspace=workspace, business_value__isnull=False).order_by("-business_value")


def _last_stories(capability: Capability) -> list[Story]:
    """Its open required stories where at most two are left and something is done; else none."""
    required = capability.stories.filter(required=True)
    still = list(required.filter(category__in=OPEN_CATEGORIES).order_by("rank"))
    is_begun = all(story.category == StateCategory.IN_PROGRESS.value for story in still)
    has_done = required.filter(category=StateCategory.DONE.value).exists()
    return still if is_begun and has_done and len(still) <= 2 else []


def break_down(*, sprint: Sprint, teams: Mapping[str, Team], actor: Actor, started_at: datetime, now: datetime) -> None:
    """Give every open story of the sprint its tasks, with hours, people, and two of them blocked."""
    crews = {team.pk: list(team.people.order_by("name")) for team in teams.values()}
    stories = Story.objects.filter(sprint=sprint, category__in=OPEN_CATEGORIES).select_related("assignee")
    plans = [plan for number, story in enumerate(stories.order_by("rank")) for plan in _plan(story, number, crews)]
    _give_hours(plans, capacity=_hours_left(sprint, now))
    working = [plan for plan in plans if plan.state is WORKING]
    reasons = {id(plan): reason for plan, reason in zip(working[1::3], REASONS, strict=False)}
    for plan in plans:
        _write(plan, reason=reasons.get(id(plan), ""), actor=actor, started_at=started_at, now=now)


def _plan(story: Story, number: int, crews: Mapping[int, Sequence[Person]]) -> Iterator[_Plan]:
    lists = BEGUN if story.state.name in {"In progress", "Ready"} else NEARLY_DONE
    crew = crews.get(story.team_id or 0, ())
    for place, (title, state, weight) in enumerate(lists[number % len(lists)]):
        is_nobodys = state is TODO and (number + place) % 5 == 0
        person = crew[(number + place) % len(crew)] if crew and not is_nobodys else None
        yield _Plan(story, title, state, weight, person, days_here=(number * 2 + place) % 6)


def _hours_left(sprint: Sprint, now: datetime) -> Decimal:
    """What is left of the sprint for one person."""
    if sprint.end_date is None:
        return Decimal(0)
    return len(working_days(WorkPattern(), now.date(), sprint.end_date)) * HOURS_A_DAY * FOCUS


def _give_hours(plans: Sequence[_Plan], *, capacity: Decimal) -> None:
    """Share each person's part of the capacity out over their open tasks; who has most work gets too much."""
    mine: dict[int, list[_Plan]] = defaultdict(list)
    for plan in plans:
        if plan.state is not DONE:
            mine[plan.person.pk if plan.person else 0].append(plan)
    busiest = max((pk for pk in mine if pk), key=lambda pk: (sum(plan.weight for plan in mine[pk]), -pk), default=0)
    for number, (pk, open_plans) in enumerate(sorted(mine.items())):
        share = TOO_MUCH if pk == busiest else SHARES[number % len(SHARES)] if pk else "0.20"
        whole = sum(plan.weight for plan in open_plans)
        for plan in open_plans:
            exact = capacity * Decimal(share) * plan.weight / whole
            plan.hours = max((exact / HALF).quantize(Decimal(1), ROUND_HALF_UP) * HALF, HALF)


def _write(plan: _Plan, *, reason: str, actor: Actor, started_at: datetime, now: datetime) -> None:
    """Plan the task when the sprint starts, then let it be worked on, day by day."""
    planned = Decimal(plan.weight) if plan.state is DONE else plan.hours + (MORE if plan.state is WORKING else 0)
    task = create_task(
        story=plan.story, title=plan.title, hours_estimated=planned, assignee=plan.person, actor=actor, now=started_at
    )
    begun = max(now - timedelta(days=plan.days_here if plan.state is WORKING else 1, hours=1), started_at)
    if plan.state is WORKING:
        half = plan.hours + MORE / 2
        task = update_task(task=task, changes={"state": WORKING.value, "hours_left": half}, actor=actor, now=begun)
        task = update_task(task=task, changes={"hours_left": plan.hours}, actor=actor, now=begun + (now - begun) / 2)
    elif plan.state is DONE:
        done = started_at + (now - started_at) * (1 + plan.days_here) / 8
        task = update_task(task=task, changes={"state": DONE.value}, actor=actor, now=done)
    if reason:
        at = max(begun, now - timedelta(days=3))
        set_task_blocked(task=task, blocked=True, reason=reason, actor=actor, now=at)
