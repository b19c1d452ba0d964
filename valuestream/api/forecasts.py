"""Forecasts over HTTP: ask, keep, and read what was said."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of, workspace_of
from accounts.policies import Action
from common.api.bodies import body_of, check_body
from common.api.describing import WORKSPACE, describe
from common.api.queries import read_id, read_word
from common.clock import utc_now
from common.errors import Conflict
from common.jobs.models import JobState
from valuestream.api import forecast_examples as examples
from valuestream.api.forecast_serializers import (
    ForecastAnswerSerializer,
    ForecastDetailSerializer,
    ForecastProgressSerializer,
    KeptForecastSerializer,
    NewForecast,
)
from valuestream.domain.forecasting.words import Measure, SubjectKind, WorkOrder
from valuestream.models import Forecast
from valuestream.selectors.forecast_asking import read_forecast_question
from valuestream.selectors.kept_forecasts import get_forecast_for, list_kept
from valuestream.services.forecasts import Told, ask_forecast, keep_forecast

_SUBJECTS = [kind.value for kind in SubjectKind]
_QUESTION = [
    OpenApiParameter(
        "about",
        OpenApiTypes.STR,
        description="all (or nothing), filter, or capability:, application:, sprint: or team: with an id; of the first "
        "two a key does as well.",
    ),
    OpenApiParameter("filter", OpenApiTypes.STR, description="Of these stories of it only: `risk is High`."),
    OpenApiParameter("order", OpenApiTypes.STR, enum=[order.value for order in WorkOrder]),
    OpenApiParameter("measure", OpenApiTypes.STR, enum=[measure.value for measure in Measure]),
    OpenApiParameter("as_of", OpenApiTypes.STR, description="What would have been said then: an instant or a day."),
    OpenApiParameter("since", OpenApiTypes.DATE, description="Draw only from what was finished from this day on."),
]
_ASKED = [parameter.name for parameter in _QUESTION]


class ForecastList(ListAPIView[Forecast]):
    """What was said about the future of a workspace."""

    serializer_class = KeptForecastSerializer
    newest_first = True

    @describe(
        "forecasts_list",
        "List what was forecast",
        parameters=[
            WORKSPACE,
            OpenApiParameter("about", OpenApiTypes.STR, enum=_SUBJECTS, description="Only forecasts of this kind."),
            OpenApiParameter("subject_id", OpenApiTypes.INT, description="Only those of this capability, team..."),
        ],
        example=examples.KEPT,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the forecasts that people and the weekly job kept, the newest first."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Forecast]:
        """The forecasts of the workspace asked for."""
        if getattr(self, "swagger_fake_view", False):
            return Forecast.objects.none()
        found = list_kept(workspace=workspace_of(self.request)).defer("answer")
        about, subject_id = read_word(self.request, "about", _SUBJECTS), read_id(self.request, "subject_id")
        found = found.filter(about=about) if about else found
        return found if subject_id is None else found.filter(subject_id=subject_id)

    @describe(
        "forecasts_create",
        "Forecast and keep it",
        body=NewForecast,
        answer=ForecastDetailSerializer,
        status=201,
        body_example={"workspace": "ACME", "about": "capability:FRT-C3", "order": "backlog"},
        example=examples.DETAIL,
        also={202: ForecastDetailSerializer},
    )
    def post(self, request: Request) -> Response:
        """Forecast a capability, sprint, application, team, filter or everything open, and keep what is said.

        With up to 300 stories in the queues the answer is complete (201). Above, workers draw it (202): read it again
        at its own address until it has an `answer`.
        """
        body, user = body_of(request), user_of(request)
        workspace = take_workspace(request, body, Action.EDIT_PLAN)
        values, now = check_body(body=body, shape=NewForecast), utc_now()
        question = read_forecast_question(workspace=workspace, values=values, now=now, user_id=user.pk)
        kept = keep_forecast(workspace=workspace, question=question, now=now)
        headers = {"Location": request.build_absolute_uri(f"/api/v1/forecasts/{kept.pk}/")}
        status = 202 if kept.answer is None else 201
        return Response(ForecastDetailSerializer(kept).data, status=status, headers=headers)


class ForecastNow(APIView):
    """A forecast that nobody keeps."""

    @describe(
        "forecasts_now",
        "Forecast",
        parameters=[WORKSPACE, *_QUESTION],
        answer=ForecastAnswerSerializer,
        example=examples.ANSWER,
        also={202: ForecastProgressSerializer},
    )
    def get(self, request: Request) -> Response:
        """Return when it is done and what it earns by when, without keeping it.

        With more than 300 stories in the queues the workers draw it: until they have, the answer is 202 with how far
        they are; ask again after a second.
        """
        workspace, now = workspace_of(request), utc_now()
        asked = {name: request.query_params.get(name, "") for name in _ASKED}
        question = read_forecast_question(workspace=workspace, values=asked, now=now, user_id=user_of(request).pk)
        return _told(ask_forecast(workspace=workspace, question=question, now=now))


def _told(told: Told) -> Response:
    if told.answer is not None:
        return Response(told.answer)
    job = told.forecast.job if told.forecast else None
    if told.has_failed and job is not None:
        raise Conflict(f"The workers gave up on this forecast: {job.error or 'it was cancelled.'} Ask again.")
    progress = {
        "forecast": told.forecast.pk if told.forecast else None,
        "state": job.state if job else JobState.QUEUED,
        "job": job.pk if job else None,
        "futures_done": job.progress_done if job else 0,
        "futures": job.progress_total if job else None,
    }
    return Response(progress, status=202, headers={"Retry-After": "1"})


class ForecastDetail(APIView):
    """One forecast that was kept."""

    @describe("forecasts_retrieve", "Read what was forecast", answer=ForecastDetailSerializer, example=examples.DETAIL)
    def get(self, request: Request, forecast_id: int) -> Response:
        """Return a forecast as it was told; what the weekly job kept has no `answer`, but its dates."""
        found = get_forecast_for(user=user_of(request), forecast_id=forecast_id, action=Action.VIEW)
        return Response(ForecastDetailSerializer(found).data)
