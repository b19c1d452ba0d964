"""The flow charts of a map over HTTP, and one figure over days."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import user_of
from accounts.policies import Action
from common.api.describing import describe
from common.clock import utc_now
from common.errors import InvalidInput
from valuestream.api import charts_examples as examples
from valuestream.api import charts_serializers as told
from valuestream.domain.days import day_of
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map
from valuestream.selectors.asking import LONGEST_WINDOW_DAYS, Question, read_question
from valuestream.selectors.charts import answers
from valuestream.selectors.charts.cumulative import cumulative_flow_of
from valuestream.selectors.charts.durations import ageing_of, cycle_times_of
from valuestream.selectors.charts.loading import ChartFlow, load_chart_flow
from valuestream.selectors.charts.series import (
    METRICS,
    STEPS,
    SeriesQuestion,
    metric_series,
    read_days,
    read_series_metric,
)
from valuestream.selectors.charts.weekly import throughput_of, work_mix_of
from valuestream.selectors.drawings import map_asked
from valuestream.selectors.maps import get_map_for
from valuestream.selectors.metrics import map_metrics

LONGEST_ID = 18
CLOCK = OpenApiParameter("clock", OpenApiTypes.STR, enum=[clock.value for clock in Clock])
WINDOW = OpenApiParameter("window_days", OpenApiTypes.INT, description=f"1 to {LONGEST_WINDOW_DAYS}; 90 without it.")
FILTER = OpenApiParameter(
    "filter",
    OpenApiTypes.STR,
    description="Of which stories, in the language of panels: `team is Quayside`. It asks for their fields as they "
    "are now, whatever `as_of` is.",
)
QUESTION = [
    OpenApiParameter(
        "as_of",
        OpenApiTypes.STR,
        description="An instant (2026-03-31T17:00:00Z), or a day (then its end in the workspace's time zone).",
    ),
    WINDOW,
    FILTER,
    CLOCK,
]
BY = OpenApiParameter(
    "by",
    OpenApiTypes.STR,
    description="`application` (without it), `capability`, `value_kind`, or the key of a choice field of stories.",
)
SERIES = [
    OpenApiParameter("metric", OpenApiTypes.STR, required=True, enum=METRICS, description="Named as in the metrics."),
    OpenApiParameter("stage", OpenApiTypes.INT, description="A stage's id; the whole stream without it."),
    OpenApiParameter("from", OpenApiTypes.DATE, description="30 days before `to` without it."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="Today without it."),
    OpenApiParameter("step", OpenApiTypes.STR, enum=list(STEPS), description="`day` without it."),
    WINDOW,
    FILTER,
    CLOCK,
]


def _asked(request: Request, map_id: int) -> tuple[Map, Question]:
    found = get_map_for(user=user_of(request), map_id=map_id, action=Action.VIEW)
    asked = request.query_params
    question = read_question(
        workspace=found.workspace,
        as_of=asked.get("as_of", ""),
        window_days=asked.get("window_days", ""),
        clock=asked.get("clock", ""),
        now=utc_now(),
        filter_text=asked.get("filter", ""),
        user_id=user_of(request).pk,
        drawn=asked.get("drawn", ""),
    )
    return map_asked(map=found, asked=question), question


def _loaded(request: Request, map_id: int) -> ChartFlow:
    found, question = _asked(request, map_id)
    return load_chart_flow(map=found, now=utc_now(), asked=question)


class MapCfd(APIView):
    """Cumulative flow."""

    @describe("maps_cfd", "Cumulative flow", parameters=QUESTION, answer=told.CfdSerializer, example=examples.CFD)
    def get(self, request: Request, map_id: int) -> Response:
        """Return items and attributed value in each block at the end of each day of the window.

        A day's cells never change once it is over: value is what was known that day. Of a window above 366 days
        only every so many days are told (`step_days`).
        """
        chart = _loaded(request, map_id)
        return Response(answers.cfd_answer(chart, cumulative_flow_of(chart)))


class MapAgeing(APIView):
    """Ageing work in progress."""

    @describe("maps_ageing", "Ageing work", parameters=QUESTION, answer=told.AgeingSerializer, example=examples.AGEING)
    def get(self, request: Request, map_id: int) -> Response:
        """Return each stage's open items with their age, against p50, p85 and p95 of the visits that left it."""
        chart = _loaded(request, map_id)
        return Response(answers.ageing_answer(chart, ageing_of(chart)))


class MapCycleTimes(APIView):
    """Cycle times."""

    @describe(
        "maps_cycle_times",
        "Cycle times",
        parameters=QUESTION,
        answer=told.CycleTimesSerializer,
        example=examples.CYCLE_TIMES,
    )
    def get(self, request: Request, map_id: int) -> Response:
        """Return how long each item that left the stream in the window had been in it, with p50, p85 and p95."""
        chart = _loaded(request, map_id)
        return Response(answers.cycle_times_answer(chart, cycle_times_of(chart)))


class MapThroughput(APIView):
    """Throughput by week."""

    @describe(
        "maps_throughput",
        "Throughput by week",
        parameters=QUESTION,
        answer=told.ThroughputSerializer,
        example=examples.THROUGHPUT,
    )
    def get(self, request: Request, map_id: int) -> Response:
        """Return items and value that left the stream by whole week, with natural process limits and signals."""
        chart = _loaded(request, map_id)
        return Response(answers.throughput_answer(chart, throughput_of(chart)))


class MapWorkMix(APIView):
    """The mix of work."""

    @describe(
        "maps_work_mix",
        "Work mix by week",
        parameters=[BY, *QUESTION],
        answer=told.WorkMixSerializer,
        example=examples.WORK_MIX,
    )
    def get(self, request: Request, map_id: int) -> Response:
        """Return what left the stream by week and application, capability, kind of value or choice of one's own."""
        chart = _loaded(request, map_id)
        by = request.query_params.get("by", "") or "application"
        return Response(answers.work_mix_answer(chart, work_mix_of(chart, by=by)))


class MapRework(APIView):
    """Rework."""

    @describe(
        "maps_rework", "Moves back", parameters=QUESTION, answer=told.ReworkFlowSerializer, example=examples.REWORK
    )
    def get(self, request: Request, map_id: int) -> Response:
        """Return moves from a stage back to an earlier one in the window, with the time and money they cost."""
        found, asked = _asked(request, map_id)
        metrics = map_metrics(
            map=found,
            now=utc_now(),
            as_of=asked.as_of,
            window_days=asked.window_days,
            clock=asked.clock,
            where=asked.where,
        )
        return Response(answers.rework_answer_of(metrics))


class MapSeries(APIView):
    """One figure over days."""

    @describe(
        "maps_series",
        "A figure over days",
        parameters=SERIES,
        answer=told.SeriesSerializer,
        example=examples.SERIES,
    )
    def get(self, request: Request, map_id: int) -> Response:
        """Return a metric of a stage or of the stream at the end of each day.

        From the day's snapshot where there is one, else replayed. At most 366 points, of which 92 are replayed; a map
        too large to be replayed while somebody waits tells `missing` for days without a snapshot.
        """
        found, question = _asked(request, map_id)
        now, words = utc_now(), request.query_params
        asked = SeriesQuestion(
            metric=read_series_metric(words.get("metric", "")),
            stage_id=_read_id(words.get("stage", "")),
            days=read_days(
                first=words.get("from", ""),
                last=words.get("to", ""),
                step=words.get("step", "") or "day",
                today=day_of(now, found.workspace.time_zone),
            ),
            clock=question.clock,
            window_days=question.window_days,
            where=question.where,
        )
        points = metric_series(map=found, asked=asked, now=now)
        return Response(_series(found, asked, points))


def _series(map_: Map, asked: SeriesQuestion, points: list[Any]) -> dict[str, Any]:
    return {
        "map": map_.pk,
        "stage": asked.stage_id,
        "metric": asked.metric,
        "window_days": asked.window_days,
        "clock": asked.clock.value,
        "points": [{"date": one.day.isoformat(), "value": one.figure, "origin": one.origin} for one in points],
    }


def _read_id(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
        raise InvalidInput("Use the id of a stage.", field="stage")
    return int(text)
