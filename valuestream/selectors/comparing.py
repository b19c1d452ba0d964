"""Two questions about one map, side by side: two dates, two teams, or any two choices of stories.

Both are told of the map as it is drawn now, so that stages are the same, over the same window and on the same clock.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from common.errors import InvalidInput
from valuestream.models import Map
from valuestream.selectors.answers import Answer
from valuestream.selectors.asking import Question
from valuestream.selectors.metrics import map_metrics
from valuestream.selectors.studies import needs_study

Figure = Decimal | float | int
Read = Callable[[Mapping[str, Any]], Figure | None]


def _money(name: str) -> Read:
    def read(metrics: Mapping[str, Any]) -> Decimal | None:
        return None if metrics.get(name) is None else Decimal(metrics[name])

    return read


def _plain(name: str, part: str = "") -> Read:
    def read(metrics: Mapping[str, Any]) -> float | int | None:
        found = metrics[name][part] if part else metrics[name]
        return None if found is None else found if isinstance(found, int) else float(found)

    return read


COMPARED: Mapping[str, Read] = {
    "value_held": _money("value_held"),
    "value_waiting": _money("value_waiting"),
    "wip": _plain("wip"),
    "queue_length": _plain("queue_length"),
    "throughput": _plain("throughput"),
    "lead_time_p50": _plain("lead_time", "p50"),
    "lead_time_p85": _plain("lead_time", "p85"),
    "flow_efficiency": _plain("flow_efficiency"),
    "idle_cost": _money("idle_cost"),
    "delay_cost_rate": _money("delay_cost_rate"),
}
"""Figures that are compared, by the names of definitions.md; durations in seconds, ratios 0-1, money a Decimal."""


@dataclass(frozen=True)
class Pair:
    """A figure on both sides, None where it is not known, and the right less the left."""

    left: Figure | None
    right: Figure | None

    @property
    def change(self) -> Figure | None:
        """What the right has more; None unless both are known."""
        if self.left is None or self.right is None:
            return None
        return Decimal(self.right) - self.left if isinstance(self.left, Decimal) else float(self.right) - self.left


@dataclass(frozen=True)
class ComparedPlace:
    """A stage, or the stream, with its pairs by the names of COMPARED."""

    id: int | None
    name: str
    pairs: Mapping[str, Pair]


@dataclass(frozen=True)
class Comparison:
    """Both answers' figures: of each stage in the stream, in its order, and of the stream."""

    left: Question
    right: Question
    stages: Sequence[ComparedPlace]
    total: ComparedPlace

    @property
    def most_changed(self) -> ComparedPlace | None:
        """The stage whose value held differs most; None where no stage holds a different value."""
        most = max(self.stages, key=_differs, default=None)
        return most if most is not None and _differs(most) else None


def _differs(place: ComparedPlace) -> float:
    return abs(float(place.pairs["value_held"].change or 0))


def compare_map(*, map: Map, left: Question, right: Question, now: datetime) -> Comparison:  # noqa: A002 - the product's word
    """Compare what two questions say of a fetched map as it is drawn now.

    Raises InvalidInput where a side is so large that only workers can answer it.
    """
    sides = [replace(asked, as_drawn_now=True) for asked in (left, right)]
    for asked in sides:
        if needs_study(map=map, asked=asked, now=now):
            raise InvalidInput(
                f"Too many stories moved in these {asked.window_days} days to compare them while you wait. Choose a "
                "shorter window, or only some stories.",
                field="window_days",
            )
    answers = [
        map_metrics(
            map=map,
            now=now,
            as_of=asked.as_of,
            window_days=asked.window_days,
            clock=asked.clock,
            where=asked.where,
        )
        for asked in sides
    ]
    return Comparison(sides[0], sides[1], _stages(*answers), _place(None, "The stream", *[a["total"] for a in answers]))


def _stages(left: Answer, right: Answer) -> list[ComparedPlace]:
    others = {stage["id"]: stage["metrics"] for stage in right["stages"]}
    return [
        _place(stage["id"], stage["name"], stage["metrics"], others[stage["id"]])
        for stage in left["stages"]
        if not stage["finished"] and stage["id"] in others
    ]


def _place(pk: int | None, name: str, left: Mapping[str, Any], right: Mapping[str, Any]) -> ComparedPlace:
    return ComparedPlace(pk, name, {metric: Pair(read(left), read(right)) for metric, read in COMPARED.items()})
