"""The sprints of a workspace as their page lists them: running, ahead with what is planned, over with figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum

from accounts.models import Workspace
from planner.domain.vocabulary import StateCategory, TaskState
from planner.models import Sprint, Story, Task, Team
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.capacity import SprintCapacity, build_capacity, window_of
from planner.selectors.crews import Crew, load_crews, pattern_of
from planner.selectors.pins import today_of
from planner.selectors.sprint_reports import Report, list_reports
from planner.selectors.sprints import COMPLETED, IN_PROGRESS, NOT_STARTED, by_start
from planner.selectors.velocity import ALL, TeamVelocity, velocities_of

MOST_AHEAD = 24
MOST_OVER = 20
CANCELLED = StateCategory.CANCELLED.value
ZERO = Decimal(0)


@dataclass(frozen=True)
class Load:
    """What is in a sprint now. `unestimated`: stories without points; `hours`: left on tasks."""

    stories: int = 0
    points: Decimal = ZERO
    done: Decimal = ZERO
    unestimated: int = 0
    hours: Decimal = ZERO


@dataclass(frozen=True)
class SprintRow:
    """A sprint that is not over. `p50`, `p15`, `hours`: what its people can take on; None unknown.

    `days_left`: working days from today on, None without dates.
    """

    sprint: Sprint
    load: Load
    p50: Decimal | None
    p15: Decimal | None
    hours: Decimal | None
    days_left: int | None
    reason: str = ""

    @property
    def over(self) -> Decimal:
        """Points planned beyond what is done in half of such sprints."""
        return max(self.load.points - self.p50, ZERO) if self.p50 is not None else ZERO


@dataclass(frozen=True)
class SprintPage:
    """Everything the list shows. `more`: the first day of the oldest shown, where older ones are left."""

    running: Sequence[SprintRow]
    ahead: Sequence[SprintRow]
    over: Sequence[tuple[Sprint, Report | None]]
    more: date | None
    teams: Sequence[Team]
    today: date


def load_sprint_page(
    *, workspace: Workspace, now: datetime, team: Team | None = None, before: date | None = None
) -> SprintPage:
    """The sprints of everybody, or of a team and of the whole workspace; about 25 statements whatever their number."""
    sprints = Sprint.objects.filter(workspace=workspace).select_related("team", "workspace")
    if team is not None:
        sprints = sprints.filter(Q(team=team) | Q(team=None))
    today = today_of(workspace=workspace, now=now)
    open_sprints = sorted(sprints.filter(state__in=[IN_PROGRESS, *NOT_STARTED])[: MOST_AHEAD * 4], key=by_start)
    past = sprints.filter(state=COMPLETED).order_by("-start_date", "-pk")
    over = list((past.filter(start_date__lt=before) if before else past)[: MOST_OVER + 1])
    reports = list_reports(sprints=over[:MOST_OVER], now=now)
    rows = _rows(workspace, open_sprints, today)
    return SprintPage(
        running=[row for row in rows if row.sprint.state == IN_PROGRESS],
        ahead=[row for row in rows if row.sprint.state != IN_PROGRESS][:MOST_AHEAD],
        over=[(sprint, reports.get(sprint.pk)) for sprint in over[:MOST_OVER]],
        more=over[MOST_OVER - 1].start_date if len(over) > MOST_OVER else None,
        teams=list(Team.objects.filter(workspace=workspace).order_by("name")),
        today=today,
    )


def row_of(*, sprint: Sprint, now: datetime) -> SprintRow:
    """One sprint's load and capacity."""
    crews = load_crews(workspace=sprint.workspace, team_ids=[sprint.team_id] if sprint.team_id else None)
    velocities = velocities_of(workspace=sprint.workspace, crews=crews)
    return build_row(sprint=sprint, crews=crews, velocities=velocities, now=now)


def build_row(
    *, sprint: Sprint, crews: Mapping[int, Crew], velocities: Mapping[int, TeamVelocity], now: datetime
) -> SprintRow:
    """One sprint's load and capacity, from people and velocities that are loaded."""
    today = today_of(workspace=sprint.workspace, now=now)
    return _row(sprint, _loads([sprint]).get(sprint.pk, Load()), crews, velocities, today)


def _rows(workspace: Workspace, sprints: Sequence[Sprint], today: date) -> list[SprintRow]:
    if not sprints:
        return []
    crews = load_crews(workspace=workspace)
    velocities = velocities_of(workspace=workspace, crews=crews)
    loads = _loads(sprints)
    return [_row(sprint, loads.get(sprint.pk, Load()), crews, velocities, today) for sprint in sprints]


def _row(
    sprint: Sprint, load: Load, crews: Mapping[int, Crew], velocities: Mapping[int, TeamVelocity], today: date
) -> SprintRow:
    mine = [crew for pk, crew in crews.items() if sprint.team_id in (None, pk)]
    window = window_of(sprint)
    capacities = [build_capacity(crew, velocities[crew.team.pk], window, sprint) for crew in mine]
    known = [each.total_hours for each in capacities if each.total_hours is not None and each.crew.members]
    hours = sum(known, ZERO) if known else None
    together = velocities[ALL].ahead(hours) if sprint.team_id is None else None
    p50: Decimal | None = _points(capacities, "p50")
    p15: Decimal | None = _points(capacities, "p15")
    if together is not None and together.p50 is not None:
        p50, p15 = together.p50, together.p15
    return SprintRow(
        sprint=sprint,
        load=load,
        p50=p50,
        p15=p15,
        hours=hours,
        days_left=_days_left(sprint, mine, today),
        reason=next((each.points.reason for each in capacities if each.points.reason), ""),
    )


def _points(capacities: Sequence[SprintCapacity], name: str) -> Decimal | None:
    """Points of all teams together where they have no sprints in common; those without a completed one add nothing."""
    known: list[Decimal] = [found for each in capacities if (found := getattr(each.points, name)) is not None]
    return sum(known, ZERO) if known else None


def _days_left(sprint: Sprint, crews: Sequence[Crew], today: date) -> int | None:
    if sprint.end_date is None:
        return None
    first = max(today, sprint.start_date or today)
    if first > sprint.end_date:
        return 0
    days = {day for crew in crews for day in crew.workdays(first, sprint.end_date)}
    if crews:
        return len(days)
    pattern = pattern_of(sprint.workspace, first, sprint.end_date)
    return sum(
        pattern.is_workday(date.fromordinal(n)) for n in range(first.toordinal(), sprint.end_date.toordinal() + 1)
    )


def _loads(sprints: Sequence[Sprint]) -> dict[int, Load]:
    """What is in each; two statements."""
    stories = Story.objects.filter(sprint__in=sprints).exclude(category=CANCELLED).order_by()
    tasks = Task.objects.filter(story__sprint__in=sprints, story__category__in=OPEN_CATEGORIES).order_by()
    left = tasks.exclude(state=TaskState.DONE.value).values_list("story__sprint").annotate(left=Sum("hours_left"))
    hours = {pk: total or ZERO for pk, total in left}
    counted = stories.values_list("sprint").annotate(
        number=Count("pk"),
        in_all=Sum("points"),
        finished=Sum("points", filter=Q(category=StateCategory.DONE.value)),
        without=Count("pk", filter=Q(points__isnull=True)),
    )
    return {
        pk: Load(number, points or ZERO, done or ZERO, unestimated, hours.get(pk, ZERO))
        for pk, number, points, done, unestimated in counted
    }
