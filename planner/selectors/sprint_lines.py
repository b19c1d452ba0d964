"""Sprint lines through the manual backlog: how far the next sprints reach by each team's velocity.

Until sprints are planned story by story this is drawn from points alone. The lines are kept in the cache until
something changes in the workspace; the velocities, which read more, for an hour.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

from django.core.cache import cache
from django.db.models import Avg, Count, Sum

from accounts.models import Workspace
from common.live.models import Change
from planner.domain.sprint_lines import Filled, Item, fill_sprints
from planner.domain.vocabulary import SprintState, StateCategory
from planner.models import Capability, Sprint, Story, Team
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.pins import today_of
from planner.selectors.ranking import PACE_WEEKS

MOST_LINES = 4
ROWS_AT_ONCE = 500
MOST_STORIES = 5_000
"""Whoever has more than this in four sprints sees fewer lines."""

USUAL_DAYS = 14
POINTS_OF_UNKNOWN = 3.0
HOUR = 3_600
NO_TEAM = 0


@dataclass(frozen=True)
class TeamFill:
    """How full a team's sprint is, in points."""

    name: str
    used: float
    capacity: float


@dataclass(frozen=True)
class SprintLine:
    """The end of a sprint in the list: it stands above the story `above_id`.

    `finishing` capabilities have their last open required story in this sprint; `live` is the cost of delay a week
    of all that finishes by then. `is_planned`: the sprint exists; else it follows the last one at the same length.
    """

    number: int
    name: str
    ends_on: date
    days: int
    is_planned: bool
    above_id: int
    teams: tuple[TeamFill, ...]
    finishing: int
    live: Decimal


@dataclass(frozen=True)
class _Round:
    """Sprints of all teams that end on the same day; `days` are those left of it."""

    name: str
    ends_on: date
    days: int
    is_planned: bool
    team_ids: frozenset[int]


@dataclass(frozen=True)
class Velocity:
    """Points finished a week by team (0: no team) over PACE_WEEKS, and the mean size of an open story."""

    by_team: Mapping[int, float]
    mean_points: float


def list_sprint_lines(*, workspace: Workspace, now: datetime) -> list[SprintLine]:
    """The lines of the next sprints; one query while nothing changes."""
    newest = Change.objects.filter(workspace_id=workspace.pk).order_by("-pk").values_list("pk", flat=True).first()
    today = today_of(workspace=workspace, now=now)
    key = f"sprint-lines:{workspace.pk}:{today}:{newest}"
    kept: list[SprintLine] | None = cache.get(key)
    if kept is None:
        kept = compute_sprint_lines(workspace=workspace, now=now)
        cache.set(key, kept, HOUR)
    return kept


def compute_sprint_lines(*, workspace: Workspace, now: datetime) -> list[SprintLine]:
    """The lines, computed anew: about six queries, and no further down the list than the last line."""
    rounds = _next_rounds(workspace, today=today_of(workspace=workspace, now=now))
    velocity = velocity_of(workspace=workspace, now=now)
    capacities = [_capacity(each, velocity) for each in rounds]
    if not any(capacities):
        return []
    filled = fill_sprints(_items(workspace, velocity), capacities)
    teams = dict(Team.objects.filter(workspace=workspace).values_list("pk", "name"))
    finishing = _finishing(filled)
    live = list(accumulate(money for _, money in finishing))
    return [
        SprintLine(
            number=number,
            name=each.name,
            ends_on=each.ends_on,
            days=each.days,
            is_planned=each.is_planned,
            above_id=sprint.ends_above,
            teams=_fills(sprint, capacity, teams),
            finishing=count,
            live=total,
        )
        for number, (each, capacity, sprint, (count, _), total) in enumerate(
            zip(rounds, capacities, filled, finishing, live, strict=False)
        )
        if sprint.ends_above is not None
    ]


def velocity_of(*, workspace: Workspace, now: datetime) -> Velocity:
    """Points each team finished a week lately; kept for an hour."""
    key = f"velocity:{workspace.pk}:{now:%Y%m%d%H}"
    kept: Velocity | None = cache.get(key)
    if kept is None:
        kept = _velocity(workspace, now)
        cache.set(key, kept, HOUR)
    return kept


def _velocity(workspace: Workspace, now: datetime) -> Velocity:
    finished = Story.objects.filter(
        workspace=workspace,
        category=StateCategory.DONE.value,
        state_entered_at__gt=now - timedelta(weeks=PACE_WEEKS),
        state_entered_at__lte=now,
    )
    sums = finished.order_by().values_list("team").annotate(total=Sum("points"))
    open_stories = Story.objects.filter(workspace=workspace, category__in=OPEN_CATEGORIES)
    mean = open_stories.aggregate(mean=Avg("points"))["mean"]
    return Velocity(
        by_team={team or NO_TEAM: float(total) / PACE_WEEKS for team, total in sums if total},
        mean_points=float(mean) if mean else POINTS_OF_UNKNOWN,
    )


def _next_rounds(workspace: Workspace, *, today: date) -> list[_Round]:
    """The next sprints by their last day, and as many that nobody made yet as are missing."""
    sprints = Sprint.objects.filter(workspace=workspace, end_date__gte=today).exclude(state=SprintState.COMPLETED.value)
    by_end: dict[date, list[Sprint]] = {}
    for sprint in sprints.order_by("end_date", "name", "pk"):
        by_end.setdefault(sprint.end_date or today, []).append(sprint)
    rounds: list[_Round] = []
    begins = today
    for ends_on, same in list(by_end.items())[:MOST_LINES]:
        rounds.append(_round_of(same, begins=begins, ends_on=ends_on))
        begins = ends_on + timedelta(days=1)
    length = _usual_length(workspace)
    while len(rounds) < MOST_LINES:
        rounds.append(_assumed_round(rounds, begins=begins, length=length))
        begins = rounds[-1].ends_on + timedelta(days=1)
    return rounds


def _round_of(sprints: Sequence[Sprint], *, begins: date, ends_on: date) -> _Round:
    names = list(dict.fromkeys(sprint.name for sprint in sprints))
    teams = frozenset(sprint.team_id for sprint in sprints if sprint.team_id is not None)
    is_for_all = any(sprint.team_id is None for sprint in sprints)
    starts = min((sprint.start_date for sprint in sprints if sprint.start_date), default=begins)
    days = (ends_on - max(starts, begins)).days + 1
    return _Round(", ".join(names[:3]), ends_on, max(days, 1), True, frozenset() if is_for_all else teams)


def _usual_length(workspace: Workspace) -> int:
    """Days from the beginning of one sprint to that of the next: the newest one's length, weekends included."""
    dated = Sprint.objects.filter(workspace=workspace, start_date__isnull=False, end_date__isnull=False)
    newest = dated.order_by("-start_date").first()
    if newest is None or newest.start_date is None or newest.end_date is None:
        return USUAL_DAYS
    weeks = -(-((newest.end_date - newest.start_date).days + 1) // 7)
    return 7 * weeks


def _assumed_round(rounds: Sequence[_Round], *, begins: date, length: int) -> _Round:
    ends_on = begins + timedelta(days=length - 1)
    return _Round(_next_name(rounds), ends_on, length, False, frozenset())


def _next_name(rounds: Sequence[_Round]) -> str:
    words, _, number = rounds[-1].name.rpartition(" ") if rounds else ("", "", "")
    return f"{words} {int(number) + 1}" if words and number.isascii() and number.isdigit() else "The next sprint"


def _capacity(each: _Round, velocity: Velocity) -> dict[int, float]:
    """Points by team; a team without a sprint of its own in a round has none there."""
    return {
        team: points * each.days / 7
        for team, points in velocity.by_team.items()
        if not each.team_ids or team in each.team_ids
    }


def _items(workspace: Workspace, velocity: Velocity) -> Iterator[Item]:
    """Open stories from the top, in pieces, no further than asked for."""
    stories = Story.objects.filter(backlog__workspace=workspace, category__in=OPEN_CATEGORIES).order_by("rank")
    last: int | None = None
    for _ in range(MOST_STORIES // ROWS_AT_ONCE):
        below = stories if last is None else stories.filter(rank__gt=last)
        rows = list(below.values_list("pk", "team_id", "points", "rank")[:ROWS_AT_ONCE])
        for pk, team, points, rank in rows:
            yield Item(pk, team or NO_TEAM, velocity.mean_points if points is None else float(points))
            last = rank
        if len(rows) < ROWS_AT_ONCE:
            return


def _fills(sprint: Filled, capacity: Mapping[int, float], teams: Mapping[int, str]) -> tuple[TeamFill, ...]:
    names = {**teams, NO_TEAM: "No team"}
    fills = [
        TeamFill(names[team], round(sprint.used.get(team, 0.0), 1), round(points, 1))
        for team, points in capacity.items()
        if team in names and points >= 0.05
    ]
    return tuple(sorted(fills, key=lambda fill: fill.name))


def _finishing(filled: Sequence[Filled]) -> list[tuple[int, Decimal]]:
    """For each sprint: how many capabilities finish in it, and the cost of delay a week of all it finishes."""
    ids = [pk for sprint in filled for pk in sprint.story_ids]
    stories = {
        pk: (capability, money)
        for pk, capability, money in Story.objects.filter(pk__in=ids).values_list(
            "pk", "capability_id", "cost_of_delay"
        )
    }
    required = set(Story.objects.filter(pk__in=ids, required=True).values_list("pk", flat=True))
    capability_ids = {capability for capability, _ in stories.values() if capability}
    waiting = _open_required(capability_ids)
    worth = dict(Capability.objects.filter(pk__in=capability_ids).values_list("pk", "cost_of_delay"))
    finishing: list[tuple[int, Decimal]] = []
    for sprint in filled:
        count, money = 0, Decimal(0)
        for pk in sprint.story_ids:
            capability, own = stories.get(pk, (None, None))
            if capability is None:
                money += own or Decimal(0)
            elif pk in required:
                waiting[capability] -= 1
                count += waiting[capability] == 0
                money += (worth[capability] or Decimal(0)) if waiting[capability] == 0 else Decimal(0)
        finishing.append((count, money))
    return finishing


def _open_required(capability_ids: set[int]) -> dict[int, int]:
    """How many open required stories each capability has."""
    stories = Story.objects.filter(capability__in=capability_ids, category__in=OPEN_CATEGORIES, required=True)
    return dict(stories.order_by().values_list("capability").annotate(number=Count("pk")))
