"""A sprint plan in full, as a script reads it: what is placed where, what it earns, what is left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from planner.domain.sprints.pricing import PlacementPrice
from planner.models import SprintPlan
from planner.selectors.plan_questions import NOWHERE, PlanQuestion
from planner.selectors.plan_words import load_names, say_violations
from planner.selectors.plans import as_money, moves_of, placement_of, price_of, question_of


@dataclass(frozen=True)
class PlacedStory:
    """Where a story is in a plan and where people have it: places of sprints from 0, None for none of them."""

    story: int
    sprint: int | None
    sprint_id: int | None
    was: int | None
    is_edited: bool


@dataclass(frozen=True)
class TeamLoad:
    """Points a team has in a sprint of a plan, beside what it can do there."""

    team: int
    name: str
    sprint_id: int | None
    planned_points: Decimal
    capacity_points: Decimal
    capacity_points_p15: Decimal
    capacity_hours: Decimal | None


@dataclass(frozen=True)
class PlannedSprint:
    """One sprint of a plan; `value`: what the capabilities that finish in it earn until the end."""

    place: int
    name: str
    first_day: str
    last_day: str
    is_running: bool
    value: Decimal
    teams: list[TeamLoad]


@dataclass(frozen=True)
class Finish:
    """A unit and the sprint that finishes it, None for none; `earned` until the end of the horizon."""

    unit: int
    sprint: int | None
    earned: Decimal


@dataclass(frozen=True)
class PlanAnswer:
    """A plan with its question. Without an answer yet, everything but the question is empty."""

    plan: SprintPlan
    question: PlanQuestion

    @cached_property
    def _placed(self) -> Sequence[int]:
        return placement_of(self.plan, self.question) if self.plan.answer else []

    @cached_property
    def _price(self) -> PlacementPrice | None:
        return price_of(self.question, self._placed) if self._placed else None

    @property
    def value(self) -> Decimal | None:
        """What the plan earns, with what people changed in it."""
        return as_money(self._price.value) if self._price else None

    @property
    def at_least(self) -> float | None:
        """Share of the best possible that it reaches for sure, 0 to 1; None without an answer."""
        if self._price is None or self.plan.bound is None:
            return None
        return min(1.0, self._price.value / float(self.plan.bound)) if self.plan.bound else 1.0

    @property
    def placement(self) -> list[PlacedStory]:
        """Every story of the question, in people's order."""
        question, edits = self.question, self.plan.answer.get("edits", {})
        return [
            PlacedStory(
                story=question.ids[story],
                sprint=_place(column),
                sprint_id=question.sprint_id(story, column),
                was=_place(question.was[story]),
                is_edited=str(question.ids[story]) in edits,
            )
            for story, column in enumerate(self._placed)
        ]

    @property
    def sprints(self) -> list[PlannedSprint]:
        """The sprints of the horizon, a running one first."""
        return [
            PlannedSprint(
                place=place,
                name=column.name,
                first_day=column.first,
                last_day=column.last,
                is_running=column.is_running,
                value=self._value_in(place),
                teams=[self._load(team, place) for team in range(len(self.question.planned_teams))],
            )
            for place, column in enumerate(self.question.columns)
        ]

    def _value_in(self, place: int) -> Decimal:
        return sum((finish.earned for finish in self.capabilities if finish.sprint == place), Decimal(0))

    def _load(self, team: int, place: int) -> TeamLoad:
        question = self.question
        told = question.teams[team]
        hours = question.hours[team][place]
        return TeamLoad(
            team=told["id"],
            name=told["name"],
            sprint_id=question.columns[place].sprints.get(str(told["id"])),
            planned_points=as_money(self._points.get((team, place), 0.0)),
            capacity_points=as_money(question.capacity[team][place]),
            capacity_points_p15=as_money(question.low_capacity[team][place]),
            capacity_hours=None if hours is None else as_money(hours),
        )

    @cached_property
    def _points(self) -> dict[tuple[int, int], float]:
        units = self.question.instance.units.tolist() if self._placed else []
        sums: dict[tuple[int, int], float] = {}
        for story, column in enumerate(self._placed):
            key = (self.question.team[story], column)
            sums[key] = sums.get(key, 0.0) + units[story] / 1_000
        return sums

    @cached_property
    def capabilities(self) -> list[Finish]:
        """Every unit of the question: in which sprint it finishes, and what that earns."""
        if self._price is None:
            return []
        finishes = zip(self.question.units, self._price.finished_in, self._price.earned, strict=True)
        return [Finish(unit, _place(sprint), as_money(earned)) for unit, sprint, earned in finishes]

    @property
    def violations(self) -> list[str]:
        """Rules that what people placed breaks, in sentences; a computed plan breaks none."""
        broken = self._price.violations if self._price else ()
        return say_violations(broken, load_names(self.question)) if broken else []

    @property
    def moves(self) -> int:
        """How many stories taking the plan over would move."""
        return len(moves_of(self.question, self._placed)) if self._placed else 0

    @property
    def not_finished(self) -> list[dict[str, Any]]:
        """Units that the computed plan doesn't finish: why, and which story to open or split."""
        return list(self.plan.answer.get("unplaced", []))

    @property
    def planned_now(self) -> dict[str, Any] | None:
        """What the sprints come to as people have them."""
        record: dict[str, Any] | None = self.plan.answer.get("record")
        return record

    @property
    def time_available(self) -> dict[str, Any] | None:
        """What filling the time in backlog order would come to."""
        filled: dict[str, Any] | None = self.plan.answer.get("time_available")
        return filled


def answer_of(plan: SprintPlan) -> PlanAnswer:
    """The plan with its question, read once."""
    return PlanAnswer(plan, question_of(plan))


def _place(column: int) -> int | None:
    return column if column > NOWHERE else None
