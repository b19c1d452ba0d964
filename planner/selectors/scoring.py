"""The open backlog as arrays, for the kernels of planner.domain.scoring."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from planner.domain.arrays import IntArray
from planner.domain.scoring import Backlog
from planner.models import Capability, Dependency, Story
from planner.models.choices import OPEN_CATEGORIES


@dataclass(frozen=True)
class Figures:
    """Stored scores of a capability, or of a story of its own."""

    cd3: Decimal | None
    closure_points: Decimal | None


@dataclass(frozen=True)
class ScoredBacklog:
    """The arrays, and whose they are: first the capabilities, then the valued stories of their own."""

    backlog: Backlog
    capability_ids: list[int]
    loose_ids: list[int]
    stored: list[Figures]


def load_backlog(*, workspace_id: int) -> ScoredBacklog:
    """Load what CD3 is computed from, in four queries.

    A valued story of its own stands as a capability of one required story; a finished one as one of none.
    """
    capabilities = list(
        Capability.objects.filter(workspace_id=workspace_id)
        .order_by("id")
        .values_list("id", "cost_of_delay", "cd3", "closure_points")
    )
    valued = list(
        Story.objects.filter(workspace_id=workspace_id, capability=None, cost_of_delay__isnull=False)
        .order_by("id")
        .values_list("id", "cost_of_delay", "cd3", "closure_points")
    )
    units = capabilities + valued
    return ScoredBacklog(
        backlog=_arrays(
            workspace_id=workspace_id,
            index_of_capability={pk: index for index, (pk, *_) in enumerate(capabilities)},
            index_of_loose={pk: index for index, (pk, *_) in enumerate(valued, len(capabilities))},
            costs=[cost for _, cost, *_ in units],
        ),
        capability_ids=[pk for pk, *_ in capabilities],
        loose_ids=[pk for pk, *_ in valued],
        stored=[Figures(cd3, points) for *_, cd3, points in units],
    )


def _arrays(
    *,
    workspace_id: int,
    index_of_capability: dict[int, int],
    index_of_loose: dict[int, int],
    costs: list[Decimal | None],
) -> Backlog:
    rows = list(
        Story.objects.filter(workspace_id=workspace_id, category__in=OPEN_CATEGORIES)
        .order_by("id")
        .values_list("id", "points", "required", "capability_id")
    )
    index_of_story = {pk: index for index, (pk, *_) in enumerate(rows)}
    prerequisite, dependent = _edges(workspace_id=workspace_id, index_of_story=index_of_story)
    units = [
        index_of_capability[capability] if capability in index_of_capability else index_of_loose.get(pk, -1)
        for pk, _, _, capability in rows
    ]
    return Backlog(
        points=np.array([np.nan if points is None else float(points) for _, points, _, _ in rows], dtype=np.float64),
        is_required=np.array([required or capability is None for _, _, required, capability in rows], dtype=np.bool_),
        is_open=np.ones(len(rows), dtype=np.bool_),
        capability_of_story=np.array(units, dtype=np.int64),
        prerequisite=prerequisite,
        dependent=dependent,
        cost_of_delay=np.array([np.nan if cost is None else float(cost) for cost in costs], dtype=np.float64),
    )


def _edges(*, workspace_id: int, index_of_story: dict[int, int]) -> tuple[IntArray, IntArray]:
    """Dependencies between open stories, as indexes."""
    pairs = Dependency.objects.filter(workspace_id=workspace_id).values_list("predecessor_id", "successor_id")
    inside = [
        (index_of_story[before], index_of_story[after])
        for before, after in pairs.iterator()
        if before in index_of_story and after in index_of_story
    ]
    edges = np.array(inside, dtype=np.int64).reshape(-1, 2)
    return edges[:, 0], edges[:, 1]
