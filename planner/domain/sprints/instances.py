"""What a sprint plan is made from: stories with points and a team, sprints with capacity, and what finishing earns.

`definitions.md`, "Value" and "Sprint"; `algorithms.md`, section B. Points are counted in thousandths inside, as
whole numbers, so that what fits never depends on rounding.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.dependencies import topological_order

NO_SPRINT = -1
"""Not placed, not finished inside the horizon, or for a fixed placement: free."""

PER_POINT = 1_000
"""Whole units a point is counted in; finer differences of points and capacity don't count."""

MOST_POINTS = 1_000_000.0


class InvalidSprintInstance(ValueError):
    """One sentence for people: what can't be planned, and where."""


@dataclass(frozen=True)
class SprintInstance:
    """Arrays over stories (points to is_skipped), dependencies, capabilities x sprints and teams x sprints.

    ``points``: remaining, NaN where unestimated. ``team`` and ``capability``: index or -1. ``earn``: money for a
    capability that finishes in a sprint, NaN rows are unvalued. ``fixed``: the sprint a story is held in, or -1.
    ``frozen_sprints``: the first so many take nothing but what is fixed. Made by `make_sprint_instance`.
    """

    points: FloatArray
    team: IntArray
    capability: IntArray
    is_required: BoolArray
    is_done: BoolArray
    fixed: IntArray
    is_skipped: BoolArray
    prerequisite: IntArray
    dependent: IntArray
    earn: FloatArray
    capacity: FloatArray
    frozen_sprints: int
    assumed_points: float

    @property
    def sprints(self) -> int:
        """How many sprints the horizon has."""
        return int(self.capacity.shape[1])

    @cached_property
    def units(self) -> IntArray:
        """Points of each story in thousandths, rounded up; the assumed size where nobody has estimated."""
        counted = np.where(np.isnan(self.points), self.assumed_points, self.points)
        return np.ceil(np.round(counted * PER_POINT, 3)).astype(np.int64)

    @cached_property
    def capacity_units(self) -> IntArray:
        """Capacity of each team in each sprint in thousandths of a point, rounded down."""
        return np.floor(np.round(self.capacity * PER_POINT, 3)).astype(np.int64)

    @cached_property
    def is_valued(self) -> BoolArray:
        """Capabilities whose earnings are known."""
        known: BoolArray = np.logical_and.reduce(~np.isnan(self.earn), axis=1)
        return known

    @cached_property
    def open_pairs(self) -> list[tuple[int, int]]:
        """Dependencies (before, after) between stories that are not done, each once."""
        counts = ~self.is_done[self.prerequisite] & ~self.is_done[self.dependent]
        pairs = zip(self.prerequisite[counts].tolist(), self.dependent[counts].tolist(), strict=True)
        return sorted(set(pairs))


def linear_earnings(cost_of_delay: FloatArray, sprints: int) -> FloatArray:
    """Cost of delay per sprint x sprints from the one it finishes in to the end of the horizon."""
    return cost_of_delay[:, np.newaxis] * np.arange(sprints, 0, -1)


def make_sprint_instance(
    *,
    points: Sequence[float] | FloatArray,
    team: Sequence[int] | IntArray,
    capability: Sequence[int] | IntArray,
    earn: FloatArray,
    capacity: npt.ArrayLike,
    dependencies: Iterable[tuple[int, int]] = (),
    is_required: Sequence[bool] | BoolArray | None = None,
    is_done: Sequence[bool] | BoolArray | None = None,
    fixed: Mapping[int, int] | None = None,
    skipped: Collection[int] = (),
    frozen_sprints: int = 0,
    assumed_points: float | None = None,
) -> SprintInstance:
    """Check and convert. Raises InvalidSprintInstance, DependencyCycleError (indexes of stories).

    What finishes early can be released late, so earnings never rise from a sprint to the next: where they are
    given so, the later figure counts for the earlier sprint too.
    """
    stories = len(points)
    pairs = list(dependencies)
    instance = SprintInstance(
        points=np.asarray(points, dtype=np.float64),
        team=np.asarray(team, dtype=np.int64),
        capability=np.asarray(capability, dtype=np.int64),
        is_required=_mask(is_required, stories, default=True),
        is_done=_mask(is_done, stories, default=False),
        fixed=_sprint_by_story(fixed or {}, stories),
        is_skipped=_mask_of(skipped, stories),
        prerequisite=np.array([before for before, _ in pairs], dtype=np.int64),
        dependent=np.array([after for _, after in pairs], dtype=np.int64),
        earn=_never_rising(np.asarray(earn, dtype=np.float64)),
        capacity=np.atleast_2d(np.asarray(capacity, dtype=np.float64)),
        frozen_sprints=frozen_sprints,
        assumed_points=_assumed(points, is_done, assumed_points),
    )
    _check(instance)
    topological_order(range(stories), instance.open_pairs)
    return instance


def _mask(given: Sequence[bool] | BoolArray | None, stories: int, *, default: bool) -> BoolArray:
    return np.full(stories, default) if given is None else np.asarray(given, dtype=np.bool_)


def _mask_of(chosen: Collection[int], stories: int) -> BoolArray:
    mask = np.zeros(stories, dtype=np.bool_)
    mask[list(chosen)] = True
    return mask


def _sprint_by_story(fixed: Mapping[int, int], stories: int) -> IntArray:
    sprint = np.full(stories, NO_SPRINT, dtype=np.int64)
    sprint[list(fixed)] = list(fixed.values())
    return sprint


def _never_rising(earn: FloatArray) -> FloatArray:
    risen: FloatArray = np.maximum.accumulate(earn[:, ::-1], axis=1)[:, ::-1]
    return risen


def _assumed(
    points: Sequence[float] | FloatArray, is_done: Sequence[bool] | BoolArray | None, given: float | None
) -> float:
    """The stand-in for unestimated stories: as given, else the mean of the estimated open ones, else 1."""
    if given is not None:
        return given
    estimated = np.asarray(points, dtype=np.float64)
    estimated = estimated[~np.isnan(estimated) & ~_mask(is_done, len(points), default=False)]
    return float(estimated.mean()) if len(estimated) else 1.0


def _check(instance: SprintInstance) -> None:
    stories, teams = len(instance.points), len(instance.capacity)
    lengths = {len(each) for each in (instance.team, instance.capability, instance.is_required, instance.is_done)}
    _refuse(lengths != {stories}, "Points, team, capability and marks must be given for the same stories.")
    _refuse(instance.sprints < 1, "A plan needs at least one sprint.")
    _refuse(instance.earn.ndim != 2 or instance.earn.shape[1] != instance.sprints, "Earnings need a figure per sprint.")
    _refuse(not 0 <= instance.frozen_sprints <= instance.sprints, "More sprints are frozen than there are.")
    _refuse(not _within(instance.team, teams), "A story names a team without capacity.")
    _refuse(not _within(instance.capability, len(instance.earn)), "A story names a capability without earnings.")
    _refuse(not _within(instance.fixed, instance.sprints), "A story is held in a sprint that the plan doesn't have.")
    _refuse(bool((instance.fixed[instance.team < 0] >= 0).any()), "A story without a team is held in a sprint.")
    amounts = (instance.points[~np.isnan(instance.points)], instance.capacity, np.array([instance.assumed_points]))
    is_fine = all(bool(((each >= 0) & (each <= MOST_POINTS)).all()) for each in amounts)
    _refuse(not is_fine, f"Points and capacities are numbers from 0 to {MOST_POINTS:,.0f}.")
    known = instance.earn[instance.is_valued]
    _refuse(not bool(((known >= 0) & np.isfinite(known)).all()), "Earnings are finite and not below 0.")


def _within(indexes: IntArray, count: int) -> bool:
    return bool(((indexes >= -1) & (indexes < count)).all())


def _refuse(is_wrong: bool, sentence: str) -> None:
    if is_wrong:
        raise InvalidSprintInstance(sentence)
