"""Redrawing maps. Each drawing is kept as a version, so that what was shown before stays true."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from common.errors import Conflict, InvalidInput
from common.live.services import record_change
from valuestream.domain.drawing import BlockDrawing, Drawing, from_json, to_json
from valuestream.models import Block, Map, MapVersion, Stage, ValueMapping
from valuestream.selectors.drawings import drawing_of, get_version, values_of
from valuestream.selectors.maps import get_map
from valuestream.selectors.work_items import read_story_filter
from valuestream.services.drawing_input import DrawingReader
from valuestream.services.requests import request_snapshot

LONGEST_REASON = 200


@transaction.atomic
def draw_map(
    *,
    map: Map,  # noqa: A002 - the product's word
    sent: Mapping[str, Any],
    version: int,
    actor_id: int | None,
    now: datetime,
    reason: str = "",
) -> Map:
    """Draw a map anew: stages, blocks and mapping as sent. What is not named is gone; ids that are named are kept.

    `version`: the one that was changed. Raises InvalidInput with every refused part, Conflict where somebody drew the
    map meanwhile. A drawing that changes nothing makes no version.
    """
    present = _hold(map, version)
    drawing = reader_for(map=present).read(sent)
    if drawing.filter_text and drawing.filter_text != present.filter_text:
        read_story_filter(workspace=present.workspace, text=drawing.filter_text, now=now, user_id=None)
    return _redraw(present, drawing, actor_id=actor_id, now=now, reason=reason)


@transaction.atomic
def restore_version(
    *,
    map: Map,  # noqa: A002 - the product's word
    number: int,
    version: int,
    actor_id: int | None,
    now: datetime,
) -> Map:
    """Draw a map as an earlier version drew it; values that are gone since are left out, later ones stay unmapped."""
    present = _hold(map, version)
    drawing = from_json(get_version(map=present, number=number).drawing)
    known = drawing.keep(values={*_values(present)}, stages=_stage_ids(present), blocks=_block_ids(present))
    return _redraw(present, known, actor_id=actor_id, now=now, reason=f"Back to version {number}")


def reader_for(*, map: Map) -> DrawingReader:  # noqa: A002 - the product's word
    """What reads a drawing of a fetched map."""
    return DrawingReader(values=_values(map), stages=_stage_ids(map), blocks=_block_ids(map))


def _hold(map_: Map, version: int) -> Map:
    """The map as it is now, locked, if nobody has drawn it since `version`."""
    Map.objects.select_for_update().get(pk=map_.pk)
    present = get_map(map_id=map_.pk)
    if present is None or present.version != version:
        now_is = "" if present is None else f" It is at version {present.version}; yours was made from {version}."
        raise Conflict(f"Somebody drew this map meanwhile.{now_is} Load it again and repeat your change.")
    return present


def _values(map_: Map) -> dict[int, str]:
    return {value.pk: value.name for value in values_of(map=map_)}


def _stage_ids(map_: Map) -> set[int]:
    return {stage.pk for stage in map_.stages.all()}


def _block_ids(map_: Map) -> set[int]:
    return {block.pk for stage in map_.stages.all() for block in stage.blocks.all()}


def _redraw(map_: Map, drawing: Drawing, *, actor_id: int | None, now: datetime, reason: str) -> Map:
    if drawing == drawing_of(map=map_):
        return map_
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(f"Use at most {LONGEST_REASON} characters; this has {len(reason)}.", field="reason")
    keep_first_version(map=map_)
    map_.wait_rule, map_.filter_text, map_.is_arranged = drawing.wait_rule, drawing.filter_text, True
    map_.save(update_fields=["wait_rule", "filter_text", "is_arranged"])
    write_drawing(map=map_, drawing=drawing)
    return keep_version(map_id=map_.pk, actor_id=actor_id, now=now, reason=reason)


def keep_first_version(*, map: Map) -> None:  # noqa: A002 - the product's word
    """Keep how a fetched map has been drawn since it was made, before the first change of it."""
    if not MapVersion.objects.filter(map=map).exists():
        drawn = to_json(drawing_of(map=map))
        MapVersion.objects.create(map=map, number=map.version, drawing=drawn, made_at=map.created_at)


def keep_version(*, map_id: int, actor_id: int | None, now: datetime, reason: str = "") -> Map:
    """Keep how a map is drawn now as its next version, have it measured anew, and tell browsers. Returns it afresh."""
    drawn = get_map(map_id=map_id)
    if drawn is None:
        raise Conflict("The map was deleted meanwhile.")
    drawn.version += 1
    drawn.save(update_fields=["version"])
    MapVersion.objects.create(
        map=drawn,
        number=drawn.version,
        drawing=to_json(drawing_of(map=drawn)),
        made_at=now,
        made_by_id=actor_id,
        reason=reason.strip(),
    )
    drawn.snapshots.filter(kind="LIVE").delete()
    record_change(
        workspace_id=drawn.workspace_id, topic="map", object_id=drawn.pk, actor_id=actor_id, verb="updated", now=now
    )
    request_snapshot(workspace_id=drawn.workspace_id, now=now)
    return drawn


def write_drawing(*, map: Map, drawing: Drawing) -> None:  # noqa: A002 - the product's word
    """Write stages and blocks in place, new ones too; then map the values; then drop what is not drawn any more."""
    ValueMapping.objects.filter(map=map).delete()
    kept_stages, kept_blocks = [], []
    for position, drawn in enumerate(drawing.stages):
        stage = Stage(
            pk=drawn.id,
            map=map,
            name=drawn.name,
            position=position,
            staffed=drawn.staffed,
            target_days=drawn.target_days,
        )
        stage.save()
        kept_stages.append(stage.pk)
        for place, block in enumerate(drawn.blocks):
            kept_blocks.append(_write_block(map, stage, block, place))
    Block.objects.filter(stage__map=map).exclude(pk__in=kept_blocks).delete()
    Stage.objects.filter(map=map).exclude(pk__in=kept_stages).delete()


def _write_block(map_: Map, stage: Stage, drawn: BlockDrawing, place: int) -> int:
    block = Block(pk=drawn.id, stage=stage, name=drawn.name, kind=drawn.kind, position=place)
    block.save()
    kind = "state_id" if map_.field_id is None else "option_id"
    ValueMapping.objects.bulk_create(ValueMapping(map=map_, block=block, **{kind: value}) for value in drawn.values)
    return block.pk
