"""The head of a wall: goal, what opens when, days and work left, small burn-downs, and hours per person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from planner.domain.vocabulary import SprintState, StateCategory
from planner.selectors.wall import Wall
from planner.selectors.wall_burn import WallBurn, steps_of
from planner.selectors.wall_money import Reach, Release
from planner.selectors.wall_people import Crew, PersonLoad
from planner.selectors.wall_sprints import SprintDays

TOP, BOTTOM, WIDE = 6.0, 46.0, 100.0
FAR_DAYS = 366
DONE, CANCELLED = StateCategory.DONE.value, StateCategory.CANCELLED.value
ZERO = Decimal(0)
RACE_STEPS = 20


@dataclass(frozen=True)
class Spark:
    """A small burn-down: what is left at the end of each day so far, as steps on a drawing 100 by 50.

    `ideal`: the even pace from what was committed to nothing; empty where nothing was.
    """

    path: str
    end_x: float
    end_y: float
    ideal: str = ""


@dataclass(frozen=True)
class PersonBar:
    """Somebody's hours as a bar on the scale of all: `all` there are, `now` planned within them, `over` beyond."""

    load: PersonLoad
    all: str
    now: str
    over: str


def draw_bars(crew: Crew) -> list[PersonBar]:
    """One bar a person, in hundredths of the longest."""
    top = max((max(load.hours, load.capacity or ZERO) for load in crew.people), default=ZERO) or Decimal(1)
    return [
        PersonBar(
            load,
            _share(load.capacity or ZERO, top),
            _share(min(load.hours, load.capacity) if load.capacity is not None else load.hours, top),
            _share(load.over, top),
        )
        for load in crew.people
    ]


def _share(part: Decimal, whole: Decimal) -> str:
    return f"{100 * float(part / whole):.1f}"


@dataclass(frozen=True)
class Figures:
    """The wall's numbers, of the whole sprint. What was committed is None before the start, or where not kept."""

    days: SprintDays
    release: Release
    crew: Crew
    points_left: Decimal
    points_now: Decimal
    points_committed: Decimal | None
    unestimated: int
    hours_left: Decimal
    hours_committed: Decimal | None
    points_spark: Spark | None
    hours_spark: Spark | None
    money_spark: Spark | None

    @property
    def points_added(self) -> bool:
        """Whether there is more in the sprint than was committed."""
        return self.points_committed is not None and self.points_now > self.points_committed

    @property
    def opening(self) -> Sequence[Reach]:
        """What can open here, the dearest first: three of them."""
        return [reach for reach in self.release.lanes if reach.opens_here][:3]

    @property
    def race(self) -> Sequence[tuple[Reach, int]]:
        """Each capability's reach of the channel: as wide as its dollars, in twentieths of the widest."""
        lanes = [reach for reach in self.release.lanes if reach.business_value]
        top = max((reach.business_value or ZERO for reach in lanes), default=Decimal(1))
        return [(reach, max(round(RACE_STEPS * (reach.business_value or ZERO) / top), 1)) for reach in lanes]


def build_figures(
    *, wall: Wall, days: SprintDays, release: Release, crew: Crew, burn: WallBurn | None = None
) -> Figures:
    """Count the whole sprint, whatever the filter leaves on the wall."""
    counted = [story for story in wall.stories if story.category != CANCELLED]
    left = sum((story.points or ZERO for story in counted if story.category != DONE), ZERO)
    now = sum((story.points or ZERO for story in counted), ZERO)
    is_over = wall.sprint.state == SprintState.COMPLETED.value
    hours = wall.hours_left()
    return Figures(
        days=days,
        release=release,
        crew=crew,
        points_left=left,
        points_now=now,
        points_committed=wall.sprint.initial_planned_points,
        unestimated=sum(story.points is None for story in counted),
        hours_left=hours,
        hours_committed=wall.sprint.initial_planned_hours,
        points_spark=_burned(burn, "points", None if is_over else left),
        hours_spark=_burned(burn, "hours", None if is_over else hours),
        money_spark=_spark(days, release.committed, _dollars_released(wall, release)),
    )


def _burned(burn: WallBurn | None, unit: str, present: Decimal | None) -> Spark | None:
    """Steps from the commitment on, one a working day. None before the start, or where there never was anything."""
    if burn is None:
        return None
    steps = steps_of(burn, unit=unit, present=present)
    top = max(steps)
    if top <= 0:
        return None
    heights = [BOTTOM - (BOTTOM - TOP) * float(max(step, ZERO) / top) for step in steps]
    places = [min(number / burn.days, 1) * WIDE for number in range(len(steps))]
    path = f"M0 {heights[0]:.1f}" + "".join(f"H{x:.1f}V{y:.1f}" for x, y in zip(places[1:], heights[1:], strict=True))
    ideal = f"M0 {heights[0]:.1f}L100 {BOTTOM:.0f}" if steps[0] > 0 else ""
    return Spark(path, round(places[-1], 1), round(heights[-1], 1), ideal)


def _dollars_released(wall: Wall, release: Release) -> list[tuple[date, Decimal]]:
    zone = ZoneInfo(wall.sprint.workspace.time_zone)
    released = [reach for reach in release.lanes if reach.released_at and reach.is_released_here]
    return [
        (reach.released_at.astimezone(zone).date(), reach.business_value or ZERO)
        for reach in released
        if reach.released_at
    ]


def _spark(days: SprintDays, whole: Decimal, gone: Sequence[tuple[date, Decimal]]) -> Spark | None:
    """Steps down from the whole; a day's step stands at its end. None before the sprint, or with nothing in it."""
    past = [day for day in days.days if day <= days.today]
    if not past or whole <= 0:
        return None
    step = WIDE / days.total
    path, x, y = f"M0 {TOP}", 0.0, TOP
    for number, day in enumerate(past, 1):
        until = days.days[number] if number < days.total else day + timedelta(days=FAR_DAYS)
        left = whole - sum((amount for at, amount in gone if at < until), ZERO)
        x, y = number * step, BOTTOM - (BOTTOM - TOP) * float(max(left, ZERO) / whole)
        path += f"H{x:.1f}V{y:.1f}"
    return Spark(path, round(x, 1), round(y, 1))
