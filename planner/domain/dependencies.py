"""Dependencies between stories: refuse a cycle and name it, and put stories after their predecessors.

A dependency is (predecessor, successor): the predecessor is finished first. Everything here is
iterative, so that a chain of 100,000 stories is no deeper than one of two.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

Dependency = tuple[int, int]


class DependencyCycleError(Exception):
    """Dependencies that can't all be obeyed; ``cycle`` has the ids in order, the last one before the first."""

    def __init__(self, cycle: list[int]) -> None:
        """Keep the cycle, to name it."""
        super().__init__("cycle: " + " -> ".join(str(item) for item in [*cycle, cycle[0]]))
        self.cycle = cycle


def successors_by_id(dependencies: Iterable[Dependency]) -> dict[int, list[int]]:
    """The successors of each story that has any."""
    successors: defaultdict[int, list[int]] = defaultdict(list)
    for predecessor, successor in dependencies:
        successors[predecessor].append(successor)
    return dict(successors)


def find_cycle(successors: Mapping[int, Iterable[int]], predecessor: int, successor: int) -> list[int] | None:
    """The shortest cycle that a new dependency would close, from its predecessor on; None when it closes none.

    ``successors`` holds the present dependencies, without a cycle. Breadth first from the new successor,
    so only what follows it is looked at.
    """
    came_from: dict[int, int] = {successor: predecessor}
    queue = deque([successor])
    while queue:
        item = queue.popleft()
        if item == predecessor:
            return _walk_back(came_from, item)
        for following in successors.get(item, ()):
            if following not in came_from:
                came_from[following] = item
                queue.append(following)
    return None


def _walk_back(came_from: Mapping[int, int], item: int) -> list[int]:
    """The cycle through ``item``, in the direction of the dependencies and starting with it."""
    backwards = [item]
    while came_from[backwards[-1]] != item:
        backwards.append(came_from[backwards[-1]])
    return [item, *reversed(backwards[1:])]


def topological_order(items: Iterable[int], dependencies: Iterable[Dependency]) -> list[int]:
    """The items with every predecessor before its successors, else in the order given (Kahn, 1962).

    Dependencies on ids outside ``items`` are left out. Raises DependencyCycleError.
    """
    waiting_for = dict.fromkeys(items, 0)
    inside = [(one, other) for one, other in dependencies if one in waiting_for and other in waiting_for]
    successors = successors_by_id(inside)
    for _, successor in inside:
        waiting_for[successor] += 1
    order = _take_ready(waiting_for, successors)
    if len(order) < len(waiting_for):
        raise DependencyCycleError(_any_cycle(waiting_for, inside))
    return order


def _take_ready(waiting_for: dict[int, int], successors: Mapping[int, list[int]]) -> list[int]:
    """Take items nothing waits for until none is left; ``waiting_for`` then says what is stuck."""
    ready = deque(item for item, count in waiting_for.items() if count == 0)
    order = []
    while ready:
        item = ready.popleft()
        order.append(item)
        for following in successors.get(item, ()):
            waiting_for[following] -= 1
            if waiting_for[following] == 0:
                ready.append(following)
    return order


def _any_cycle(waiting_for: Mapping[int, int], dependencies: Iterable[Dependency]) -> list[int]:
    """A cycle among the stuck items: each has a stuck predecessor, so walking back must meet itself."""
    stuck_before = {successor: predecessor for predecessor, successor in dependencies if waiting_for[predecessor] > 0}
    item = next(item for item, count in waiting_for.items() if count > 0)
    met: dict[int, int] = {}
    path: list[int] = []
    while item not in met:
        met[item] = len(path)
        path.append(item)
        item = stuck_before[item]
    return path[met[item] :][::-1]
