"""Reading a drawing that somebody sent: every refused part is named by its path, and nothing is half read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from common.errors import InvalidInput
from valuestream.domain.drawing import BlockDrawing, Drawing, StageDrawing
from valuestream.domain.vocabulary import BlockKind, WaitRule

MOST_STAGES = 24
MOST_BLOCKS = 12
LONGEST_NAME = 80
MOST_STAFFED = 10_000
LONGEST_TARGET_DAYS = 3_650
LONGEST_FILTER = 2_000


@dataclass
class DrawingReader:
    """Reads one drawing. `values`, `stages`, `blocks`: ids that exist; `names`: what values are called."""

    values: Mapping[int, str]
    stages: Collection[int]
    blocks: Collection[int]
    errors: dict[str, list[str]] = field(default_factory=dict)

    def read(self, sent: Mapping[str, Any]) -> Drawing:
        """Return the drawing. Raises InvalidInput with everything that can't be used."""
        listed = sent.get("stages")
        if not isinstance(listed, list) or not listed:
            raise InvalidInput("A map needs at least one stage.", field="stages")
        if len(listed) > MOST_STAGES:
            raise InvalidInput(f"A map has up to {MOST_STAGES} stages; this has {len(listed)}.", field="stages")
        stages = tuple(self._stage(one, f"stages[{index}]") for index, one in enumerate(listed))
        drawing = Drawing(self._wait_rule(sent), self._filter(sent), stages)
        self._once(drawing)
        if self.errors:
            raise InvalidInput(field_errors=self.errors)
        return drawing

    def _refuse(self, path: str, sentence: str) -> None:
        self.errors.setdefault(path, []).append(sentence)

    def _wait_rule(self, sent: Mapping[str, Any]) -> str:
        rule = sent.get("wait_rule", WaitRule.NONE.value)
        if rule not in [one.value for one in WaitRule]:
            self._refuse("wait_rule", f"Use one of: {', '.join(one.value for one in WaitRule)}.")
        return str(rule)

    def _filter(self, sent: Mapping[str, Any]) -> str:
        text = sent.get("filter", "")
        if not isinstance(text, str) or len(text) > LONGEST_FILTER:
            self._refuse("filter", f"Use a filter of at most {LONGEST_FILTER:,} characters.")
            return ""
        return text.strip()

    def _stage(self, sent: Any, path: str) -> StageDrawing:
        sent = self._object(sent, path)
        blocks = sent.get("blocks")
        if not isinstance(blocks, list) or not blocks:
            self._refuse(f"{path}.blocks", "A stage needs at least one block: add one, or remove the stage.")
            blocks = []
        if len(blocks) > MOST_BLOCKS:
            self._refuse(f"{path}.blocks", f"A stage has up to {MOST_BLOCKS} blocks; this has {len(blocks)}.")
            blocks = []
        return StageDrawing(
            id=self._id(sent, self.stages, path),
            name=self._name(sent, path),
            staffed=self._staffed(sent, path),
            target_days=self._target(sent, path),
            blocks=tuple(self._block(one, f"{path}.blocks[{index}]") for index, one in enumerate(blocks)),
        )

    def _block(self, sent: Any, path: str) -> BlockDrawing:
        sent = self._object(sent, path)
        kind = sent.get("kind")
        if kind not in [one.value for one in BlockKind]:
            self._refuse(f"{path}.kind", "Use WAIT or WORK.")
        return BlockDrawing(
            id=self._id(sent, self.blocks, path),
            name=self._name(sent, path),
            kind=str(kind),
            values=self._values(sent, path),
        )

    def _object(self, sent: Any, path: str) -> Mapping[str, Any]:
        if isinstance(sent, dict):
            return sent
        self._refuse(path, "Send an object.")
        return {}

    def _id(self, sent: Mapping[str, Any], known: Collection[int], path: str) -> int | None:
        pk = sent.get("id")
        if pk is None or (isinstance(pk, int) and not isinstance(pk, bool) and pk in known):
            return None if pk is None else int(pk)
        self._refuse(f"{path}.id", "There is no such part of this map: leave the id out for a new one.")
        return None

    def _name(self, sent: Mapping[str, Any], path: str) -> str:
        name = sent.get("name")
        text = name.strip() if isinstance(name, str) else ""
        if not text or len(text) > LONGEST_NAME or "\x00" in text:
            self._refuse(f"{path}.name", f"Use a name of 1 to {LONGEST_NAME} characters.")
        return text

    def _staffed(self, sent: Mapping[str, Any], path: str) -> int | None:
        people = sent.get("staffed")
        if people is None:
            return None
        if isinstance(people, bool) or not isinstance(people, int) or not 0 <= people <= MOST_STAFFED:
            self._refuse(f"{path}.staffed", f"Use a whole number of people from 0 to {MOST_STAFFED:,}, or none.")
            return None
        return int(people)

    def _target(self, sent: Mapping[str, Any], path: str) -> Decimal | None:
        days = sent.get("target_days")
        if days is None or days == "":
            return None
        try:
            target = Decimal(str(days)).quantize(Decimal("0.01"))
        except InvalidOperation:
            target = Decimal(0)
        if isinstance(days, bool) or not target.is_finite() or not 0 < target <= LONGEST_TARGET_DAYS:
            self._refuse(f"{path}.target_days", f"Use days above 0, up to {LONGEST_TARGET_DAYS:,}, such as 2.5.")
            return None
        return target

    def _values(self, sent: Mapping[str, Any], path: str) -> tuple[int, ...]:
        values = sent.get("values", [])
        if not isinstance(values, list) or any(isinstance(one, bool) or not isinstance(one, int) for one in values):
            self._refuse(f"{path}.values", "Send a list of ids.")
            return ()
        if unknown := [one for one in values if one not in self.values]:
            listed = ", ".join(str(one) for one in unknown[:10])
            self._refuse(f"{path}.values", f"The mapped field has no value {listed}. Load the map again.")
        return tuple(one for one in values if one in self.values)

    def _once(self, drawing: Drawing) -> None:
        """Names of stages differ; an id and a value stand in one place each."""
        self._refuse_twice([stage.name.casefold() for stage in drawing.stages], "stages[{}].name", "is another stage's")
        self._refuse_twice([stage.id for stage in drawing.stages], "stages[{}].id", "stands there twice")
        for index, stage in enumerate(drawing.stages):
            named = [block.name.casefold() for block in stage.blocks]
            self._refuse_twice(named, f"stages[{index}].blocks[{{}}].name", "is another block's of this stage")
        blocks = [block.id for block in drawing.blocks if block.id is not None]
        if len(set(blocks)) < len(blocks):
            self._refuse("stages", "A block stands in two places.")
        values = drawing.values
        for value in sorted({one for one in values if values.count(one) > 1}):
            self._refuse("stages", f"{self.values[value]} is mapped twice: leave it in one block.")

    def _refuse_twice(self, listed: list[Any], path: str, sentence: str) -> None:
        for index, one in enumerate(listed):
            if one not in (None, "") and one in listed[:index]:
                self._refuse(path.format(index), f"This {path.rsplit('.', 1)[-1]} {sentence}.")
