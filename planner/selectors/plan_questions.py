"""What a sprint plan is asked, as plain JSON: stories, the sprints ahead of each team and their capacity.

A plan keeps its whole question, so that it is priced, improved and replayed without the backlog of today. Columns are
the sprints of a page from left to right; each team has its own sprint in a column, or that of the whole workspace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from planner.domain.arrays import FloatArray
from planner.domain.sprints.instances import SprintInstance, make_sprint_instance

NOWHERE = -1
"""Out of all columns, without a team, held nowhere."""


@dataclass(frozen=True)
class Column:
    """A sprint as the page shows it. `sprints`: whose sprint it is, ids by the team's id as text; days as ISO text."""

    name: str
    first: str
    last: str
    is_running: bool
    sprints: dict[str, int]


@dataclass(frozen=True)
class PlanQuestion:
    """The whole input. Lists over stories run in people's order; `team`, `unit` are places in their lists, -1 none.

    The last team stands for the others: what is in a sprint without a planned team is held there.
    `was`: the column a story is planned in now, `was_sprint` its sprint's id; `fixed`: the column it is held in.
    `capacity` is points by team and column, `hours` beside it (None unknown). `cost` is money a week, None unvalued;
    `weeks`: how long what is finished in a column earns until `ends`.
    """

    columns: list[Column]
    teams: list[dict[str, Any]]
    level: str
    is_kept: bool
    ids: list[int]
    points: list[float | None]
    team: list[int]
    unit: list[int]
    is_required: list[bool]
    was: list[int]
    was_sprint: list[int | None]
    fixed: dict[str, int]
    units: list[int]
    cost: list[float | None]
    capacity: list[list[float]]
    low_capacity: list[list[float]]
    hours: list[list[float | None]]
    weeks: list[float]
    ends: str
    dependencies: list[list[int]]
    is_assumed: bool = False
    left_out: int = 0
    iterations: int | None = None
    parent: int | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def planned_teams(self) -> list[dict[str, Any]]:
        """The teams that were asked about; the last one stands for all others."""
        return self.teams[:-1]

    @property
    def frozen(self) -> int:
        """How many columns run already."""
        return sum(column.is_running for column in self.columns)

    @cached_property
    def place_of(self) -> dict[int, int]:
        """Place of each story in the lists, by id."""
        return {pk: place for place, pk in enumerate(self.ids)}

    @cached_property
    def instance(self) -> SprintInstance:
        """The question as the kernel takes it. Raises InvalidSprintInstance, DependencyCycleError."""
        weeks = np.array(self.weeks)
        cost = _floats(self.cost)
        return make_sprint_instance(
            points=_floats(self.points),
            team=self.team,
            capability=self.unit,
            earn=cost[:, np.newaxis] * weeks[np.newaxis, :],
            capacity=self.capacity,
            dependencies=[(before, after) for before, after in self.dependencies],
            is_required=self.is_required,
            fixed={int(place): column for place, column in self.fixed.items()},
            frozen_sprints=self.frozen,
        )

    def sprint_id(self, story: int, column: int) -> int | None:
        """The sprint that a column means for a story's team; None for no column, or a team without a sprint there."""
        if column < 0 or self.team[story] < 0:
            return None
        if self.team[story] == len(self.planned_teams):
            return self.was_sprint[story]
        return self.columns[column].sprints.get(str(self.teams[self.team[story]]["id"]))

    def dump(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)

    @classmethod
    def load(cls, told: Mapping[str, Any]) -> "PlanQuestion":
        """From what `dump` gave."""
        return cls(**{**told, "columns": [Column(**column) for column in told["columns"]]})


def _floats(values: Sequence[float | None]) -> FloatArray:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def is_free(question: PlanQuestion, story: int) -> bool:
    """Whether a story may be moved: nobody holds it, and somebody can take it."""
    return str(story) not in question.fixed and question.team[story] != NOWHERE
