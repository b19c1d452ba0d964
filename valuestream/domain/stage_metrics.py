"""The stage-metrics kernel: every figure of a value stream map, as of any instant, from visits in one pass.

`definitions.md`, "Value stream map". Visits of states are merged into visits of blocks, those into
visits of stages and of the whole map; each is timed once, and summed up per place by segment reductions
(`flow_metrics.measure_places`). There is no loop over visits. Instants are int64 microseconds since 1970
UTC; for a day's end, ask as of its last microsecond, so that what happened at midnight belongs to the
next day.

Waiting of a visit: all of it in a WAIT block; in a WORK block the time before work began (under the
map's rule) and, after that, the time flagged blocked. The rest is process time, so lead = waiting +
process in every visit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray
from valuestream.domain.calendar import ElapsedTime
from valuestream.domain.flow_metrics import (
    FlowMetrics,
    Items,
    PlacePart,
    TimedVisits,
    Window,
    conclude_place,
    join_places,
    measure_places,
)
from valuestream.domain.rework import (
    BackwardMoves,
    backward_moves,
    came_back_to_block,
    came_back_to_stage,
    join_moves,
)
from valuestream.domain.spans import Spans
from valuestream.domain.visits import OPEN, OUTSIDE, UNMAPPED, Visits, merge_visits


@dataclass(frozen=True)
class StreamMap:
    """How states make blocks and blocks make stages; stages in the order of the stream.

    ``block_of_state``: index, or UNMAPPED or OUTSIDE, shape (states,). ``stage_of_block`` and
    ``is_wait``, shape (blocks,). ``staffed``: people per stage, NaN where not typed, shape (stages,).
    ``finished``: stages in which stories have left the stream (done, cancelled), shape (stages,); they
    have figures of their own, and are no part of the map's visits.
    """

    block_of_state: IntArray
    stage_of_block: IntArray
    is_wait: BoolArray
    staffed: FloatArray
    finished: BoolArray | None = None

    @property
    def block_count(self) -> int:
        """Number of blocks."""
        return len(self.stage_of_block)

    @property
    def stage_count(self) -> int:
        """Number of stages."""
        return len(self.staffed)

    @property
    def is_finished(self) -> BoolArray:
        """Whether stories have left the stream in each stage."""
        return np.zeros(self.stage_count, dtype=np.bool_) if self.finished is None else self.finished


@dataclass(frozen=True)
class FlowQuestion:
    """What is asked of a map: from ``window_start`` to ``as_of``, both included, on a clock.

    ``blocked``: when stories were flagged. ``begun``: when somebody was assigned (rule "until
    assigned"), or from the first start of a task on (rule "until first task"); None for the rule
    "none".
    """

    window_start: int
    as_of: int
    clock: ElapsedTime
    blocked: Spans
    begun: Spans | None = None


@dataclass(frozen=True)
class UnmappedState:
    """A state that is mapped nowhere: its time is shown as such. ``seconds`` are those in the window."""

    state: int
    wip: int
    visits: int
    seconds: float


@dataclass(frozen=True)
class MapMetrics:
    """The answer: figures per block, per stage and of the map, moves back, states mapped nowhere.

    The map's visits are maximal runs inside it: time spent unmapped or finished is in none of its
    figures. Its %C&A is the rolled one, the product over its stages.
    """

    blocks: list[FlowMetrics]
    stages: list[FlowMetrics]
    total: FlowMetrics
    backward_moves: list[BackwardMoves]
    unmapped: list[UnmappedState]


@dataclass(frozen=True)
class MapPart:
    """What some of the stories, with all of their visits, say of a map; parts of other stories add up.

    Costs of moves back are not rounded yet.
    """

    blocks: list[PlacePart]
    stages: list[PlacePart]
    total: PlacePart
    backward_moves: list[BackwardMoves]
    unmapped: list[UnmappedState]


def measure_flow(visits: Visits, stream_map: StreamMap, items: Items, question: FlowQuestion) -> MapMetrics:
    """All figures of a map. ``visits``: of workflow states (or of any field's values), as
    `build_visits` gives them.
    """
    return conclude(measure_part(visits, stream_map, items, question), stream_map, question)


def measure_part(visits: Visits, stream_map: StreamMap, items: Items, question: FlowQuestion) -> MapPart:
    """What the stories of these visits say of a map; a story's visits belong into one part, all of them."""
    window, known = _window(question), visits.as_of(question.as_of)
    blocks, stages, runs = time_places(known, stream_map, question)
    return MapPart(
        blocks=measure_places(blocks, stream_map.block_count, items, window),
        stages=measure_places(stages, stream_map.stage_count, items, window),
        total=measure_places(runs, 1, items, window)[0],
        backward_moves=backward_moves(stages.visits, items.cost_of_delay_cents, window, question.clock),
        unmapped=_unmapped_states(known, stream_map, question),
    )


def join_parts(parts: Sequence[MapPart]) -> MapPart:
    """What all of these stories say of the map. ``parts``: at least one, no story in two of them."""
    return MapPart(
        blocks=[join_places(places) for places in zip(*(part.blocks for part in parts), strict=True)],
        stages=[join_places(places) for places in zip(*(part.stages for part in parts), strict=True)],
        total=join_places([part.total for part in parts]),
        backward_moves=join_moves([moves for part in parts for moves in part.backward_moves]),
        unmapped=_join_states([state for part in parts for state in part.unmapped]),
    )


def conclude(part: MapPart, stream_map: StreamMap, question: FlowQuestion) -> MapMetrics:
    """The figures of a map from all that is said of it."""
    window, staffed = _window(question), stream_map.staffed
    stages = [conclude_place(place, stage, window, staffed[place]) for place, stage in enumerate(part.stages)]
    in_stream = [stage for stage in stages if not stream_map.is_finished[stage.place]]
    return MapMetrics(
        blocks=[conclude_place(place, block, window) for place, block in enumerate(part.blocks)],
        stages=stages,
        total=replace(conclude_place(0, part.total, window), percent_complete_accurate=_rolled(in_stream)),
        backward_moves=[replace(moves, cost_cents=round(moves.cost_cents)) for moves in part.backward_moves],
        unmapped=part.unmapped,
    )


def _window(question: FlowQuestion) -> Window:
    seconds = question.clock.elapsed_seconds(np.array([question.window_start]), np.array([question.as_of]))
    return Window(question.window_start, question.as_of, float(seconds[0]), question.clock.week_seconds)


def _join_states(states: Sequence[UnmappedState]) -> list[UnmappedState]:
    return [
        UnmappedState(
            state=number,
            wip=sum(one.wip for one in same),
            visits=sum(one.visits for one in same),
            seconds=sum(one.seconds for one in same),
        )
        for number in sorted({state.state for state in states})
        if (same := [state for state in states if state.state == number])
    ]


def time_places(
    known: Visits, stream_map: StreamMap, question: FlowQuestion
) -> tuple[TimedVisits, TimedVisits, TimedVisits]:
    """Timed visits of blocks, of stages and of the whole map; only mapped ones. ``known``: as of the question's end."""
    all_blocks, _ = merge_visits(known, stream_map.block_of_state)
    all_stages, stage_of = merge_visits(all_blocks, stream_map.stage_of_block)
    all_runs, run_of = merge_visits(all_stages, np.where(stream_map.is_finished, OUTSIDE, 0))
    is_block, is_stage, is_run = all_blocks.place >= 0, all_stages.place >= 0, all_runs.place >= 0
    stage_of = _renumber(is_stage)[stage_of[is_block]]
    run_of = run_of[is_stage]
    in_run = np.flatnonzero(is_run[run_of])

    blocks = _time_blocks(all_blocks.take(is_block), stream_map, question)
    stages = _join(blocks, all_stages.take(is_stage), stage_of)
    runs = _join(stages.take(in_run), all_runs.take(is_run), _renumber(is_run)[run_of[in_run]])
    stages = replace(stages, came_back=came_back_to_stage(stages.visits, stream_map.stage_count))
    returned = came_back_to_block(blocks.visits, stage_of, stages.came_back, stream_map.block_count)
    return replace(blocks, came_back=returned), stages, runs


def _renumber(is_kept: BoolArray) -> IntArray:
    """The index of each kept entry among the kept ones."""
    return np.cumsum(is_kept) - 1


def _time_blocks(visits: Visits, stream_map: StreamMap, question: FlowQuestion) -> TimedVisits:
    """Visits of blocks with lead and waiting time, whole and in the window."""
    timer = _Timer.of(visits, stream_map, question)
    lead = timer.lead(visits.entered_at)
    waiting = timer.waiting(visits.entered_at, lead)
    straddles = np.flatnonzero(visits.entered_at < question.window_start)
    timer, starts = timer.take(straddles), np.full(len(straddles), question.window_start)
    lead_in_window, waiting_in_window = lead.copy(), waiting.copy()
    lead_in_window[straddles] = timer.lead(starts)
    waiting_in_window[straddles] = timer.waiting(starts, lead_in_window[straddles])
    return TimedVisits(
        visits=visits,
        lead=lead,
        waiting=waiting,
        lead_in_window=lead_in_window,
        waiting_in_window=waiting_in_window,
        is_waiting=_is_waiting(visits, stream_map, question, question.as_of),
        was_waiting=_is_waiting(visits, stream_map, question, question.window_start - 1),
        came_back=np.zeros(len(visits), dtype=np.bool_),
    )


@dataclass(frozen=True)
class _Timer:
    """Measures visits from given moments to their ends. ``begun_at``: when work began, the end where it did not."""

    story: IntArray
    is_wait: BoolArray
    begun_at: IntArray
    end: IntArray
    blocked: Spans
    clock: ElapsedTime

    @classmethod
    def of(cls, visits: Visits, stream_map: StreamMap, question: FlowQuestion) -> "_Timer":
        end = np.minimum(visits.left_at, question.as_of)
        is_wait = stream_map.is_wait[visits.place]
        begun_at = np.where(is_wait, end, np.minimum(_begun_at(visits, question), end))
        blocked = question.blocked.as_of(question.as_of)  # a calendar cannot count to OPEN
        return cls(visits.story, is_wait, begun_at, end, blocked, question.clock)

    def take(self, chosen: IntArray) -> "_Timer":
        return replace(
            self,
            story=self.story[chosen],
            is_wait=self.is_wait[chosen],
            begun_at=self.begun_at[chosen],
            end=self.end[chosen],
        )

    def lead(self, start: IntArray) -> FloatArray:
        return self.clock.elapsed_seconds(start, self.end)

    def waiting(self, start: IntArray, lead: FloatArray) -> FloatArray:
        """All of the lead time in a WAIT block; else the time before work began, then blocked: no overlap."""
        seconds = np.where(self.is_wait, lead, 0.0)
        late = np.flatnonzero(~self.is_wait & (self.begun_at > start))
        seconds[late] = self.clock.elapsed_seconds(start[late], self.begun_at[late])
        working_from = np.maximum(start, self.begun_at)
        seconds += self.blocked.covered_seconds(self.story, working_from, self.end, self.clock)
        return np.minimum(seconds, lead)  # long running sums round; process time is never below zero


def _begun_at(visits: Visits, question: FlowQuestion) -> IntArray:
    """When work began in each visit, if it ever did; OPEN if not. At once where the map has no rule."""
    if question.begun is None:
        return visits.entered_at
    return question.begun.next_covered(visits.story, visits.entered_at)


def _is_waiting(visits: Visits, stream_map: StreamMap, question: FlowQuestion, instant: int) -> BoolArray:
    """Whether each visit goes on at the instant, and waits there."""
    is_waiting = np.zeros(len(visits), dtype=np.bool_)
    present = np.flatnonzero((visits.entered_at <= instant) & (visits.left_at > instant))
    there = visits.take(present)
    is_blocked = question.blocked.covers(there.story, np.full(len(there), instant))
    is_waiting[present] = stream_map.is_wait[there.place] | (_begun_at(there, question) > instant) | is_blocked
    return is_waiting


def _join(parts: TimedVisits, visits: Visits, part_of: IntArray) -> TimedVisits:
    """Larger visits timed by their parts: times add up, and one waits while its present part does."""

    def total(amounts: FloatArray) -> FloatArray:
        sums: FloatArray = np.bincount(part_of, weights=amounts, minlength=len(visits)).astype(np.float64)
        return sums

    def any_of(flags: BoolArray) -> BoolArray:
        holds: BoolArray = np.bincount(part_of[flags], minlength=len(visits)) > 0
        return holds

    return TimedVisits(
        visits=visits,
        lead=total(parts.lead),
        waiting=total(parts.waiting),
        lead_in_window=total(parts.lead_in_window),
        waiting_in_window=total(parts.waiting_in_window),
        is_waiting=any_of(parts.is_waiting),
        was_waiting=any_of(parts.was_waiting),
        came_back=np.zeros(len(visits), dtype=np.bool_),
    )


def _rolled(stages: list[FlowMetrics]) -> float | None:
    """Rolled %C&A: the product over the stages in which it is known."""
    known = [stage.percent_complete_accurate for stage in stages if stage.percent_complete_accurate is not None]
    return prod(known) if known else None


def _unmapped_states(known: Visits, stream_map: StreamMap, question: FlowQuestion) -> list[UnmappedState]:
    """States without a block in which stories were during the window."""
    is_unmapped = (stream_map.block_of_state == UNMAPPED)[known.place]
    visits = known.take(is_unmapped & (known.left_at >= question.window_start))
    start = np.maximum(visits.entered_at, question.window_start)
    seconds = question.clock.elapsed_seconds(start, np.minimum(visits.left_at, question.as_of))
    return [
        UnmappedState(
            state=int(state),
            wip=int(((visits.place == state) & (visits.left_at == OPEN)).sum()),
            visits=int((visits.place == state).sum()),
            seconds=float(seconds[visits.place == state].sum()),
        )
        for state in np.unique(visits.place)
    ]
