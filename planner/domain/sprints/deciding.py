"""What follows when some capabilities must be done by some sprint and others can't be: integers only, no program.

Capabilities that are done by a sprint have, together, what must be done ``lag`` sprints before it and can't begin
before ``first``; a story that several of them need counts once. That must fit, per team, into the capacity of the
span. So what doesn't fit beside what must be done by then can't be done by then.
"""

from collections import defaultdict

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.domain.sprints.network import Network
from planner.domain.sprints.relaxation import capacity_until, lags_inside

Spans = dict[tuple[int, ...], IntArray]
"""Per set of candidates, by place: thousandths of a point that each of them needs, per (team, lag, first sprint)."""


class Rooms:
    """The spans of sprints, and what each candidate of a network needs of them."""

    def __init__(self, network: Network) -> None:
        """Takes some milliseconds at 300 stories."""
        lags = [lags_inside(network, capability) for capability in network.candidates]
        deepest = max((lag for inside in lags for lag in inside.values()), default=0) + 1
        spans = _spans(network, lags, deepest)
        self.needs = np.zeros((len(lags), len(spans)), dtype=np.bool_)
        for number, waiting in enumerate(spans):
            self.needs[list(waiting), number] = True
        shape = (len(network.instance.capacity), deepest, network.sprints)
        load = np.array(list(spans.values()), dtype=np.float64).reshape(-1, *shape)
        differs = load.copy()
        differs[..., :-1] -= load[..., 1:]
        counts = np.count_nonzero(differs, axis=0) > 0
        self.load = load[:, counts]
        self.room = _limits(capacity_until(network), deepest)[:, counts]

    def follow(self, least: FloatArray, most: FloatArray) -> bool:
        """Tighten both, (candidates, sprints) of 0 and 1, in place; False where no plan can keep them."""
        np.maximum.accumulate(least, axis=1, out=least)
        most[:] = np.minimum.accumulate(most[:, ::-1], axis=1)[:, ::-1]
        return all(self._follow_by(sprint, least, most) for sprint in reversed(range(most.shape[1]))) and bool(
            (least <= most).all()
        )

    def _follow_by(self, sprint: int, least: FloatArray, most: FloatArray) -> bool:
        is_done = least[:, sprint] > 0
        counted: BoolArray = np.logical_or.reduce(self.needs[is_done], axis=0)
        left = self.room[sprint] - self.load[counted].sum(axis=0)
        if (left < 0).any():
            return False
        open_places = np.flatnonzero((most[:, sprint] > 0) & ~is_done)
        more = (self.needs[open_places] & ~counted).astype(np.float64) @ self.load
        most[open_places[(more > left).any(axis=1)], : sprint + 1] = 0.0
        return True


def _spans(network: Network, lags: list[dict[int, int]], deepest: int) -> Spans:
    """What several wait for in the same way is one."""
    waiting: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for place, inside in enumerate(lags):
        for story, longest in inside.items():
            for lag in range(longest + 1):
                waiting[story, lag].append(place)
    units, team = network.instance.units, network.instance.team
    shape = (len(network.instance.capacity), deepest, network.sprints)
    spans: Spans = {}
    for (story, lag), places in waiting.items():
        span = spans.setdefault(tuple(places), np.zeros(shape, dtype=np.int64))
        span[team[story], lag, : network.earliest[story] + 1] += units[story]
    return spans


def _limits(until: IntArray, deepest: int) -> FloatArray:
    """Capacity (sprint, team, lag, first) from the first sprint to ``lag`` sprints before the sprint, it counted in."""
    teams, sprints = until.shape[0], until.shape[1] - 1
    limits = np.zeros((sprints, teams, deepest, sprints))
    for sprint in range(sprints):
        for lag in range(min(deepest, sprint + 1)):
            limits[sprint, :, lag] = np.maximum(0, until[:, sprint - lag + 1, np.newaxis] - until[:, :-1])
    return limits
