"""What is left to invest in a unit: the points of its closure at the cost per point of each story's team."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg

from planner.models import Capability, Dependency, Story
from planner.models.choices import OPEN_CATEGORIES

MOST_IDS = 900
ONE = Decimal(1)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class RateLine:
    """Work of one team, or of none, at its rate. `is_own`: the rate is the team's; else the workspace's counts."""

    team: str
    rate: Decimal
    is_own: bool
    points: Decimal
    stories: int
    unestimated: int

    @property
    def amount(self) -> Decimal:
        """Points x rate, money."""
        return (self.points * self.rate).quantize(CENT)


@dataclass(frozen=True)
class Investment:
    """What is left to invest. `own`: in the unit's own stories; the rest is in work of others that it needs.

    `unestimated` stories count as `stand_in` points each: the mean of the estimated open ones.
    """

    lines: list[RateLine]
    own: Decimal
    stand_in: Decimal | None

    @property
    def total(self) -> Decimal:
        """Money for the whole closure."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def points(self) -> Decimal:
        """Points of the closure, stand-ins included."""
        return sum((line.points for line in self.lines), Decimal(0))

    @property
    def stories(self) -> int:
        """Open stories of the closure."""
        return sum(line.stories for line in self.lines)

    @property
    def unestimated(self) -> int:
        """How many of them nobody has estimated."""
        return sum(line.unestimated for line in self.lines)


def investment_of(*, thing: Capability | Story) -> Investment | None:
    """What is left to invest in a capability, or in a story of its own; None where no open story is required.

    One query for each step down the prerequisites.
    """
    open_stories = Story.objects.filter(category__in=OPEN_CATEGORIES).select_related("team", "workspace")
    if isinstance(thing, Capability):
        own = list(open_stories.filter(capability=thing, required=True))
    else:
        own = list(open_stories.filter(pk=thing.pk))
    if not own:
        return None
    closure = _closure(own)
    stand_in = _stand_in(own[0].workspace_id) if any(one.points is None for one in closure) else None
    own_lines = _lines(own, stand_in)
    return Investment(_lines(closure, stand_in), sum((line.amount for line in own_lines), Decimal(0)), stand_in)


def _closure(own: Iterable[Story]) -> list[Story]:
    """The stories and all unfinished work they need, each once."""
    found = {story.pk: story for story in own}
    reached = list(found)
    while reached:
        needed: set[int] = set()
        for start in range(0, len(reached), MOST_IDS):
            needs = Dependency.objects.filter(successor__in=reached[start : start + MOST_IDS])
            needed.update(needs.filter(predecessor__category__in=OPEN_CATEGORIES).values_list("predecessor", flat=True))
        reached = sorted(needed - found.keys())
        for start in range(0, len(reached), MOST_IDS):
            stories = Story.objects.filter(pk__in=reached[start : start + MOST_IDS])
            found |= {story.pk: story for story in stories.select_related("team", "workspace")}
    return list(found.values())


def _stand_in(workspace_id: int) -> Decimal:
    """Mean points of the estimated open stories; 1 where none is estimated, as in `planner.domain.scoring`."""
    estimated = Story.objects.filter(workspace_id=workspace_id, category__in=OPEN_CATEGORIES, points__isnull=False)
    mean = estimated.aggregate(mean=Avg("points"))["mean"]
    return ONE if mean is None else Decimal(mean)


def _lines(stories: Iterable[Story], stand_in: Decimal | None) -> list[RateLine]:
    """By team, the dearest first."""
    by_team: defaultdict[int | None, list[Story]] = defaultdict(list)
    for story in stories:
        by_team[story.team_id].append(story)
    lines = [_line(of_team, stand_in) for of_team in by_team.values()]
    return sorted(lines, key=lambda line: (-line.amount, line.team))


def _line(stories: list[Story], stand_in: Decimal | None) -> RateLine:
    team, workspace = stories[0].team, stories[0].workspace
    own_rate = team.cost_per_point if team else None
    points = [stand_in or ONE if story.points is None else story.points for story in stories]
    return RateLine(
        team=team.name if team else "",
        rate=workspace.cost_per_point if own_rate is None else own_rate,
        is_own=own_rate is not None,
        points=sum(points, Decimal(0)),
        stories=len(stories),
        unestimated=sum(story.points is None for story in stories),
    )
