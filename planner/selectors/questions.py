"""The question of a proposal: the open backlog as it is, or as it was stored, with whose the arrays are."""

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from planner.domain.arrays import IntArray
from planner.domain.proposals.question import Hold, Question
from planner.domain.scoring import Backlog
from planner.domain.vocabulary import PinKind
from planner.models import Pin
from planner.selectors.ranking import RankingInstance

FORMAT = 2
QUESTION_ARRAYS = ("story_order", "present", "frozen", "low", "high", "deadline_weeks", "at_stake")
ARRAYS = {
    "points": "<f8",
    "is_required": "|b1",
    "capability_of_story": "<i8",
    "prerequisite": "<i8",
    "dependent": "<i8",
    "cost_of_delay": "<f8",
    "story_order": "<i8",
    "present": "<i8",
    "frozen": "|b1",
    "low": "<f8",
    "high": "<f8",
    "deadline_weeks": "<f8",
    "at_stake": "<f8",
    "unit_ids": "<i8",
    "story_ids": "<i8",
}
"""What is stored of a question, and as which little-endian type."""


@dataclass(frozen=True)
class Asked:
    """A question with the signed ids of its units and the ids of its stories, in the order of their indexes."""

    question: Question
    unit_ids: IntArray
    story_ids: IntArray
    is_assumed_speed: bool

    @cached_property
    def index_of_unit(self) -> dict[int, int]:
        """Unit index by signed id."""
        return {unit_id: index for index, unit_id in enumerate(self.unit_ids.tolist())}

    def ids_of(self, units: IntArray) -> list[int]:
        """Signed ids of units given by index."""
        ids: list[int] = self.unit_ids[units].tolist()
        return ids


def ask(ranking: RankingInstance) -> Asked:
    """The question of a loaded backlog, with the pins that count."""
    holds = [hold for pin in ranking.pins if (hold := _hold(ranking, pin))]
    question = Question(
        backlog=ranking.backlog,
        story_order=ranking.story_rank_order,
        present=ranking.present,
        frozen=ranking.frozen,
        low=ranking.cod_low,
        high=ranking.cod_high,
        deadline_weeks=ranking.deadline_weeks,
        at_stake=np.nan_to_num(ranking.business_value),
        points_per_week=ranking.points_per_week,
        holds=tuple(holds),
    )
    return Asked(question, ranking.unit_ids, ranking.story_ids, ranking.is_assumed)


def _hold(ranking: RankingInstance, pin: Pin) -> Hold | None:
    """The pin as the kernel takes it; None where its unit has nothing left to rank."""
    unit = ranking.index_of_unit.get(pin.unit_id)
    if unit is None:
        return None
    if pin.place is not None:
        return Hold(pin.pk, place=(unit, pin.place)) if ranking.is_valued[unit] else None
    other = ranking.index_of_unit.get(pin.other_unit_id or 0)
    if other is None:
        return None
    return Hold(pin.pk, pair=(unit, other) if pin.kind == PinKind.BEFORE.value else (other, unit))


def pack(asked: Asked) -> tuple[bytes, str]:
    """The question as compressed canonical JSON, and the SHA-256 of that JSON."""
    question = asked.question
    found = {**vars(question.backlog), **vars(question), "unit_ids": asked.unit_ids, "story_ids": asked.story_ids}
    document = {
        "format": FORMAT,
        "arrays": {name: _encoded(found[name], kind) for name, kind in ARRAYS.items()},
        "points_per_week": question.points_per_week,
        "is_assumed_speed": asked.is_assumed_speed,
        "holds": [[hold.pin_id, hold.pair, hold.place] for hold in question.holds],
    }
    text = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    return zlib.compress(text, 6), hashlib.sha256(text).hexdigest()


def unpack(packed: bytes) -> Asked:
    """The question that was stored."""
    document = json.loads(zlib.decompress(packed))
    arrays: dict[str, Any] = {name: _decoded(document["arrays"][name], kind) for name, kind in ARRAYS.items()}
    backlog = Backlog(
        **{name: arrays[name] for name in Backlog.__dataclass_fields__ if name != "is_open"},
        is_open=np.ones(len(arrays["points"]), dtype=np.bool_),
    )
    holds = [
        Hold(pin_id, pair=tuple(pair) if pair else None, place=tuple(place) if place else None)
        for pin_id, pair, place in document["holds"]
    ]
    question = Question(
        backlog=backlog,
        **{name: arrays[name] for name in QUESTION_ARRAYS},
        points_per_week=document["points_per_week"],
        holds=tuple(holds),
    )
    return Asked(question, arrays["unit_ids"], arrays["story_ids"], document["is_assumed_speed"])


def is_same_backlog(one: Asked, other: Asked) -> bool:
    """Whether both ask about the same order of the same work; the pace may differ, it changes no order."""
    found = [{**vars(asked.question.backlog), **vars(asked.question), **vars(asked)} for asked in (one, other)]
    same = all(np.array_equal(found[0][name], found[1][name], equal_nan=kind == "<f8") for name, kind in ARRAYS.items())
    return same and one.question.holds == other.question.holds


def _encoded(values: Any, kind: str) -> str:
    return base64.b64encode(np.asarray(values).astype(kind).tobytes()).decode()


def _decoded(text: str, kind: str) -> Any:
    return np.frombuffer(base64.b64decode(text), dtype=kind).astype(np.dtype(kind).newbyteorder("="))
