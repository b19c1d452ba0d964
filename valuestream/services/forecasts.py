"""Keeping what is said about the future: by people, by the weekly job, and while workers draw a long one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import Workspace
from common.jobs.services import enqueue
from common.live.services import record_change
from valuestream.domain.forecasting.words import ForecastSource, WorkOrder
from valuestream.models import Forecast
from valuestream.selectors.forecast_answers import Answer, prepare_forecast, tell_forecast, why_unknown
from valuestream.selectors.forecast_asking import ForecastQuestion
from valuestream.selectors.forecast_rounds import Said, tell_round
from valuestream.selectors.kept_forecasts import find_same, has_failed, list_unsaid, question_of
from valuestream.selectors.work_items import newest_event_id

FORECAST_JOB = "valuestream.forecast"
WEEKLY_JOB = "valuestream.forecast_weekly"
STORIES_AT_ONCE = 300
"""So many stories are taken through 10,000 futures while somebody waits: about a second."""
KEPT_DAYS = 1
"""What was only asked for is dropped after so many."""

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Told:
    """A forecast's answer, or the stored forecast that will have it."""

    answer: Answer | None
    forecast: Forecast | None

    @property
    def has_failed(self) -> bool:
        """Whether the workers gave up on it."""
        return self.answer is None and self.forecast is not None and has_failed(forecast=self.forecast)


def ask_forecast(*, workspace: Workspace, question: ForecastQuestion, now: datetime) -> Told:
    """Answer a question at once, or have the workers answer it where that takes longer than a second."""
    prepared = prepare_forecast(workspace=workspace, question=question, now=now)
    if prepared.stories <= STORIES_AT_ONCE:
        return Told(tell_forecast(prepared), None)
    position = newest_event_id(workspace_id=workspace.pk)
    found = find_same(workspace=workspace, question=question, log_position=position, now=now)
    if found is None or has_failed(forecast=found):
        found = _begin(workspace, question, ForecastSource.ASKED, position, now)
    return Told(found.answer, found)


def keep_forecast(*, workspace: Workspace, question: ForecastQuestion, now: datetime) -> Forecast:
    """Compute a forecast and keep what it says; a long one is kept by the worker that has drawn it (`answer` None)."""
    position = newest_event_id(workspace_id=workspace.pk)
    prepared = prepare_forecast(workspace=workspace, question=question, now=now)
    if prepared.stories > STORIES_AT_ONCE:
        return _begin(workspace, question, ForecastSource.PERSON, position, now)
    answer = tell_forecast(prepared)
    forecast = _new(workspace, question, ForecastSource.PERSON, position, now)
    return _store(forecast, answer, now)


@transaction.atomic
def _begin(
    workspace: Workspace, question: ForecastQuestion, source: ForecastSource, position: int, now: datetime
) -> Forecast:
    old = Forecast.objects.filter(workspace=workspace, source=ForecastSource.ASKED.value)
    old.filter(created_at__lt=now - timedelta(days=KEPT_DAYS)).delete()
    forecast = _new(workspace, question, source, position, now)
    forecast.save()
    forecast.job = enqueue(
        kind=FORECAST_JOB,
        args={"forecast": forecast.pk},
        workspace_id=workspace.pk,
        requested_by_id=question.reader_id,
        dedupe_key=f"{FORECAST_JOB}:{forecast.pk}",
        now=now,
    )
    forecast.save(update_fields=["job"])
    return forecast


def _new(
    workspace: Workspace, question: ForecastQuestion, source: ForecastSource, position: int, now: datetime
) -> Forecast:
    subject = question.subject
    return Forecast(
        workspace=workspace,
        about=subject.kind.value,
        subject_id=subject.id,
        subject=subject.name[:600],
        filter_text=subject.filter_text,
        order=question.order.value,
        asked_measure=question.measure.value if question.measure else "",
        since=question.since,
        as_of=question.as_of or now,
        is_past=question.as_of is not None,
        source=source.value,
        asked_by_id=question.reader_id,
        log_position=position,
        created_at=now,
    )


@transaction.atomic
def _store(forecast: Forecast, answer: Answer, now: datetime) -> Forecast:
    finish = answer["finish"] or {}
    for share in ("p15", "p50", "p85"):
        told = finish.get(share)
        setattr(forecast, f"{share}_date", date.fromisoformat(told) if told else None)
    forecast.measure, forecast.stories, forecast.unknown = answer["measure"], answer["stories"], answer["unknown"]
    forecast.answer, forecast.computed_at = answer, now
    forecast.save()
    _tell(forecast.workspace_id, forecast.pk, forecast.asked_by_id, now)
    return forecast


def _tell(workspace_id: int, forecast_id: int, actor_id: int | None, now: datetime) -> None:
    record_change(
        workspace_id=workspace_id, topic="forecast", object_id=forecast_id, actor_id=actor_id, verb="computed", now=now
    )


def run_forecast(*, forecast: Forecast, now: datetime, report: Report) -> Forecast:
    """Answer a stored question for a job. `report` may raise to stop it. Raises NotFound when its subject is gone."""
    prepared = prepare_forecast(
        workspace=forecast.workspace, question=question_of(forecast=forecast, now=now), now=forecast.as_of
    )
    return _store(forecast, tell_forecast(prepared, watch=report), now)


def keep_weekly(*, workspace: Workspace, now: datetime, is_past: bool = False) -> int:
    """Keep what is to be said this week of everything in a workspace; return of how many things, 0 if it was said.

    `is_past`: `now` is a past instant, and what is open and finished is as it was then.
    """
    week = start_of_week(now)
    before = Forecast.objects.filter(workspace=workspace, source=ForecastSource.WEEKLY.value)
    if before.filter(as_of__gte=week, as_of__lt=week + timedelta(weeks=1)).exists():
        return 0
    told = tell_round(workspace=workspace, now=now, is_past=is_past)
    measure = told.scene.pasts.measure.value
    position = newest_event_id(workspace_id=workspace.pk)
    rows = [_weekly_row(workspace, said, measure, position, now) for said in told.said]
    with transaction.atomic():
        [first, *_] = Forecast.objects.bulk_create(rows, batch_size=500)
        _tell(workspace.pk, first.pk, None, now)
    return len(rows)


def _weekly_row(workspace: Workspace, said: Said, measure: str, position: int, now: datetime) -> Forecast:
    question = ForecastQuestion(said.subject, WorkOrder.BACKLOG)
    forecast = _new(workspace, question, ForecastSource.WEEKLY, position, now)
    forecast.p15_date, forecast.p50_date, forecast.p85_date = said.dates
    forecast.measure, forecast.stories, forecast.computed_at = measure, len(said.asked.wanted), now
    forecast.unknown = why_unknown(said.asked)
    return forecast


def start_of_week(now: datetime) -> datetime:
    """Monday at midnight UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())


def request_weekly(*, now: datetime) -> int:
    """Have the workers keep this week's forecasts where stories move and there are none; return in how many places."""
    missing = list_unsaid(since=start_of_week(now))
    for workspace_id in missing:
        key = f"{WEEKLY_JOB}:{workspace_id}"
        enqueue(kind=WEEKLY_JOB, args={}, workspace_id=workspace_id, dedupe_key=key, now=now)
    return len(missing)
