"""A bare sprint instance as other tools write it: the ranking's format with teams and capacities, read strictly.

{"stories": [{"id", "points", "capability" | null, "required", "team"}], "capabilities": [{"id", "cost_of_delay"}],
 "dependencies": [[before, after]], "capacities": {team: [points of each sprint, ...]}}
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.domain.instance import Id, InvalidInstance, parse_instance
from planner.domain.sprints.instances import SprintInstance, linear_earnings, make_sprint_instance

MOST_CAPACITY = 1_000_000
MOST_SPRINTS = 104
"""Four years of fortnights: an instance with more is a mistake."""


@dataclass(frozen=True)
class BareSprints:
    """The instance, and whose its indexes are."""

    instance: SprintInstance
    story_ids: list[Id]
    capability_ids: list[Id]


def parse_sprint_instance(content: object) -> BareSprints:
    """Check and convert decoded JSON. Raises InvalidInstance, DependencyCycleError (indexes of stories)."""
    bare = parse_instance(content)
    _refuse_same_texts(bare.story_ids)
    assert isinstance(content, dict)  # noqa: S101  parse_instance refuses all else
    capacities = _read_capacities(content)
    teams = {name: number for number, name in enumerate(capacities)}
    backlog = bare.backlog
    sprints = len(next(iter(capacities.values())))
    instance = make_sprint_instance(
        points=backlog.points,
        team=[_read_team(row, f"stories[{number}]", teams) for number, row in enumerate(content["stories"])],
        capability=backlog.capability_of_story,
        earn=linear_earnings(backlog.cost_of_delay, sprints),
        capacity=np.array(list(capacities.values()), dtype=np.float64),
        dependencies=zip(backlog.prerequisite.tolist(), backlog.dependent.tolist(), strict=True),
        is_required=backlog.is_required,
    )
    return BareSprints(instance, bare.story_ids, bare.capability_ids)


def _refuse_same_texts(story_ids: list[Id]) -> None:
    """The answer names stories in JSON keys, where 7 and "7" are the same."""
    place_of: dict[str, int] = {}
    for number, key in enumerate(story_ids):
        if place_of.setdefault(str(key), number) != number:
            raise InvalidInstance(
                f"stories[{number}].id: {key!r} reads the same as the id of stories[{place_of[str(key)]}]."
            )


def _read_capacities(content: Mapping[str, Any]) -> dict[str, list[float]]:
    capacities = content.get("capacities")
    if not isinstance(capacities, dict) or not capacities:
        raise InvalidInstance('capacities must be an object with at least one team, like {"Harbour": [20, 18]}.')
    read = {team: _read_sprints(row, f"capacities[{team!r}]") for team, row in capacities.items()}
    (first, row), *others = read.items()
    for team, other in others:
        if len(other) != len(row):
            raise InvalidInstance(
                f"capacities[{team!r}] has {len(other)} sprints, capacities[{first!r}] {len(row)}: each needs as many."
            )
    return read


def _read_sprints(row: object, at: str) -> list[float]:
    if not isinstance(row, list) or not 1 <= len(row) <= MOST_SPRINTS:
        raise InvalidInstance(f"{at} must be a list of 1 to {MOST_SPRINTS} numbers, the points of each sprint.")
    return [_read_points(value, f"{at}[{number}]") for number, value in enumerate(row)]


def _read_points(value: object, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= MOST_CAPACITY:
        raise InvalidInstance(f"{at} must be a number from 0 to {MOST_CAPACITY:,}, not {value!r}.")
    return float(value)


def _read_team(row: Mapping[str, Any], at: str, teams: Mapping[str, int]) -> int:
    """Index of the story's team; -1 where it says null: nobody can take it."""
    if "team" not in row:
        raise InvalidInstance(f"{at}.team is missing: name a team of capacities, or null for nobody.")
    team = row["team"]
    if team is None:
        return -1
    key = str(team) if isinstance(team, int) and not isinstance(team, bool) else team
    if not isinstance(key, str) or key not in teams:
        raise InvalidInstance(f"{at}.team: no team of capacities is called {team!r}.")
    return teams[key]
