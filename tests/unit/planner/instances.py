"""Small backlogs for tests of the kernels: written out, drawn by hypothesis, and solved by looking at every order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
from hypothesis import strategies as st

from planner.domain.arrays import BoolArray
from planner.domain.scoring import Backlog

nan = np.nan
Pairs = list[tuple[int, int]]


def backlog(
    points: list[float],
    capability: list[int],
    cost_of_delay: list[float],
    needs: Pairs = [],  # noqa: B006
    done: tuple[int, ...] = (),
    optional: tuple[int, ...] = (),
) -> Backlog:
    """``needs``: pairs (prerequisite, dependent)."""
    stories = np.arange(len(points))
    return Backlog(
        points=np.array(points, dtype=float),
        is_required=~np.isin(stories, optional),
        is_open=~np.isin(stories, done),
        capability_of_story=np.array(capability, dtype=np.int64),
        prerequisite=np.array([one for one, _ in needs], dtype=np.int64),
        dependent=np.array([other for _, other in needs], dtype=np.int64),
        cost_of_delay=np.array(cost_of_delay, dtype=float),
    )


def jobs(weights: list[float], points: list[float], needs: Pairs) -> Backlog:
    """Every story a capability of its own."""
    return backlog(points, list(range(len(points))), weights, needs)


FIRST_EXAMPLE = jobs([1, 20, 5], [1, 1, 1], [(0, 1)])
SECOND_EXAMPLE = jobs([6, 18, 12, 8, 8, 17, 18], [3, 6, 6, 5, 4, 8, 10], [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6)])


def needed_stories(listed: Backlog, stories: set[int]) -> set[int]:
    """The stories and, again and again, the open ones that they need."""
    found = set(stories)
    pairs = list(zip(listed.prerequisite.tolist(), listed.dependent.tolist(), strict=True))
    for _ in range(len(listed.points)):
        found |= {one for one, other in pairs if other in found and listed.is_open[one]}
    return found


def closure_by_definition(listed: Backlog, unit: int) -> set[int]:
    """Own open required stories and all that they need."""
    own = listed.is_open & listed.is_required & (listed.capability_of_story == unit)
    return needed_stories(listed, set(np.flatnonzero(own).tolist()))


def cost_by_definition(listed: Backlog, order: tuple[int, ...], frozen: BoolArray) -> float:
    """Each unit is finished when the union of closures up to it is done; frozen work and its needs come first."""
    finished = needed_stories(listed, set(np.flatnonzero(frozen & listed.is_open).tolist()))
    cost = 0.0
    for unit in order:
        finished |= closure_by_definition(listed, unit)
        cost += float(listed.cost_of_delay[unit]) * float(listed.counted_points[list(finished)].sum())
    return cost


def least_cost(
    listed: Backlog, units: list[int], arcs: Sequence[tuple[int, int]] = (), frozen: BoolArray | None = None
) -> float:
    """The least that any order costs which keeps the pairs; every order is looked at, all at once."""
    if not units:
        return 0.0
    orders = np.array(list(permutations(units)))
    place = np.argsort(orders, axis=1)
    at = {unit: column for column, unit in enumerate(sorted(units))}
    keeps = [place[:, at[one]] < place[:, at[other]] for one, other in arcs]
    orders = orders[np.logical_and.reduce([np.ones(len(orders), dtype=np.bool_), *keeps])]
    first = needed_stories(listed, set() if frozen is None else set(np.flatnonzero(frozen & listed.is_open).tolist()))
    closures = np.array([_bits(closure_by_definition(listed, unit)) for unit in range(len(listed.cost_of_delay))])
    finished = np.bitwise_or.accumulate(closures[orders], axis=1) | _bits(first)
    points = listed.counted_points
    completed = sum(points[story] * ((finished >> story) & 1) for story in range(len(points)))
    return float((completed * listed.cost_of_delay[orders]).sum(axis=1).min())


def _bits(stories: set[int]) -> int:
    return sum(1 << story for story in stories)


@st.composite
def instances(draw: st.DrawFn, most_units: int = 5) -> Backlog:
    """Up to 8 stories in up to ``most_units`` units; zero points, zero value and ties are as likely as anything."""
    stories, units = draw(st.integers(1, 8)), draw(st.integers(1, most_units))
    earlier = [(one, other) for other in range(stories) for one in range(other)]
    return backlog(
        draw(st.lists(st.sampled_from([0.0, 1, 2, 3, 5, 8]), min_size=stories, max_size=stories)),
        draw(st.lists(st.integers(-1, units - 1), min_size=stories, max_size=stories)),
        draw(st.lists(st.sampled_from([0.0, 1, 2, 6, 9, 20]), min_size=units, max_size=units)),
        draw(st.lists(st.sampled_from(earlier), max_size=12)) if earlier else [],
    )


def many_jobs(count: int, seed: int, share_of_needs: float = 0.15, stories_each: int = 3) -> Backlog:
    """``count`` units of a few stories each, with so many needs between stories that large blocks arise."""
    random = np.random.default_rng(seed)
    stories = count * stories_each
    place = random.permutation(stories)
    one, other = random.integers(0, stories, (2, round(stories * share_of_needs * 10)))
    keep = one != other
    first, second = np.minimum(one, other)[keep], np.maximum(one, other)[keep]
    return backlog(
        random.integers(1, 9, stories).astype(float).tolist(),
        np.repeat(np.arange(count), stories_each).tolist(),
        random.integers(1, 100, count).astype(float).tolist(),
        list(zip(place[first].tolist(), place[second].tolist(), strict=True)),
    )
