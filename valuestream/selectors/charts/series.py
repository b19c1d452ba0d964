"""One figure of a map over days: from daily snapshots where there are any, else replayed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from common.errors import InvalidInput, NotFound
from valuestream.domain.days import day_of, end_of_day
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map, Snapshot
from valuestream.selectors.answers import Answer
from valuestream.selectors.metrics import is_large, map_metrics

MOST_POINTS = 366
MOST_REPLAYED = 92
"""Days without a snapshot are replayed while the caller waits, some 20 ms each; so many at most."""
DEFAULT_DAYS = 30
STEPS = {"day": 1, "week": 7}
FIGURES = (
    "arrivals", "departures", "throughput", "wip", "queue_length", "value_held", "value_waiting", "value_arrived",
    "value_departed", "average_value", "delay_cost_rate", "idle_cost", "unvalued", "flow_efficiency",
    "percent_complete_accurate", "utilisation", "resources", "load",
)  # fmt: skip
SPREADS = {
    **dict.fromkeys(("lead_time", "waiting_time", "process_time"), ("mean", "p50", "p85", "n")),
    **dict.fromkeys(("wip_age", "queue_age"), ("p50", "p85", "max")),
}
METRICS = (*FIGURES, *(f"{name}.{part}" for name, parts in SPREADS.items() for part in parts))
"""Figures as the metrics of a map name them; of a spread one part, "lead_time.p85"."""


@dataclass(frozen=True)
class SeriesQuestion:
    """Which figure, of which stage (None: the stream), over which days, and the clock and window it is measured in."""

    metric: str
    stage_id: int | None
    days: list[date]
    clock: Clock
    window_days: int
    where: Q | None = None


@dataclass(frozen=True)
class SeriesPoint:
    """The figure at a day's end (of today: now); None where it isn't known. `origin`: snapshot, replay or missing."""

    day: date
    figure: Any
    origin: str


def read_days(*, first: str, last: str, step: str, today: date) -> list[date]:
    """Return the days asked for, counted back from the last. Raises InvalidInput that names what it can't use."""
    if step not in STEPS:
        raise InvalidInput("A series goes by day or by week.", field="step")
    until = _read_day(last, "to") or today
    since = _read_day(first, "from") or until - timedelta(days=DEFAULT_DAYS)
    if until > today:
        raise InvalidInput("This lies in the future: a map knows the past and the present.", field="to")
    if since > until:
        raise InvalidInput("Begin the series before it ends.", field="from")
    number = (until - since).days // STEPS[step] + 1
    if number > MOST_POINTS:
        raise InvalidInput(f"Ask for at most {MOST_POINTS} points; this is {number:,}. Try step=week.", field="from")
    return [until - timedelta(days=STEPS[step] * back) for back in range(number - 1, -1, -1)]


def _read_day(text: str, field: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput("Use a day such as 2026-03-31.", field=field) from None


def read_series_metric(text: str) -> str:
    """Return a metric's name; a spread without a part means its mean, or its median. Raises InvalidInput."""
    name = f"{text}.{SPREADS[text][0]}" if text in SPREADS else text
    if name not in METRICS:
        raise InvalidInput(f"Use one of {', '.join(METRICS)}.", field="metric")
    return name


def metric_series(*, map: Map, asked: SeriesQuestion, now: datetime) -> list[SeriesPoint]:  # noqa: A002
    """Return a figure at the end of each day. Snapshots are of all stories: with a filter all days are replayed.

    A map too large to be replayed while somebody waits has snapshots only; its other days are "missing". Raises
    InvalidInput for more days to replay than MOST_REPLAYED.
    """
    _require_stage(map, asked.stage_id)
    stored = _stored(map, asked) if asked.where is None else {}
    to_replay = [day for day in asked.days if day not in stored]
    if is_large(map, now - timedelta(days=asked.window_days)):
        to_replay = []
    if len(to_replay) > MOST_REPLAYED:
        raise InvalidInput(
            f"{len(to_replay)} of these days have no daily snapshot, and at most {MOST_REPLAYED} are replayed. "
            "Ask for fewer days, or by week.",
            field="from",
        )
    replayed = {day: _replay(map, asked, day, now) for day in to_replay}
    return [_point(day, stored, replayed, asked) for day in asked.days]


def _require_stage(map_: Map, stage_id: int | None) -> None:
    if stage_id is not None and all(stage.pk != stage_id for stage in map_.stages.all()):
        raise NotFound("This map has no such stage.")


def _stored(map_: Map, asked: SeriesQuestion) -> dict[date, Answer]:
    snapshots = Snapshot.objects.filter(
        map=map_, kind=Snapshot.DAILY, clock=asked.clock.value, window_days=asked.window_days, date__in=asked.days
    )
    return {day: metrics for day, metrics in snapshots.values_list("date", "metrics") if day is not None}


def _replay(map_: Map, asked: SeriesQuestion, day: date, now: datetime) -> Answer:
    zone = map_.workspace.time_zone
    as_of = None if day == day_of(now, zone) else end_of_day(day, zone)
    return map_metrics(
        map=map_, now=now, as_of=as_of, window_days=asked.window_days, clock=asked.clock, where=asked.where
    )


def _point(day: date, stored: dict[date, Answer], replayed: dict[date, Answer], asked: SeriesQuestion) -> SeriesPoint:
    answer = stored.get(day) or replayed.get(day)
    if answer is None:
        return SeriesPoint(day, None, "missing")
    return SeriesPoint(day, _figure(answer, asked), "snapshot" if day in stored else "replay")


def _figure(answer: Answer, asked: SeriesQuestion) -> Any:
    """None too where the stage was not on the map of that day's snapshot."""
    places = [stage for stage in answer["stages"] if stage["id"] == asked.stage_id]
    metrics = answer["total"] if asked.stage_id is None else places[0]["metrics"] if places else {}
    name, _, part = asked.metric.partition(".")
    figure = metrics.get(name)
    return figure[part] if part and figure is not None else figure
