"""Custom metrics of a map over HTTP: define, read with their figures, change, delete."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import user_of
from accounts.policies import Action
from common.api.bodies import body_of, take_version
from common.api.describing import describe
from common.clock import utc_now
from valuestream.api import metric_examples as examples
from valuestream.api.metric_serializers import (
    CustomMetricChange,
    CustomMetricDraft,
    CustomMetricSerializer,
    CustomMetricsSerializer,
    measured_answer,
)
from valuestream.selectors.asking import LONGEST_WINDOW_DAYS, read_question
from valuestream.selectors.custom_metrics import custom_figures, get_metric_for, list_metrics
from valuestream.selectors.drawings import map_asked
from valuestream.selectors.maps import get_map_for
from valuestream.services.custom_metrics import create_custom_metric, delete_custom_metric, update_custom_metric

ASKED = [
    OpenApiParameter(
        "as_of",
        OpenApiTypes.STR,
        description="An instant, or a day (then its end in the workspace's time zone): values as they were then.",
    ),
    OpenApiParameter("window_days", OpenApiTypes.INT, description=f"1 to {LONGEST_WINDOW_DAYS}; 90 without it."),
    OpenApiParameter("filter", OpenApiTypes.STR, description="Of which stories, in the language of panels."),
]


class CustomMetricList(APIView):
    """The metrics of a map."""

    @describe(
        "maps_custom_metrics_list",
        "Measure a map by metrics of your own",
        parameters=ASKED,
        answer=CustomMetricsSerializer,
        example=examples.CUSTOM_METRICS,
    )
    def get(self, request: Request, map_id: int) -> Response:
        """Return every custom metric of a map with its figures for each stage, each block and the stream.

        As of any past instant; `problem` says why a metric has none.
        """
        found = get_map_for(user=user_of(request), map_id=map_id, action=Action.VIEW)
        asked, now = request.query_params, utc_now()
        question = read_question(
            workspace=found.workspace,
            as_of=asked.get("as_of", ""),
            window_days=asked.get("window_days", ""),
            clock="",
            now=now,
            filter_text=asked.get("filter", ""),
            user_id=user_of(request).pk,
            drawn=asked.get("drawn", ""),
        )
        found = map_asked(map=found, asked=question)
        metrics = list_metrics(map=found)
        figures = custom_figures(map=found, metrics=metrics, asked=question, now=now) if metrics else None
        answer = {
            "as_of": (question.as_of or now).isoformat().replace("+00:00", "Z"),
            "window_days": question.window_days,
            "results": [] if figures is None else measured_answer(figures),
        }
        return Response(answer)

    @describe(
        "maps_custom_metrics_create",
        "Define a metric",
        body=CustomMetricDraft,
        answer=CustomMetricSerializer,
        status=201,
        body_example={"name": "Points in it", "aggregate": "SUM", "field": "points"},
        example=examples.CUSTOM_METRIC,
    )
    def post(self, request: Request, map_id: int) -> Response:
        """Define a metric: an aggregate over any field of stories, built-in or your own. Words can only be counted."""
        found = get_map_for(user=user_of(request), map_id=map_id, action=Action.EDIT_MAP)
        metric = create_custom_metric(map=found, values=body_of(request), actor_id=user_of(request).pk, now=utc_now())
        return Response(CustomMetricSerializer(metric).data, status=201)


class CustomMetricDetail(APIView):
    """One metric."""

    @describe(
        "maps_custom_metrics_retrieve", "Read a metric", answer=CustomMetricSerializer, example=examples.CUSTOM_METRIC
    )
    def get(self, request: Request, map_id: int, metric_id: int) -> Response:
        """Return how a metric is defined; its `version` goes with the next change."""
        found = get_metric_for(user=user_of(request), map_id=map_id, metric_id=metric_id, action=Action.VIEW)
        return Response(CustomMetricSerializer(found).data)

    @describe(
        "maps_custom_metrics_partial_update",
        "Change a metric",
        body=CustomMetricChange,
        answer=CustomMetricSerializer,
        body_example={"aggregate": "PERCENTILE", "percentile": 85, "version": 1},
        example=examples.CUSTOM_METRIC,
    )
    def patch(self, request: Request, map_id: int, metric_id: int) -> Response:
        """Change what is named; a changed metric is changed for the past too, for it is worked out anew."""
        found = get_metric_for(user=user_of(request), map_id=map_id, metric_id=metric_id, action=Action.EDIT_MAP)
        values: dict[str, Any] = body_of(request)
        version = take_version(values)
        metric = update_custom_metric(
            metric=found, values=values, actor_id=user_of(request).pk, now=utc_now(), version=version
        )
        return Response(CustomMetricSerializer(metric).data)

    @describe("maps_custom_metrics_destroy", "Delete a metric", status=204)
    def delete(self, request: Request, map_id: int, metric_id: int) -> Response:
        """Delete a metric; the values it was made of stay."""
        found = get_metric_for(user=user_of(request), map_id=map_id, metric_id=metric_id, action=Action.EDIT_MAP)
        delete_custom_metric(metric=found, actor_id=user_of(request).pk, now=utc_now())
        return Response(status=204)
