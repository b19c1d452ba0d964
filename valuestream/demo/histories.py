"""Played pieces as histories that the planner ingests: states, people, sizes, sprints, blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from planner.models import Person, Sprint, State
from planner.services.ingest import HistoryEntry, StoryHistory
from valuestream.demo.calendar import DemoCalendar
from valuestream.demo.content import CRITERIA, DROPPED, REVIEWERS, TEAMS, WANTED_BY
from valuestream.demo.simulation import (
    BUILD,
    CANCELLED,
    HOURS_A_WEEK,
    IDEA,
    READY,
    RELEASED,
    REVIEW,
    REVIEWERS_LEAVE_WEEKS_BEFORE_END,
    TEST,
)
from valuestream.demo.stories import StoryPlan

LONGEST_IN = 2
"""Sprints a story is planned for, the second as carry-over."""

BLOCK_REASONS = (
    "The lender has not sent test keys",
    "Waiting for the harbour master's answer",
    "The camera contractor is not on site",
    "Legal has to read the text",
)


@dataclass(frozen=True)
class Scene:
    """What histories refer to: the workspace's rows, by the demo's own names."""

    calendar: DemoCalendar
    states: Sequence[State]
    people: Mapping[str, Person]
    sprints: Sequence[Sprint]
    team_ids: Mapping[str, int]
    application_ids: Mapping[str, int]
    capability_ids: Mapping[int, int]


def write_history(*, plan: StoryPlan, scene: Scene, copy: int) -> StoryHistory:
    """Return the story's history as an importer would hand it over."""
    piece = plan.piece
    entries = [*_state_entries(plan, scene), *_block_entries(plan, scene)]
    people = _people_entries(plan, scene)
    sprints = _sprint_entries(plan, scene)
    sizes = _size_entries(plan, scene)
    return StoryHistory(
        external_id=f"demo-{piece.index}",
        title=plan.title if copy == 0 else f"{plan.title} ({copy + 1})",
        kind=plan.kind.value,
        description=_description(plan),
        acceptance=_acceptance(plan),
        created_at=scene.calendar.instant(piece.born),
        first_state_id=scene.states[IDEA].pk,
        state_id=scene.states[piece.state].pk,
        capability_id=None if plan.capability is None else scene.capability_ids[plan.capability],
        application_id=scene.application_ids[plan.application],
        required=True,
        points=None if plan.points is None else Decimal(plan.points),
        team_id=scene.team_ids[plan.team],
        sprint_id=sprints[-1].to_id if sprints else None,
        assignee_id=people[-1].to_id if people else None,
        entries=[*entries, *people, *sprints, *sizes],
    )


def _description(plan: StoryPlan) -> str:
    if plan.capability is None:
        return ""
    who, why = WANTED_BY[plan.capability]
    what = plan.title[0].lower() + plan.title[1:]
    return f"As a {who}\nI want to {what}\nSo that {why}"


def _acceptance(plan: StoryPlan) -> str:
    """Its criteria: all met once it is released, the first one while it is on its way."""
    met = len(CRITERIA) if plan.piece.state == RELEASED else int(plan.piece.state >= REVIEW)
    return "\n".join(f"[x] {text}" if number < met else text for number, text in enumerate(CRITERIA))


def _entry(
    plan: StoryPlan, field: str, at: datetime, before: tuple[str, int | None], after: tuple[str, int | None], who: str
) -> HistoryEntry:
    return HistoryEntry(
        field=field,
        from_value=before[0],
        to_value=after[0],
        from_id=before[1],
        to_id=after[1],
        occurred_at=at,
        source_ref=f"demo:{plan.piece.index}:{field}:{at.timestamp():.0f}:{after[0][:40]}",
        actor_name=who,
    )


def _state_entries(plan: StoryPlan, scene: Scene) -> list[HistoryEntry]:
    entries = []
    before = scene.states[IDEA]
    for hour, state in _moves(plan, scene):
        after = scene.states[state]
        who = _who(plan, hour, state, scene)
        at = scene.calendar.instant(hour)
        entries.append(_entry(plan, "state", at, (before.name, before.pk), (after.name, after.pk), who))
        before = after
    return entries


def _moves(plan: StoryPlan, scene: Scene) -> list[tuple[float, int]]:
    if plan.title in DROPPED and plan.piece.state == IDEA:
        plan.piece.moves.append((min(plan.piece.born + 90, scene.calendar.end - 1), CANCELLED))
    return plan.piece.moves


def _who(plan: StoryPlan, hour: float, state: int, scene: Scene) -> str:
    if state in (REVIEW, READY) and hour > plan.piece.moves[0][0]:
        return _reviewer(plan, hour, scene)
    return _builder(plan)


def _builder(plan: StoryPlan) -> str:
    team = TEAMS[plan.team]
    return team[plan.piece.index % len(team)]


def _reviewer(plan: StoryPlan, hour: float, scene: Scene) -> str:
    left = scene.calendar.end - REVIEWERS_LEAVE_WEEKS_BEFORE_END * HOURS_A_WEEK
    return REVIEWERS[0] if hour > left else REVIEWERS[plan.piece.index % len(REVIEWERS)]


def _people_entries(plan: StoryPlan, scene: Scene) -> list[HistoryEntry]:
    """Who has it: the builder while it is built and tested, the reviewer while it is reviewed."""
    entries: list[HistoryEntry] = []
    before: tuple[str, int | None] = ("", None)
    for hour, state in plan.piece.moves:
        if state not in (BUILD, REVIEW, TEST):
            continue
        name = _reviewer(plan, hour, scene) if state == REVIEW else _builder(plan)
        after = (name, scene.people[name].pk)
        if after != before:
            entries.append(_entry(plan, "assignee", scene.calendar.instant(hour), before, after, name))
            before = after
    return entries


def _size_entries(plan: StoryPlan, scene: Scene) -> list[HistoryEntry]:
    """Its points, estimated when it became ready; some were thought smaller first."""
    if plan.points is None or not plan.piece.moves:
        return []
    at = scene.calendar.instant(plan.piece.moves[0][0])
    if plan.piece.index % 7 or plan.points < 3:
        return [_entry(plan, "points", at, ("", None), (str(plan.points), None), _builder(plan))]
    first = str(plan.points - 1 if plan.points < 5 else 3)
    later = scene.calendar.instant(plan.piece.moves[0][0] + 1.5)
    return [
        _entry(plan, "points", at, ("", None), (first, None), _builder(plan)),
        _entry(plan, "points", later, (first, None), (str(plan.points), None), _builder(plan)),
    ]


def _sprint_entries(plan: StoryPlan, scene: Scene) -> list[HistoryEntry]:
    """The sprint it was begun in, planned at its start, and one it was carried over to; then that of its release."""
    starts = [hour for hour, state in plan.piece.moves if state == BUILD]
    if not starts:
        return []
    released = [hour for hour, state in plan.piece.moves if state == RELEASED]
    ready, begun = scene.calendar.instant(plan.piece.moves[0][0]), scene.calendar.instant(starts[0])
    until = scene.calendar.instant(released[0]) if released else scene.calendar.now
    open_sprints = [(max(ready, _start_of(one, begun)), one) for one in scene.sprints if _last_day(one) >= begun.date()]
    wanted: list[tuple[datetime, str, int | None]] = [(at, one.name, one.pk) for at, one in open_sprints[:LONGEST_IN]]
    later = open_sprints[LONGEST_IN:]
    wanted += [(at, "", None) for at, one in later[:1] if not released or until.date() > _last_day(one)]
    wanted += [
        (at, one.name, one.pk) for at, one in later if released and at <= until and until.date() <= _last_day(one)
    ]
    entries: list[HistoryEntry] = []
    before: tuple[str, int | None] = ("", None)
    for at, name, pk in wanted:
        if at <= until:
            entries.append(_entry(plan, "sprint", at, before, (name, pk), "Oskar Lund"))
            before = (name, pk)
    return entries


def _start_of(sprint: Sprint, like: datetime) -> datetime:
    start = sprint.start_date or date.min
    return like.replace(year=start.year, month=start.month, day=start.day, hour=8, minute=30, second=0, microsecond=0)


def _last_day(sprint: Sprint) -> date:
    return sprint.end_date or date.max


def _block_entries(plan: StoryPlan, scene: Scene) -> list[HistoryEntry]:
    entries = []
    for number, (start, stop) in enumerate(plan.piece.blocked):
        reason = BLOCK_REASONS[(plan.piece.index + number) % len(BLOCK_REASONS)]
        if start >= scene.calendar.end:
            continue
        at = scene.calendar.instant(start)
        entries.append(_entry(plan, "blocked", at, ("", None), (reason, None), _builder(plan)))
        if stop < scene.calendar.end:
            end = scene.calendar.instant(stop)
            entries.append(_entry(plan, "blocked", end, (reason, None), ("", None), _builder(plan)))
    return entries
