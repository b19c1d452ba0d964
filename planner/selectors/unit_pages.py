"""Finding the stories of a page in a stored order of units, from narrow queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import numpy as np
from django.db.models import Q, QuerySet

from accounts.models import Workspace
from planner.domain.arrays import IntArray
from planner.domain.vocabulary import Lens
from planner.models import LensOrder, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.courses import order_by
from planner.selectors.cursors import Cursor, TailCursor, UnitCursor
from planner.selectors.ranking import list_open, load_ranking
from planner.selectors.unit_orders import read_unit_ids

COMPUTED_AT_ONCE = 2_000
"""Open stories up to which an order that no job has stored yet is computed while someone waits."""

WIDENING = 8
"""A stretch of units in which too few stories are left is followed by one so many times as long."""

MOST_UNITS = 5_000
"""So many ids every database takes in one query."""

ROWS_AT_A_TIME = 2_000

LOWEST_RANK = -(2**63)


Row = tuple[int, int | None, int]
"""A story's id, its capability's, and its rank."""


class Found(NamedTuple):
    """A story of the page, and the cursor that goes on after it."""

    story_id: int
    cursor: Cursor


@dataclass(frozen=True)
class UnitOrder:
    """All units in the order of a lens, as of some instant; stories with a higher id came later."""

    unit_ids: IntArray
    newest_story_id: int

    @cached_property
    def sorted_places(self) -> IntArray:
        """Places by rising unit id, to look units up in."""
        return np.argsort(self.unit_ids, kind="stable")

    def places_of(self, unit_ids: IntArray) -> IntArray:
        """The place of each of these units; -1 for one that is not in the order."""
        if not len(self.unit_ids):
            return np.full(len(unit_ids), -1)
        near = np.searchsorted(self.unit_ids, unit_ids, sorter=self.sorted_places).clip(max=len(self.unit_ids) - 1)
        place = self.sorted_places[near]
        return np.where(self.unit_ids[place] == unit_ids, place, -1)

    def begin_at(self, place: int) -> UnitCursor:
        """The cursor right above all of the unit at this place, from 0."""
        unit_id = int(self.unit_ids[place]) if 0 <= place < len(self.unit_ids) else 0
        return UnitCursor(max(place, 0), unit_id, LOWEST_RANK)

    def resume(self, cursor: Cursor | None) -> UnitCursor:
        """Where to go on: at the unit where a cursor stopped, wherever that stands now; from the top without one."""
        if not isinstance(cursor, UnitCursor):
            return UnitCursor(0, 0, 0)
        if cursor.place < len(self.unit_ids) and self.unit_ids[cursor.place] == cursor.unit_id:
            return cursor
        place = int(self.places_of(np.array([cursor.unit_id]))[0])
        return UnitCursor(place if place >= 0 else cursor.place, cursor.unit_id, cursor.rank)


def load_unit_order(*, workspace: Workspace, lens: Lens, now: datetime) -> UnitOrder | None:
    """The order of a lens as last stored, or computed now for a small backlog; None for a large one without."""
    found = LensOrder.objects.filter(workspace=workspace, lens=lens.value).values_list("unit_ids", "newest_story_id")
    stored = found.first()
    if stored is not None:
        return UnitOrder(read_unit_ids(stored[0]), stored[1])
    open_stories = list_open(workspace_id=workspace.pk).values("pk")[: COMPUTED_AT_ONCE + 1].count()
    if open_stories > COMPUTED_AT_ONCE:
        return None
    ranking = load_ranking(workspace_id=workspace.pk, now=now)
    return UnitOrder(ranking.unit_ids[order_by(ranking, lens)[0]], int(ranking.story_ids.max(initial=0)))


def find_places(
    stories: QuerySet[Story], *, anywhere: QuerySet[Story] | None, order: UnitOrder, start: Cursor | None, number: int
) -> list[Found]:
    """At most so many of these stories from the cursor on: unit by unit, then what the order does not know.

    `anywhere`: the same stories of all workspaces, where no filter keeps some of them out: asked for by unit, SQLite
    would else walk the whole backlog instead of the units' own index.
    """
    found: list[Found] = []
    if not isinstance(start, TailCursor):
        begin = order.resume(start)
        walk = (
            _in_order(_rows(stories), order, begin) if anywhere is None else _stretches(anywhere, order, begin, number)
        )
        found = list(islice(walk, number))
    if len(found) < number:
        after = start.rank if isinstance(start, TailCursor) else None
        found += islice(_tail(stories, order, after), number - len(found))
    return found


def find_places_above(
    stories: QuerySet[Story],
    *,
    anywhere: QuerySet[Story],
    order: UnitOrder,
    start: UnitCursor | TailCursor,
    number: int,
) -> list[Found]:
    """At most so many of these stories right above the cursor, in order, where no filter keeps some of them out."""
    units, length = len(order.unit_ids), number
    if isinstance(start, TailCursor):
        found = [each for each in _tail(stories, order, None) if each.cursor.rank < start.rank][-number:]
        start, end = UnitCursor(units, 0, LOWEST_RANK), units
    else:
        found, end = [], start.place + 1
    while len(found) < number and end > 0:
        begin = max(end - length, 0)
        rows = _rows_of_units(anywhere, order.unit_ids[begin:end])
        found = [*_above(_in_order(rows, order, order.begin_at(0)), start), *found][-number:]
        end, length = begin, min(length * WIDENING, MOST_UNITS)
    return found


def _above(found: Iterator[Found], start: UnitCursor) -> Iterator[Found]:
    for each in found:
        cursor = each.cursor
        if isinstance(cursor, UnitCursor) and (cursor.place, cursor.rank) < (start.place, start.rank):
            yield each


def unit_cursor_of(order: UnitOrder, story: Story) -> UnitCursor | TailCursor:
    """Where a story stands in the order, or behind it."""
    unit_id = story.capability_id or -story.pk
    place = int(order.places_of(np.array([unit_id]))[0])
    return UnitCursor(place, unit_id, story.rank) if place >= 0 else TailCursor(story.rank)


def _stretches(stories: QuerySet[Story], order: UnitOrder, start: UnitCursor, number: int) -> Iterator[Found]:
    """Stretch after stretch of units: each had an open story when it was ranked, so the first is mostly enough."""
    place, length = start.place, number
    while place < len(order.unit_ids):
        units = order.unit_ids[place : place + length]
        yield from _in_order(_rows_of_units(stories, units), order, start)
        place, length = place + length, min(length * WIDENING, MOST_UNITS)


def _rows_of_units(stories: QuerySet[Story], units: IntArray) -> list[Row]:
    """Two questions where there are both kinds of units: each goes by its own index, both in one by none."""
    capabilities, loose = units[units > 0].tolist(), (-units[units < 0]).tolist()
    rows = _rows(stories.filter(capability__in=capabilities)) if capabilities else []
    return rows + (_rows(stories.filter(pk__in=loose, capability=None)) if loose else [])


def _rows(stories: QuerySet[Story]) -> list[Row]:
    return list(stories.order_by().values_list("pk", "capability_id", "rank"))


def _in_order(rows: list[Row], order: UnitOrder, start: UnitCursor) -> Iterator[Found]:
    """These stories by place and rank, those behind the start; what the order does not know is left out."""
    if not rows:
        return
    ids, capability, rank = np.array([(pk, of or 0, at) for pk, of, at in rows], dtype=np.int64).T
    place = order.places_of(np.where(capability > 0, capability, -ids))
    is_behind = (place > start.place) | ((place == start.place) & (_unit_at(order, start) | (rank > start.rank)))
    kept = np.flatnonzero((place >= 0) & is_behind)
    for index in kept[np.lexsort((rank[kept], place[kept]))].tolist():
        at = int(place[index])
        yield Found(int(ids[index]), UnitCursor(at, int(order.unit_ids[at]), int(rank[index])))


def _unit_at(order: UnitOrder, start: UnitCursor) -> bool:
    """Whether another unit stands at the place where the cursor stopped: all of it is behind the cursor."""
    return start.place < len(order.unit_ids) and int(order.unit_ids[start.place]) != start.unit_id


def _tail(stories: QuerySet[Story], order: UnitOrder, after: int | None) -> Iterator[Found]:
    """What was added since the order was stored, and finished stories of finished units, by rank."""
    unknown = stories.filter(Q(pk__gt=order.newest_story_id) | ~Q(category__in=OPEN_CATEGORIES))
    if after is not None:
        unknown = unknown.filter(rank__gt=after)
    rows = unknown.order_by("rank").values_list("pk", "capability_id", "rank")
    for pk, capability, rank in rows.iterator(ROWS_AT_A_TIME):
        unit = capability or -pk
        if order.places_of(np.array([unit]))[0] < 0:
            yield Found(pk, TailCursor(rank))
