"""The work in progress of a map: every item open in the stream, in a stage or in a block, now or on any past day.

Only stories that are open at the instant are loaded, whatever the window. Pages follow a keyset: what is told of the
next page doesn't shift when an item before it has left.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import numpy as np

from common.errors import InvalidInput
from planner.domain.arrays import FloatArray, IntArray
from planner.models import Person, Story
from valuestream.domain.flow_metrics import NOBODY, UNVALUED, TimedVisits
from valuestream.domain.visits import OPEN
from valuestream.models import Map
from valuestream.selectors.asking import Question
from valuestream.selectors.evidence import Place, open_asked, timed_in
from valuestream.selectors.loading import LoadedFlow
from valuestream.selectors.maps import lay_out
from valuestream.selectors.measuring import stream_map_of
from valuestream.selectors.work_items import read_stories, to_instant

PAGE = 100


class Order(StrEnum):
    """What the list begins with the most of."""

    LOST = "lost"
    AGE = "age"
    VALUE = "value"
    COST_OF_DELAY = "cost_of_delay"


@dataclass(frozen=True)
class OpenItem:
    """An open item: where it is, since when, and what it holds and costs there; money None where nobody knows.

    `age_seconds` on the clock asked for; `lost_so_far` = cost of delay x age where it is, in weeks of that clock.
    `person`: who was assigned at the instant, "" for nobody.
    """

    story: Story
    block: str
    stage: str
    entered_at: datetime
    age_seconds: float
    is_waiting: bool
    is_blocked: bool
    person: str
    value: Decimal | None
    cost_of_delay: Decimal | None
    lost_so_far: Decimal | None


@dataclass(frozen=True)
class OpenItems:
    """A page of open items, how many there are in all, what they hold, and the next page's cursor, "" at the end."""

    rows: list[OpenItem]
    counted: int
    value: Decimal
    lost_so_far: Decimal
    next_after: str


def list_open_items(
    *,
    map: Map,  # noqa: A002 - the product's word
    now: datetime,
    asked: Question,
    place: Place,
    order: Order = Order.LOST,
    only_waiting: bool = False,
    after: str = "",
    limit: int | None = PAGE,
) -> OpenItems:
    """Return the items open in a place of a map, those with the most of what orders them first; None: all of them.

    Of items with as much, those with the lowest id come first. Raises InvalidInput for a cursor of no such list.
    """
    cursor = _read_cursor(after)
    if cursor is not None and asked.as_of is None:  # ages grow: the next page is of the first one's instant
        asked = replace(asked, as_of=to_instant(cursor.instant))
    measuring = open_asked(map, now, replace(asked, window_days=0))
    flow, question = measuring.load(None, asked.clock)
    timed = timed_in(measuring.layout, flow, question, place)
    timed = timed.take(timed.is_waiting if only_waiting else timed.visits.left_at == OPEN)
    found = _Found(map, flow, timed, question.as_of, _lost(flow, timed, question.clock.week_seconds))
    amounts = found.amounts()[order]
    story_ids = flow.story_ids[timed.visits.story]
    ordered = np.lexsort((story_ids, -amounts))
    rest = ordered[_count_up_to(cursor, amounts[ordered], story_ids[ordered]) :]
    shown = rest if limit is None else rest[:limit]
    last = int(shown[-1]) if len(rest) > len(shown) else None
    worth = flow.items.value_cents[timed.visits.story]
    return OpenItems(
        rows=found.rows(shown),
        counted=len(ordered),
        value=Decimal(int(worth[worth != UNVALUED].sum())) / 100,
        lost_so_far=Decimal(round(float(np.maximum(found.lost, 0).sum()))) / 100,
        next_after="" if last is None else f"{question.as_of}_{int(amounts[last])}_{int(story_ids[last])}",
    )


@dataclass(frozen=True)
class _Cursor:
    """Where a page ended: the instant the list is of, and the last item's amount and story."""

    instant: int
    amount: int
    story_id: int


def _read_cursor(after: str) -> _Cursor | None:
    if not after:
        return None
    try:
        instant, amount, story_id = (int(part) for part in after.split("_"))
        to_instant(instant)
    except (ValueError, OverflowError):
        raise InvalidInput("Use the cursor that the page before told.", field="after") from None
    return _Cursor(instant, amount, story_id)


def _count_up_to(cursor: _Cursor | None, amounts: FloatArray, story_ids: IntArray) -> int:
    """How many of the ordered items stand up to the cursor's."""
    if cursor is None:
        return 0
    is_before = (amounts > cursor.amount) | ((amounts == cursor.amount) & (story_ids <= cursor.story_id))
    return int(is_before.sum())


def _lost(flow: LoadedFlow, timed: TimedVisits, week_seconds: float) -> FloatArray:
    """Cents lost by each visit so far; below zero where nobody knows the cost of delay."""
    per_week = flow.items.cost_of_delay_cents[timed.visits.story]
    lost: FloatArray = np.where(per_week == UNVALUED, -1.0, timed.lead / week_seconds * per_week)
    return lost


@dataclass(frozen=True)
class _Found:
    """The open visits of a place at an instant, microseconds; ``lost``: cents lost by each so far."""

    map: Map
    flow: LoadedFlow
    timed: TimedVisits
    instant: int
    lost: FloatArray

    def amounts(self) -> dict[Order, FloatArray]:
        """What each order goes by, whole seconds and cents, so that a cursor finds its place again."""
        story, items = self.timed.visits.story, self.flow.items
        return {
            Order.LOST: np.round(self.lost),
            Order.AGE: np.round(self.timed.lead),
            Order.VALUE: items.value_cents[story].astype(np.float64),
            Order.COST_OF_DELAY: items.cost_of_delay_cents[story].astype(np.float64),
        }

    def rows(self, shown: IntArray) -> list[OpenItem]:
        """The shown visits as items; a story that was deleted meanwhile is left out."""
        index = self.timed.visits.story[shown]
        stories = read_stories(story_ids=(int(self.flow.story_ids[one]) for one in index))
        people = Person.objects.in_bulk({int(pk) for pk in self.flow.items.person[index] if pk != NOBODY})
        places = self._places(index)
        is_blocked = self.flow.blocked.covers(index, np.full(len(index), self.instant))
        return [
            self._row(at, story, stories[int(self.flow.story_ids[story])], people, *places[story], blocked)
            for at, story, blocked in zip(shown.tolist(), index.tolist(), is_blocked.tolist(), strict=True)
            if int(self.flow.story_ids[story]) in stories
        ]

    def _row(
        self, at: int, index: int, story: Story, people: dict[int, Person], stage: str, block: str, blocked: bool
    ) -> OpenItem:
        items, person = self.flow.items, people.get(int(self.flow.items.person[index]))
        return OpenItem(
            story=story,
            stage=stage,
            block=block,
            entered_at=to_instant(int(self.timed.visits.entered_at[at])),
            age_seconds=float(self.timed.lead[at]),
            is_waiting=bool(self.timed.is_waiting[at]),
            is_blocked=blocked,
            person="" if person is None else person.name,
            value=_money(int(items.value_cents[index])),
            cost_of_delay=_money(int(items.cost_of_delay_cents[index])),
            lost_so_far=None if self.lost[at] < 0 else Decimal(round(float(self.lost[at]))) / 100,
        )

    def _places(self, index: IntArray) -> dict[int, tuple[str, str]]:
        """Stage and block in which each of these stories is at the instant, by the story's index."""
        layout = lay_out(map=self.map)
        known = self.flow.visits.as_of(self.instant)
        there = known.take((known.left_at == OPEN) & np.isin(known.story, index))
        block_of = stream_map_of(self.flow, layout).block_of_state[there.place]
        return {
            story: (layout.stages[layout.blocks[block].stage].name, layout.blocks[block].block.name)
            for story, block in zip(there.story.tolist(), block_of.tolist(), strict=True)
            if block >= 0
        }


def _money(cents: int) -> Decimal | None:
    return None if cents == UNVALUED else Decimal(cents) / 100
