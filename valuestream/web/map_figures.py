"""A map's metrics (the JSON of `/api/v1/maps/{id}/metrics/`) as typed figures of stages, blocks and the stream."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from valuestream.domain.vocabulary import BlockKind
from valuestream.web.map_numbers import Spread, spread_of
from valuestream.web.map_question import Measure

ZERO = Decimal(0)


@dataclass(frozen=True)
class Holder:
    """The story that holds most of a place's value."""

    key: str
    title: str
    value: Decimal


@dataclass(frozen=True)
class PlaceFigures:
    """The figures of a block, a stage or the whole stream, by the names of definitions.md."""

    id: int | None
    name: str
    metrics: Mapping[str, Any]
    kind: BlockKind | None = None

    def whole(self, metric: str) -> int:
        """A count."""
        return int(self.metrics[metric])

    def number(self, metric: str) -> float | None:
        """A ratio or rate; None where it is not known."""
        figure = self.metrics.get(metric)
        return None if figure is None else float(figure)

    def money(self, metric: str) -> Decimal | None:
        """An amount; None where it is not known."""
        figure = self.metrics.get(metric)
        return None if figure is None else Decimal(figure)

    def spread(self, metric: str) -> Spread:
        """A duration."""
        return spread_of(self.metrics[metric])

    @property
    def holder(self) -> Holder | None:
        """Who holds most of the value."""
        held = self.metrics.get("largest_holder")
        return None if held is None else Holder(held["key"], held["title"], Decimal(held["value"]))

    def level(self, measure: Measure) -> float:
        """What is in it: dollars or items."""
        return float(self.money("value_held") or ZERO) if measure is Measure.DOLLARS else self.whole("wip")

    def waiting(self, measure: Measure) -> float:
        """The part of its level that waits."""
        if measure is Measure.ITEMS:
            return self.whole("queue_length")
        waits = self.money("value_waiting")
        return float(waits if waits is not None else ZERO)

    def inflow(self, measure: Measure) -> float:
        """What entered it in the window."""
        return self._flow(measure, "value_arrived", "arrivals")

    def outflow(self, measure: Measure) -> float:
        """What left it in the window."""
        return self._flow(measure, "value_departed", "departures")

    def _flow(self, measure: Measure, dollars: str, number: str) -> float:
        return float(self.money(dollars) or ZERO) if measure is Measure.DOLLARS else self.whole(number)

    @property
    def moved_values(self) -> bool:
        """Whether anything of value is or was in it."""
        return any((self.money(metric) or ZERO) > 0 for metric in ("value_held", "value_arrived", "value_departed"))


@dataclass(frozen=True)
class StageFigures(PlaceFigures):
    """A stage with its parallel blocks."""

    staffed: int | None = None
    blocks: tuple[PlaceFigures, ...] = ()
    target_days: Decimal | None = None


@dataclass(frozen=True)
class ReworkFigures:
    """Moves back from one stage to an earlier one, and what the way back cost."""

    source: int
    target: int
    source_name: str
    target_name: str
    n: int
    cost: Decimal


@dataclass(frozen=True)
class Sign:
    """Another sign of the bottleneck: the stage it points at, and whether that is it."""

    name: str
    points_at: str | None
    agrees: bool | None


@dataclass(frozen=True)
class BottleneckFigures:
    """The stage whose waiting cost most."""

    index: int
    idle_cost: Decimal
    share: float
    signs: tuple[Sign, ...]


@dataclass(frozen=True)
class StreamFigures:
    """All of a map: stages stories flow through, stages they have left it in, and the whole.

    `delivered`: the finished stages that count as done, cancelled ones not.
    """

    stages: tuple[StageFigures, ...]
    finished: tuple[StageFigures, ...]
    delivered: tuple[StageFigures, ...]
    total: PlaceFigures
    bottleneck: BottleneckFigures | None
    rework: tuple[ReworkFigures, ...]
    unmapped: tuple[Mapping[str, Any], ...]
    is_stale: bool

    @property
    def is_valued(self) -> bool:
        """Whether any item in it has a value."""
        return any(place.moved_values for place in (self.total, *self.stages))

    def place(self, *, stage_id: int | None, block_id: int | None) -> PlaceFigures | None:
        """The block, the stage or (neither given) the stream; None when there is no such place."""
        stages = (*self.stages, *self.finished)
        if block_id is not None:
            return next((block for stage in stages for block in stage.blocks if block.id == block_id), None)
        if stage_id is not None:
            return next((stage for stage in stages if stage.id == stage_id), None)
        return self.total


def read_figures(answer: Mapping[str, Any], *, cancelled_stages: Collection[int] = ()) -> StreamFigures:
    """Return the typed figures of a metrics answer; `cancelled_stages`: ids of stages of cancelled stories only."""
    stages = [(_stage(stage), bool(stage["finished"])) for stage in answer["stages"]]
    flowing = tuple(stage for stage, is_finished in stages if not is_finished)
    finished = tuple(stage for stage, is_finished in stages if is_finished)
    places = {stage.id: index for index, stage in enumerate(flowing)}
    return StreamFigures(
        stages=flowing,
        finished=finished,
        delivered=tuple(stage for stage in finished if stage.id not in cancelled_stages),
        total=PlaceFigures(None, "All stages", answer["total"]),
        bottleneck=_bottleneck(answer["bottleneck"], places),
        rework=_rework(answer["rework"], places),
        unmapped=tuple(one for one in answer["unmapped"] if one["visits"]),
        is_stale=bool(answer.get("stale")),
    )


def _stage(stage: Mapping[str, Any]) -> StageFigures:
    blocks = tuple(
        PlaceFigures(block["id"], block["name"], block["metrics"], BlockKind(block["kind"]))
        for block in stage["blocks"]
    )
    target = stage.get("target_days")
    return StageFigures(
        stage["id"],
        stage["name"],
        stage["metrics"],
        None,
        stage["staffed"],
        blocks,
        None if target is None else Decimal(target),
    )


def _bottleneck(found: Mapping[str, Any] | None, places: Mapping[int | None, int]) -> BottleneckFigures | None:
    if found is None or found["stage_id"] not in places:
        return None
    signs = tuple(Sign(sign["sign"], sign["points_at"], sign["agrees"]) for sign in found["evidence"])
    return BottleneckFigures(places[found["stage_id"]], Decimal(found["idle_cost"]), float(found["share"]), signs)


def _rework(moves: list[Mapping[str, Any]], places: Mapping[int | None, int]) -> tuple[ReworkFigures, ...]:
    """Moves between stages of the stream; one out of a finished stage starts behind the last."""
    return tuple(
        ReworkFigures(
            places.get(move["from_id"], len(places)), places[move["to_id"]], move["from"], move["to"],
            int(move["n"]), Decimal(move["cost"]),
        )
        for move in moves
        if move["to_id"] in places
    )  # fmt: skip
