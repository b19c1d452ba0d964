"""Why a unit stands where the money-optimal order has it, in one sentence, from what is stored with the order."""

from decimal import Decimal
from math import isfinite

import numpy as np

from accounts.models import Workspace
from common.formats import format_money
from planner.domain.arrays import FloatArray
from planner.domain.proposals.place_facts import PlaceFacts
from planner.domain.vocabulary import Lens
from planner.models import LensOrder
from planner.selectors.unit_orders import read_unit_ids
from planner.selectors.units import unit_lines

ORDINALS = [
    *("First", "Second", "Third", "Fourth", "Fifth", "Sixth"),
    *("Seventh", "Eighth", "Ninth", "Tenth", "Eleventh", "Twelfth"),
]
COLUMNS = 4
_STORED = np.dtype("<f8")


def write_place_facts(facts: PlaceFacts, points_per_week: float) -> bytes:
    """The facts as they are stored with the order: four numbers a place, costs in money."""
    costs = facts.swap_cost / points_per_week
    columns = [facts.points, facts.block_rate, costs, facts.needs_place.astype(np.float64)]
    return np.stack(columns, axis=1).astype(_STORED).tobytes()


def read_place_points(stored: bytes | memoryview) -> FloatArray:
    """The points that each place adds to the work before it, from what is stored with the order."""
    return np.asarray(np.frombuffer(stored, dtype=_STORED).reshape(-1, COLUMNS)[:, 0])


def why_place(*, workspace: Workspace, unit_id: int) -> str:
    """One sentence on the place of this unit (signed id) in the money-optimal order; empty while there is none."""
    stored = LensOrder.objects.filter(workspace=workspace, lens=Lens.MONEY.value)
    row = stored.values_list("unit_ids", "rated", "place_facts").first()
    if row is None or not row[2]:
        return ""
    unit_ids, rated = read_unit_ids(row[0]), row[1]
    found = np.flatnonzero(unit_ids[:rated] == unit_id)
    if not len(found):
        return "Nobody valued it yet, or nothing is left to do: it stands outside the order that earns most."
    facts = np.frombuffer(row[2], dtype=_STORED).reshape(-1, COLUMNS)
    return _Sentence(facts, unit_ids[:rated].tolist(), workspace.currency).at(int(found[0]))


class _Sentence:
    def __init__(self, facts: FloatArray, unit_ids: list[int], currency: str) -> None:
        self._facts, self._unit_ids, self._currency = facts, unit_ids, currency

    def at(self, place: int) -> str:
        points, rate, _, needs = self._facts[place].tolist()
        swapped = place if place + 1 < len(self._unit_ids) else place - 1
        others = {at for at in (int(needs), swapped, swapped + 1) if at >= 0}
        lines = unit_lines(self._unit_ids[at] for at in others if at < len(self._unit_ids))
        self._keys = {unit_id: line.key for unit_id, line in lines.items()}
        return self._main(place, points, rate, int(needs)) + self._swap(place, swapped)

    def _main(self, place: int, points: float, rate: float, needs: int) -> str:
        where = _ordinal(place)
        if points <= 0:
            done_with = f" with {self._key(needs)}" if needs >= 0 else " with the running sprint"
            return f"{where}: finished{done_with}, it needs nothing else."
        earns = f"{format_money(Decimal(rate), self._currency)} a week per point" if isfinite(rate) else ""
        if needs == place - 1 and needs >= 0:
            together = "together " if rate == self._facts[needs][1] else ""
            return f"{where}, straight after {self._key(needs)}, which it needs: {together}{earns}."
        if needs >= 0:
            return f"{where}, after {self._key(needs)}, whose work it needs: {earns}."
        best = ", the most of all" if place == 0 else ""
        return f"{where}: with what it needs it earns {earns}{best}."

    def _swap(self, place: int, swapped: int) -> str:
        if swapped < 0:
            return ""
        cost = float(self._facts[swapped][2])
        other = self._key(swapped + 1 if swapped == place else swapped)
        if abs(cost) < 0.5:
            return f" Swapping with {other} changes next to nothing."
        verb = "costs" if cost > 0 else "would save"
        return f" Swapping with {other} {verb} {format_money(Decimal(abs(cost)), self._currency)}."

    def _key(self, place: int) -> str:
        return self._keys[self._unit_ids[place]]


def _ordinal(place: int) -> str:
    """A place from 0 in words, or as a number from the thirteenth on."""
    return ORDINALS[place] if place < len(ORDINALS) else f"Place {place + 1:,}"
