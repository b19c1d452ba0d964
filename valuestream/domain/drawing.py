"""How a map is drawn: its stages, their blocks, and which values of the mapped field each block holds.

A drawing is a value: written as JSON, it is a version of the map (`to_json`, `from_json`). Ids are those of stages and
blocks as they are stored, so that what hangs on a stage survives its being redrawn; None is a new one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class BlockDrawing:
    """A process block; ``kind``: WAIT or WORK; ``values``: ids of what is mapped to it."""

    id: int | None
    name: str
    kind: str
    values: tuple[int, ...] = ()


@dataclass(frozen=True)
class StageDrawing:
    """A stage with its parallel blocks; ``target_days``: how long a visit should take, on the 24x7 clock."""

    id: int | None
    name: str
    staffed: int | None
    target_days: Decimal | None
    blocks: tuple[BlockDrawing, ...]


@dataclass(frozen=True)
class Drawing:
    """Stages in the order of the stream, when work counts as begun, and which stories the map is of."""

    wait_rule: str
    filter_text: str
    stages: tuple[StageDrawing, ...]

    @property
    def blocks(self) -> Iterator[BlockDrawing]:
        """All blocks, in the order of their stages."""
        return (block for stage in self.stages for block in stage.blocks)

    @property
    def values(self) -> list[int]:
        """Ids of all values that are mapped."""
        return [value for block in self.blocks for value in block.values]

    @property
    def has_wait(self) -> bool:
        """Whether any block is a wait; without one only blocked time and the rule for begun work count as waiting."""
        return any(block.kind == "WAIT" for block in self.blocks)

    def keep(self, *, values: set[int], stages: set[int], blocks: set[int]) -> "Drawing":
        """The drawing with the values that still exist; stages and blocks that don't any more become new ones."""
        return replace(self, stages=tuple(_keep_stage(stage, values, stages, blocks) for stage in self.stages))


def _keep_stage(stage: StageDrawing, values: set[int], stages: set[int], blocks: set[int]) -> StageDrawing:
    kept = tuple(
        replace(
            block,
            id=block.id if block.id in blocks else None,
            values=tuple(value for value in block.values if value in values),
        )
        for block in stage.blocks
    )
    return replace(stage, id=stage.id if stage.id in stages else None, blocks=kept)


def to_json(drawing: Drawing) -> dict[str, Any]:
    """The drawing as JSON; the target as a decimal string."""
    return {
        "wait_rule": drawing.wait_rule,
        "filter": drawing.filter_text,
        "stages": [
            {
                "id": stage.id,
                "name": stage.name,
                "staffed": stage.staffed,
                "target_days": None if stage.target_days is None else str(stage.target_days),
                "blocks": [
                    {"id": block.id, "name": block.name, "kind": block.kind, "values": list(block.values)}
                    for block in stage.blocks
                ],
            }
            for stage in drawing.stages
        ],
    }


def from_json(written: Mapping[str, Any]) -> Drawing:
    """The drawing that `to_json` wrote."""
    return Drawing(
        wait_rule=written["wait_rule"],
        filter_text=written["filter"],
        stages=tuple(_stage_from(stage) for stage in written["stages"]),
    )


def _stage_from(written: Mapping[str, Any]) -> StageDrawing:
    return StageDrawing(
        id=written["id"],
        name=written["name"],
        staffed=written["staffed"],
        target_days=None if written["target_days"] is None else Decimal(written["target_days"]),
        blocks=tuple(
            BlockDrawing(block["id"], block["name"], block["kind"], tuple(block["values"]))
            for block in written["blocks"]
        ),
    )


def changes_between(old: Drawing, new: Drawing) -> list[str]:
    """What is different in the new drawing, in short sentences for a list of versions."""
    before, after = {stage.id: stage for stage in old.stages}, {stage.id: stage for stage in new.stages}
    said = [f"{stage.name} added" for stage in new.stages if stage.id not in before]
    said += [f"{stage.name} removed" for stage in old.stages if stage.id not in after]
    for pk, stage in after.items():
        if pk in before:
            said += _stage_changes(before[pk], stage)
    if [stage.id for stage in old.stages if stage.id in after] != [s.id for s in new.stages if s.id in before]:
        said.append("stages in another order")
    said += _moved_values(old, new)
    if old.wait_rule != new.wait_rule:
        said.append("another rule for when work begins")
    if old.filter_text != new.filter_text:
        said.append(f"only stories where {new.filter_text}" if new.filter_text else "all stories")
    return said


def _stage_changes(old: StageDrawing, new: StageDrawing) -> list[str]:
    said = [f"{old.name} called {new.name}"] if old.name != new.name else []
    if old.staffed != new.staffed:
        said.append(f"{new.name}: {_amount(old.staffed)} to {_amount(new.staffed)} people")
    if old.target_days != new.target_days:
        said.append(f"{new.name}: target {_amount(old.target_days)} to {_amount(new.target_days)} days")
    kinds = {block.id: block.kind for block in old.blocks}
    said += [
        f"{block.name} is {'waiting' if block.kind == 'WAIT' else 'work'}"
        for block in new.blocks
        if block.id in kinds and kinds[block.id] != block.kind
    ]
    return said


def _amount(value: int | Decimal | None) -> str:
    return "no" if value is None else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _moved_values(old: Drawing, new: Drawing) -> list[str]:
    was, now = _places(old.stages), _places(new.stages)
    moved = sum(was.get(value) != now.get(value) for value in was.keys() | now.keys())
    return [f"{moved} value{'' if moved == 1 else 's'} mapped elsewhere"] if moved else []


def _places(stages: Sequence[StageDrawing]) -> dict[int, int | None]:
    return {value: block.id for stage in stages for block in stage.blocks for value in block.values}
