"""Orders of capabilities that a search starts from: money per point, seen in three ways.

CD3 divides by the whole closure; marginal greedy by what earlier capabilities have left of it; Sidney's order is
the best one for a single team without sprints (`planner.domain.sequencing`).
"""

import numpy as np

from planner.domain.arrays import FloatArray
from planner.domain.scoring import Backlog
from planner.domain.sequencing import plan_order
from planner.domain.sprints.network import Network


def starting_orders(network: Network) -> list[list[int]]:
    """Every start, each an order of the network's candidates."""
    orders = [order_by_cd3(network), order_by_marginal_cd3(network), order_by_sidney(network)]
    return [order for number, order in enumerate(orders) if order not in orders[:number]]


def order_by_cd3(network: Network) -> list[int]:
    """By falling earnings per point of the whole closure."""
    return sorted(network.candidates, key=lambda capability: -_worth(network)[capability] / _load(network, capability))


def order_by_marginal_cd3(network: Network) -> list[int]:
    """Again and again the one that earns most per point that is still to be done for it."""
    worth, units = _worth(network), network.instance.units.tolist()
    left = {capability: _load(network, capability) for capability in network.candidates}
    needing: dict[int, list[int]] = {}
    for capability in network.candidates:
        for story in network.closures[capability]:
            needing.setdefault(story, []).append(capability)
    order = []
    while left:
        chosen = max(left, key=lambda capability: worth[capability] / max(left[capability], 1))
        del left[chosen]
        order.append(chosen)
        for story in network.closures[chosen]:
            for capability in needing.pop(story, []):
                if capability in left:
                    left[capability] -= units[story]
    return order


def order_by_sidney(network: Network) -> list[int]:
    """As one team would finish them without sprints."""
    instance = network.instance
    is_candidate = np.zeros(len(instance.earn), dtype=np.bool_)
    is_candidate[network.candidates] = True
    backlog = Backlog(
        points=instance.units.astype(np.float64),
        is_required=instance.is_required,
        is_open=~instance.is_done & (np.array(network.fixed, dtype=np.int64) < 0),
        capability_of_story=instance.capability,
        prerequisite=instance.prerequisite,
        dependent=instance.dependent,
        cost_of_delay=np.where(is_candidate, _worth(network), np.nan),
    )
    order = [unit for unit in plan_order(backlog).order.tolist() if is_candidate[unit]]
    return [unit for unit in network.candidates if unit not in set(order)] + order


def _worth(network: Network) -> FloatArray:
    """What each capability earns when it is finished in the first sprint; 0 where nobody knows."""
    return np.nan_to_num(network.instance.earn[:, 0], nan=0.0)


def _load(network: Network, capability: int) -> int:
    units = network.instance.units
    return max(1, sum(int(units[story]) for story in network.closures[capability]))
