"""What was said about the future, and how far those are that workers are at."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import require
from common.errors import NotFound
from common.jobs.models import JobState
from planner.selectors.fetch import LARGEST_ID
from valuestream.domain.forecasting.words import ForecastSource, Measure, SubjectKind, WorkOrder
from valuestream.models import Forecast, Visit
from valuestream.selectors.forecast_asking import ForecastQuestion, Subject, find_subject, read_forecast_question

_ROWLESS = (SubjectKind.ALL, SubjectKind.FILTER)


def list_kept(*, workspace: Workspace) -> QuerySet[Forecast]:
    """Return the forecasts of a workspace that people and the weekly job kept, the newest first."""
    kept = Forecast.objects.filter(workspace=workspace).exclude(source=ForecastSource.ASKED.value)
    return kept.select_related("job", "asked_by").order_by("-id")


def said_before(*, workspace: Workspace, subject: Subject, most: int = 26) -> list[Forecast]:
    """Return what was said of a subject while its day was the present, the newest first.

    Of what passes a filter, only what was said of the very same words.
    """
    kept = list_kept(workspace=workspace).filter(
        about=subject.kind.value, subject_id=subject.id, filter_text=subject.filter_text, is_past=False
    )
    told = kept.exclude(computed_at=None).filter(order=WorkOrder.BACKLOG.value, since=None)
    return list(told.defer("answer").order_by("-as_of", "-id")[:most])


def get_forecast_for(*, user: User, forecast_id: int, action: Action) -> Forecast:
    """Return a forecast, if this user may do this with it."""
    found = Forecast.objects.select_related("workspace", "job").filter(pk=min(forecast_id, LARGEST_ID)).first()
    if found is None:
        raise NotFound("There is no such forecast.")
    require(user=user, workspace_id=found.workspace_id, action=action, what="forecast")
    return found


def get_forecast(*, forecast_id: int) -> Forecast | None:
    """Return a forecast for a job, which has no user; None when it was dropped since."""
    return Forecast.objects.select_related("workspace").filter(pk=forecast_id).first()


def find_same(*, workspace: Workspace, question: ForecastQuestion, log_position: int, now: datetime) -> Forecast | None:
    """Return the newest forecast of the same question that is told or on its way and knows the whole log."""
    when = Q(is_past=False) if question.as_of is None else Q(is_past=True, as_of=question.as_of)
    subject = question.subject
    same = Forecast.objects.select_related("job").filter(
        when,
        workspace=workspace,
        about=subject.kind.value,
        subject_id=subject.id,
        filter_text=subject.filter_text,
        order=question.order.value,
        asked_measure=question.measure.value if question.measure else "",
        since=question.since,
        log_position=log_position,
        created_at__gt=now - timedelta(hours=1),
    )
    if subject.filter_text:
        same = same.filter(asked_by=question.reader_id)
    return same.filter(Q(answer__isnull=False) | Q(job__isnull=False)).order_by("-pk").first()


def question_of(*, forecast: Forecast, now: datetime) -> ForecastQuestion:
    """Return the question a stored forecast was asked. Raises NotFound when its subject was deleted."""
    kind = SubjectKind(forecast.about)
    read = read_forecast_question(
        workspace=forecast.workspace, values={"filter": forecast.filter_text}, now=now, user_id=forecast.asked_by_id
    )
    row = None
    if kind not in _ROWLESS:
        row = find_subject(workspace=forecast.workspace, kind=kind, which=str(forecast.subject_id))
    return ForecastQuestion(
        subject=Subject(kind, row, forecast.filter_text, read.subject.where),
        order=WorkOrder(forecast.order),
        measure=Measure(forecast.asked_measure) if forecast.asked_measure else None,
        as_of=forecast.as_of if forecast.is_past else None,
        since=forecast.since,
        reader_id=forecast.asked_by_id,
    )


def has_failed(*, forecast: Forecast) -> bool:
    """Whether its job ended without an answer."""
    job = forecast.job
    return forecast.answer is None and job is not None and job.state in (JobState.FAILED, JobState.CANCELLED)


def list_unsaid(*, since: datetime) -> list[int]:
    """Return ids of the workspaces where stories move and the weekly job kept nothing since an instant."""
    said = Forecast.objects.filter(workspace=OuterRef("pk"), source=ForecastSource.WEEKLY.value, as_of__gte=since)
    moving = Visit.objects.filter(workspace=OuterRef("pk"))
    found = Workspace.objects.filter(Exists(moving), ~Exists(said)).order_by("pk")
    return list(found.values_list("pk", flat=True))


def get_workspace(*, workspace_id: int) -> Workspace | None:
    """Return a workspace for a job; None when it was deleted since."""
    return Workspace.objects.filter(pk=workspace_id).first()


def has_stories(*, workspace: Workspace) -> bool:
    """Whether there is anything in a workspace that could be forecast, or was finished."""
    return Visit.objects.filter(workspace=workspace).exists()
