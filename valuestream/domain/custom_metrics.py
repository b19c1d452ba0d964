"""Custom metrics: one figure per place from the values that a field has in the items there.

`definitions.md`, "Custom metric". Which items are in a place, or left it, comes from merged visits; the values come
as pairs of item and value, so that a field of several choices has as many pairs as choices, and an item without a
value has none. Every aggregate of every place is then one sort and a few reductions over segments: no loop over items.
Percentiles interpolate linearly (NumPy "linear"). NaN is "not known": the sum of no known value is not 0, while
their count is.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from valuestream.domain.stage_metrics import StreamMap
from valuestream.domain.visits import OPEN, OUTSIDE, Visits, merge_visits
from valuestream.domain.vocabulary import Aggregate, ItemsOf

COUNTING = frozenset({Aggregate.COUNT, Aggregate.COUNT_DISTINCT})
"""The aggregates that words have too; the others need numbers."""


@dataclass(frozen=True)
class Members:
    """Which item is in which place: pairs, each at most once, shape (pairs,)."""

    item: IntArray
    place: IntArray


@dataclass(frozen=True)
class PlaceMembers:
    """The members of blocks, of stages and of the whole stream (place 0)."""

    blocks: Members
    stages: Members
    stream: Members


@dataclass(frozen=True)
class FieldValues:
    """Known values of a field: pairs of item and number, or code of a word, shape (values,). Sorted by item."""

    item: IntArray
    value: FloatArray

    @classmethod
    def of(cls, item: IntArray, value: FloatArray) -> "FieldValues":
        """The values in any order; NaN is no value."""
        known = ~np.isnan(value)
        item, value = item[known], value[known]
        order = np.argsort(item, kind="stable")
        return cls(item[order], value[order])


@dataclass(frozen=True)
class Aggregated:
    """A figure per place (NaN: not known), of how many items there, of which so many have a value; shape (places,)."""

    figure: FloatArray
    items: IntArray
    known: IntArray


def find_members(known: Visits, stream_map: StreamMap, *, window_start: int, of: ItemsOf) -> PlaceMembers:
    """Whose values count where. ``known``: visits of states as of the question's end, sorted by story."""
    blocks, _ = merge_visits(known, stream_map.block_of_state)
    stages, _ = merge_visits(blocks, stream_map.stage_of_block)
    runs, _ = merge_visits(stages, np.where(stream_map.is_finished, OUTSIDE, 0))
    return PlaceMembers(*(_members(visits, window_start, of) for visits in (blocks, stages, runs)))


def _members(visits: Visits, window_start: int, of: ItemsOf) -> Members:
    is_open = visits.left_at == OPEN
    chosen = is_open if of is ItemsOf.IN else ~is_open & (visits.left_at >= window_start)
    chosen &= visits.place >= 0
    pairs = np.unique(np.stack([visits.story[chosen], visits.place[chosen]]), axis=1)
    return Members(pairs[0], pairs[1])


def join_members(parts: list[PlaceMembers]) -> PlaceMembers:
    """The members of parts with different stories, together."""
    joined = (
        Members(np.concatenate([one.item for one in kind]), np.concatenate([one.place for one in kind]))
        for kind in zip(*((part.blocks, part.stages, part.stream) for part in parts), strict=True)
    )
    return PlaceMembers(*joined)


def aggregate_places(
    members: Members, values: FieldValues, *, places: int, aggregate: Aggregate, percentile: float = 50.0
) -> Aggregated:
    """The figure of each place. ``percentile``: 0 to 100, read by PERCENTILE alone.

    Raises ValueError for a percentile that is none.
    """
    if not 0 <= percentile <= 100:
        raise ValueError("A percentile lies between 0 and 100.")
    place, value, known = _joined(members, values)
    order = np.lexsort((value, place))
    sorted_place, sorted_value = place[order], value[order]
    bounds = np.searchsorted(sorted_place, np.arange(places + 1))
    known_items = np.bincount(members.place[known], minlength=places)
    if aggregate is Aggregate.COUNT:
        figure = known_items.astype(np.float64)
    elif aggregate is Aggregate.COUNT_DISTINCT:
        figure = _distinct(sorted_place, sorted_value, places)
    else:
        figure = _figures(sorted_value, bounds, _REDUCTIONS[aggregate], percentile)
    return Aggregated(figure, np.bincount(members.place, minlength=places), known_items)


def _joined(members: Members, values: FieldValues) -> tuple[IntArray, FloatArray, IntArray]:
    """Place and value of every value of every member, and which members have any."""
    first = np.searchsorted(values.item, members.item, side="left")
    number = np.searchsorted(values.item, members.item, side="right") - first
    starts = np.repeat(first - np.cumsum(number) + number, number)
    index = starts + np.arange(int(number.sum()))
    return np.repeat(members.place, number), values.value[index], np.flatnonzero(number)


def _distinct(place: IntArray, value: FloatArray, places: int) -> FloatArray:
    """How many different values there are in each place; both sorted by place and value."""
    is_new = np.ones(len(place), dtype=np.bool_)
    is_new[1:] = (place[1:] != place[:-1]) | (value[1:] != value[:-1])
    return np.bincount(place[is_new], minlength=places).astype(np.float64)


Reduction = Callable[[FloatArray, IntArray, IntArray, float], FloatArray]


def _figures(value: FloatArray, bounds: IntArray, reduce: Reduction, percentile: float) -> FloatArray:
    """One figure per segment between bounds; NaN where a segment is empty."""
    first, last = bounds[:-1], bounds[1:]
    filled = np.flatnonzero(last > first)
    figure = np.full(len(first), np.nan)
    if len(filled):
        figure[filled] = reduce(value, first[filled], last[filled], percentile)
    return figure


def _sum(value: FloatArray, first: IntArray, last: IntArray, _: float) -> FloatArray:
    sums: FloatArray = np.add.reduceat(value, first)
    return sums


def _average(value: FloatArray, first: IntArray, last: IntArray, _: float) -> FloatArray:
    return _sum(value, first, last, _) / (last - first)


def _percentile(value: FloatArray, first: IntArray, last: IntArray, percentile: float) -> FloatArray:
    at = (last - first - 1) * (percentile / 100)
    lower = np.floor(at).astype(np.int64)
    upper = np.minimum(lower + 1, last - first - 1)
    low, high = value[first + lower], value[first + upper]
    between: FloatArray = low + (high - low) * (at - lower)
    return between


_REDUCTIONS: dict[Aggregate, Reduction] = {
    Aggregate.SUM: _sum,
    Aggregate.AVG: _average,
    Aggregate.MEDIAN: lambda value, first, last, _: _percentile(value, first, last, 50.0),
    Aggregate.PERCENTILE: _percentile,
    Aggregate.MIN: lambda value, first, last, _: value[first],
    Aggregate.MAX: lambda value, first, last, _: value[last - 1],
}
