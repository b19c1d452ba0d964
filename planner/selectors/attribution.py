"""The business value of capabilities shared out to their stories (planner.domain.value.attribution)."""

from collections.abc import Iterable
from decimal import Decimal

import numpy as np

from planner.domain.value.attribution import attribute_values
from planner.models import Capability, Story

CENTS = 100


def attribute_business_value(capabilities: Iterable[Capability]) -> dict[int, Decimal]:
    """The share of each required story of the given capabilities, by story id; one query.

    Unvalued capabilities have none to share. A story that is not required has no entry: its share is nothing.
    """
    values = {
        capability.pk: int(capability.business_value * CENTS)
        for capability in capabilities
        if capability.business_value is not None
    }
    if not values:
        return {}
    rows = list(
        Story.objects.filter(capability__in=values, required=True)
        .order_by("capability", "rank")
        .values_list("pk", "capability_id", "points")
    )
    index = {pk: place for place, pk in enumerate(values)}
    shares = attribute_values(
        np.array(list(values.values()), dtype=np.int64),
        np.array([index[capability or 0] for _, capability, _ in rows], dtype=np.int64),
        np.array([np.nan if points is None else float(points) for *_, points in rows], dtype=np.float64),
    )
    return {pk: Decimal(share) / CENTS for (pk, *_), share in zip(rows, shares.tolist(), strict=True)}
