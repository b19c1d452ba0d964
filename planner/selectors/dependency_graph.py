"""Dependencies between units of the backlog, as a graph to draw: who waits for whom, and for how much a week."""

from collections import defaultdict, deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import Workspace
from planner.domain.ordering.enablers import UnblockedValue, unblocked_value
from planner.domain.sequencing import plan_order
from planner.models import Capability, Dependency, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.kept_rankings import keep_ranking
from planner.selectors.ranking import RankingInstance

MOST_NODES = 60
DEFAULT_REACH = 2

REPLANNED_UP_TO = 20_000
"""Stories of a backlog that is planned anew without each of its enablers; of larger ones their worth is a floor."""

UnitId = int
Links = Mapping[UnitId, Collection[UnitId]]


@dataclass(frozen=True)
class GraphUnit:
    """A unit of the graph. `waiting`: cost of delay a week of all that waits for it, its own left out."""

    unit_id: UnitId
    thing: Capability | Story
    waiting: Decimal
    waiting_units: int

    @property
    def is_capability(self) -> bool:
        """Whether it is a capability, else a story in none."""
        return self.unit_id > 0


@dataclass(frozen=True)
class GraphArc:
    """`needed` must be done before `needing`: through how many pairs of stories, and which is the first."""

    needed: UnitId
    needing: UnitId
    stories: list[tuple[str, str]]


@dataclass(frozen=True)
class DependencyGraph:
    """What is drawn, and how many units with dependencies are not."""

    units: list[GraphUnit]
    arcs: list[GraphArc]
    left_out: int


def dependency_graph(
    *, workspace: Workspace, around: UnitId | None = None, reach: int = DEFAULT_REACH, most: int = MOST_NODES
) -> DependencyGraph:
    """The open dependencies of a workspace, in five queries.

    `around`: only what is at most `reach` arcs away from this unit. Of more than `most` units those are drawn that
    hold up most, and what hangs on them.
    """
    pairs = _open_pairs(workspace)
    needed_by: defaultdict[UnitId, set[UnitId]] = defaultdict(set)
    needs: defaultdict[UnitId, set[UnitId]] = defaultdict(set)
    for needed, needing in pairs:
        needed_by[needed].add(needing)
        needs[needing].add(needed)
    known = set(needed_by) | set(needs)
    wanted = _around(around, needs, needed_by, reach) if around is not None else known
    costs = _costs(workspace, known)
    waiting = {unit: _waiting_for(unit, needed_by) for unit in wanted}
    amounts = {unit: sum((costs[one] for one in others), Decimal(0)) for unit, others in waiting.items()}
    kept = _most_important(wanted, amounts, needs, needed_by, most)
    things = _things(kept)
    units = [GraphUnit(unit, things[unit], amounts[unit], len(waiting[unit])) for unit in kept if unit in things]
    drawn = {unit.unit_id for unit in units}
    arcs = [GraphArc(*ends, stories=keys) for ends, keys in pairs.items() if drawn.issuperset(ends)]
    return DependencyGraph(units, arcs, left_out=len(wanted) - len(units))


def _open_pairs(workspace: Workspace) -> dict[tuple[UnitId, UnitId], list[tuple[str, str]]]:
    """(needed unit, needing unit) with the keys of the stories (needed, needing); finished work holds up nothing."""
    rows = (
        Dependency.objects.filter(
            workspace=workspace,
            predecessor__category__in=OPEN_CATEGORIES,
            successor__category__in=OPEN_CATEGORIES,
        )
        .order_by("id")
        .values_list(
            "predecessor_id",
            "predecessor__key",
            "predecessor__capability_id",
            "successor_id",
            "successor__key",
            "successor__capability_id",
        )
    )
    pairs: dict[tuple[UnitId, UnitId], list[tuple[str, str]]] = {}
    for before, before_key, before_of, after, after_key, after_of in rows:
        ends = before_of or -before, after_of or -after
        if ends[0] != ends[1]:
            pairs.setdefault(ends, []).append((before_key, after_key))
    return pairs


def _around(start: UnitId, needs: Links, needed_by: Links, reach: int) -> set[UnitId]:
    """The units at most `reach` arcs away, following needs back and those who need it on."""
    found = {start}
    for links in (needs, needed_by):
        edge = {start}
        for _ in range(reach):
            edge = {other for unit in edge for other in links.get(unit, ())} - found
            found |= edge
    return found


def _waiting_for(unit: UnitId, needed_by: Links) -> set[UnitId]:
    """All units that wait for this one, directly or through others."""
    found: set[UnitId] = set()
    queue = deque([unit])
    while queue:
        for other in needed_by.get(queue.popleft(), ()):
            if other not in found and other != unit:
                found.add(other)
                queue.append(other)
    return found


def _most_important(
    wanted: Collection[UnitId], amounts: Mapping[UnitId, Decimal], needs: Links, needed_by: Links, most: int
) -> list[UnitId]:
    """At most `most` units: those that hold up most with their neighbours first."""
    ranked = sorted(wanted, key=lambda unit: (-amounts[unit], unit))
    if len(ranked) <= most:
        return ranked
    kept: dict[UnitId, None] = {}
    for unit in ranked:
        group = [unit, *sorted(needed_by.get(unit, ())), *sorted(needs.get(unit, ()))]
        kept |= dict.fromkeys(other for other in group if other in amounts)
        if len(kept) >= most:
            break
    return list(kept)[:most]


def _costs(workspace: Workspace, units: Collection[UnitId]) -> dict[UnitId, Decimal]:
    """Cost of delay a week; nothing for what nobody valued, which is not counted."""
    found = dict.fromkeys(units, Decimal(0))
    valued = Capability.objects.filter(workspace=workspace, cost_of_delay__isnull=False)
    found |= {pk: cost for pk, cost in valued.values_list("pk", "cost_of_delay") if pk in found and cost is not None}
    loose = Story.objects.filter(workspace=workspace, capability=None, cost_of_delay__isnull=False)
    found |= {-pk: cost for pk, cost in loose.values_list("pk", "cost_of_delay") if -pk in found and cost is not None}
    return found


def _things(units: Collection[UnitId]) -> dict[UnitId, Capability | Story]:
    capabilities = Capability.objects.filter(pk__in=[unit for unit in units if unit > 0]).select_related("application")
    stories = Story.objects.filter(pk__in=[-unit for unit in units if unit < 0]).select_related("application", "state")
    return {one.pk: one for one in capabilities} | {-one.pk: one for one in stories}


@dataclass(frozen=True)
class CriticalEnabler:
    """A story other units wait for. `waiting`: their cost of delay a week; `worth`: money saved if it were done."""

    story: Story
    points: float
    waiting: Decimal
    worth: Decimal


def critical_enablers(*, workspace: Workspace, now: datetime, most: int = 10) -> list[CriticalEnabler]:
    """The stories that hold up most, each with what its absence would save in the money-optimal order."""
    kept = keep_ranking(workspace=workspace, now=now)
    ranking = kept.ranking
    value = kept.once(("unblocked", most), lambda: _unblocked(ranking, most))
    best = [index for index in (-value.total).argsort(kind="stable")[:most].tolist() if value.total[index] > 0]
    ids = [int(ranking.story_ids[index]) for index in best]
    stories = Story.objects.select_related("application", "capability", "state", "team").in_bulk(ids)
    return [
        CriticalEnabler(
            story=stories[pk],
            points=float(ranking.backlog.counted_points[index]),
            waiting=_money(value.per_week[index]),
            worth=_money(value.total[index] / ranking.points_per_week),
        )
        for pk, index in zip(ids, best, strict=True)
        if pk in stories
    ]


def _unblocked(ranking: RankingInstance, most: int) -> UnblockedValue:
    plan = plan_order(ranking.backlog, frozen=ranking.frozen, present=ranking.present)
    replanned = most if len(ranking.story_ids) <= REPLANNED_UP_TO else 0
    return unblocked_value(ranking.backlog, plan, frozen=ranking.frozen, replanned=replanned)


def _money(amount: float) -> Decimal:
    return Decimal(float(amount)).quantize(Decimal("0.01"))
