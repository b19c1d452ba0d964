"""What an order of the backlog is computed from: all open units as arrays, in people's order, in few wide queries.

A unit is what is ranked: a capability with an open story (its id), or an open story in none (its id negated).
Stories and units are numbered in people's order, so the lower index always stands higher: ties by index keep
the order people made.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import numpy as np
from django.db.models import Count, FloatField, Min, Q, QuerySet, Sum
from django.db.models.functions import Cast

from accounts.models import Workspace
from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.ordering.closures import SAME_WITHIN_PLACES, closure_sums
from planner.domain.scoring import Backlog
from planner.domain.value.urgency import share_of, weekly_weights
from planner.domain.vocabulary import FeedbackState, SprintState, StateCategory, VoteKind
from planner.models import Capability, Dependency, Feedback, Pin, RelativeScores, Sprint, Story, Team, Vote
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.pins import list_live_pins, today_of
from planner.selectors.urgencies import load_urgency
from planner.selectors.wishes import rice_of, wsjf_of

DEFAULT_POINTS_PER_WEEK = 20.0
"""The stand-in while nothing is finished yet."""

PACE_WEEKS = 12
"""The pace is the mean of so many weeks, or of the time since the first work was finished."""

WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True)
class RankingInstance:
    """Open units and open stories as arrays, by unit index and by story index, both in people's order.

    Shape (units,): `unit_ids` signed; `present` the units from the top down; `estimated_cost` of delay a week as
    people said, before urgency; `cod_low`, `cod_high` the 10 % and 90 % points of what it counts as;
    `deadline_weeks` from now until the value is lost (NaN: never); `business_value` and `investment` money, NaN
    where not known; `created_at` seconds since 1970; votes and `feedback_weight` sums of weights, 0 without any;
    `wsjf` and `rice` NaN where a part is missing. Shape (stories,): `story_ids`; `story_rank_order` indexes by rank;
    `frozen` in a running sprint; `cost_per_point` money. `points_per_week` is a stand-in where `is_assumed`. `pins`
    are the live ones.
    """

    backlog: Backlog
    unit_ids: IntArray
    story_ids: IntArray
    story_rank_order: IntArray
    present: IntArray
    frozen: BoolArray
    estimated_cost: FloatArray
    cod_low: FloatArray
    cod_high: FloatArray
    deadline_weeks: FloatArray
    business_value: FloatArray
    created_at: FloatArray
    cost_per_point: FloatArray
    sponsor_votes: FloatArray
    developer_votes: FloatArray
    feedback_weight: FloatArray
    wsjf: FloatArray
    rice: FloatArray
    points_per_week: float
    is_assumed: bool
    pins: list[Pin]

    @cached_property
    def has_work(self) -> BoolArray:
        """Units with an open required story: only those can still be finished."""
        own = self.backlog.capability_of_story[self.backlog.is_own]
        return np.bincount(own, minlength=len(self.unit_ids)) > 0

    @cached_property
    def is_valued(self) -> BoolArray:
        """Units that claims are made about: with an open required story, and someone has estimated their value."""
        return self.has_work & ~np.isnan(self.backlog.cost_of_delay)

    @cached_property
    def unvalued(self) -> int:
        """Units with work left that nobody has estimated."""
        return int((self.has_work & ~self.is_valued).sum())

    @cached_property
    def no_required(self) -> int:
        """Units with open stories, none of them required: finished, or nothing was ever required."""
        return int((~self.has_work).sum())

    @cached_property
    def closure_points(self) -> FloatArray:
        """Points of each unit's closure: its open required stories and all that they need."""
        return self._closures[:, 0]

    @cached_property
    def investment(self) -> FloatArray:
        """Money: each story of the closure at the cost per point of its team, else of the workspace."""
        return self._closures[:, 1]

    @cached_property
    def chain_below(self) -> IntArray:
        """How many stories the longest chain of prerequisites below each story has: lower ones can be done first."""
        longest = np.zeros(len(self.story_ids), dtype=np.int64)
        for dependent, prerequisite in reversed(self.backlog.needs_by_layer):
            np.maximum.at(longest, dependent, longest[prerequisite] + 1)
        return longest

    @cached_property
    def index_of_unit(self) -> dict[int, int]:
        """Unit index by signed id."""
        return {unit_id: index for index, unit_id in enumerate(self.unit_ids.tolist())}

    @cached_property
    def _closures(self) -> FloatArray:
        points = self.backlog.counted_points
        sums = closure_sums(self.backlog, np.stack([points, points * self.cost_per_point], axis=1))
        return np.round(sums, SAME_WITHIN_PLACES)


def load_ranking(*, workspace_id: int, now: datetime) -> RankingInstance:
    """Load all open units of a workspace as they are now, in thirteen queries whatever the size.

    The cost of delay of a unit whose value runs out is the mean of what a week costs over the weeks of the plan.
    """
    workspace = Workspace.objects.get(pk=workspace_id)
    stories = _Stories(workspace_id)
    units = _Units(workspace_id, stories)
    backlog = _backlog_of(stories, units, edges=_edges(workspace_id, stories.ids))
    pace = _points_per_week(workspace_id=workspace_id, stand_in=_mean_points(backlog), now=now)
    points_per_week = pace or DEFAULT_POINTS_PER_WEEK
    urgency = load_urgency(workspace_id=workspace_id, index_of_unit=units.index(), now=now)
    plan_weeks = float(backlog.counted_points.sum()) / points_per_week
    weighted = weekly_weights(backlog.cost_of_delay, urgency.life_weeks, plan_weeks)
    share = share_of(weighted, backlog.cost_of_delay)
    wishes = _Wishes(workspace_id, units.ids)
    return RankingInstance(
        backlog=replace(backlog, cost_of_delay=weighted),
        unit_ids=units.ids,
        story_ids=stories.ids,
        story_rank_order=np.arange(len(stories.ids)),
        present=np.arange(len(units.ids)),
        frozen=_is_frozen(workspace_id, stories.sprint),
        estimated_cost=backlog.cost_of_delay,
        cod_low=units.figures[:, 1] * share,
        cod_high=units.figures[:, 2] * share,
        deadline_weeks=urgency.deadline_weeks,
        business_value=units.figures[:, 3],
        created_at=units.created_at,
        cost_per_point=_cost_per_point(workspace, stories.team),
        sponsor_votes=wishes.votes[VoteKind.SPONSOR],
        developer_votes=wishes.votes[VoteKind.DEVELOPER],
        feedback_weight=wishes.feedback,
        wsjf=wishes.wsjf,
        rice=wishes.rice,
        points_per_week=points_per_week,
        is_assumed=pace is None,
        pins=list(list_live_pins(workspace_id=workspace_id, today=today_of(workspace=workspace, now=now))),
    )


def _backlog_of(stories: "_Stories", units: "_Units", *, edges: IntArray) -> Backlog:
    """A story in no capability is a unit of its own, so it is required."""
    return Backlog(
        points=stories.points,
        is_required=stories.is_required | (stories.capability == 0),
        is_open=np.ones(len(stories.ids), dtype=np.bool_),
        capability_of_story=units.of_story,
        prerequisite=edges[:, 0],
        dependent=edges[:, 1],
        cost_of_delay=units.figures[:, 0],
    )


def list_open(*, workspace_id: int) -> QuerySet[Story]:
    """The open stories of a workspace, by rank."""
    return Story.objects.filter(workspace_id=workspace_id, category__in=OPEN_CATEGORIES).order_by("rank")


def _number(name: str) -> Cast:
    """A decimal column as the float of arrays: no Decimal is made for each of 100,000 rows."""
    return Cast(name, FloatField())


def _floats(values: Any) -> FloatArray:
    """None becomes NaN."""
    return np.array(values, dtype=np.float64)


class _Stories:
    """The open stories by rank; ids of what they belong to, 0 for nothing."""

    def __init__(self, workspace_id: int) -> None:
        rows = list_open(workspace_id=workspace_id).values_list(
            "id", "capability_id", "team_id", "sprint_id", "required", _number("points")
        )
        columns = list(zip(*rows, strict=True)) or [()] * 6
        self.ids, self.capability, self.team, self.sprint = (
            np.array([value or 0 for value in column], dtype=np.int64) for column in columns[:4]
        )
        self.is_required = np.array(columns[4], dtype=np.bool_)
        self.points = _floats(columns[5])


class _Units:
    """The units in the order of their first open story; `figures`: cost of delay, low, high, business value."""

    FIGURES = ("cost_of_delay", "cost_of_delay_low", "cost_of_delay_high", "business_value")

    def __init__(self, workspace_id: int, stories: _Stories) -> None:
        unit_of_story = np.where(stories.capability > 0, stories.capability, -stories.ids)
        ids, first, inverse = np.unique(unit_of_story, return_index=True, return_inverse=True)
        order = np.argsort(first)
        place = np.empty(len(ids), dtype=np.int64)
        place[order] = np.arange(len(ids))
        self.ids: IntArray = ids[order]
        self.of_story: IntArray = place[inverse]
        self.figures = np.full((len(ids), 4), np.nan)
        self.created_at = np.zeros(len(ids))
        self._fill(Capability.objects.filter(workspace_id=workspace_id), sign=1)
        if np.any(stories.capability == 0):
            self._fill(list_open(workspace_id=workspace_id).filter(capability=None), sign=-1)
        self._close_intervals()

    def index(self) -> dict[int, int]:
        """Unit index by signed id."""
        return {unit_id: place for place, unit_id in enumerate(self.ids.tolist())}

    def _fill(self, rows: QuerySet[Any], *, sign: int) -> None:
        found = rows.order_by().values_list("id", "created_at", *(_number(name) for name in self.FIGURES))
        columns = list(zip(*found, strict=True))
        if columns:
            place, is_known = _places(self.ids, sign * np.array(columns[0], dtype=np.int64))
            self.created_at[place] = np.array([at.timestamp() for at in columns[1]])[is_known]
            self.figures[place] = np.stack([_floats(column) for column in columns[2:]], axis=1)[is_known]

    def _close_intervals(self) -> None:
        """Without an interval the cost of delay is certain."""
        for column in (1, 2):
            self.figures[:, column] = np.where(
                np.isnan(self.figures[:, column]), self.figures[:, 0], self.figures[:, column]
            )


def _places(ids: IntArray, wanted: IntArray) -> tuple[IntArray, BoolArray]:
    """Where those of the wanted ids that there are stand, and which they are."""
    if not len(ids):
        return np.zeros(0, dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    order = np.argsort(ids)
    found = order[np.searchsorted(ids, wanted, sorter=order).clip(max=len(ids) - 1)]
    is_known = ids[found] == wanted
    return found[is_known], is_known


def _edges(workspace_id: int, story_ids: IntArray) -> IntArray:
    """Dependencies between open stories, shape (n, 2): prerequisite and dependent as indexes."""
    pairs = Dependency.objects.filter(workspace_id=workspace_id).values_list("predecessor_id", "successor_id")
    ids = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
    _, is_before = _places(story_ids, ids[:, 0])
    _, is_after = _places(story_ids, ids[:, 1])
    inside = ids[is_before & is_after]
    return np.stack([_places(story_ids, inside[:, 0])[0], _places(story_ids, inside[:, 1])[0]], axis=1)


def _is_frozen(workspace_id: int, sprint: IntArray) -> BoolArray:
    """Stories in a running sprint: they are worked first, whatever the order."""
    running = Sprint.objects.filter(workspace_id=workspace_id, state=SprintState.IN_PROGRESS.value)
    return np.isin(sprint, list(running.values_list("id", flat=True)))


def _cost_per_point(workspace: Workspace, team: IntArray) -> FloatArray:
    costs = np.full(len(team), float(workspace.cost_per_point))
    own = Team.objects.filter(workspace=workspace, cost_per_point__isnull=False)
    for team_id, cost in own.values_list("id", "cost_per_point"):
        costs[team == team_id] = float(cost or 0)
    return costs


def _mean_points(backlog: Backlog) -> float:
    """What a story without points counts as."""
    estimated = backlog.points[~np.isnan(backlog.points)]
    return float(estimated.mean()) if len(estimated) else 1.0


def _points_per_week(*, workspace_id: int, stand_in: float, now: datetime) -> float | None:
    """Mean points finished a week; None where nothing was finished in these weeks. One query."""
    since = Q(state_entered_at__gt=now - PACE_WEEKS * WEEK, state_entered_at__lte=now)
    done = Story.objects.filter(workspace_id=workspace_id, category=StateCategory.DONE.value).aggregate(
        point_sum=Sum("points", filter=since),
        unestimated=Count("id", filter=since & Q(points__isnull=True)),
        first_at=Min("state_entered_at"),
    )
    points = float(done["point_sum"] or 0) + stand_in * int(done["unestimated"])
    if points <= 0:
        return None
    first_at: datetime = done["first_at"]
    return points / min(max((now - first_at) / WEEK, 1.0), PACE_WEEKS)


class _Wishes:
    """Sums of weights of votes and feedback, and relative scores, by unit."""

    def __init__(self, workspace_id: int, unit_ids: IntArray) -> None:
        self._ids = unit_ids
        self.votes = {kind: np.zeros(len(unit_ids)) for kind in VoteKind}
        votes = (
            Vote.objects.filter(workspace_id=workspace_id).order_by().values_list("kind", "capability_id", "story_id")
        )
        rows = list(votes.annotate(total=Sum("weight")))
        for kind, sums in self.votes.items():
            self._put(sums, [(_signed(*of), total) for name, *of, total in rows if name == kind.value])
        self.feedback = np.zeros(len(unit_ids))
        linked = Feedback.objects.filter(workspace_id=workspace_id, state=FeedbackState.LINKED.value)
        weights = linked.exclude(capability=None).order_by().values("capability_id").annotate(total=Sum("weight"))
        self._put(self.feedback, [(row["capability_id"], row["total"]) for row in weights])
        scores = list(RelativeScores.objects.filter(workspace_id=workspace_id))
        self.wsjf, self.rice = np.full((2, len(unit_ids)), np.nan)
        self._put(self.wsjf, [(row.unit_id, wsjf_of(row)) for row in scores])
        self._put(self.rice, [(row.unit_id, rice_of(row)) for row in scores])

    def _put(self, figures: FloatArray, rows: list[tuple[int, Decimal | int | None]]) -> None:
        ids = np.array([unit_id for unit_id, _ in rows], dtype=np.int64)
        place, is_known = _places(self._ids, ids)
        figures[place] = _floats([figure for _, figure in rows])[is_known]


def _signed(capability_id: int | None, story_id: int | None) -> int:
    return capability_id if capability_id is not None else -(story_id or 0)
