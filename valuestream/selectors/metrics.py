"""The metrics of a map: the answer of `/api/v1/maps/{id}/metrics/`, computed now or read from a worker's snapshot.

Block and stage figures follow definitions.md to the letter, finished states included; `total`, the
bottleneck and moves back are those of the stream, which finished stories have left (docs/adr/0005).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Q

from valuestream.domain.bottleneck import find_bottleneck
from valuestream.domain.calendar import to_microseconds
from valuestream.domain.flow_metrics import FlowMetrics
from valuestream.domain.stage_metrics import FlowQuestion, MapMetrics, StreamMap, measure_flow
from valuestream.domain.visits import UNMAPPED
from valuestream.domain.vocabulary import BlockKind, Clock
from valuestream.models import Map, Snapshot, Visit
from valuestream.selectors.answers import Answer, bottleneck_answer, figures, rework_answer
from valuestream.selectors.asking import DEFAULT_WINDOW_DAYS
from valuestream.selectors.clocks import clock_of
from valuestream.selectors.loading import LoadedFlow, load_flow
from valuestream.selectors.maps import Layout, lay_out
from valuestream.selectors.work_items import newest_event_id, read_stories

INLINE_VISITS = 20_000
"""Up to so many visits the present figures are computed while the caller waits: some 50 ms."""
_CALENDAR_REACH_YEARS = 20


def map_metrics(
    *,
    map: Map,  # noqa: A002 - the product's word
    now: datetime,
    as_of: datetime | None = None,
    window_days: int = DEFAULT_WINDOW_DAYS,
    clock: Clock = Clock.ALWAYS,
    where: Q | None = None,
) -> Answer:
    """Return a fetched map's metrics (selectors.maps) as JSON; `as_of` None asks for the present.

    The present of a large map comes from its live snapshot, with `stale` true when the log has gone
    on since; everything else is computed here, and so is what is asked of some stories only (`where`).
    """
    if as_of is None and where is None and (stored := _live_snapshot(map, window_days, clock)) is not None:
        return stored
    answers = compute_metrics(
        map=map,
        as_of=as_of or now,
        is_past=as_of is not None,
        window_days=window_days,
        clocks=[clock],
        now=now,
        where=where,
    )
    return answers[clock]


def _live_snapshot(map_: Map, window_days: int, clock: Clock) -> Answer | None:
    live = Snapshot.objects.filter(map=map_, kind=Snapshot.LIVE, clock=clock.value, window_days=window_days).first()
    if live is None or not is_large(map_, live.as_of - timedelta(days=window_days)):
        return None
    is_stale = live.log_position != newest_event_id(workspace_id=map_.workspace_id)
    return {**live.metrics, "stale": is_stale}


def is_large(map_: Map, since: datetime) -> bool:
    """Whether a map has more visits open, or left since, than are computed while somebody waits."""
    visits = Visit.objects.filter(workspace_id=map_.workspace_id)
    left = visits.filter(left_at__gte=since)[: INLINE_VISITS + 1].count()
    return left > INLINE_VISITS or left + visits.filter(left_at=None)[: INLINE_VISITS + 1].count() > INLINE_VISITS


def compute_metrics(
    *,
    map: Map,  # noqa: A002 - the product's word
    as_of: datetime,
    is_past: bool,
    window_days: int,
    clocks: Sequence[Clock],
    now: datetime,
    where: Q | None = None,
) -> dict[Clock, Answer]:
    """Load a map's flow once and write its answer on each clock. `is_past`: roll stories back to `as_of`."""
    head = {
        "map": map.pk,
        "as_of": _iso(as_of),
        "window_days": window_days,
        "computed_at": _iso(now),
        "stale": False,
        "log_position": newest_event_id(workspace_id=map.workspace_id),
    }
    since, layout = as_of - timedelta(days=window_days), lay_out(map=map)
    flow = load_flow(
        workspace_id=map.workspace_id,
        window_start=to_microseconds(since),
        as_of=to_microseconds(as_of),
        is_past=is_past,
        wait_rule=map.wait_rule,
        where=where,
    )
    answers = {}
    for clock in clocks:
        years = (as_of.year - _CALENDAR_REACH_YEARS, as_of.year + 1)
        time = clock_of(workspace=map.workspace, clock=clock, first_year=years[0], last_year=years[1])
        question = FlowQuestion(to_microseconds(since), to_microseconds(as_of), time, flow.blocked, flow.begun)
        measured = measure_flow(flow.visits, stream_map_of(flow, layout), flow.items, question)
        answers[clock] = {**head, "clock": clock.value, **_answer(flow, layout, measured, time.week_seconds)}
    return answers


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def stream_map_of(flow: LoadedFlow, layout: Layout) -> StreamMap:
    """The kernel's view of a layout, by the indices of the loaded states."""
    block_of = {state.pk: index for index, placed in enumerate(layout.blocks) for state in placed.states}
    return StreamMap(
        block_of_state=np.array([block_of.get(state.pk, UNMAPPED) for state in flow.states], dtype=np.int64),
        stage_of_block=np.array([placed.stage for placed in layout.blocks], dtype=np.int64),
        is_wait=np.array([placed.block.kind == BlockKind.WAIT for placed in layout.blocks], dtype=np.bool_),
        staffed=np.array([np.nan if stage.staffed is None else stage.staffed for stage in layout.stages]),
        finished=np.array([layout.is_finished(index) for index in range(len(layout.stages))], dtype=np.bool_),
    )


def _answer(flow: LoadedFlow, layout: Layout, measured: MapMetrics, week_seconds: float) -> Answer:
    stages = [(stage.pk, stage.name) for stage in layout.stages]
    holders = _holders(flow, [*measured.blocks, *measured.stages, measured.total])
    return {
        "stages": [_stage(layout, measured, holders, index, week_seconds) for index in range(len(layout.stages))],
        "total": figures(measured.total, holders, week_seconds),
        "unmapped": [
            {
                "state": flow.states[one.state].name,
                "state_id": flow.states[one.state].pk,
                "wip": one.wip,
                "visits": one.visits,
                "seconds": round(one.seconds, 3),
            }
            for one in measured.unmapped
        ],
        "bottleneck": bottleneck_answer(
            find_bottleneck([stage for stage in measured.stages if not layout.is_finished(stage.place)]), stages
        ),
        "rework": [
            rework_answer(moves, stages) for moves in measured.backward_moves if not layout.is_finished(moves.to_stage)
        ],
    }


def _stage(layout: Layout, measured: MapMetrics, holders: dict[int, Answer], index: int, week_seconds: float) -> Answer:
    stage = layout.stages[index]
    return {
        "id": stage.pk,
        "name": stage.name,
        "finished": layout.is_finished(index),
        "staffed": stage.staffed,
        "metrics": figures(measured.stages[index], holders, week_seconds),
        "blocks": [
            {
                "id": placed.block.pk,
                "name": placed.block.name,
                "kind": placed.block.kind,
                "finished": placed.is_finished,
                "states": [state.name for state in placed.states],
                "metrics": figures(measured.blocks[at], holders, week_seconds),
            }
            for at, placed in layout.blocks_of(index)
        ],
    }


def _holders(flow: LoadedFlow, measured: list[FlowMetrics]) -> dict[int, Answer]:
    """Key and title of the stories that hold most, by the kernel's index; one query."""
    wanted = {one.largest_contributor for one in measured if one.largest_contributor is not None}
    ids = {index: int(flow.story_ids[index]) for index in wanted}
    stories = read_stories(story_ids=ids.values())
    return {
        index: {"story_id": pk, "key": stories[pk].key, "title": stories[pk].title}
        for index, pk in ids.items()
        if pk in stories
    }
