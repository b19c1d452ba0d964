"""Maps over HTTP: list, read, change, measure."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import user_of, workspace_of
from accounts.policies import Action
from common.api.describing import WORKSPACE, describe
from common.clock import utc_now
from common.errors import Conflict, InvalidInput
from common.jobs.models import JobState
from valuestream.api import examples
from valuestream.api.drawing_serializers import NewMap
from valuestream.api.drawing_views import make_map
from valuestream.api.serializers import MapChangeSerializer, MapMetricsSerializer, MapSerializer, StudySerializer
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map
from valuestream.selectors.asking import LONGEST_WINDOW_DAYS, read_question
from valuestream.selectors.drawings import map_asked
from valuestream.selectors.maps import get_map_for, list_maps
from valuestream.selectors.metrics import map_metrics
from valuestream.selectors.studies import Studied, needs_study
from valuestream.services.map_making import delete_map
from valuestream.services.maps import update_map
from valuestream.services.studies import ask_study


class MapList(ListAPIView[Map]):
    """Maps of a workspace."""

    serializer_class = MapSerializer

    @describe("maps_list", "List maps", parameters=[WORKSPACE], example=examples.MAP)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a workspace's value stream maps with their stages and blocks."""
        return super().get(request, *args, **kwargs)

    @describe(
        "maps_create",
        "Make a map",
        body=NewMap,
        answer=MapSerializer,
        status=201,
        body_example={"workspace": "FERRY", "name": "Release train", "template": "salesforce"},
        example=examples.MAP,
    )
    def post(self, request: Request) -> Response:
        """Make a map after a template, which guesses where each workflow state belongs, or like another map."""
        return Response(MapSerializer(make_map(request)).data, status=201)

    def get_queryset(self) -> QuerySet[Map]:
        """The maps of the workspace asked for."""
        if getattr(self, "swagger_fake_view", False):
            return Map.objects.none()
        return list_maps(workspace=workspace_of(self.request))


class MapDetail(APIView):
    """One map."""

    @describe("maps_retrieve", "Read a map", answer=MapSerializer, example=examples.MAP)
    def get(self, request: Request, map_id: int) -> Response:
        """Return a map with its stages, blocks and the workflow states they hold."""
        return Response(MapSerializer(get_map_for(user=user_of(request), map_id=map_id, action=Action.VIEW)).data)

    @describe(
        "maps_partial_update",
        "Change a map",
        body=MapChangeSerializer,
        answer=MapSerializer,
        body_example={"stages": [{"id": 4, "staffed": 2, "blocks": [{"id": 4, "kind": "WORK"}]}]},
        example=examples.MAP,
    )
    def patch(self, request: Request, map_id: int) -> Response:
        """Change names, the wait rule, people per stage and kinds of blocks: only what is named, all or nothing."""
        found = get_map_for(user=user_of(request), map_id=map_id, action=Action.EDIT_MAP)
        if not isinstance(request.data, dict):
            raise InvalidInput("Send an object with the fields to change.", field="body")
        update_map(map=found, changes=request.data, actor_id=user_of(request).pk, now=utc_now())
        return Response(MapSerializer(get_map_for(user=user_of(request), map_id=map_id, action=Action.VIEW)).data)

    @describe("maps_delete", "Delete a map", status=204)
    def delete(self, request: Request, map_id: int) -> Response:
        """Delete a map with its versions, alerts and own metrics; not the one that follows the workflow."""
        found = get_map_for(user=user_of(request), map_id=map_id, action=Action.EDIT_MAP)
        delete_map(map=found, actor_id=user_of(request).pk, now=utc_now())
        return Response(status=204)


class MapMetrics(APIView):
    """The figures of one map."""

    @describe(
        "maps_metrics",
        "Measure a map",
        parameters=[
            OpenApiParameter(
                "as_of",
                OpenApiTypes.STR,
                description="An instant (2026-03-31T17:00:00Z), or a day (then its end in the workspace's time zone).",
            ),
            OpenApiParameter(
                "window_days", OpenApiTypes.INT, description=f"1 to {LONGEST_WINDOW_DAYS}; 90 without it."
            ),
            OpenApiParameter(
                "filter",
                OpenApiTypes.STR,
                description="Of which stories, in the language of panels: `risk is High and team is Quayside`. It asks "
                "for their fields as they are now, whatever `as_of` is.",
            ),
            OpenApiParameter(
                "drawn",
                OpenApiTypes.STR,
                enum=["then", "now"],
                description="Of a past instant: by the map as it was drawn then (without it), or as it is drawn now.",
            ),
            OpenApiParameter("clock", OpenApiTypes.STR, enum=[clock.value for clock in Clock]),
        ],
        answer=MapMetricsSerializer,
        example=examples.METRICS,
        also={202: StudySerializer},
    )
    def get(self, request: Request, map_id: int) -> Response:
        """Return the metrics of every stage and block, now or as of any past instant, over a window of days.

        A question about more than half a million visits is answered by the workers: until they have, the answer is 202
        with how far they are; ask again after a second.
        """
        found = get_map_for(user=user_of(request), map_id=map_id, action=Action.VIEW)
        now, asked = utc_now(), request.query_params
        question = read_question(
            workspace=found.workspace,
            as_of=asked.get("as_of", ""),
            window_days=asked.get("window_days", ""),
            clock=asked.get("clock", ""),
            now=now,
            filter_text=asked.get("filter", ""),
            user_id=user_of(request).pk,
            drawn=asked.get("drawn", ""),
        )
        found = map_asked(map=found, asked=question)
        if needs_study(map=found, asked=question, now=now):
            return _studied(ask_study(map=found, asked=question, user_id=user_of(request).pk, now=now))
        return Response(
            map_metrics(
                map=found,
                as_of=question.as_of,
                window_days=question.window_days,
                clock=question.clock,
                now=now,
                where=question.where,
            )
        )


def _studied(studied: Studied) -> Response:
    """The answer of a large question, or (202) how far the workers are; a failure is told as such."""
    if studied.answer is not None:
        return Response(studied.answer)
    job = studied.study.job
    if studied.has_failed and job is not None:
        raise Conflict(f"The workers gave up on this question: {job.error or 'it was cancelled.'} Ask it again.")
    progress = {
        "study": studied.study.pk,
        "state": job.state if job else JobState.QUEUED,
        "job": job.pk if job else None,
        "parts_done": job.progress_done if job else 0,
        "parts": job.progress_total if job else None,
    }
    return Response(progress, status=202, headers={"Retry-After": "1"})
