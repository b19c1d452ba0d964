"""Daily flow: how many stories entered and left a state a day, kept by adding what changed."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import numpy as np
from django.db import connection, transaction

from planner.domain.arrays import IntArray
from valuestream.domain.days import days_of
from valuestream.domain.visits import OPEN, Visits
from valuestream.models import DailyFlow
from valuestream.selectors.visits import read_visits

Cell = tuple[int, int]
"""A day (proleptic ordinal) and a state's id."""

_TABLE = DailyFlow._meta.db_table
_CHUNK = 1000
_STATES = 2**40
"""More than there are ids of states; a day's ordinal times it still fits 64 bits."""


class FlowDelta:
    """What is to be added to (or, negative, taken from) the arrivals and departures of some cells."""

    def __init__(self) -> None:
        self.arrivals: Counter[Cell] = Counter()
        self.departures: Counter[Cell] = Counter()

    def add_visits(self, visits: Visits, *, zone: str, sign: int = 1) -> None:
        """Count the entries and leavings of visits whose places are ids of states."""
        _count(self.arrivals, visits.place, visits.entered_at, zone, sign)
        has_left = visits.left_at != OPEN
        _count(self.departures, visits.place[has_left], visits.left_at[has_left], zone, sign)

    def cells(self) -> dict[Cell, tuple[int, int]]:
        """Arrivals and departures of the cells where there is anything, in order of (day, state)."""
        touched = sorted(self.arrivals.keys() | self.departures.keys())
        both = {cell: (self.arrivals[cell], self.departures[cell]) for cell in touched}
        return {cell: counts for cell, counts in both.items() if any(counts)}


def _count(into: Counter[Cell], states: IntArray, instants: IntArray, zone: str, sign: int) -> None:
    """Count by one key of both, which sorts many times faster than pairs do."""
    cells, counts = np.unique(days_of(instants, zone) * _STATES + states, return_counts=True)
    days, states = np.divmod(cells, _STATES)
    for day, state, count in zip(days.tolist(), states.tolist(), counts.tolist(), strict=True):
        into[day, state] += sign * count


def add_flow(*, workspace_id: int, cells: Mapping[Cell, tuple[int, int]]) -> None:
    """Add to the stored cells, in one statement a thousand; in order, so that two writers can't deadlock."""
    rows = [
        (workspace_id, date.fromordinal(day).isoformat(), state, arrivals, departures)
        for (day, state), (arrivals, departures) in sorted(cells.items())
    ]
    for start in range(0, len(rows), _CHUNK):
        _upsert(rows[start : start + _CHUNK])


def _upsert(rows: list[tuple[int, str, int, int, int]]) -> None:
    places = ", ".join(["(%s, %s, %s, %s, %s)"] * len(rows))
    statement = (
        f"INSERT INTO {_TABLE} (workspace_id, date, state_id, arrivals, departures) VALUES {places} "  # noqa: S608 - names of ours
        "ON CONFLICT (workspace_id, date, state_id) DO UPDATE SET "
        f"arrivals = {_TABLE}.arrivals + excluded.arrivals, departures = {_TABLE}.departures + excluded.departures"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])


def recount_daily_flow(*, workspace_id: int, zone: str) -> int:
    """Write a workspace's daily flow anew from its stored visits; return how many cells there are.

    Writers of daily flow wait meanwhile, so that none of them is counted twice or not at all.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {_TABLE} IN SHARE ROW EXCLUSIVE MODE")
        delta = FlowDelta()
        delta.add_visits(read_visits(workspace_id=workspace_id).visits, zone=zone)
        DailyFlow.objects.filter(workspace_id=workspace_id).delete()
        cells = delta.cells()
        add_flow(workspace_id=workspace_id, cells=cells)
    return len(cells)
