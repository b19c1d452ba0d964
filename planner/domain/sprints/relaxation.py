"""The done-by-sprint model as a linear program: what no plan can earn more than.

done[c, s] is 1 where capability c is finished by sprint s, and the objective is what finishing by s adds. A story
that only one capability waits for is done exactly as late as that allows, so it needs no variable: its points
count on the capability's own, ``lag`` sprints later where teams hand over. Stories that several wait for in the
same way share one variable. What is done by s must fit into the capacity from its earliest sprint until s.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from planner.domain.sprints.network import Network

Carrier = tuple[int, int]
"""The variable a story is done with, and how many sprints before it."""


@dataclass
class Rows:
    """Rows of A x <= b, grown one at a time; columns are variable x sprint."""

    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    limit: list[float] = field(default_factory=list)

    def add(self, weights: dict[int, float], limit: float) -> None:
        """One more row."""
        self.row.extend([len(self.limit)] * len(weights))
        self.column.extend(weights)
        self.weight.extend(weights.values())
        self.limit.append(limit)

    def matrix(self, columns: int) -> Any:
        """The rows as a sparse matrix of SciPy."""
        from scipy.sparse import csr_array

        return csr_array((self.weight, (self.row, self.column)), shape=(len(self.limit), columns))


@dataclass(frozen=True)
class Relaxation:
    """``objective`` and ``most``: (variables, sprints), candidates first, in the network's order."""

    objective: FloatArray
    most: FloatArray
    rows: Rows


def relax(network: Network) -> Relaxation:
    """The linear program of the network's candidates."""
    carriers, shared = carry_stories(network)
    count, sprints = len(network.candidates), network.sprints
    most = np.ones((count + len(shared), sprints))
    for place, capability in enumerate(network.candidates):
        most[place, : earliest_finish(network, capability)] = 0.0
    rows = Rows()
    _add_order(rows, count, shared, sprints)
    _add_capacity(rows, network, carriers)
    return Relaxation(_objective(network, count + len(shared)), most, rows)


def _objective(network: Network, variables: int) -> FloatArray:
    """What finishing by each sprint adds to finishing by the next."""
    objective = np.zeros((variables, network.sprints))
    earn = network.instance.earn[network.candidates]
    objective[: len(earn)] = earn
    objective[: len(earn), :-1] -= earn[:, 1:]
    return objective


def carry_stories(network: Network) -> tuple[dict[int, Carrier], list[list[Carrier]]]:
    """Per story of a closure its carrier, and per shared variable what waits for it."""
    place = {capability: number for number, capability in enumerate(network.candidates)}
    needed = {story for capability in place for story in network.closures[capability]}
    owner = {story: place[capability] for capability in place for story in network.own[capability]}
    carriers: dict[int, Carrier] = {}
    variables: dict[tuple[Carrier, ...], int] = {}
    for story in reversed(network.work_order):
        if story in needed:
            waiting = _waiting(network, story, owner, carriers)
            if len(waiting) == 1:
                carriers[story] = waiting[0]
            else:
                carriers[story] = (variables.setdefault(waiting, len(place) + len(variables)), 0)
    return carriers, [list(waiting) for waiting in variables]


def _waiting(network: Network, story: int, owner: dict[int, int], carriers: dict[int, Carrier]) -> tuple[Carrier, ...]:
    """The variables that wait for a story, each with its longest lag."""
    lags: dict[int, int] = {owner[story]: 0} if story in owner else {}
    for follower, lag in network.needed_by[story]:
        if follower in carriers:
            variable, more = carriers[follower]
            lags[variable] = max(lags.get(variable, 0), more + lag)
    return tuple(sorted(lags.items()))


def _add_order(rows: Rows, count: int, shared: list[list[Carrier]], sprints: int) -> None:
    """Done stays done, and what is shared is done before what waits for it."""
    for variable in range(count + len(shared)):
        for sprint in range(sprints - 1):
            rows.add({variable * sprints + sprint: 1.0, variable * sprints + sprint + 1: -1.0}, 0.0)
    for number, waiting in enumerate(shared):
        for variable, lag in waiting:
            for sprint in range(max(1, sprints - lag)):
                later = variable * sprints + min(sprint + lag, sprints - 1)
                rows.add({later: 1.0, (count + number) * sprints + sprint: -1.0}, 0.0)


def _add_capacity(rows: Rows, network: Network, carriers: dict[int, Carrier]) -> None:
    """Per team and span of sprints: what can't begin before it and is done by its end fits into it."""
    units, team = network.instance.units.tolist(), network.instance.team.tolist()
    capacity, sprints = capacity_until(network), network.sprints
    loads: defaultdict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for story, (variable, lag) in carriers.items():
        for first in range(network.earliest[story] + 1):
            loads[team[story], first].append((variable, lag, units[story]))
    heads = {(team[story], network.earliest[story]) for story in carriers}
    for (one, first), load in loads.items():
        if first and (one, first) not in heads:
            continue
        for sprint in range(first, sprints):
            weights: defaultdict[int, float] = defaultdict(float)
            for variable, lag, points in load:
                weights[variable * sprints + min(sprint + lag, sprints - 1)] += points
            limit = float(capacity[one, sprint + 1] - capacity[one, first])
            scale = max(limit, 1.0)
            rows.add({column: weight / scale for column, weight in weights.items()}, limit / scale)


def capacity_until(network: Network) -> IntArray:
    """Per team, free thousandths of a point before each sprint and, last, in all of them; frozen ones have none."""
    sprints = network.sprints
    free = np.array(network.free_at_first, dtype=np.int64).reshape(-1, sprints + 1)[:, :sprints]
    open_only = np.where(np.arange(sprints) < network.instance.frozen_sprints, 0, np.maximum(free, 0))
    return np.concatenate([np.zeros((len(free), 1), dtype=np.int64), np.cumsum(open_only, axis=1)], axis=1)


def lags_inside(network: Network, capability: int) -> dict[int, int]:
    """Per story of a closure, how many sprints before the capability's finish it must be done."""
    lags = dict.fromkeys(network.closures[capability], 0)
    for story in reversed(network.closures[capability]):
        for before, lag in network.needs[story]:
            if before in lags:
                lags[before] = max(lags[before], lags[story] + lag)
    return lags


def earliest_finish(network: Network, capability: int) -> int:
    """No plan can finish it before: by its chains, and by its own load on each team and span of sprints."""
    finish = max(network.earliest[story] for story in network.own[capability])
    lags = lags_inside(network, capability)
    finish = max([finish, *(network.earliest[story] + lag for story, lag in lags.items())])
    units, team = network.instance.units, network.instance.team
    deepest, sprints = max(lags.values(), default=0) + 1, network.sprints
    load = np.zeros((len(network.instance.capacity), deepest, sprints))
    for story, lag in lags.items():
        load[team[story], : lag + 1, : network.earliest[story] + 1] += units[story]
    until = capacity_until(network)
    while finish < sprints and not _fits(load, until, finish):
        finish += 1
    return finish


def _fits(load: FloatArray, until: IntArray, finish: int) -> bool:
    """Whether what must be done ``lag`` sprints before the finish and can't begin before ``first`` has room."""
    for lag in range(load.shape[1]):
        end = finish - lag + 1
        if (load[:, lag] > np.maximum(0, until[:, end : end + 1] - until[:, :-1])).any():
            return False
    return True
