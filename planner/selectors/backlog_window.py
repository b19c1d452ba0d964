"""A window of the backlog as people scroll it: from any place on, or the rows right above or below a story.

No page is counted through from the top: a place in the manual order is found in the index of ranks alone, one in
another lens in its stored order of units, and what follows or precedes a story by keyset.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from accounts.models import Workspace
from planner.domain.vocabulary import Lens
from planner.models import Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.backlog import BacklogRow, load_shown, rows_of, stories_of
from planner.selectors.cursors import Cursor, TailCursor, UnitCursor
from planner.selectors.unit_pages import (
    Found,
    UnitOrder,
    find_places,
    find_places_above,
    load_unit_order,
    unit_cursor_of,
)

MOST_LISTED = 10**9
MOST_IN_UNITS = 1_000
"""Stories of one window that is as long as so many units."""


class Neighbour(NamedTuple):
    """The story that rows are wanted next to, where the reader last saw it stand, and on which side they are."""

    story_id: int
    at: int
    is_below: bool


class Length(NamedTuple):
    """How long a window may be: so many stories, and where `units` is told, of so many units."""

    stories: int
    units: int | None

    def fitting(self, units: Iterable[int]) -> int:
        """How many of these stories, told by their units, fit."""
        met: set[int] = set()
        number = 0
        for number, unit in enumerate(islice(units, self.stories), start=1):
            met.add(unit)
            if self.units is not None and len(met) > self.units:
                return number - 1
        return number


@dataclass(frozen=True)
class BacklogWindow:
    """Rows in order, and where each stands, from 1.

    `ats` counts the stories of the list in the manual order and under a filter; otherwise the units of the lens,
    so that the stories of a unit share one. `total` is where the last of them stands; None where nobody counted.
    `follows` is the story right above the first row, where it was asked for by that. `is_pending`: nobody has
    computed this lens yet; the rows stand in people's order meanwhile.
    """

    rows: list[BacklogRow]
    ats: list[int]
    has_above: bool
    has_below: bool
    total: int | None = None
    follows: Story | None = None
    is_pending: bool = False


class _Piece(NamedTuple):
    stories: list[Story]
    ats: list[int]
    has_above: bool
    has_below: bool
    total: int | None


def list_window(
    *,
    workspace: Workspace,
    lens: Lens,
    limit: int,
    now: datetime,
    at: int = 1,
    beside: Neighbour | None = None,
    include_done: bool = False,
    text: str = "",
    where: Q | None = None,
    by_unit: bool = False,
) -> BacklogWindow:
    """At most `limit` rows from place `at` on (past the end: the last ones), or next to a story.

    `by_unit`: `limit` counts units (a capability's stories, or one alone), of MOST_IN_UNITS stories together at most.
    A neighbour that is gone gives the rows from where it stood. `text` and `where` filter as in `list_backlog`.
    """
    stories = stories_of(workspace=workspace, include_done=include_done, text=text, where=where)
    order = None if lens is Lens.MANUAL else load_unit_order(workspace=workspace, lens=lens, now=now)
    story = _neighbour(workspace, beside)
    if beside is not None and story is None:
        at, beside = beside.at, None
    length = Length(MOST_IN_UNITS, limit) if by_unit else Length(limit, None)
    if order is None:
        piece = _by_rank(stories, at=at, beside=beside, story=story, length=length)
    elif text or where is not None:
        piece = _from_list(stories, order, at=at, beside=beside, length=length)
    else:
        piece = _by_unit(stories, order, at=at, beside=beside, story=story, length=length)
    return BacklogWindow(
        rows=rows_of(piece.stories),
        ats=piece.ats,
        has_above=piece.has_above,
        has_below=piece.has_below,
        total=piece.total,
        follows=story if beside is not None and beside.is_below else None,
        is_pending=order is None and lens is not Lens.MANUAL,
    )


def count_stories(*, workspace: Workspace, include_done: bool = False, text: str = "", where: Q | None = None) -> int:
    """How many stories the list has."""
    return stories_of(workspace=workspace, include_done=include_done, text=text, where=where).count()


def first_ids(
    *, workspace: Workspace, limit: int, include_done: bool = False, text: str = "", where: Q | None = None
) -> list[int]:
    """The ids of the first stories of the list, by rank."""
    stories = stories_of(workspace=workspace, include_done=include_done, text=text, where=where)
    return list(stories.order_by("rank").values_list("pk", flat=True)[:limit])


def count_units_above(*, workspace: Workspace, rank: int) -> int:
    """How many units begin above this rank: the place of the unit that begins there is one more."""
    above = stories_of(workspace=workspace).filter(rank__lt=rank).order_by()
    counted = above.aggregate(
        capabilities=Count("capability", distinct=True), loose=Count("pk", filter=Q(capability__isnull=True))
    )
    return int(counted["capabilities"] + counted["loose"])


def _neighbour(workspace: Workspace, beside: Neighbour | None) -> Story | None:
    if beside is None:
        return None
    return Story.objects.filter(workspace=workspace, pk=beside.story_id).only("pk", "rank", "capability").first()


def _by_rank(
    stories: QuerySet[Story], *, at: int, beside: Neighbour | None, story: Story | None, length: Length
) -> _Piece:
    if beside is None or story is None:
        return _from_place(stories, at=at, length=length)
    if beside.is_below:
        rows = stories.filter(rank__gt=story.rank).order_by("rank")
        limit = _fitting(rows, length)
        found = load_shown(rows[: limit + 1])
        return _numbered(found[:limit], first=beside.at + 1, has_above=True, has_below=len(found) > limit)
    rows = stories.filter(rank__lt=story.rank).order_by("-rank")
    limit = _fitting(rows, length)
    found = load_shown(rows[: limit + 1])
    has_above, page = len(found) > limit, found[:limit][::-1]
    first = max(beside.at - len(page), 2) if has_above else 1
    return _numbered(page, first=first, has_above=has_above, has_below=True)


def _fitting(rows: QuerySet[Story], length: Length) -> int:
    """How many of the rows fit, read from narrow ones where units are counted."""
    if length.units is None:
        return length.stories
    units = rows.values_list("capability_id", "pk")[: length.stories]
    return length.fitting(capability or -pk for capability, pk in units) or 1


def _from_place(stories: QuerySet[Story], *, at: int, length: Length) -> _Piece:
    if at > 1:
        here = stories.order_by("rank").values_list("rank", flat=True)[at - 1 : at]
        rank = next(iter(here), None)
        if rank is None:
            last = length.units or length.stories
            return _from_place(stories, at=max(stories.count() - last + 1, 1), length=length)
        stories = stories.filter(rank__gte=rank)
    limit = _fitting(stories.order_by("rank"), length)
    found = load_shown(stories.order_by("rank")[: limit + 1])
    return _numbered(found[:limit], first=at, has_above=at > 1, has_below=len(found) > limit)


def _numbered(stories: list[Story], *, first: int, has_above: bool, has_below: bool) -> _Piece:
    ats = list(range(first, first + len(stories)))
    total = None if has_below else first + len(stories) - 1
    return _Piece(stories, ats, has_above, has_below, total)


def _from_list(
    stories: QuerySet[Story], order: UnitOrder, *, at: int, beside: Neighbour | None, length: Length
) -> _Piece:
    """Under a filter nothing says where in the order the next story is: all that pass it are put in order."""
    places = find_places(stories, anywhere=None, order=order, start=None, number=MOST_LISTED)
    ids, units = [place.story_id for place in places], [_unit_of(place) for place in places]
    first, end = _span(ids, at=at, beside=beside, length=length)
    if beside is not None and not beside.is_below:
        first = end - length.fitting(reversed(units[first:end]))
    else:
        end = first + length.fitting(units[first:end])
    page = ids[first:end]
    return _Piece(_in_order(page), list(range(first + 1, end + 1)), first > 0, end < len(ids), len(ids))


def _unit_of(place: Found) -> int:
    return place.cursor.unit_id if isinstance(place.cursor, UnitCursor) else -place.story_id


def _span(ids: list[int], *, at: int, beside: Neighbour | None, length: Length) -> tuple[int, int]:
    """From which to before which index of the list, at most."""
    limit = length.stories
    if beside is None:
        first = at - 1 if at <= len(ids) else max(len(ids) - (length.units or limit), 0)
        return first, min(first + limit, len(ids))
    index = ids.index(beside.story_id) if beside.story_id in ids else min(beside.at, len(ids)) - 1
    if beside.is_below:
        return min(index + 1, len(ids)), min(index + 1 + limit, len(ids))
    return max(index - limit, 0), max(index, 0)


def _by_unit(
    stories: QuerySet[Story],
    order: UnitOrder,
    *,
    at: int,
    beside: Neighbour | None,
    story: Story | None,
    length: Length,
) -> _Piece:
    units = len(order.unit_ids)
    open_stories = Story.objects.filter(category__in=OPEN_CATEGORIES)
    start = unit_cursor_of(order, story) if story is not None else order.begin_at(min(at, units) - 1 if units else 0)
    if beside is not None and not beside.is_below:
        places = find_places_above(stories, anywhere=open_stories, order=order, start=start, number=length.stories + 1)
        limit = length.fitting(_unit_of(place) for place in reversed(places))
        return _piece_of(places[len(places) - limit :], units=units, has_above=len(places) > limit, has_below=True)
    places = find_places(stories, anywhere=open_stories, order=order, start=start, number=length.stories + 1)
    limit = length.fitting(map(_unit_of, places))
    has_above = beside is not None or at > 1
    return _piece_of(places[:limit], units=units, has_above=has_above, has_below=len(places) > limit)


def _piece_of(places: Sequence[Found], *, units: int, has_above: bool, has_below: bool) -> _Piece:
    ats = [_at(place.cursor, units) for place in places]
    stories = _in_order([place.story_id for place in places])
    return _Piece(stories, ats[: len(stories)], has_above, has_below, units)


def _at(cursor: Cursor, units: int) -> int:
    """The place of a story's unit, from 1; what the order does not know stands behind all of it."""
    return cursor.place + 1 if isinstance(cursor, UnitCursor) else units + isinstance(cursor, TailCursor)


def _in_order(ids: Sequence[int]) -> list[Story]:
    by_id = {story.pk: story for story in load_shown(Story.objects.filter(pk__in=ids))}
    return [by_id[pk] for pk in ids if pk in by_id]
