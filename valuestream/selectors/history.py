"""A map in the past, as far as that is cheap: from daily snapshots, or computed while the map is small."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Min, Q

from valuestream.domain.days import day_of, end_of_day
from valuestream.models import DailyFlow, Map, Snapshot
from valuestream.selectors.answers import Answer
from valuestream.selectors.drawings import map_as_of
from valuestream.selectors.metrics import is_large, map_metrics


@dataclass(frozen=True)
class Held:
    """What was held in the stream at a day's end, and the part of it that waited."""

    date: date
    value: Decimal
    waiting: Decimal
    items: int
    queue: int


def first_day(*, map: Map) -> date | None:  # noqa: A002 - the product's word
    """Return the first day anything happened in a map's workspace; None while nothing has."""
    found: date | None = DailyFlow.objects.filter(workspace_id=map.workspace_id).aggregate(first=Min("date"))["first"]
    return found


def past_answer(
    *,
    map: Map,  # noqa: A002 - the product's word
    day: date,
    now: datetime,
    where: Q | None = None,
) -> Answer | None:
    """Return a fetched map's metrics at the end of a past day, on the 24x7 clock.

    From the day's snapshot, else computed; None where there is no snapshot and the map is large. Only
    what does not depend on the window may be read from it. Snapshots are of all stories: `where` is computed.
    """
    stored = Snapshot.objects.filter(map=map, kind=Snapshot.DAILY, date=day, clock="24x7").first()
    if stored is not None and where is None:
        answer: Answer = stored.metrics
        return answer
    if is_large(map, now - timedelta(days=365)):
        return None
    as_of = end_of_day(day, map.workspace.time_zone)
    return map_metrics(map=map_as_of(map=map, as_of=as_of), now=now, as_of=as_of, where=where)


def has_daily(*, workspace_id: int) -> bool:
    """Whether any finished day of a workspace's maps is stored."""
    return Snapshot.objects.filter(map__workspace=workspace_id, kind=Snapshot.DAILY).exists()


def held_history(
    *,
    map: Map,  # noqa: A002 - the product's word
    now: datetime,
    since: date,
    points: int,
    where: Q | None = None,
) -> list[Held]:
    """Return what a fetched map held on evenly spread days from `since` to yesterday, and now; [] for a large map."""
    today = day_of(now, map.workspace.time_zone)
    length = (today - since).days
    step = max(1, length // max(1, points - 1))
    days = [today - timedelta(days=back) for back in range(step, length + 1, step)][::-1]
    answers = [(day, past_answer(map=map, day=day, now=now, where=where)) for day in days]
    history = [_held(day, answer) for day, answer in answers if answer is not None]
    return [*history, _held(today, map_metrics(map=map, now=now, where=where))] if history else []


def _held(day: date, answer: Answer) -> Held:
    total = answer["total"]
    return Held(
        day,
        Decimal(total["value_held"]),
        Decimal(total.get("value_waiting", "0")),
        int(total["wip"]),
        int(total["queue_length"]),
    )
