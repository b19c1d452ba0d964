"""Daily flow: how many stories entered and left a state a day, kept by adding what changed."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import numpy as np
from django.db import connection

from planner.domain.arrays import IntArray
from valuestream.domain.days import days_of
from valuestream.domain.visits import OPEN, Visits
from valuestream.models import DailyFlow

Cell = tuple[int, int]
"""A day (proleptic ordinal) and a state's id."""

_TABLE = DailyFlow._meta.db_table
_CHUNK = 1000


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
    cells = np.stack([days_of(instants, zone), states], axis=1)
    distinct, counts = np.unique(cells, axis=0, return_counts=True)
    for (day, state), count in zip(distinct.tolist(), counts.tolist(), strict=True):
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
