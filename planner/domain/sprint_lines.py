"""Where the next sprints end in a ranked list: filled by points, from the top, one line for all teams.

A story goes to the sprint that is being filled when its team has room left there; the first one that has none ends
the sprint for everybody. What is larger than a whole sprint of its team takes all of one. This is a reading aid by
velocity, not a plan: the planner of sprints balances teams and finishes whole capabilities.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Item:
    """An open story as far as capacity is concerned. `team` 0: none."""

    story_id: int
    team: int
    points: float


@dataclass
class Filled:
    """One sprint: the stories in it, points used by team, and the story that it ends above (None: the list's end)."""

    used: dict[int, float] = field(default_factory=dict)
    story_ids: list[int] = field(default_factory=list)
    ends_above: int | None = None


def fill_sprints(items: Iterable[Item], capacities: Sequence[Mapping[int, float]]) -> list[Filled]:
    """Fill sprints of these capacities (points by team) from the top; reads no further than the last one's end.

    Stories of teams without capacity take nothing and end nothing. The last sprint is left out where the list ends
    before it is full.
    """
    done: list[Filled] = []
    present = Filled()
    for item in items:
        if not any(capacity.get(item.team, 0.0) > 0 for capacity in capacities):
            continue
        while not _fits(item, present, capacities[len(done)]):
            present.ends_above = item.story_id
            done.append(present)
            if len(done) == len(capacities):
                return done
            present = Filled()
        present.used[item.team] = present.used.get(item.team, 0.0) + item.points
        present.story_ids.append(item.story_id)
    return done


def _fits(item: Item, sprint: Filled, capacity: Mapping[int, float]) -> bool:
    room = capacity.get(item.team, 0.0)
    used = sprint.used.get(item.team, 0.0)
    return used + item.points <= room + TOLERANCE or (used == 0.0 and 0.0 < room < item.points)
