"""What teams finished on each past working day: the history that futures are drawn from."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from accounts.models import Workspace
from common.errors import Conflict
from common.public_holidays import public_holidays
from planner.domain.arrays import FloatArray, IntArray
from valuestream.domain.days import days_of, start_of_day
from valuestream.domain.forecasting.throughput import LEAST_DAYS
from valuestream.domain.forecasting.words import Measure
from valuestream.domain.forecasting.workdays import NobodyWorks, WorkDays
from valuestream.selectors.columns import ABSENT
from valuestream.selectors.forecast_items import ForecastStories, finished_stories

MOST_DAYS = 120
"""Working days that a forecast is drawn from: about half a year. What was longer ago was another team."""
BACKTEST_DAYS = 400
"""Working days that the back-test looks over."""
MOST_YEARS_AHEAD = 6


@dataclass(frozen=True)
class Ahead:
    """Where past and future meet. `days`: the past working days looked at, the oldest first; `first`: the first one
    ahead."""

    calendar: WorkDays
    days: list[date]
    first: date

    def dates(self, count: int) -> list[date]:
        """The working days from the first one ahead on."""
        return self.calendar.ahead(self.first, count)


def calendar_of(*, workspace: Workspace, day: date) -> WorkDays:
    """The working days of a workspace, years before and after a day."""
    years = day.year - 3, day.year + MOST_YEARS_AHEAD
    return WorkDays(frozenset(workspace.work_weekdays), public_holidays(workspace.holiday_country, *years))


def look_ahead(*, workspace: Workspace, as_of: datetime) -> Ahead:
    """Part the days at an instant: today still counts as ahead until its working hours are over.

    Raises Conflict where the workspace's calendar has no working days.
    """
    local = as_of.astimezone(ZoneInfo(workspace.time_zone))
    today = local.date()
    is_over = workspace.work_ends > workspace.work_starts and local.time() >= workspace.work_ends
    next_day = today + timedelta(days=1) if is_over else today
    calendar = calendar_of(workspace=workspace, day=today)
    try:
        [first] = calendar.ahead(next_day, 1)
        return Ahead(calendar, calendar.behind(next_day - timedelta(days=1), BACKTEST_DAYS), first)
    except NobodyWorks as refused:
        raise Conflict(str(refused)) from refused


@dataclass(frozen=True)
class TeamPast:
    """What one team finished: `daily` from its first day on, at most `BACKTEST_DAYS`. `first`: that day.

    `days_behind` (120 of it at most) is what futures are drawn from.
    """

    daily: FloatArray
    first: date | None
    drawn_from: int = MOST_DAYS

    @property
    def recent(self) -> FloatArray:
        """The days that futures are drawn from."""
        return self.daily[-self.drawn_from :]

    @property
    def is_enough(self) -> bool:
        """Whether a forecast can rest on it."""
        return len(self.recent) >= LEAST_DAYS and bool(self.recent.any())

    @property
    def per_week(self) -> float:
        """The mean of what is finished in five working days."""
        return float(self.recent.mean()) * 5 if len(self.recent) else 0.0


@dataclass(frozen=True)
class Pasts:
    """The pasts of a workspace's teams by id, ABSENT for stories without one, and of all of them together."""

    of_teams: dict[int, TeamPast]
    together: TeamPast
    measure: Measure
    assumed_points: float
    unestimated: int

    def of(self, team: int) -> TeamPast | None:
        """The past of a team; None where it finished nothing."""
        return self.of_teams.get(team)


def load_pasts(
    *, workspace: Workspace, ahead: Ahead, as_of: datetime, is_past: bool, measure: Measure | None, since: date | None
) -> Pasts:
    """Count what was finished on each of these days, by team. A day off counts with the working day before it.

    A team's past begins on the working day after it first finished something: before that nobody knows whether it
    was there. `measure` None: points where at least half of what was finished has some, else stories. Stories without
    points then count as the mean of the others. `since`: leave what lies before a day out.
    """
    began = start_of_day(ahead.days[0], workspace.time_zone)
    stories = finished_stories(workspace_id=workspace.pk, since=began, as_of=as_of, is_past=is_past)
    known = ~np.isnan(stories.points)
    if measure is None:
        measure = Measure.POINTS if known.sum() * 2 >= len(stories) and known.any() else Measure.ITEMS
    assumed = float(stories.points[known].mean()) if known.any() else 1.0
    amounts = np.where(known, stories.points, assumed) if measure is Measure.POINTS else np.ones(len(stories))
    place = _places(stories, ahead, workspace.time_zone)
    counted = place >= 0
    teams = {int(team): stories.team[counted] == team for team in np.unique(stories.team[counted])}
    place, amounts = place[counted], amounts[counted]
    of_teams = {team: _past(place[mine], amounts[mine], ahead, since) for team, mine in teams.items()}
    together = _past(place, amounts, ahead, since)
    unestimated = 0 if measure is Measure.ITEMS else int((~known).sum())
    return Pasts(of_teams, together, measure, assumed, unestimated)


def _places(stories: ForecastStories, ahead: Ahead, zone: str) -> IntArray:
    """The index of the working day on which each story counts; -1 for today's while today counts as ahead."""
    ordinals = np.array([day.toordinal() for day in ahead.days])
    days = days_of(stories.finished_at, zone)
    place = np.searchsorted(ordinals, days, side="right") - 1
    return np.where(days < ahead.first.toordinal(), place, -1)


def _past(place: IntArray, amounts: FloatArray, ahead: Ahead, since: date | None) -> TeamPast:
    total = np.bincount(place, weights=amounts, minlength=len(ahead.days))
    first = int(place.min()) + 1 if len(place) else len(total)
    if since is not None:
        first = max(first, sum(day < since for day in ahead.days))
    daily = total[first:].astype(np.float64)
    return TeamPast(daily, ahead.days[first] if first < len(ahead.days) else None)


NO_TEAM = ABSENT
"""In place of a team's id."""
