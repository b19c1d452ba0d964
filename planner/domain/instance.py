"""A bare instance as other tools write it, read strictly: every refusal names the row and the field.

{"stories": [{"id", "points", "capability" | null, "required"}],
 "capabilities": [{"id", "cost_of_delay"}], "dependencies": [[before, after]]}
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.domain.arrays import FloatArray
from planner.domain.scoring import Backlog

Id = str | int
MOST_POINTS = 10_000
MOST_VALUE = 10**12
UNKNOWN = float("nan")
"""Points that nobody has estimated, a cost of delay that nobody knows."""


class InvalidInstance(ValueError):
    """One sentence for people: what is wrong, and where."""


@dataclass(frozen=True)
class Instance:
    """The backlog, and whose its indexes are."""

    backlog: Backlog
    story_ids: list[Id]
    capability_ids: list[Id]


def parse_instance(content: object) -> Instance:
    """Check and convert decoded JSON. Raises InvalidInstance."""
    if not isinstance(content, dict):
        raise InvalidInstance("The file must hold one JSON object with stories, capabilities and dependencies.")
    capabilities, stories, pairs = (_rows(content, name) for name in ("capabilities", "stories", "dependencies"))
    capability_index = _index_ids(capabilities, "capabilities")
    story_index = _index_ids(stories, "stories")
    dependencies = [_read_pair(pair, number, story_index) for number, pair in enumerate(pairs)]
    backlog = Backlog(
        points=_read_each(stories, "stories", lambda row, at: _number(row.get("points"), f"{at}.points", MOST_POINTS)),
        is_required=np.array([_read_required(row, f"stories[{i}]") for i, row in enumerate(stories)], dtype=np.bool_),
        is_open=np.ones(len(stories), dtype=np.bool_),
        capability_of_story=np.array(
            [_read_capability(row, f"stories[{i}]", capability_index) for i, row in enumerate(stories)], dtype=np.int64
        ),
        prerequisite=np.array([before for before, _ in dependencies], dtype=np.int64),
        dependent=np.array([after for _, after in dependencies], dtype=np.int64),
        cost_of_delay=_read_each(
            capabilities,
            "capabilities",
            lambda row, at: _number(_field(row, at, "cost_of_delay"), f"{at}.cost_of_delay", MOST_VALUE),
        ),
    )
    return Instance(backlog, list(story_index), list(capability_index))


def _rows(content: Mapping[str, Any], name: str) -> list[Any]:
    rows = content.get(name, [] if name == "dependencies" else None)
    if rows is None:
        raise InvalidInstance(f"{name} is missing: the file must list them, if only as [].")
    if not isinstance(rows, list):
        raise InvalidInstance(f"{name} must be a list.")
    return rows


def _index_ids(rows: list[Any], name: str) -> dict[Id, int]:
    """Index of each id, in order; a text and a number are different ids."""
    index: dict[Id, int] = {}
    for number, row in enumerate(rows):
        at = f"{name}[{number}]"
        if not isinstance(row, dict):
            raise InvalidInstance(f"{at} must be an object.")
        key = _field(row, at, "id")
        if not _is_id(key):
            raise InvalidInstance(f"{at}.id must be a text or a whole number.")
        if key in index:
            raise InvalidInstance(f"{at}.id: {key!r} is already the id of {name}[{index[key]}].")
        index[key] = number
    return index


def _field(row: Mapping[str, Any], at: str, name: str) -> Any:
    if name not in row:
        raise InvalidInstance(f"{at}.{name} is missing.")
    return row[name]


def _is_id(key: object) -> bool:
    return isinstance(key, (str, int)) and not isinstance(key, bool)


def _read_each(rows: list[Any], name: str, read: Callable[[Mapping[str, Any], str], float]) -> FloatArray:
    return np.array([read(row, f"{name}[{number}]") for number, row in enumerate(rows)], dtype=np.float64)


def _number(value: object, at: str, most: int) -> float:
    """A number from 0 to ``most``; NaN for null, which means not known."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidInstance(f"{at} must be a number or null.")
    if not 0 <= value <= most:  # NaN is neither
        raise InvalidInstance(f"{at} must be a number from 0 to {most:,}, not {value}.")
    return float(value)


def _read_required(row: Mapping[str, Any], at: str) -> bool:
    """Whether the capability needs the story to earn; yes where nothing is said."""
    is_required = row.get("required", True)
    if not isinstance(is_required, bool):
        raise InvalidInstance(f"{at}.required must be true or false.")
    return is_required


def _read_capability(row: Mapping[str, Any], at: str, index: Mapping[Id, int]) -> int:
    key = row.get("capability")
    if key is None:
        return -1
    if not _is_id(key) or key not in index:
        raise InvalidInstance(f"{at}.capability: no capability has the id {key!r}.")
    return index[key]


def _read_pair(pair: object, number: int, index: Mapping[Id, int]) -> tuple[int, int]:
    at = f"dependencies[{number}]"
    if not isinstance(pair, list) or len(pair) != len(("before", "after")):
        raise InvalidInstance(f"{at} must be a pair [story before, story after].")
    for place, key in enumerate(pair):
        if not _is_id(key) or key not in index:
            raise InvalidInstance(f"{at}[{place}]: no story has the id {key!r}.")
    return index[pair[0]], index[pair[1]]
