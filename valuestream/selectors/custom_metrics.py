"""The custom metrics of a map, on any day: whose values count where, and what each place's figure is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from accounts.models import User
from accounts.policies import Action
from accounts.selectors import require
from common.errors import NotFound
from planner.domain.arrays import FloatArray, IntArray
from planner.models import Story
from valuestream.domain.calendar import to_microseconds
from valuestream.domain.custom_metrics import (
    Aggregated,
    FieldValues,
    Members,
    PlaceMembers,
    aggregate_places,
    find_members,
    join_members,
)
from valuestream.domain.days import day_of
from valuestream.domain.flow_metrics import UNVALUED
from valuestream.domain.vocabulary import Aggregate, FieldContent, ItemsOf
from valuestream.models import CustomMetric, Map
from valuestream.selectors.asking import Question
from valuestream.selectors.evidence import Place
from valuestream.selectors.field_values import Words, name_codes, read_values
from valuestream.selectors.loading import load_range
from valuestream.selectors.maps import Layout
from valuestream.selectors.measuring import Measuring, open_measuring
from valuestream.selectors.metric_fields import WORTH, MetricField, metric_fields
from valuestream.selectors.work_items import index_of, read_stories


@dataclass(frozen=True)
class PlaceFigure:
    """A figure, of how many items, of which so many have a value. None: not known, never 0."""

    value: float | None
    items: int
    known: int


NOTHING = PlaceFigure(None, 0, 0)


@dataclass(frozen=True)
class MetricFigures:
    """A custom metric of every block, stage and the stream; `problem` says why there are no figures."""

    metric: CustomMetric
    field: MetricField | None
    blocks: list[PlaceFigure]
    stages: list[PlaceFigure]
    total: PlaceFigure
    problem: str = ""


@dataclass(frozen=True)
class MapFigures:
    """The custom metrics of a map with its layout, by whose order their figures go."""

    layout: Layout
    rows: list[MetricFigures]


@dataclass(frozen=True)
class CountedItem:
    """An item of a figure with its values: numbers, or what words it has."""

    story: Story
    values: tuple[float, ...]
    words: tuple[str, ...]


def list_metrics(*, map: Map) -> list[CustomMetric]:  # noqa: A002 - the product's word
    """Return a map's custom metrics in the order they were made."""
    return list(CustomMetric.objects.filter(map=map).select_related("map__workspace").order_by("pk"))


def get_metric_for(*, user: User, map_id: int, metric_id: int, action: Action) -> CustomMetric:
    """Return a custom metric of a map, if this user may do this with it."""
    found = CustomMetric.objects.select_related("map__workspace").filter(pk=metric_id, map=map_id).first()
    if found is None:
        raise NotFound("This map has no such metric.")
    require(user=user, workspace_id=found.map.workspace_id, action=action, what="metric")
    return found


def custom_figures(
    *,
    map: Map,  # noqa: A002 - the product's word
    metrics: Sequence[CustomMetric],
    asked: Question,
    now: datetime,
) -> MapFigures:
    """Return the figures of some custom metrics of a fetched map as they were at the question's instant.

    Values are those of that instant, also of items that left before it.
    """
    counted = _Counted.of(map, asked, now)
    fields = metric_fields(workspace=map.workspace)
    return MapFigures(counted.layout, [counted.figures(metric, fields.get(metric.field)) for metric in metrics])


def counted_items(
    *,
    map: Map,  # noqa: A002 - the product's word
    metric: CustomMetric,
    place: Place,
    asked: Question,
    now: datetime,
    limit: int = 8,
) -> list[CountedItem]:
    """Return the items of a place that a custom metric counts, those with the largest values first."""
    counted = _Counted.of(map, asked, now)
    field = metric_fields(workspace=map.workspace).get(metric.field)
    if field is None:
        return []
    items, values, words = counted.items(metric, field, place)
    return _described(counted.measuring.source.story_ids, items, values, words, field, limit)


@dataclass(frozen=True)
class _Counted:
    """A question's members, found once for all metrics that ask for the same."""

    measuring: Measuring
    asked: Question
    found: dict[ItemsOf, PlaceMembers]

    @classmethod
    def of(cls, map_: Map, asked: Question, now: datetime) -> "_Counted":
        measuring = open_measuring(
            map=map_,
            as_of=asked.as_of or now,
            is_past=asked.as_of is not None,
            window_days=asked.window_days,
            where=asked.where,
        )
        return cls(measuring, asked, {})

    @property
    def layout(self) -> Layout:
        return self.measuring.layout

    @property
    def as_of(self) -> int:
        return to_microseconds(self.measuring.as_of)

    def members(self, of: ItemsOf) -> PlaceMembers:
        if not self.found:
            source = self.measuring.source
            parts: dict[ItemsOf, list[PlaceMembers]] = {one: [] for one in ItemsOf}
            for stories in self.measuring.ranges():
                known = load_range(source, stories).visits.as_of(self.as_of)
                for one in ItemsOf:
                    start = source.window_start
                    parts[one].append(find_members(known, self.measuring.stream_map, window_start=start, of=one))
            self.found.update({one: join_members(each) for one, each in parts.items()})
        return self.found[of]

    def figures(self, metric: CustomMetric, field: MetricField | None) -> MetricFigures:
        sizes = (len(self.layout.blocks), len(self.layout.stages), 1)
        problem = self._problem(metric, field)
        if field is None or problem:
            blocks, stages, _ = ([NOTHING] * size for size in sizes)
            return MetricFigures(metric, field, blocks, stages, NOTHING, problem)
        members = self.members(ItemsOf(metric.items))
        values, _ = self._values(field, np.unique(np.concatenate([members.stages.item, members.stream.item])))
        answers = [
            _figures(_aggregated(metric, each, values, size))
            for each, size in zip((members.blocks, members.stages, members.stream), sizes, strict=True)
        ]
        return MetricFigures(metric, field, answers[0], answers[1], answers[2][0])

    def _problem(self, metric: CustomMetric, field: MetricField | None) -> str:
        if field is None:
            return f"The field {metric.field} was taken away."
        if self.asked.as_of is not None and not field.has_past:
            return f"What {field.label} was on past days is not kept."
        return ""

    def items(self, metric: CustomMetric, field: MetricField, place: Place) -> tuple[IntArray, FieldValues, Words]:
        members = self.members(ItemsOf(metric.items))
        chosen, at = members.stream, 0
        if place.block_id is not None:
            chosen, at = members.blocks, _index([one.block.pk for one in self.layout.blocks], place.block_id)
        elif place.stage_id is not None:
            chosen, at = members.stages, _index([one.pk for one in self.layout.stages], place.stage_id)
        items = chosen.item[chosen.place == at]
        if self._problem(metric, field):
            return items, FieldValues.of(items[:0], np.empty(0)), Words()
        values, words = self._values(field, items)
        return items, values, words

    def _values(self, field: MetricField, items: IntArray) -> tuple[FieldValues, Words]:
        """The values of some items; items are indices into the source's story ids."""
        source = self.measuring.source
        if field.custom is None and field.key in WORTH:
            cents = source.items.value_cents if field.key == "business_value" else source.items.cost_of_delay_cents
            money = cents[items]
            return FieldValues.of(items, np.where(money == UNVALUED, np.nan, money / 100)), Words()
        is_age = field.custom is None and field.key == "age"
        asked = MetricField("created", field.label, FieldContent.DAY) if is_age else field
        stored = read_values(
            workspace=self.measuring.map.workspace,
            field=asked,
            story_ids=source.story_ids[items],
            as_of=self.as_of,
            is_past=self.asked.as_of is not None,
        )
        index = index_of(stored.story, source.story_ids)
        known = index >= 0
        value = stored.value[known]
        return FieldValues.of(index[known], self._today() - value if is_age else value), stored.words

    def _today(self) -> float:
        """The ordinal of the question's day where the workspace lives."""
        return float(day_of(self.measuring.as_of, self.measuring.map.workspace.time_zone).toordinal())


def _index(ids: list[int], wanted: int) -> int:
    if wanted not in ids:
        raise NotFound("This map has no such stage or block.")
    return ids.index(wanted)


def _aggregated(metric: CustomMetric, members: Members, values: FieldValues, places: int) -> Aggregated:
    percentile = 50.0 if metric.percentile is None else float(metric.percentile)
    return aggregate_places(
        members, values, places=places, aggregate=Aggregate(metric.aggregate), percentile=percentile
    )


def _figures(answer: Aggregated) -> list[PlaceFigure]:
    return [
        PlaceFigure(None if np.isnan(figure) else figure, items, known)
        for figure, items, known in zip(
            answer.figure.tolist(), answer.items.tolist(), answer.known.tolist(), strict=True
        )
    ]


def _described(
    story_ids: IntArray, items: IntArray, values: FieldValues, words: Words, field: MetricField, limit: int
) -> list[CountedItem]:
    largest: FloatArray = np.full(len(story_ids), -np.inf)
    np.maximum.at(largest, values.item, values.value)
    chosen = items[np.argsort(-largest[items], kind="stable")[:limit]]
    held = {int(item): tuple(values.value[values.item == item].tolist()) for item in chosen}
    names: dict[float, str] = {}
    if field.content is FieldContent.WORDS:
        names = name_codes(field=field, codes={code for each in held.values() for code in each}, words=words)
    stories = read_stories(story_ids=(int(story_ids[item]) for item in chosen))
    return [
        CountedItem(stories[pk], held[item], tuple(names.get(code, "") for code in held[item]))
        for item in chosen.tolist()
        if (pk := int(story_ids[item])) in stories
    ]
