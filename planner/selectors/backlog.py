"""The backlog page: stories in the order of a lens, a page at a time, whatever the size of the backlog.

A page is found without OFFSET and COUNT and takes at most six queries. The manual lens is the order of ranks, by
keyset. All other lenses are orders of units that a job stored (`LensOrder`): a page begins at a place in it, and
within a unit stories stand by rank. What was added since is told at the end, by rank.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, QuerySet, Subquery

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.vocabulary import Lens
from planner.models import Backlog, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.attribution import attribute_business_value
from planner.selectors.cursors import Cursor, ManualCursor, decode, encode
from planner.selectors.unit_pages import UnitOrder, find_places, load_unit_order

_SHOWN = ("state", "capability", "application", "team", "sprint", "assignee")


class LensListsNothing(InvalidInput):
    """A lens that is there to be compared with only."""

    def __init__(self, lens: Lens) -> None:
        super().__init__(
            f"{lens.label} is there to be compared with: it sorts stories, not what earns. Choose another lens.",
            field="lens",
        )


@dataclass(frozen=True)
class BacklogRow:
    """A story of the backlog with the figures it takes its place by; None is not known, never zero.

    `position` counts open stories and is told by the manual lens only. The figures are the capability's, or
    the story's own; `attributed_value` is the story's share of the business value.
    """

    story: Story
    position: int | None
    cost_of_delay: Decimal | None
    cd3: Decimal | None
    business_value: Decimal | None
    attributed_value: Decimal | None
    unvalued: bool


@dataclass(frozen=True)
class BacklogPage:
    """Rows in order, and where the next page begins (None: this is the last).

    `is_pending`: nobody has computed this lens yet; the rows stand in people's order meanwhile.
    """

    rows: list[BacklogRow]
    next_cursor: str | None
    is_pending: bool = False


class _Page(NamedTuple):
    """Stories in order, their positions where told, and the cursor after the last one if there are more."""

    stories: list[Story]
    positions: list[int | None]
    after: Cursor | None


def list_backlog(
    *,
    workspace: Workspace,
    lens: Lens,
    cursor: str | None,
    limit: int,
    now: datetime,
    include_done: bool = False,
    text: str = "",
    where: Q | None = None,
) -> BacklogPage:
    """One page of at most `limit` stories, open ones unless `include_done`.

    `text` keeps the stories that have it in their own key or title, or in their capability's; `where` those that
    it is true of. Raises InvalidInput for a bad cursor and for a lens that lists nothing.
    """
    if lens is Lens.STORY_WSJF:
        raise LensListsNothing(lens)
    start = decode(cursor, lens)
    stories = stories_of(workspace=workspace, include_done=include_done, text=text, where=where)
    order = None if lens is Lens.MANUAL else load_unit_order(workspace=workspace, lens=lens, now=now)
    if order is None:
        page = _manual_page(stories, start=start if isinstance(start, ManualCursor) else None, limit=limit)
    else:
        anywhere = _kept(Story.objects.all(), include_done=include_done) if not text and where is None else None
        page = _unit_page(stories, anywhere=anywhere, order=order, start=start, limit=limit)
    return BacklogPage(
        rows=rows_of(page.stories, page.positions),
        next_cursor=encode(page.after, lens) if page.after is not None else None,
        is_pending=order is None and lens is not Lens.MANUAL,
    )


def stories_of(
    *, workspace: Workspace, include_done: bool = False, text: str = "", where: Q | None = None
) -> QuerySet[Story]:
    """The stories of a workspace's backlog, open ones unless `include_done`, that pass a filter; in no order."""
    stories = Story.objects.filter(backlog_id=Subquery(Backlog.objects.filter(workspace=workspace).values("pk")[:1]))
    stories = _kept(stories, include_done=include_done)
    if text:
        stories = stories.filter(_has_text(text))
    return stories if where is None else stories.filter(where)


def _kept(stories: QuerySet[Story], *, include_done: bool) -> QuerySet[Story]:
    return stories if include_done else stories.filter(category__in=OPEN_CATEGORIES)


def rows_of_stories(*, stories: QuerySet[Story]) -> list[BacklogRow]:
    """The rows of these stories, in the order given, to draw them again; two queries. Positions are not told."""
    return rows_of(load_shown(stories))


def _has_text(text: str) -> Q:
    return (
        Q(title__icontains=text)
        | Q(key__istartswith=text)
        | Q(capability__title__icontains=text)
        | Q(capability__key__istartswith=text)
    )


def _manual_page(stories: QuerySet[Story], *, start: ManualCursor | None, limit: int) -> _Page:
    if start is not None:
        stories = stories.filter(rank__gt=start.rank)
    found = load_shown(stories.order_by("rank")[: limit + 1])
    position = start.position if start is not None else 0
    positions: list[int | None] = []
    for story in found[:limit]:
        position += story.is_open
        positions.append(position if story.is_open else None)
    after = ManualCursor(found[limit - 1].rank, position) if len(found) > limit else None
    return _Page(found[:limit], positions, after)


def _unit_page(
    stories: QuerySet[Story],
    *,
    anywhere: QuerySet[Story] | None,
    order: UnitOrder,
    start: Cursor | None,
    limit: int,
) -> _Page:
    """Find the places first, from narrow queries, and load the page's stories once."""
    places = find_places(stories, anywhere=anywhere, order=order, start=start, number=limit + 1)
    ids = [place.story_id for place in places[:limit]]
    by_id = {story.pk: story for story in load_shown(Story.objects.filter(pk__in=ids))}
    page = [by_id[pk] for pk in ids if pk in by_id]
    return _Page(page, [None] * len(page), places[limit - 1].cursor if len(places) > limit else None)


def load_shown(stories: QuerySet[Story]) -> list[Story]:
    """Load stories with what a row shows. A capability's application is its stories' own: one join less."""
    loaded = list(stories.select_related(*_SHOWN))
    for story in loaded:
        if story.capability is not None and story.application is not None:
            story.capability.application = story.application
    return loaded


def rows_of(stories: Sequence[Story], positions: Sequence[int | None] | None = None) -> list[BacklogRow]:
    """The rows of these loaded stories; one query. Positions are told where they are given."""
    capabilities = {story.capability_id: story.capability for story in stories if story.capability is not None}
    shares = attribute_business_value(capabilities.values())
    return [
        _row(story, position=position, shares=shares)
        for story, position in zip(stories, positions or [None] * len(stories), strict=True)
    ]


def _row(story: Story, *, position: int | None, shares: dict[int, Decimal]) -> BacklogRow:
    valued = story.capability or story
    attributed = valued.business_value
    if attributed is not None and story.capability_id is not None:
        attributed = shares.get(story.pk, Decimal("0.00"))
    return BacklogRow(
        story=story,
        position=position,
        cost_of_delay=valued.cost_of_delay,
        cd3=valued.cd3,
        business_value=valued.business_value,
        attributed_value=attributed,
        unvalued=not valued.is_valued,
    )
