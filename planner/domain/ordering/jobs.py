"""A backlog as jobs with value and points, of which some need others: 1|prec|sum w C, made as small as it can be.

A unit is a job that earns; a story is a job that earns nothing and is needed. A story that only one job
needs is worked with that job and merged into it, and so on downwards, so that only shared stories are left:
at one dependency a story about half of them.
"""

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray, sum_by
from planner.domain.scoring import Backlog, worked_first

Arc = tuple[int, int]
UNREACHED = -1


@dataclass(frozen=True)
class Jobs:
    """Jobs 0 to ``len(units) - 1`` are units, the others shared stories.

    ``units``: index of the unit in the backlog. ``value``: per week, 0 for stories. ``points``: the job's own,
    without what it needs. A need says that ``needer`` can't be finished before ``needed``.
    """

    units: IntArray
    value: FloatArray
    points: FloatArray
    needer: IntArray
    needed: IntArray


def ranked_units(backlog: Backlog) -> IntArray:
    """Units that a claim can be made about: valued, with an open required story. Raises ValueError on a bad value."""
    value = backlog.cost_of_delay
    if np.any(np.isinf(value) | (value < 0)):
        raise ValueError("a cost of delay must be a finite number, 0 or more")
    has_work = np.bincount(backlog.capability_of_story[backlog.is_own], minlength=len(value)) > 0
    return np.flatnonzero(has_work & ~np.isnan(value))


def make_jobs(backlog: Backlog, arcs: list[Arc], frozen: BoolArray | None = None) -> Jobs:
    """Jobs of the ranked units; ``arcs`` are pairs of them (before, after). Frozen work is done: it takes no points."""
    units = ranked_units(backlog)
    total = len(backlog.cost_of_delay)
    job_of_unit = np.full(total + 1, UNREACHED)
    job_of_unit[units] = np.arange(len(units))
    worked_with = _merge(backlog, job_of_unit)
    is_shared = worked_with == len(units) + np.arange(len(worked_with))
    number: IntArray = np.cumsum(is_shared) - 1 + len(units)
    job = np.where(worked_with >= len(units), number[worked_with - len(units)], worked_with)
    needer, needed = _needs_of_jobs(backlog, job, is_shared, job_of_unit, arcs)
    remaining = np.where(worked_first(backlog, frozen), 0.0, backlog.counted_points)
    count = len(units) + int(is_shared.sum())
    reached = job != UNREACHED
    value = np.zeros(count)
    value[: len(units)] = backlog.cost_of_delay[units]
    points = sum_by(job[reached], remaining[reached], count)
    return Jobs(units, value, points, needer, needed)


def _merge(backlog: Backlog, job_of_unit: IntArray) -> IntArray:
    """For each story the job that it is worked with: a unit, or ``units + story`` of a shared story, or UNREACHED.

    Carried down the layers are the lowest and the highest job above a story; where they agree there is one only.
    """
    own = np.where(backlog.is_own, job_of_unit[backlog.capability_of_story], UNREACHED)
    units = int(job_of_unit.max(initial=-1)) + 1
    nothing = units + len(own)
    lowest, highest = np.where(own == UNREACHED, nothing, own), own
    for dependent, prerequisite in backlog.needs_by_layer:
        np.minimum.at(lowest, prerequisite, lowest[dependent])
        np.maximum.at(highest, prerequisite, highest[dependent])
        is_shared = prerequisite[(lowest[prerequisite] < highest[prerequisite])]
        lowest[is_shared] = highest[is_shared] = units + is_shared
    return highest


def _needs_of_jobs(
    backlog: Backlog, job: IntArray, is_shared: BoolArray, job_of_unit: IntArray, arcs: list[Arc]
) -> tuple[IntArray, IntArray]:
    """Each need once: of shared stories by units and by stories, and those between units that pins ask for."""
    own = np.flatnonzero(backlog.is_own & is_shared & (job_of_unit[backlog.capability_of_story] != UNREACHED))
    between = backlog.is_open[backlog.dependent] & backlog.is_open[backlog.prerequisite]
    between &= (job[backlog.dependent] != UNREACHED) & is_shared[backlog.prerequisite]
    pinned = np.array(arcs, dtype=np.int64).reshape(-1, 2)
    needer = [job_of_unit[backlog.capability_of_story[own]], job[backlog.dependent[between]], job_of_unit[pinned[:, 1]]]
    needed = [job[own], job[backlog.prerequisite[between]], job_of_unit[pinned[:, 0]]]
    count = int(job.max(initial=-1)) + len(job_of_unit)
    pairs = np.unique(np.concatenate(needer) * count + np.concatenate(needed))
    return pairs // count, pairs % count
