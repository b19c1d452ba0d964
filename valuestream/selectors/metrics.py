"""The metrics of a map: the answer of `/api/v1/maps/{id}/metrics/`, computed now or read from a worker's snapshot.

Block and stage figures follow definitions.md to the letter, finished states included; `total`, the
bottleneck and moves back are those of the stream, which finished stories have left (docs/adr/0005).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from valuestream.domain.bottleneck import find_bottleneck
from valuestream.domain.flow_metrics import FlowMetrics
from valuestream.domain.stage_metrics import MapMetrics, MapPart
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map, Snapshot
from valuestream.selectors.answers import Answer, bottleneck_answer, figures, rework_answer
from valuestream.selectors.asking import DEFAULT_WINDOW_DAYS
from valuestream.selectors.drawings import version_as_of
from valuestream.selectors.loading import FlowSource
from valuestream.selectors.maps import Layout
from valuestream.selectors.measuring import Measuring, has_more_visits, open_measuring
from valuestream.selectors.work_items import newest_event_id, read_stories

INLINE_VISITS = 20_000
"""Up to so many visits the present figures are computed while the caller waits: some 50 ms."""


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
    on since, and the end of a past day from the day's, where they are stored. Everything else is computed here, and
    so is what is asked of some stories only (`where`).
    """
    if where is None and (stored := _stored(map, as_of, window_days, clock)) is not None:
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


def _stored(map_: Map, as_of: datetime | None, window_days: int, clock: Clock) -> Answer | None:
    if as_of is None:
        return _live_snapshot(map_, window_days, clock)
    drawn_then = version_as_of(map=map_, as_of=as_of)
    if drawn_then is not None and drawn_then.number != map_.version:
        return None  # stored is how the map was drawn then
    daily = Snapshot.objects.filter(
        map=map_, kind=Snapshot.DAILY, clock=clock.value, window_days=window_days, as_of=as_of
    ).first()
    return None if daily is None else dict(daily.metrics)


def _live_snapshot(map_: Map, window_days: int, clock: Clock) -> Answer | None:
    live = Snapshot.objects.filter(map=map_, kind=Snapshot.LIVE, clock=clock.value, window_days=window_days).first()
    if live is None or not is_large(map_, live.as_of - timedelta(days=window_days)):
        return None
    is_stale = live.log_position != newest_event_id(workspace_id=map_.workspace_id)
    return {**live.metrics, "stale": is_stale}


def is_large(map_: Map, since: datetime) -> bool:
    """Whether a map has more visits open, or left since, than are computed while somebody waits."""
    return has_more_visits(map=map_, since=since, than=INLINE_VISITS)


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
    head = answer_head(
        map=map,
        as_of=as_of,
        window_days=window_days,
        log_position=newest_event_id(workspace_id=map.workspace_id),
        now=now,
    )
    measuring = open_measuring(map=map, as_of=as_of, is_past=is_past, window_days=window_days, where=where)
    parts = [measuring.measure(stories, clocks) for stories in measuring.ranges()]
    return conclude_answers(measuring, head=head, clocks=clocks, parts=parts)


def answer_head(
    *,
    map: Map,  # noqa: A002 - the product's word
    as_of: datetime,
    window_days: int,
    log_position: int,
    now: datetime,
) -> Answer:
    """What an answer says of the question; `log_position` is the newest event it knows."""
    return {
        "map": map.pk,
        "version": map.version,
        "as_of": _iso(as_of),
        "window_days": window_days,
        "computed_at": _iso(now),
        "stale": False,
        "log_position": log_position,
    }


def conclude_answers(
    measuring: Measuring, *, head: Answer, clocks: Sequence[Clock], parts: Sequence[Mapping[Clock, MapPart]]
) -> dict[Clock, Answer]:
    """Write the answer on each clock from what parts of all stories say."""
    answers = {}
    for clock in clocks:
        measured = measuring.conclude(clock, [part[clock] for part in parts])
        answers[clock] = {**head, "clock": clock.value, **_answer(measuring, measured, clock)}
    return answers


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _answer(measuring: Measuring, measured: MapMetrics, clock: Clock) -> Answer:
    flow, layout, week_seconds = measuring.source, measuring.layout, measuring.time(clock).week_seconds
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
        "target_days": None if stage.target_days is None else str(stage.target_days),
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


def _holders(flow: FlowSource, measured: list[FlowMetrics]) -> dict[int, Answer]:
    """Key and title of the stories that hold most, by the kernel's index; one query."""
    wanted = {one.largest_contributor for one in measured if one.largest_contributor is not None}
    ids = {index: int(flow.story_ids[index]) for index in wanted}
    stories = read_stories(story_ids=ids.values())
    return {
        index: {"story_id": pk, "key": stories[pk].key, "title": stories[pk].title}
        for index, pk in ids.items()
        if pk in stories
    }
