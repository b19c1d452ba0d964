"""Asking for a sprint plan: the open stories, the sprints that lie ahead of each team, and what fits into them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

import numpy as np

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.vocabulary import SprintState
from planner.models import Sprint, Story, Team
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.capacity import SprintCapacity, capacities_of_teams
from planner.selectors.plan_questions import NOWHERE, Column, PlanQuestion
from planner.selectors.ranking import RankingInstance, load_ranking
from planner.selectors.sprints import by_start

FEWEST_SPRINTS, USUAL_SPRINTS, MOST_SPRINTS = 1, 4, 12
MOST_STORIES = 2_000
"""A plan looks at so many stories: those of the units that earn most for their points, with all that they need."""
LEVELS = ("p50", "p15")
WEEK = timedelta(weeks=1)
OTHERS = {"id": 0, "name": "Others"}
"""Whoever does what is in these sprints without a team that is planned: it stays where people put it."""
PLENTY = 100_000.0
"""Points of the others, who are not planned: more than any sprint holds."""
Sequences = Mapping[int, Sequence[Sprint | None]]
"""The sprints of each team by its id, one a column."""


class NothingToPlan(InvalidInput):
    """There are no teams, sprints or stories to plan; the message says which and what to do."""


def ask_plan(
    *,
    workspace: Workspace,
    now: datetime,
    sprints: int = USUAL_SPRINTS,
    team_ids: Sequence[int] | None = None,
    level: str = "p50",
    is_kept: bool = False,
) -> PlanQuestion:
    """The question for the next `sprints` sprints of these teams (all of them without any named).

    `is_kept`: what people put into these sprints stays there. Raises NothingToPlan, InvalidInput.
    """
    check_horizon(sprints=sprints, level=level)
    teams = _teams(workspace, team_ids)
    sequences, has_running = _sequences(workspace, teams, sprints)
    columns = _columns(teams, sequences, has_running)
    if len(columns) <= has_running:
        raise NothingToPlan(
            "No sprint with dates lies ahead: add the next sprints, then plan.", field="sprints", code="no_sprints"
        )
    ranking = load_ranking(workspace_id=workspace.pk, now=now)
    chosen = _choose(ranking)
    if not len(chosen):
        raise NothingToPlan("No open story is there to plan: add stories first.", field="stories", code="no_stories")
    capacity = _Capacities(workspace, teams, sequences, columns, ranking.points_per_week)
    return _Builder(ranking, chosen, teams, sequences, columns).build(capacity, level=level, is_kept=is_kept)


def check_horizon(*, sprints: int, level: str) -> None:
    """Refuse a horizon or a level that there is none of."""
    if not FEWEST_SPRINTS <= sprints <= MOST_SPRINTS:
        raise InvalidInput(f"Plan {FEWEST_SPRINTS} to {MOST_SPRINTS} sprints.", field="sprints")
    if level not in LEVELS:
        raise InvalidInput("Use p50 (half of such sprints reach it) or p15 (85 of 100 do).", field="level")


def _teams(workspace: Workspace, team_ids: Sequence[int] | None) -> list[Team]:
    found = list(Team.objects.filter(workspace=workspace).order_by("name", "pk"))
    if team_ids is not None:
        known = {team.pk for team in found}
        if unknown := [pk for pk in team_ids if pk not in known]:
            raise InvalidInput(f"There is no team {unknown[0]} here.", field="teams")
        found = [team for team in found if team.pk in set(team_ids)]
    if not found:
        raise NothingToPlan("A plan needs a team: add one, with its people.", field="teams", code="no_teams")
    return found


def _sequences(workspace: Workspace, teams: Sequence[Team], most: int) -> tuple[Sequences, bool]:
    """The sprints of each team from the running one on; a place for a running one where any team has one."""
    states = [SprintState.IN_PROGRESS.value, SprintState.PLANNED.value, SprintState.DRAFT.value]
    ahead = [
        sprint
        for sprint in Sprint.objects.filter(workspace=workspace, state__in=states)
        if sprint.start_date is not None and sprint.end_date is not None
    ]
    running: dict[int, Sprint | None] = {}
    coming: dict[int, list[Sprint]] = {}
    for team in teams:
        own = sorted((s for s in ahead if s.team_id in (None, team.pk)), key=by_start)
        runs = [s for s in own if s.state == SprintState.IN_PROGRESS.value]
        running[team.pk] = next((s for s in runs if s.team_id == team.pk), runs[0] if runs else None)
        coming[team.pk] = [s for s in own if s.state != SprintState.IN_PROGRESS.value][:most]
    if not any(running.values()):
        return coming, False
    return {pk: [running[pk], *rest] for pk, rest in coming.items()}, True


def _columns(teams: Sequence[Team], sequences: Sequences, has_running: bool) -> list[Column]:
    columns = []
    for place in range(max(len(own) for own in sequences.values())):
        here = {team.pk: own[place] for team in teams if place < len(own := sequences[team.pk])}
        found = {pk: sprint for pk, sprint in here.items() if sprint is not None}
        names = list(dict.fromkeys(sprint.name for sprint in found.values()))
        columns.append(
            Column(
                name=names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more",
                first=min(_first(sprint) for sprint in found.values()).isoformat(),
                last=max(_last(sprint) for sprint in found.values()).isoformat(),
                is_running=has_running and place == 0,
                sprints={str(pk): sprint.pk for pk, sprint in found.items()},
            )
        )
    return columns


def _first(sprint: Sprint) -> date:
    return sprint.start_date or date.max


def _last(sprint: Sprint) -> date:
    return sprint.end_date or date.min


def _choose(ranking: RankingInstance) -> list[int]:
    """Places of the stories to plan, in people's order."""
    total = len(ranking.story_ids)
    if total <= MOST_STORIES:
        return list(range(total))
    per_point = np.nan_to_num(ranking.backlog.cost_of_delay) / np.maximum(ranking.closure_points, 1e-9)
    needs: dict[int, list[int]] = {}
    for before, after in zip(ranking.backlog.prerequisite.tolist(), ranking.backlog.dependent.tolist(), strict=True):
        needs.setdefault(after, []).append(before)
    stories_of: dict[int, list[int]] = {}
    for story, unit in enumerate(ranking.backlog.capability_of_story.tolist()):
        stories_of.setdefault(unit, []).append(story)
    chosen: set[int] = set(np.flatnonzero(ranking.frozen).tolist())
    for unit in np.argsort(-per_point, kind="stable").tolist():
        if len(chosen) >= MOST_STORIES:
            break
        chosen |= _closure(stories_of.get(unit, []), needs)
    return sorted(chosen)


def _closure(stories: Sequence[int], needs: Mapping[int, list[int]]) -> set[int]:
    found, waiting = set(stories), list(stories)
    while waiting:
        for before in needs.get(waiting.pop(), ()):
            if before not in found:
                found.add(before)
                waiting.append(before)
    return found


class _Capacities:
    """Points at both levels, and hours, by team and column."""

    def __init__(
        self,
        workspace: Workspace,
        teams: Sequence[Team],
        sequences: Sequences,
        columns: Sequence[Column],
        pace: float,
    ) -> None:
        sprints = {sprint.pk: sprint for own in sequences.values() for sprint in own if sprint is not None}
        ids = [team.pk for team in teams]
        loaded = capacities_of_teams(workspace=workspace, sprints=list(sprints.values()), team_ids=ids)
        known = {team: dict(zip(sprints, capacities, strict=True)) for team, capacities in loaded.items()}
        stand_in = pace / len(teams)
        self.is_assumed = False
        self.p50, self.p15, self.hours = [], [], []
        for team in teams:
            here = [self._at(known[team.pk], column, team, stand_in) for column in columns]
            self.p50.append([p50 for p50, _, _ in here])
            self.p15.append([p15 for _, p15, _ in here])
            self.hours.append([hours for _, _, hours in here])

    def _at(
        self, known: Mapping[int, SprintCapacity], column: Column, team: Team, stand_in: float
    ) -> tuple[float, float, float | None]:
        sprint_id = column.sprints.get(str(team.pk))
        if sprint_id is None:
            return 0.0, 0.0, None
        found = known[sprint_id]
        hours = None if found.total_hours is None else float(found.total_hours)
        if found.points.p50 is None:
            self.is_assumed = True
            weeks = ((date.fromisoformat(column.last) - date.fromisoformat(column.first)).days + 1) / 7
            guess = round(stand_in * weeks, 1)
            return guess, guess, hours
        return float(found.points.p50), float(found.points.p15 or Decimal(0)), hours


@dataclass
class _Builder:
    ranking: RankingInstance
    chosen: list[int]
    teams: list[Team]
    sequences: Sequences
    columns: list[Column]

    def build(self, capacity: _Capacities, *, level: str, is_kept: bool) -> PlanQuestion:
        ids = self.ranking.story_ids[self.chosen].tolist()
        team, was_sprint = self._of_stories(ids)
        was = [self._column_of(team[place], sprint) for place, sprint in enumerate(was_sprint)]
        others = len(self.teams)
        team = [others if at == NOWHERE != column else at for at, column in zip(team, was, strict=True)]
        frozen = sum(column.is_running for column in self.columns)
        fixed = {
            str(place): column
            for place, column in enumerate(was)
            if column != NOWHERE and (is_kept or column < frozen or team[place] == others)
        }
        backlog = self.ranking.backlog
        unit_of = backlog.capability_of_story[self.chosen].tolist()
        units = list(dict.fromkeys(unit_of))
        place_of_unit = {unit: place for place, unit in enumerate(units)}
        weeks, ends = self._weeks()
        return PlanQuestion(
            columns=self.columns,
            teams=[*({"id": each.pk, "name": each.name} for each in self.teams), OTHERS],
            level=level,
            is_kept=is_kept,
            ids=ids,
            points=[None if np.isnan(value) else float(value) for value in backlog.points[self.chosen]],
            team=team,
            unit=[place_of_unit[unit] for unit in unit_of],
            is_required=backlog.is_required[self.chosen].tolist(),
            was=was,
            was_sprint=was_sprint,
            fixed=fixed,
            units=self.ranking.unit_ids[units].tolist(),
            cost=[None if np.isnan(value) else round(float(value), 4) for value in backlog.cost_of_delay[units]],
            capacity=[*(capacity.p50 if level == "p50" else capacity.p15), [PLENTY] * len(self.columns)],
            low_capacity=[*capacity.p15, [PLENTY] * len(self.columns)],
            hours=[*capacity.hours, [None] * len(self.columns)],
            weeks=weeks,
            ends=ends.isoformat(),
            dependencies=self._dependencies(),
            is_assumed=capacity.is_assumed,
            left_out=len(self.ranking.story_ids) - len(ids),
        )

    def _of_stories(self, ids: list[int]) -> tuple[list[int], list[int | None]]:
        """Place of each story's team, and its sprint's id."""
        place = {team.pk: number for number, team in enumerate(self.teams)}
        workspace_id = self.teams[0].workspace_id
        rows = Story.objects.filter(workspace=workspace_id, category__in=OPEN_CATEGORIES)
        found = {pk: (team, sprint) for pk, team, sprint in rows.order_by().values_list("pk", "team_id", "sprint_id")}
        told = [found.get(pk, (None, None)) for pk in ids]
        return [place.get(team or 0, NOWHERE) for team, _ in told], [sprint for _, sprint in told]

    def _column_of(self, team: int, sprint_id: int | None) -> int:
        if sprint_id is None:
            return NOWHERE
        for place, column in enumerate(self.columns):
            ids = column.sprints.values() if team < 0 else [column.sprints.get(str(self.teams[team].pk))]
            if sprint_id in ids:
                return place
        return NOWHERE

    def _weeks(self) -> tuple[list[float], date]:
        """Weeks from the end of each column to the end of the horizon: one sprint beyond the last."""
        lasts = [date.fromisoformat(column.last) for column in self.columns]
        gaps = [(later - last).days for last, later in pairwise(lasts)]
        only = (lasts[0] - date.fromisoformat(self.columns[0].first)).days + 1
        ends = lasts[-1] + timedelta(days=round(median(gaps or [only])))
        return [max((ends - last) / WEEK, 0.0) for last in lasts], ends

    def _dependencies(self) -> list[list[int]]:
        place = {story: number for number, story in enumerate(self.chosen)}
        backlog = self.ranking.backlog
        pairs = zip(backlog.prerequisite.tolist(), backlog.dependent.tolist(), strict=True)
        return [[place[before], place[after]] for before, after in pairs if before in place and after in place]
