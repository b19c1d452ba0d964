"""A sprint plan as it is read: sprints as columns, capacity, what opens in each, and the money of it all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from common.formats import format_money, initials
from planner.domain.sprints.pricing import CapacityExceeded, MovePrice, PlacementPrice, Violation
from planner.domain.vocabulary import PlanState
from planner.models import SprintPlan, Story
from planner.selectors.plan_questions import NOWHERE, PlanQuestion, is_free
from planner.selectors.plan_words import PlanNames, load_names, say_violations
from planner.selectors.plans import PlanMove, as_money, moves_of, placement_of, price_of, question_of, taken_placement

MOST_OUTSIDE = 40
"""Stories listed outside the sprints: those of the dearest units first."""


@dataclass(frozen=True)
class StoryRow:
    """A story in a column. `fate`: how it differs from what people planned ("new", "moved", "held" or "")."""

    story_id: int
    key: str
    title: str
    points: float | None
    team: str
    initials: str
    can_move: bool
    fate: str


@dataclass(frozen=True)
class Group:
    """The stories of one unit in a column. `opens`: it finishes here.

    `money`: what it earns by the end of the horizon, None where it doesn't finish; `weekly`: its cost of delay.
    """

    title: str
    key: str
    is_capability: bool
    money: Decimal | None
    weekly: Decimal | None
    opens: bool
    rows: tuple[StoryRow, ...]


@dataclass(frozen=True)
class TeamBar:
    """A team's points in a column against what it does in half of such sprints, and in 85 of 100 (`low`)."""

    name: str
    used: Decimal
    capacity: Decimal
    low: Decimal
    hours: float | None

    @property
    def is_over(self) -> bool:
        """Whether more is planned than fits."""
        return self.used > self.capacity


@dataclass(frozen=True)
class ColumnView:
    """A sprint of the plan. `value`: what opens in it earns by the end of the horizon; `total`: with those before."""

    place: int
    name: str
    first: date
    last: date
    is_running: bool
    sprint_id: int | None
    teams: tuple[TeamBar, ...]
    groups: tuple[Group, ...]
    value: Decimal
    total: Decimal


@dataclass(frozen=True)
class PlanPage:
    """A computed plan as it is drawn. `shown`: "plan", or "record" for what people have planned now."""

    plan: SprintPlan
    question: PlanQuestion
    names: PlanNames
    placement: Sequence[int]
    shown: str

    @cached_property
    def price(self) -> PlacementPrice:
        """What the shown placement earns, and breaks."""
        return price_of(self.question, self.placement)

    @cached_property
    def moves(self) -> list[PlanMove]:
        """What taking the plan over would change."""
        return moves_of(self.question, placement_of(self.plan, self.question))

    @property
    def value(self) -> Decimal:
        """Money of the shown placement by the end of the horizon."""
        return as_money(self.price.value)

    @property
    def difference(self) -> Decimal:
        """What people's changes of the plan add; below 0 they cost."""
        return self.value - (self.plan.value or Decimal(0)) if self.can_change else Decimal(0)

    @property
    def edits(self) -> int:
        """How many stories people moved in the plan."""
        return len(self.plan.answer.get("edits", {}))

    @property
    def share(self) -> float:
        """The share of the best possible that is reached for sure, 0 to 1."""
        bound = float(self.plan.bound or 0)
        return min(1.0, self.price.value / bound) if bound else 1.0

    @property
    def running(self) -> str:
        """The name of the sprint that runs, "" without one."""
        return next((column.name for column in self.question.columns if column.is_running), "")

    @property
    def coming(self) -> int:
        """How many sprints lie ahead."""
        return len(self.question.columns) - self.question.frozen

    @property
    def unestimated(self) -> int:
        """How many stories nobody has estimated; the plan counts them as large as the others on average."""
        return sum(points is None for points in self.question.points)

    @property
    def stand_in(self) -> Decimal:
        """The points that each unestimated story counts with."""
        return _points(self.question.instance.assumed_points)

    @property
    def teamless(self) -> int:
        """How many stories no planned team can take."""
        return sum(team < 0 for team in self.question.team)

    @property
    def finished(self) -> int:
        """How many units the computed plan finishes."""
        return sum(column >= 0 for column in self.plan.answer["finished_in"])

    @property
    def problems(self) -> list[str]:
        """Rules that the shown placement breaks; what a running sprint took on is its own affair."""
        frozen = self.question.frozen
        broken = [each for each in self.price.violations if _column_of(each) >= frozen]
        return say_violations(broken, self.names)

    @property
    def can_change(self) -> bool:
        """Whether it is still to be decided."""
        return self.shown == "plan" and self.plan.state in (PlanState.READY.value, PlanState.UNDONE.value)

    @property
    def ends(self) -> date:
        """The end of the horizon."""
        return date.fromisoformat(self.question.ends)

    @property
    def record(self) -> Decimal:
        """What people's own plan earns."""
        return as_money(self.plan.answer["record"]["value"])

    @property
    def time_available(self) -> Decimal:
        """What filling the hours in the order of the backlog earns."""
        return as_money(self.plan.answer["time_available"]["value"])

    @cached_property
    def columns(self) -> tuple[ColumnView, ...]:
        """The sprints from left to right."""
        made: list[ColumnView] = []
        total = Decimal(0)
        for place, column in enumerate(self.question.columns):
            opening = [
                money
                for money, finished in zip(self.price.earned, self.price.finished_in, strict=True)
                if finished == place
            ]
            value = as_money(sum(opening))
            total += value
            ids = set(column.sprints.values())
            made.append(
                ColumnView(
                    place=place,
                    name=column.name,
                    first=date.fromisoformat(column.first),
                    last=date.fromisoformat(column.last),
                    is_running=column.is_running,
                    sprint_id=next(iter(ids)) if len(ids) == 1 else None,
                    teams=tuple(self._teams(place)),
                    groups=tuple(self._groups(place)),
                    value=value,
                    total=total,
                )
            )
        return tuple(made)

    @cached_property
    def outside(self) -> tuple[Group, ...]:
        """What is in no sprint and could be: the dearest units first, so many stories at most."""
        groups, listed = [], 0
        for group in self._groups(NOWHERE):
            if group.weekly is None or listed >= MOST_OUTSIDE:
                continue
            groups.append(group)
            listed += len(group.rows)
        return tuple(groups)

    @cached_property
    def outside_count(self) -> int:
        """How many stories are in no sprint."""
        return sum(column == NOWHERE for column in self.placement)

    def _teams(self, place: int) -> list[TeamBar]:
        question, units = self.question, self.question.instance.units
        bars = []
        for team, told in enumerate(question.planned_teams):
            if str(told["id"]) not in question.columns[place].sprints:
                continue
            used = sum(
                int(units[story])
                for story, column in enumerate(self.placement)
                if column == place and question.team[story] == team
            )
            capacity, low = question.capacity[team][place], question.low_capacity[team][place]
            bars.append(
                TeamBar(
                    name=told["name"],
                    used=_points(used / 1_000),
                    capacity=_points(capacity),
                    low=_points(low),
                    hours=question.hours[team][place],
                )
            )
        return bars

    def _groups(self, place: int) -> list[Group]:
        by_unit: dict[int, list[int]] = {}
        for story, column in enumerate(self.placement):
            if column == place:
                by_unit.setdefault(self.question.unit[story], []).append(story)
        groups = [self._group(unit, stories, place) for unit, stories in by_unit.items()]
        return sorted(groups, key=_by_money)

    def _group(self, unit: int, stories: Sequence[int], place: int) -> Group:
        unit_id, cost = self.question.units[unit], self.question.cost[unit]
        opens = place != NOWHERE and self.price.finished_in[unit] == place
        return Group(
            title=self.names.unit_titles[unit_id],
            key=self.names.unit_keys[unit_id],
            is_capability=unit_id > 0,
            money=as_money(self.price.earned[unit]) if self.price.earned[unit] else None,
            weekly=None if cost is None else as_money(cost),
            opens=opens and cost is not None,
            rows=tuple(self._row(story, place) for story in stories),
        )

    def _row(self, story: int, place: int) -> StoryRow:
        question = self.question
        story_id, team = question.ids[story], question.team[story]
        is_planned = 0 <= team < len(question.planned_teams)
        name = str(question.teams[team]["name"]) if is_planned else ""
        return StoryRow(
            story_id=story_id,
            key=self.names.keys.get(story_id, ""),
            title=self.names.titles.get(story_id, "Deleted since"),
            points=question.points[story],
            team=name,
            initials=initials(name) if name else "",
            can_move=self.can_change and is_free(question, story),
            fate=self._fate(story, place),
        )

    def _fate(self, story: int, place: int) -> str:
        was = self.question.was[story]
        if str(story) in self.question.fixed:
            return "held"
        if self.shown == "record" or was == place:
            return ""
        return "new" if was == NOWHERE else "moved"


def _column_of(violation: Violation) -> int:
    return violation.sprint if isinstance(violation, CapacityExceeded) else violation.dependent_sprint


def _by_money(group: Group) -> tuple[bool, Decimal, Decimal]:
    """What opens first, then the dearest, unvalued ones last."""
    return (not group.opens, -(group.money or Decimal(-1)), -(group.weekly or Decimal(-1)))


def _points(value: float) -> Decimal:
    return Decimal(repr(round(value, 1)))


def page_of(plan: SprintPlan, *, shown: str = "plan") -> PlanPage:
    """The page of a computed plan, or beside it what people have planned."""
    question = question_of(plan)
    if shown == "record":
        placement = list(question.was)
    elif plan.state == PlanState.APPLIED.value:
        placement = taken_placement(plan, question)
    else:
        placement = placement_of(plan, question)
    return PlanPage(plan, question, load_names(question), placement, shown)


@dataclass(frozen=True)
class MoveLine:
    """A move of a plan in words, for people who choose some of them."""

    story_id: int
    key: str
    title: str
    was: str
    to: str
    place: int


def lines_of(page: PlanPage) -> list[MoveLine]:
    """What taking a plan over would change, by the sprint it goes to."""
    names = page.names
    lines = [
        MoveLine(
            story_id=move.story_id,
            key=names.keys.get(move.story_id, ""),
            title=names.titles.get(move.story_id, "Deleted since"),
            was=names.column(move.was) if move.was != NOWHERE else _elsewhere(move),
            to=names.column(move.to) if move.to != NOWHERE else "no sprint",
            place=move.to if move.to != NOWHERE else len(page.columns),
        )
        for move in page.moves
    ]
    return sorted(lines, key=lambda line: line.place)


def _elsewhere(move: PlanMove) -> str:
    return "no sprint" if move.was_sprint is None else "a sprint further on"


def unplaced_lines(page: PlanPage, *, most: int = 12) -> list[dict[str, Any]]:
    """What doesn't finish and why, valued ones, the dearest first."""
    told = [one for one in page.plan.answer["unplaced"] if one["cost"] is not None]
    ids = [one["story"] for one in told[:most] if one["story"]]
    keys = dict(Story.objects.filter(pk__in=ids).values_list("pk", "key"))
    return [
        {
            **one,
            "title": page.names.unit_titles.get(one["unit"], "Deleted since"),
            "key": page.names.unit_keys.get(one["unit"], ""),
            "is_capability": one["unit"] > 0,
            "weekly": as_money(one["cost"]),
            "story_key": keys.get(one["story"] or 0, ""),
        }
        for one in told[:most]
    ]


def unplaced_counts(page: PlanPage) -> dict[str, int]:
    """How many valued and unvalued units don't finish."""
    told = page.plan.answer["unplaced"]
    valued = sum(one["cost"] is not None for one in told)
    return {"valued": valued, "unvalued": len(told) - valued}


def say_price(price: MovePrice, names: PlanNames, *, currency: str) -> Mapping[str, str]:
    """What a drop would do: its price, what opens sooner or later, and the rules it breaks."""
    difference = as_money(price.difference)
    tone = "cost" if difference < 0 else "gain" if difference > 0 else ""
    word = "Costs" if difference < 0 else "Earns"
    money = f"{word} {format_money(abs(difference), currency)}" if difference else "Changes no dollar"
    told = [
        f"{names.unit(change.capability)} {_change(change.before, change.after, names)}"
        for change in price.changes
        if names.question.cost[change.capability] is not None
    ][:2]
    broken = say_violations(price.new_violations, names)
    return {"money": money, "tone": "broken" if broken else tone, "why": " ".join([*broken, *told])}


def _change(before: int, after: int, names: PlanNames) -> str:
    if after < 0:
        return "doesn't finish any more."
    if before < 0:
        return f"opens with {names.column(after)}."
    return f"opens with {names.column(after)}, not {names.column(before)}."
