"""Finding the gap that a move means, and making room where it is used up. The backlog must be locked."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import F, QuerySet, Subquery

from common.errors import Conflict
from planner.domain.ranks import (
    PARKING_OFFSET,
    RanksExhaustedError,
    rank_between,
    smallest_window,
    spread,
)
from planner.models import Backlog, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.services.column_writes import write_columns

FIRST_REACH = 32


class Gap(NamedTuple):
    """The ranks on both sides of a place; None where the backlog ends."""

    before: int | None
    after: int | None

    def holds(self, rank: int) -> bool:
        """Whether the rank lies in the gap already."""
        return (self.before is None or self.before < rank) and (self.after is None or rank < self.after)


class Row(NamedTuple):
    """A story that stays, as far as placing is concerned."""

    pk: int
    rank: int


class Others:
    """The stories of a backlog that stay where they are while `moving` (ids) are placed among them."""

    def __init__(self, *, backlog: Backlog, moving: Sequence[int]) -> None:
        self._rows: QuerySet[Story] = Story.objects.filter(backlog=backlog).exclude(pk__in=moving)
        self._ranks = self._rows.values_list("rank", flat=True)
        self._moving = moving

    def gap_after(self, story: Story, *, field: str = "after") -> Gap:
        """The gap right below a story."""
        from_it = self._rows.filter(rank__gte=Subquery(Story.objects.filter(pk=story.pk).values("rank")))
        rows = [Row(*row) for row in from_it.order_by("rank").values_list("pk", "rank")[:2]]
        if not rows or rows[0].pk != story.pk:
            raise _gone(story, field=field)
        return Gap(rows[0].rank, rows[1].rank if len(rows) > 1 else None)

    def gap_before(self, story: Story, *, field: str = "before") -> Gap:
        """The gap right above a story."""
        return self.gap_above(self._rank_of(story, field=field))

    def gap_above(self, rank: int) -> Gap:
        """The gap right above the story of this rank."""
        return Gap(self._ranks.filter(rank__lt=rank).order_by("-rank").first(), rank)

    def gap_at_end(self, end: str) -> Gap:
        """The gap at the "top" or the "bottom"."""
        if end == "top":
            return Gap(None, self._ranks.order_by("rank").first())
        return Gap(self._ranks.order_by("-rank").first(), None)

    def _rank_of(self, story: Story, *, field: str) -> int:
        rank = self._ranks.filter(pk=story.pk).first()
        if rank is None:
            raise _gone(story, field=field)
        return rank

    def take_ranks(self, gap: Gap, count: int) -> tuple[list[int], bool]:
        """Rising ranks in the gap for what moves, and whether its neighbours had to be spread for them."""
        if count == 1 and (rank := rank_between(*gap)) is not None:
            return [rank], False
        if count > 1 and _fits(count, gap):
            return spread(count, *gap), False
        return self._make_room(gap, count), True

    def _make_room(self, gap: Gap, count: int) -> list[int]:
        """Spread the smallest window around a used-up gap; returns the ranks it leaves for what moves.

        The window is parked where no rank lies and written back from there, because the unique
        constraint holds after every row. What moves is parked too: it may lie in the window.
        """
        reach = FIRST_REACH
        while True:
            below, above = self._below(gap, reach), self._above(gap, reach)
            if (window := _window(below, above, reach, count)) is not None:
                break
            reach *= 4
        stay = (below + above)[window.first : window.last]
        place = len(below) - window.first
        ids = [row.pk for row in stay]
        Story.objects.filter(pk__in=[*ids, *self._moving]).update(rank=F("rank") + PARKING_OFFSET)
        kept = window.ranks[:place] + window.ranks[place + count :]
        write_columns(model=Story, ids=ids, columns={"rank": kept})
        return window.ranks[place : place + count]

    def write_moved(self, ranks: Sequence[int]) -> None:
        """Give what moves its new ranks, by way of the parking range: they may swap among themselves."""
        Story.objects.filter(pk__in=self._moving, rank__lt=PARKING_OFFSET // 2).update(rank=F("rank") + PARKING_OFFSET)
        write_columns(model=Story, ids=self._moving, columns={"rank": ranks})

    def _below(self, gap: Gap, reach: int) -> list[Row]:
        """Up to `reach` stories before the gap, in rising order."""
        if gap.before is None:
            return []
        rows = self._rows.filter(rank__lte=gap.before).order_by("-rank").values_list("pk", "rank")
        return [Row(*row) for row in rows[:reach]][::-1]

    def _above(self, gap: Gap, reach: int) -> list[Row]:
        """Up to `reach` stories after the gap, in rising order."""
        if gap.after is None:
            return []
        rows = self._rows.filter(rank__gte=gap.after).order_by("rank").values_list("pk", "rank")
        return [Row(*row) for row in rows[:reach]]


def _gone(story: Story, *, field: str) -> Conflict:
    return Conflict(f"{story.key} was deleted, or moves as well: choose another story.", field=field)


class _Window(NamedTuple):
    first: int
    last: int
    ranks: list[int]


def _window(below: list[Row], above: list[Row], reach: int, count: int) -> _Window | None:
    """Which of the neighbours get new ranks; None when more of them are needed."""
    from_start, to_end = len(below) < reach, len(above) < reach
    ranks = [row.rank for row in below + above]
    if count == 1:
        found = smallest_window(ranks, len(below), from_start=from_start, to_end=to_end)
        return _Window(*found) if found else None
    first, last = (0 if from_start else 1), (len(ranks) if to_end else len(ranks) - 1)
    outside = Gap(None if from_start else ranks[0], None if to_end else ranks[-1])
    if not _fits(last - first + count, outside):
        return None
    return _Window(first, last, spread(last - first + count, *outside))


def _fits(count: int, gap: Gap) -> bool:
    try:
        spread(count, *gap)
    except RanksExhaustedError:
        return False
    return True


def open_rank_at(*, story: Story, position: int) -> int | None:
    """The rank of the open story that follows the moved one once it stands at this position; None: the bottom.

    Read from the index alone: two ranks, because the story itself may stand above the position.
    """
    open_ranks = Story.objects.filter(backlog_id=story.backlog_id, category__in=OPEN_CATEGORIES).order_by("rank")
    here = list(open_ranks.values_list("rank", flat=True)[position - 1 : position + 1])
    if here and story.is_open and story.rank <= here[0]:
        here = here[1:]
    return here[0] if here else None
