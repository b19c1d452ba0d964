"""What some stories say of a map, as bytes: so that one worker can hand it to another.

A JSON head with every single figure, then arrays one after another, eight bytes a number, little-endian. An array that
is the same as an earlier one (a stage of one block has that block's times) is only pointed at. Nothing is rounded:
parts that went through here add up to the very same figures.
"""

import json
import sys
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
    arrays = _Arrays()
    head = {
        "blocks": len(part.blocks),
        "places": [_figures(place) | {name: arrays.add(getattr(place, name)) for name in _ARRAYS} for place in places],
        "backward_moves": [asdict(moves) for moves in part.backward_moves],
        "unmapped": [asdict(state) for state in part.unmapped],
    }
    words = json.dumps(head).encode()
    return b"".join([len(words).to_bytes(_HEAD_LENGTH, "little"), words, *arrays.written])


def unpack_part(content: bytes | memoryview) -> MapPart:
    """The part that `pack_part` made these bytes of."""
    view = memoryview(content)
    end = _HEAD_LENGTH + int.from_bytes(view[:_HEAD_LENGTH], "little")
    head = json.loads(bytes(view[_HEAD_LENGTH:end]))
    places = [_place(one, view[end:]) for one in head["places"]]
    blocks = head["blocks"]
    return MapPart(
        blocks=places[:blocks],
        stages=places[blocks:-1],
        total=places[-1],
        backward_moves=[BackwardMoves(**moves) for moves in head["backward_moves"]],
        unmapped=[UnmappedState(**state) for state in head["unmapped"]],
    )


class _Arrays:
    """Arrays written one after another, the same one once."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self._end = 0
        self._places: dict[bytes, int] = {}

    def add(self, array: FloatArray | IntArray) -> tuple[int, int]:
        """Write an array; return where it begins, and its length."""
        content = array.tobytes() if sys.byteorder == "little" else array.byteswap().tobytes()
        begin = self._places.setdefault(content, self._end)
        if begin == self._end:
            self.written.append(content)
            self._end += len(content)
        return begin, len(array)


def _figures(place: PlacePart) -> dict[str, Any]:
    return {name: getattr(place, name) for name in _FIGURES}


def _place(words: dict[str, Any], rest: memoryview) -> PlacePart:
    arrays = {name: _array(rest, name, *words[name]) for name in _ARRAYS}
    largest = words["largest"]
    return PlacePart(**{**words, **arrays, "largest": None if largest is None else (largest[0], largest[1])})


def _array(rest: memoryview, name: str, begin: int, length: int) -> "np.ndarray[Any, Any]":
    return np.frombuffer(rest, dtype="<f8" if name in _TIMES else "<i8", count=length, offset=begin)
