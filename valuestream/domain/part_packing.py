"""What some stories say of a map, as bytes: so that one worker can hand it to another.

A JSON head with every single figure, then all arrays one after another, eight bytes a number, little-endian. Nothing is
rounded: parts that went through here add up to the very same figures.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from planner.domain.arrays import FloatArray, IntArray
from valuestream.domain.flow_metrics import PlacePart
from valuestream.domain.rework import BackwardMoves
from valuestream.domain.stage_metrics import MapPart, UnmappedState

_TIMES = ("lead", "waiting", "wip_age", "queue_age")
_ARRAYS = (*_TIMES, "people")
_FIGURES = tuple(field.name for field in fields(PlacePart) if field.name not in _ARRAYS)
_HEAD_LENGTH = 8


def pack_part(part: MapPart) -> bytes:
    """A part as bytes."""
    places = [*part.blocks, *part.stages, part.total]
    head = {
        "blocks": len(part.blocks),
        "places": [_figures(place) for place in places],
        "backward_moves": [asdict(moves) for moves in part.backward_moves],
        "unmapped": [asdict(state) for state in part.unmapped],
    }
    words = json.dumps(head).encode()
    arrays = (getattr(place, name).astype(_wire(name)).tobytes() for place in places for name in _ARRAYS)
    return b"".join([len(words).to_bytes(_HEAD_LENGTH, "little"), words, *arrays])


def unpack_part(content: bytes | memoryview) -> MapPart:
    """The part that `pack_part` made these bytes of."""
    view = memoryview(content)
    end = _HEAD_LENGTH + int.from_bytes(view[:_HEAD_LENGTH], "little")
    head = json.loads(bytes(view[_HEAD_LENGTH:end]))
    places = list(_places(head["places"], view[end:]))
    blocks = head["blocks"]
    return MapPart(
        blocks=places[:blocks],
        stages=places[blocks:-1],
        total=places[-1],
        backward_moves=[BackwardMoves(**moves) for moves in head["backward_moves"]],
        unmapped=[UnmappedState(**state) for state in head["unmapped"]],
    )


def _figures(place: PlacePart) -> dict[str, Any]:
    return {name: getattr(place, name) for name in _FIGURES} | {
        "lengths": [len(getattr(place, name)) for name in _ARRAYS]
    }


def _places(figures: list[dict[str, Any]], rest: memoryview) -> Iterator[PlacePart]:
    at = 0
    for one in figures:
        arrays: dict[str, FloatArray | IntArray] = {}
        for name, length in zip(_ARRAYS, one.pop("lengths"), strict=True):
            kind = _wire(name)
            arrays[name] = np.frombuffer(rest, dtype=kind, count=length, offset=at)
            at += length * kind.itemsize
        largest = one.pop("largest")
        yield PlacePart(**one, **arrays, largest=None if largest is None else (largest[0], largest[1]))  # type: ignore[arg-type]


def _wire(name: str) -> np.dtype[Any]:
    return np.dtype("<f8" if name in _TIMES else "<i8")
