"""The backlog page: stories in the order of a lens, a page at a time, whatever the size of the backlog.

Each page is found by keyset (never OFFSET, never COUNT) and takes at most five queries. The manual lens is the
order of ranks. The value lenses put what is valued first, by the figure of its capability (a valued story of
its own stands as one) and, within a capability, by rank; what has no figure follows by rank.
"""

from dataclasses import dataclass
from decimal import Decimal
from heapq import merge
from itertools import islice
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import Workspace
from planner.domain.vocabulary import Lens
from planner.models import Backlog, Capability, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.attribution import attribute_business_value
from planner.selectors.cursors import Cursor, ManualCursor, TailCursor, ValuedCursor, decode, encode

_FIGURE_OF_LENS = {Lens.CD3: "cd3", Lens.VALUE: "business_value"}
_OF_CAPABILITY, _OF_ITS_OWN = 0, 1
_SHOWN = ("state", "capability", "application", "team", "sprint", "assignee")


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
    """Rows in order, and where the next page begins (None: this is the last)."""

    rows: list[BacklogRow]
    next_cursor: str | None


class _Place(NamedTuple):
    """Where a story stands among the valued ones: by figure, falling; then by unit; within a unit by rank."""

    negated_figure: Decimal
    kind: int
    unit_id: int
    rank: int
    story_id: int


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
    include_done: bool = False,
    text: str = "",
    where: Q | None = None,
) -> BacklogPage:
    """One page of at most `limit` stories, open ones unless `include_done`. Raises InvalidInput for a bad cursor.

    `text` keeps the stories that have it in their own key or title, or in their capability's; `where` those that
    a condition on stories holds for (planner.selectors.backlog_filters).
    """
    start = decode(cursor, lens)
    stories = Story.objects.filter(backlog_id=Subquery(Backlog.objects.filter(workspace=workspace).values("pk")[:1]))
    if not include_done:
        stories = stories.filter(category__in=OPEN_CATEGORIES)
    if text:
        stories = stories.filter(_has_text(text))
    if where is not None:
        stories = stories.filter(where)
    if lens is Lens.MANUAL:
        page = _manual_page(stories, start=start if isinstance(start, ManualCursor) else None, limit=limit)
    else:
        page = _valued_page(stories, workspace=workspace, figure=_FIGURE_OF_LENS[lens], start=start, limit=limit)
    next_cursor = encode(page.after, lens) if page.after is not None else None
    return BacklogPage(rows=_rows(page), next_cursor=next_cursor)


def rows_of_stories(*, stories: QuerySet[Story]) -> list[BacklogRow]:
    """The rows of these stories, in the order given, to draw them again; two queries. Positions are not told."""
    found = _load(stories)
    return _rows(_Page(found, [None] * len(found), None))


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
    found = _load(stories.order_by("rank")[: limit + 1])
    position = start.position if start is not None else 0
    positions: list[int | None] = []
    for story in found[:limit]:
        position += story.is_open
        positions.append(position if story.is_open else None)
    after = ManualCursor(found[limit - 1].rank, position) if len(found) > limit else None
    return _Page(found[:limit], positions, after)


def _valued_page(
    stories: QuerySet[Story], *, workspace: Workspace, figure: str, start: Cursor | None, limit: int
) -> _Page:
    """Find the places first, from narrow queries, and load the page's stories once."""
    places: list[_Place] = []
    if not isinstance(start, TailCursor):
        after = start if isinstance(start, ValuedCursor) else None
        streams = (
            _in_capabilities(stories, workspace=workspace, figure=figure, after=after, number=limit + 1),
            _on_their_own(stories, workspace=workspace, figure=figure, after=after, number=limit + 1),
        )
        places = list(islice(merge(*streams), limit + 1))
    tail: list[tuple[int, int]] = []
    if len(places) <= limit:
        tail_start = start.rank if isinstance(start, TailCursor) else None
        tail = _tail(stories, figure=figure, after=tail_start, number=limit + 1 - len(places))
    ids = [place.story_id for place in places] + [pk for pk, _ in tail]
    by_id = {story.pk: story for story in _load(Story.objects.filter(pk__in=ids[:limit]))}
    page = [by_id[pk] for pk in ids[:limit] if pk in by_id]
    last = _cursor_after(places, tail, limit) if len(ids) > limit else None
    return _Page(page, [None] * len(page), last)


def _load(stories: QuerySet[Story]) -> list[Story]:
    """The stories with what a row shows. A capability's application is its stories' own: one join less."""
    loaded = list(stories.select_related(*_SHOWN))
    for story in loaded:
        if story.capability is not None and story.application is not None:
            story.capability.application = story.application
    return loaded


def _in_capabilities(
    stories: QuerySet[Story], *, workspace: Workspace, figure: str, after: ValuedCursor | None, number: int
) -> list[_Place]:
    """The next stories of capabilities with a figure: the greatest first, within one by rank.

    As many capabilities as stories are wanted are enough, since each has one.
    """
    shown = stories.filter(capability=OuterRef("pk"))
    units = Capability.objects.filter(Exists(shown), workspace=workspace, **{f"{figure}__isnull": False})
    within = Q()
    if after is not None and after.kind == _OF_CAPABILITY:
        same = Q(**{figure: after.figure})
        units = units.filter(Q(**{f"{figure}__lt": after.figure}) | (same & Q(pk__gte=after.unit_id)))
        within = ~Q(capability=after.unit_id) | Q(rank__gt=after.rank)
    elif after is not None:
        units = units.filter(**{f"{figure}__lt": after.figure})
    if after is not None:
        units = units.filter(**{f"{figure}__lte": after.figure})  # what the index is entered by
    first_units = units.order_by(f"-{figure}", "pk").values("pk")[:number]
    found = stories.filter(within, capability__in=first_units).order_by(f"-capability__{figure}", "capability", "rank")
    rows = found.values_list(f"capability__{figure}", "capability_id", "rank", "pk")[:number]
    return [_Place(-value, _OF_CAPABILITY, unit, rank, pk) for value, unit, rank, pk in rows]


def _on_their_own(
    stories: QuerySet[Story], *, workspace: Workspace, figure: str, after: ValuedCursor | None, number: int
) -> list[_Place]:
    """The next valued stories that are in no capability."""
    loose = stories.filter(workspace=workspace, capability=None, **{f"{figure}__isnull": False})
    if after is not None:
        behind = Q(**{f"{figure}__lt": after.figure})
        first_id = after.unit_id if after.kind == _OF_ITS_OWN else 0
        loose = loose.filter(behind | Q(**{figure: after.figure, "pk__gt": first_id}))
        loose = loose.filter(**{f"{figure}__lte": after.figure})
    rows = loose.order_by(f"-{figure}", "pk").values_list(figure, "pk", "rank")[:number]
    return [_Place(-value, _OF_ITS_OWN, pk, rank, pk) for value, pk, rank in rows]


def _tail(stories: QuerySet[Story], *, figure: str, after: int | None, number: int) -> list[tuple[int, int]]:
    """(id, rank) of the next stories without a figure, by rank."""
    without = stories.filter(**{f"{figure}__isnull": True, f"capability__{figure}__isnull": True})
    if after is not None:
        without = without.filter(rank__gt=after)
    return list(without.order_by("rank").values_list("pk", "rank")[:number])


def _cursor_after(places: list[_Place], tail: list[tuple[int, int]], limit: int) -> Cursor:
    """The cursor after the page's last story, the one at `limit`."""
    if len(places) >= limit:
        negated, kind, unit_id, rank, _ = places[limit - 1]
        return ValuedCursor(-negated, kind, unit_id, rank)
    return TailCursor(tail[limit - 1 - len(places)][1])


def _rows(page: _Page) -> list[BacklogRow]:
    capabilities = {story.capability_id: story.capability for story in page.stories if story.capability is not None}
    shares = attribute_business_value(capabilities.values())
    return [
        _row(story, position=position, shares=shares)
        for story, position in zip(page.stories, page.positions, strict=True)
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
