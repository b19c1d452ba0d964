"""Storing computed metrics: the live ones after each change, and a day's last ones for good."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from common.jobs.services import enqueue
from common.live.services import record_change
from valuestream.domain.days import day_of, end_of_day
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map, Snapshot
from valuestream.selectors.asking import DEFAULT_WINDOW_DAYS
from valuestream.selectors.drawings import map_as_of
from valuestream.selectors.metrics import compute_metrics
from valuestream.selectors.work_items import newest_event_id
from valuestream.services.requests import DAILY_JOB, request_snapshot

CATCH_UP_DAYS = 31
"""A worker that was away stores the missed days up to so many."""


def refresh_live(*, map: Map, now: datetime) -> list[Snapshot]:  # noqa: A002 - the product's word
    """Compute a fetched map's present metrics on every clock, store them, and tell browsers.

    An answer to an older log than the stored one's is dropped: two workers may be at it.
    """
    answers = compute_metrics(
        map=map, as_of=now, is_past=False, window_days=DEFAULT_WINDOW_DAYS, clocks=list(Clock), now=now
    )
    with transaction.atomic():
        stored = [_store_live(map, clock, answer, now) for clock, answer in answers.items()]
        record_change(
            workspace_id=map.workspace_id, topic="map", object_id=map.pk, actor_id=None, verb="computed", now=now
        )
    return stored


def _store_live(map_: Map, clock: Clock, answer: dict[str, Any], now: datetime) -> Snapshot:
    key: dict[str, Any] = {"map": map_, "kind": Snapshot.LIVE, "clock": clock.value, "window_days": DEFAULT_WINDOW_DAYS}
    present = Snapshot.objects.select_for_update().filter(**key).first()
    if present is not None and present.log_position > answer["log_position"]:
        return present
    figures = {"as_of": now, "computed_at": now, "log_position": answer["log_position"], "metrics": answer}
    stored, _ = Snapshot.objects.update_or_create(**key, defaults=figures)
    return stored


def store_daily(*, map: Map, date: date, now: datetime) -> list[Snapshot]:  # noqa: A002 - the product's word
    """Store a fetched map's metrics at the end of a finished day, once: what is stored already stays."""
    as_of = end_of_day(date, map.workspace.time_zone)
    answers = compute_metrics(
        map=map_as_of(map=map, as_of=as_of),
        as_of=as_of,
        is_past=True,
        window_days=DEFAULT_WINDOW_DAYS,
        clocks=list(Clock),
        now=now,
    )
    Snapshot.objects.bulk_create(
        (
            Snapshot(
                map=map,
                kind=Snapshot.DAILY,
                clock=clock.value,
                window_days=DEFAULT_WINDOW_DAYS,
                date=date,
                as_of=as_of,
                computed_at=now,
                log_position=answer["log_position"],
                metrics=answer,
            )
            for clock, answer in answers.items()
        ),
        ignore_conflicts=True,
    )
    return list(Snapshot.objects.filter(map=map, kind=Snapshot.DAILY, date=date))


@transaction.atomic
def repair_days(*, workspace_id: int, since: datetime, now: datetime) -> list[date]:
    """Drop the daily snapshots that something dated `since` has made wrong, and have them stored anew; return the days.

    A late or corrected event repairs what it touches: nobody is told figures the log does not bear out.
    """
    wrong = Snapshot.objects.filter(map__workspace=workspace_id, kind=Snapshot.DAILY, as_of__gte=since)
    days: dict[int, set[date]] = {}
    for one in wrong.only("map_id", "date"):
        if one.date is not None:
            days.setdefault(one.map_id, set()).add(one.date)
    wrong.delete()
    for map_id, of_map in sorted(days.items()):
        enqueue(
            kind=DAILY_JOB,
            args={"map": map_id, "days": [day.isoformat() for day in sorted(of_map, reverse=True)]},
            workspace_id=workspace_id,
            delay_seconds=settings.SNAPSHOT_DEBOUNCE_SECONDS,
            now=now,
        )
    return sorted(set().union(*days.values()))


def request_forgotten(*, maps: Sequence[Map], now: datetime) -> int:
    """Ask for the live snapshot of each map that is behind its log; return how many workspaces were.

    A change enqueues it after its commit: a process killed right in between leaves it behind.
    """
    newest = {one.workspace_id: newest_event_id(workspace_id=one.workspace_id) for one in maps}
    stored = Snapshot.objects.filter(map__in=maps, kind=Snapshot.LIVE).values_list("map__workspace", "log_position")
    behind = {workspace_id for workspace_id, position in stored if position < newest[workspace_id]}
    for workspace_id in sorted(behind):
        request_snapshot(workspace_id=workspace_id, now=now)
    return len(behind)


def missing_days(*, map: Map, now: datetime) -> list[date]:  # noqa: A002 - the product's word
    """Return the finished days of a map's life, of the last 31, that have no snapshot on some clock."""
    zone = map.workspace.time_zone
    today = day_of(now, zone)
    first = max(day_of(map.created_at, zone), today - timedelta(days=CATCH_UP_DAYS))
    stored = Snapshot.objects.filter(map=map, kind=Snapshot.DAILY, date__gte=first).values_list("date", "clock")
    have = {(day, clock) for day, clock in stored if day is not None}
    days = [first + timedelta(days=offset) for offset in range((today - first).days)]
    return [day for day in days if any((day, clock.value) not in have for clock in Clock)]


def plan_daily(*, maps: Sequence[Map], now: datetime) -> int:
    """Enqueue a job for each map that misses a finished day; return how many."""
    planned = 0
    for one in maps:
        if days := missing_days(map=one, now=now):
            enqueue(
                kind=DAILY_JOB,
                args={"map": one.pk, "days": [day.isoformat() for day in days]},
                workspace_id=one.workspace_id,
                dedupe_key=f"{DAILY_JOB}:{one.pk}",
                now=now,
            )
            planned += 1
    return planned
