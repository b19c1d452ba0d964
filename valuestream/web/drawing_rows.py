"""What the editor of a map shows: its drawing with what is in each value now, what is unmapped, and its versions."""

from dataclasses import dataclass
from typing import Any

from valuestream.domain.drawing import BlockDrawing, changes_between, from_json
from valuestream.domain.vocabulary import BlockKind
from valuestream.models import Alert, Map, MapVersion
from valuestream.models.choices import WAIT_RULES
from valuestream.selectors.drawings import count_open, count_without_value, drawing_of, list_versions, values_of
from valuestream.services.drawing_input import MOST_BLOCKS, MOST_STAGES

VERSIONS_SHOWN = 30


@dataclass(frozen=True)
class Chip:
    """A value of the mapped field, and how many stories have it now."""

    id: int
    name: str
    items: int


@dataclass(frozen=True)
class BlockRow:
    """A block with the chips in it."""

    drawn: BlockDrawing
    chips: list[Chip]


@dataclass(frozen=True)
class StageRow:
    """A stage with its blocks, and how many alerts would go with it."""

    id: int | None
    name: str
    staffed: int | None
    target_days: str
    blocks: list[BlockRow]
    alerts: int


@dataclass(frozen=True)
class VersionRow:
    """A version with what it changed; `is_now`: the map is drawn so."""

    version: MapVersion
    changes: list[str]
    is_now: bool


def editor_context(map_: Map) -> dict[str, Any]:
    """The context of the editor's page."""
    chips = _chips(map_)
    drawing = drawing_of(map=map_)
    mapped = set(drawing.values)
    return {
        "map": map_,
        "stages": _stages(map_, chips),
        "unmapped": [chip for chip in chips.values() if chip.id not in mapped],
        "without_value": count_without_value(map=map_),
        "has_wait": drawing.has_wait,
        "wait_rules": WAIT_RULES,
        "kinds": [(kind.value, "Waiting" if kind == BlockKind.WAIT else "Work") for kind in BlockKind],
        "versions": _versions(map_),
        "most_stages": MOST_STAGES,
        "most_blocks": MOST_BLOCKS,
    }


def _chips(map_: Map) -> dict[int, Chip]:
    items = count_open(map=map_)
    return {one.pk: Chip(one.pk, one.name, items.get(one.pk, 0)) for one in values_of(map=map_)}


def _stages(map_: Map, chips: dict[int, Chip]) -> list[StageRow]:
    alerts: dict[int, int] = {}
    for stage_id in Alert.objects.filter(map=map_, stage__isnull=False).values_list("stage_id", flat=True):
        alerts[stage_id] = alerts.get(stage_id, 0) + 1
    return [
        StageRow(
            id=stage.id,
            name=stage.name,
            staffed=stage.staffed,
            target_days="" if stage.target_days is None else f"{stage.target_days.normalize():f}",
            blocks=[BlockRow(block, [chips[pk] for pk in block.values if pk in chips]) for block in stage.blocks],
            alerts=alerts.get(stage.id or 0, 0),
        )
        for stage in drawing_of(map=map_).stages
    ]


def _versions(map_: Map) -> list[VersionRow]:
    versions = list(list_versions(map=map_)[: VERSIONS_SHOWN + 1])
    before = [*versions[1:], None][: len(versions)]
    return [
        VersionRow(
            one,
            [] if older is None else changes_between(from_json(older.drawing), from_json(one.drawing)),
            one.number == map_.version,
        )
        for one, older in zip(versions, before, strict=True)
    ][:VERSIONS_SHOWN]
