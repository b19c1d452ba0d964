"""Stories that go back: which departures came back, and what each backward move cost.

`definitions.md`: rework is never wiped; a story that goes back opens a new visit, and the move is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from valuestream.domain.calendar import ElapsedTime
from valuestream.domain.flow_metrics import Window
from valuestream.domain.visits import Visits


@dataclass(frozen=True)
class BackwardMoves:
    """Moves in the window from one stage back to an earlier one.

    ``seconds``: from the return until the story is again as far as it was, or until it left the map or
    ``as_of``; ``cost_cents``: that time, in weeks of the clock, x attributed cost of delay, rounded where
    figures are concluded.
    """

    from_stage: int
    to_stage: int
    count: int
    seconds: float
    cost_cents: float


def came_back_to_stage(stages: Visits, stage_count: int) -> BoolArray:
    """For each stage visit, whether the story later entered the same or an earlier stage.

    A running minimum from the end. Stories are in rising order, so adding a multiple of the story's
    index makes every story start afresh.
    """
    came_back = np.zeros(len(stages), dtype=np.bool_)
    offset = stages.story * (stage_count + 1)
    earliest_from_here = np.minimum.accumulate((offset + stages.place)[::-1])[::-1] - offset
    has_later = stages.story[1:] == stages.story[:-1]
    came_back[:-1] = has_later & (earliest_from_here[1:] <= stages.place[:-1])
    return came_back


def came_back_to_block(
    blocks: Visits, stage_visit: IntArray, stage_came_back: BoolArray, block_count: int
) -> BoolArray:
    """For each block visit, whether the story returned to the block inside its stage visit, or to the stage later."""
    came_back = stage_came_back[stage_visit]
    is_long = np.bincount(stage_visit)[stage_visit] >= 3 if len(stage_visit) else came_back
    inside = np.flatnonzero(is_long)
    key = stage_visit[inside] * block_count + blocks.place[inside]
    order = np.argsort(key, kind="stable")
    returns = key[order][1:] == key[order][:-1]
    came_back[inside[order[:-1][returns]]] = True
    return came_back


def backward_moves(
    stages: Visits, cost_of_delay_cents: IntArray, window: Window, clock: ElapsedTime
) -> list[BackwardMoves]:
    """Backward moves per pair of stages, by (from, to)."""
    goes_back = (stages.story[1:] == stages.story[:-1]) & (stages.place[1:] < stages.place[:-1])
    returned = np.flatnonzero(goes_back & (stages.entered_at[1:] >= window.start)) + 1
    seconds = clock.elapsed_seconds(stages.entered_at[returned], _regained_at(stages, returned, window.as_of))
    cents = seconds / window.week_seconds * np.maximum(cost_of_delay_cents[stages.story[returned]], 0)
    return _per_pair(stages.place[returned - 1], stages.place[returned], seconds, cents)


def _regained_at(stages: Visits, returned: IntArray, as_of: int) -> IntArray:
    """When each story was again at or past the stage it came back from; looks one visit further a round."""
    lost_stage = stages.place[returned - 1]
    at = returned.copy()
    searching = np.arange(len(returned))
    regained = np.empty(len(returned), dtype=np.int64)
    while len(searching):
        following = at[searching] + 1
        inside = np.minimum(following, len(stages) - 1)
        is_last = (following == len(stages)) | (stages.story[inside] != stages.story[at[searching]])
        is_regained = ~is_last & (stages.place[inside] >= lost_stage[searching])
        regained[searching] = np.where(is_last, stages.left_at[at[searching]], stages.entered_at[inside])
        at[searching] = following
        searching = searching[~is_last & ~is_regained]
    return np.minimum(regained, as_of)


def _per_pair(from_stage: IntArray, to_stage: IntArray, seconds: FloatArray, cents: FloatArray) -> list[BackwardMoves]:
    stage_count = int(from_stage.max(initial=0)) + 1
    pair = from_stage * stage_count + to_stage
    counts = np.bincount(pair)
    total_seconds, total_cents = np.bincount(pair, weights=seconds), np.bincount(pair, weights=cents)
    return [
        BackwardMoves(
            from_stage=int(code) // stage_count,
            to_stage=int(code) % stage_count,
            count=int(counts[code]),
            seconds=float(total_seconds[code]),
            cost_cents=float(total_cents[code]),
        )
        for code in np.flatnonzero(counts)
    ]


def join_moves(moves: Sequence[BackwardMoves]) -> list[BackwardMoves]:
    """Moves of several parts added up per pair of stages, by (from, to)."""
    pairs: dict[tuple[int, int], list[BackwardMoves]] = {}
    for one in moves:
        pairs.setdefault((one.from_stage, one.to_stage), []).append(one)
    return [
        BackwardMoves(
            *pair,
            count=sum(one.count for one in same),
            seconds=sum(one.seconds for one in same),
            cost_cents=sum(one.cost_cents for one in same),
        )
        for pair, same in sorted(pairs.items())
    ]
