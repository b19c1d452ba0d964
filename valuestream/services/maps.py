"""Making and changing maps. The map that follows the workflow has one stage and one block a state."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from common.errors import Conflict, InvalidInput
from common.live.services import record_change
from planner.models import State
from valuestream.domain.default_map import block_kind, is_finished
from valuestream.domain.vocabulary import BlockKind, WaitRule
from valuestream.models import Block, Map, MapVersion, Stage, ValueMapping
from valuestream.selectors.maps import get_map
from valuestream.selectors.work_items import list_states
from valuestream.services.drawings import keep_first_version, keep_version

DEFAULT_NAME = "Idea to live"
NAME_LENGTHS = {Map: 120, Stage: 80, Block: 80}
MOST_STAFFED = 10_000


@transaction.atomic
def create_default_map(*, workspace_id: int, now: datetime) -> Map:
    """Return the workspace's map that follows its workflow, made when there is none."""
    present = Map.objects.filter(workspace_id=workspace_id, follows_workflow=True).first()
    if present is not None:
        return present
    made = Map.objects.create(workspace_id=workspace_id, name=DEFAULT_NAME, follows_workflow=True, created_at=now)
    _add_blocks(made, list_states(workspace_id=workspace_id))
    follow_workflow(workspace_id=workspace_id)
    return made


@transaction.atomic
def add_states(*, workspace_id: int, state_ids: Sequence[int], now: datetime) -> list[Block]:
    """Give states that are new their stage and block on the map that follows the workflow."""
    if not state_ids:
        return []
    map_ = create_default_map(workspace_id=workspace_id, now=now)
    mapped = set(ValueMapping.objects.filter(map=map_, state_id__in=state_ids).values_list("state_id", flat=True))
    wanted = set(state_ids) - mapped
    added = _add_blocks(map_, [state for state in list_states(workspace_id=workspace_id) if state.pk in wanted])
    if MapVersion.objects.filter(map=map_).exists():
        keep_version(map_id=map_.pk, actor_id=None, now=now, reason="The workflow gained states")
    else:  # nobody may save a drawing made before they were there
        Map.objects.filter(pk=map_.pk).update(version=F("version") + 1)
    return added


def _add_blocks(map_: Map, states: Sequence[State]) -> list[Block]:
    last = map_.stages.count()
    stages = Stage.objects.bulk_create(
        Stage(map=map_, name=state.name, position=position) for position, state in enumerate(states, last)
    )
    blocks = Block.objects.bulk_create(
        Block(stage=stage, name=state.name, kind=block_kind(name=state.name, category=state.category), position=0)
        for stage, state in zip(stages, states, strict=True)
    )
    ValueMapping.objects.bulk_create(
        ValueMapping(map=map_, block=block, state=state) for block, state in zip(blocks, states, strict=True)
    )
    return blocks


@transaction.atomic
def follow_workflow(*, workspace_id: int) -> None:
    """Take order and names of stages from the workflow, finished states last; drop blocks that lost their state.

    A stage that somebody renamed, and so is called differently from its block, keeps its name. A map that people drew
    themselves stays as they drew it.
    """
    maps = Map.objects.filter(workspace_id=workspace_id, follows_workflow=True, is_arranged=False)
    Block.objects.filter(stage__map__in=maps, mappings=None).delete()
    Stage.objects.filter(map__in=maps, blocks=None).delete()
    stages = Stage.objects.filter(map__in=maps).prefetch_related("blocks__mappings__state")
    for position, stage in enumerate(sorted(stages, key=_place_in_workflow)):
        _follow_states(stage, position)


def _place_in_workflow(stage: Stage) -> tuple[bool, int, int]:
    """Finished stages last, the others where their first state stands."""
    states = [state for block in stage.blocks.all() for state in _states(block)]
    first = min((state.position, state.pk) for state in states)
    return all(is_finished(state.category) for state in states), *first


def _states(block: Block) -> list[State]:
    return [mapping.state for mapping in block.mappings.all() if mapping.state is not None]


def _follow_states(stage: Stage, position: int) -> None:
    """Put a stage into its place and call its blocks, and itself where it is called like its only block, anew."""
    name = stage.name
    for block in stage.blocks.all():
        states = _states(block)
        if len(states) == 1 and block.name != states[0].name:
            Block.objects.filter(pk=block.pk).update(name=states[0].name)
            if stage.name == block.name:
                name = states[0].name
    if (stage.position, stage.name) != (position, name):
        Stage.objects.filter(pk=stage.pk).update(position=position, name=name)


@transaction.atomic
def update_map(*, map: Map, changes: Mapping[str, Any], actor_id: int | None, now: datetime) -> Map:  # noqa: A002 - the product's word
    """Change name, wait_rule, and of stages (by id) name, staffed and of their blocks name and kind.

    All or nothing; raises InvalidInput with every refused field, Conflict where the name is taken.
    """
    errors: dict[str, list[str]] = {}
    touched = _read_changes(map, changes, errors)
    if errors:
        raise InvalidInput(field_errors=errors)
    _require_free_name(map)
    if changes.keys() <= {"name"}:
        map.save(update_fields=["name"])
        record_change(
            workspace_id=map.workspace_id, topic="map", object_id=map.pk, actor_id=actor_id, verb="updated", now=now
        )
        return map
    keep_first_version(map=_as_stored(map))
    for thing in touched:
        thing.save()
    return keep_version(map_id=map.pk, actor_id=actor_id, now=now)


def _as_stored(map_: Map) -> Map:
    stored = get_map(map_id=map_.pk)
    if stored is None:
        raise Conflict("The map was deleted meanwhile.")
    return stored


def _require_free_name(map_: Map) -> None:
    same = Map.objects.filter(workspace_id=map_.workspace_id, name__iexact=map_.name).exclude(pk=map_.pk)
    if same.exists():
        raise Conflict("A map of this name exists already.", field="name")


def _read_changes(map_: Map, changes: Mapping[str, Any], errors: dict[str, list[str]]) -> list[Map | Stage | Block]:
    """Set what is asked for on the objects, unsaved; add what is refused to `errors`."""
    known = {"name": _name, "wait_rule": _wait_rule}
    _set_fields(map_, {key: changes[key] for key in changes if key != "stages"}, known, "", errors)
    touched: list[Map | Stage | Block] = [map_]
    stages = {stage.pk: stage for stage in map_.stages.all()}
    for path, stage, wanted in _pairs(changes.get("stages", []), stages, "stages", errors):
        rest = {key: wanted[key] for key in wanted if key not in ("id", "blocks")}
        _set_fields(stage, rest, {"name": _name, "staffed": _staffed}, f"{path}.", errors)
        touched.append(stage)
        blocks = {block.pk: block for block in stage.blocks.all()}
        for inner, block, asked in _pairs(wanted.get("blocks", []), blocks, f"{path}.blocks", errors):
            rest = {key: asked[key] for key in asked if key != "id"}
            _set_fields(block, rest, {"name": _name, "kind": _kind}, f"{inner}.", errors)
            touched.append(block)
    return touched


def _pairs(
    wanted: Any, present: Mapping[int, Any], path: str, errors: dict[str, list[str]]
) -> Iterable[tuple[str, Any, Mapping[str, Any]]]:
    """Each wanted change with the object it names by `id`."""
    if not isinstance(wanted, list):
        errors[path] = ["Send a list."]
        return
    for index, change in enumerate(wanted):
        place = f"{path}[{index}]"
        pk = change.get("id") if isinstance(change, dict) else None
        if isinstance(pk, bool) or not isinstance(pk, int) or pk not in present:
            errors[f"{place}.id"] = ["There is no such part of this map."]
        else:
            yield place, present[pk], change


def _set_fields(
    thing: Map | Stage | Block,
    changes: Mapping[str, Any],
    readers: Mapping[str, Any],
    path: str,
    errors: dict[str, list[str]],
) -> None:
    for field, value in changes.items():
        if field not in readers:
            errors[f"{path}{field}"] = [f"This can't be changed here; what can: {', '.join(readers)}."]
            continue
        try:
            setattr(thing, field, readers[field](thing, value))
        except ValueError as refused:
            errors[f"{path}{field}"] = [str(refused)]


def _name(thing: Map | Stage | Block, value: Any) -> str:
    longest = NAME_LENGTHS[type(thing)]
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > longest or "\x00" in text:
        raise ValueError(f"Use a name of 1 to {longest} characters.")
    return text


def _wait_rule(thing: Map | Stage | Block, value: Any) -> str:
    if value not in [rule.value for rule in WaitRule]:
        raise ValueError(f"Use one of: {', '.join(rule.value for rule in WaitRule)}.")
    return str(value)


def _kind(thing: Map | Stage | Block, value: Any) -> str:
    if value not in [kind.value for kind in BlockKind]:
        raise ValueError("Use WAIT or WORK.")
    return str(value)


def _staffed(thing: Map | Stage | Block, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_STAFFED:
        raise ValueError(f"Use a whole number of people from 0 to {MOST_STAFFED:,}, or null.")
    return int(value)
