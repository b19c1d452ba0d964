"""Seeded backlogs for the kernel that orders them: the shape of real ones, at any size, without a database.

Capabilities of 3 to 15 stories, Fibonacci points, lognormal value (sigma 1.3), 7 % enablers that belong to no
capability. Of the dependencies 40 % are between stories of one capability, 40 % on an enabler, 20 % on any
story; ``is_uniform``: all of them on any story, which entangles everything with everything.
"""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import IntArray
from planner.domain.scoring import Backlog

FIBONACCI = np.array([1.0, 2, 3, 5, 8, 13])
SIGMA = 1.3
MEDIAN_VALUE = 3_000.0
SMALLEST, LARGEST = 3, 15
INSIDE, ON_ENABLER = 0.4, 0.8


def make_backlog(
    stories: int, *, per_story: float = 1.0, enablers: float = 0.07, is_uniform: bool = False, seed: int = 7
) -> Backlog:
    """A backlog of so many stories with ``per_story`` dependencies a story; ``enablers`` is a share of the stories."""
    random = np.random.default_rng(seed)
    shared = round(stories * enablers)
    capability = np.concatenate([np.full(shared, -1), _capabilities(stories - shared, random)])
    prerequisite, dependent = _dependencies(capability, shared, round(stories * per_story), random, is_uniform)
    number = int(capability.max(initial=-1)) + 1
    return Backlog(
        points=random.choice(FIBONACCI, stories),
        is_required=np.ones(stories, dtype=np.bool_),
        is_open=np.ones(stories, dtype=np.bool_),
        capability_of_story=capability,
        prerequisite=prerequisite,
        dependent=dependent,
        cost_of_delay=np.round(MEDIAN_VALUE * random.lognormal(0.0, SIGMA, number), 2),
    )


def _capabilities(stories: int, random: np.random.Generator) -> IntArray:
    """Capability of each story: the first 3 to 15 are of the first, and so on."""
    sizes = random.integers(SMALLEST, LARGEST + 1, stories // SMALLEST + 1)
    return np.repeat(np.arange(len(sizes)), sizes)[:stories]


def _dependencies(
    capability: IntArray, shared: int, count: int, random: np.random.Generator, is_uniform: bool
) -> tuple[IntArray, IntArray]:
    """Pairs (prerequisite, dependent) without a circle: the prerequisite comes earlier in one order of all stories."""
    stories = len(capability)
    if is_uniform:
        place = random.permutation(stories)
        one, other = np.sort(random.integers(0, stories, (2, count)), axis=0)
        return place[one[one < other]], place[other[one < other]]
    dependent = random.integers(0, stories, count)
    first_of_own = np.searchsorted(capability, capability)[dependent]
    kind, where = random.random(count), random.random(count)
    prerequisite = np.select(
        [kind < INSIDE, kind < ON_ENABLER],
        [first_of_own + np.floor(where * (dependent - first_of_own)), np.floor(where * shared)],
        np.floor(where * dependent),
    ).astype(np.int64)
    is_earlier = prerequisite < dependent
    return prerequisite[is_earlier], dependent[is_earlier]
