"""Reading how a map is drawn, now and then: a question about the past is told of the map as it was drawn then."""

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Model, Q, QuerySet

from common.errors import InvalidInput, NotFound
from planner.models import FieldOption, State
from valuestream.domain.drawing import BlockDrawing, Drawing, StageDrawing, from_json
from valuestream.domain.mapped_values import NO_CHOICE, MappedValue
from valuestream.domain.vocabulary import Clock
from valuestream.models import Block, Map, MapVersion, Snapshot, Stage, ValueMapping, Visit
from valuestream.selectors.asking import Question
from valuestream.selectors.choice_visits import count_chosen, count_unchosen, list_choices
from valuestream.selectors.work_items import list_states, read_story_filter


def drawing_of(*, map: Map) -> Drawing:  # noqa: A002 - the product's word
    """How a fetched map is drawn now, without a query."""
    return Drawing(
        wait_rule=map.wait_rule,
        filter_text=map.filter_text,
        stages=tuple(
            StageDrawing(
                id=stage.pk,
                name=stage.name,
                staffed=stage.staffed,
                target_days=stage.target_days,
                blocks=tuple(_block(block) for block in stage.blocks.all()),
            )
            for stage in map.stages.all()
        ),
    )


def _block(block: Block) -> BlockDrawing:
    values = tuple(sorted(mapping.value_id for mapping in block.mappings.all()))
    return BlockDrawing(block.pk, block.name, block.kind, values)


def values_of(*, map: Map) -> list[MappedValue]:  # noqa: A002 - the product's word
    """What can be mapped on a map, in order: workflow states, or the choices of its field, those taken away too."""
    if map.field_id is None:
        return [*list_states(workspace_id=map.workspace_id)]
    return [choice for choice in list_choices(field_id=map.field_id) if choice.pk != NO_CHOICE]


def list_versions(*, map: Map) -> QuerySet[MapVersion]:  # noqa: A002 - the product's word
    """The drawings a map has had, the newest first; none while nobody has changed it."""
    return MapVersion.objects.filter(map=map).select_related("made_by")


def get_version(*, map: Map, number: int) -> MapVersion:  # noqa: A002 - the product's word
    """One of them. Raises NotFound."""
    found = list_versions(map=map).filter(number=number).first()
    if found is None:
        raise NotFound("The map has no such version.")
    return found


def map_as_of(*, map: Map, as_of: datetime | None) -> Map:  # noqa: A002 - the product's word
    """A fetched map as it was drawn at an instant, None for now; before its first drawing, as drawn first.

    States that are gone since are missing from it, as their visits are.
    """
    then = None if as_of is None else version_as_of(map=map, as_of=as_of)
    return map if then is None or then.number == map.version else drawn_as(map=map, version=then)


def version_as_of(*, map: Map, as_of: datetime) -> MapVersion | None:  # noqa: A002 - the product's word
    """The drawing a map had at an instant, or its first one; None while nobody has changed it."""
    versions = MapVersion.objects.filter(map=map)
    return versions.filter(made_at__lte=as_of).first() or versions.last()


def map_asked(*, map: Map, asked: Question) -> Map:  # noqa: A002 - the product's word
    """A fetched map as a question wants it: as drawn at the instant it asks about, or as drawn now."""
    return map if asked.as_drawn_now else map_as_of(map=map, as_of=asked.as_of)


def narrowed(*, map: Map, where: Q | None, as_of: datetime) -> Q | None:  # noqa: A002 - the product's word
    """Which stories a question about a map is of: those of the map's own filter, and of the question's.

    Raises InvalidInput when the map's filter can't be used any more, as when its field was removed.
    """
    if not map.filter_text:
        return where
    try:
        own = read_story_filter(workspace=map.workspace, text=map.filter_text, now=as_of, user_id=None)
    except InvalidInput as refused:
        why = " ".join(sentence for sentences in refused.errors.values() for sentence in sentences)
        raise InvalidInput(f"The filter of {map.name} can't be used: {why} Edit the map.", field="filter") from refused
    return own if where is None else own & where


def drawn_as(*, map: Map, version: MapVersion) -> Map:  # noqa: A002 - the product's word
    """A fetched map as one of its versions draws it: a copy that is never saved."""
    drawing = from_json(version.drawing)
    values = _things(map)
    drawn = copy(map)
    drawn.wait_rule, drawn.filter_text, drawn.version = drawing.wait_rule, drawing.filter_text, version.number
    stages = [_stage(drawn, stage, position, values) for position, stage in enumerate(drawing.stages)]
    _prefetch(drawn, "stages", Stage, stages)
    return drawn


def _things(map_: Map) -> Mapping[int, State | FieldOption]:
    if map_.field_id is None:
        return {state.pk: state for state in list_states(workspace_id=map_.workspace_id)}
    return FieldOption.objects.filter(field=map_.field_id).in_bulk()


def _stage(drawn: Map, drawing: StageDrawing, position: int, values: Mapping[int, State | FieldOption]) -> Stage:
    stage = Stage(
        pk=drawing.id,
        map=drawn,
        name=drawing.name,
        position=position,
        staffed=drawing.staffed,
        target_days=drawing.target_days,
    )
    blocks = [
        _block_of(drawn, stage, block, place, [values[pk] for pk in block.values if pk in values])
        for place, block in enumerate(drawing.blocks)
    ]
    _prefetch(stage, "blocks", Block, blocks)
    return stage


def _block_of(
    drawn: Map, stage: Stage, drawing: BlockDrawing, place: int, values: Sequence[State | FieldOption]
) -> Block:
    block = Block(pk=drawing.id, stage=stage, name=drawing.name, kind=drawing.kind, position=place)
    kind = "state" if drawn.field_id is None else "option"
    _prefetch(block, "mappings", ValueMapping, [ValueMapping(map=drawn, block=block, **{kind: one}) for one in values])
    return block


def count_open(*, map: Map) -> dict[int, int]:  # noqa: A002 - the product's word
    """How many stories have each value of a map's field now, by its id; of a choice, those that are not finished."""
    if map.field_id is not None:
        return count_chosen(workspace_id=map.workspace_id, field_id=map.field_id)
    there = Visit.objects.filter(workspace_id=map.workspace_id, left_at=None)
    return dict(there.values_list("state").annotate(count=Count("pk")).order_by())


def count_without_value(*, map: Map) -> int:  # noqa: A002 - the product's word
    """How many open stories say nothing in the field a map follows; 0 where it follows the workflow."""
    return 0 if map.field_id is None else count_unchosen(workspace_id=map.workspace_id, field_id=map.field_id)


def held_now(*, maps: Sequence[Map]) -> dict[int, Decimal]:
    """What maps hold now, by their ids, as their live snapshots have it; a map without one is missing."""
    live = Snapshot.objects.filter(map__in=maps, kind=Snapshot.LIVE, clock=Clock.ALWAYS.value)
    return {one.map_id: Decimal(one.metrics["total"]["value_held"]) for one in live}


def _prefetch(owner: Model, name: str, model: type[Model], rows: list[Any]) -> None:
    """Have `owner.NAME.all()` answer with these rows, as after prefetch_related."""
    known: QuerySet[Any] = model._default_manager.none()
    known._result_cache = rows  # noqa: SLF001 - what prefetch_related sets
    known._prefetch_done = True  # type: ignore[attr-defined]  # noqa: SLF001
    present = dict(getattr(owner, "_prefetched_objects_cache", {}))
    owner._prefetched_objects_cache = {**present, name: known}  # type: ignore[attr-defined]  # noqa: SLF001
