"""Where one unit stands in several lenses, from the stored orders."""

from collections.abc import Sequence

import numpy as np

from accounts.models import Workspace
from planner.domain.vocabulary import Lens
from planner.models import LensOrder
from planner.selectors.unit_orders import read_unit_ids

SHOWN_LENSES = (Lens.MONEY, Lens.CD3, Lens.WSJF, Lens.SPONSOR)


def places_in_lenses(
    *, workspace: Workspace, unit_id: int, lenses: Sequence[Lens] = SHOWN_LENSES
) -> list[tuple[Lens, int | None]]:
    """The place (from 1) of a unit (signed id) in each lens; None where the lens says nothing of it. One query."""
    rows = LensOrder.objects.filter(workspace=workspace, lens__in=[lens.value for lens in lenses])
    stored = {lens: (unit_ids, rated) for lens, unit_ids, rated in rows.values_list("lens", "unit_ids", "rated")}
    return [(lens, _place(stored.get(lens.value), unit_id)) for lens in lenses]


def _place(stored: tuple[bytes | memoryview, int] | None, unit_id: int) -> int | None:
    if stored is None:
        return None
    found = np.flatnonzero(read_unit_ids(stored[0])[: stored[1]] == unit_id)
    return int(found[0]) + 1 if len(found) else None
