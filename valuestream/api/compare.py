"""Two questions about a map compared over HTTP."""

from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import user_of
from accounts.policies import Action
from common.api.describing import describe
from common.clock import utc_now
from valuestream.domain.vocabulary import Clock
from valuestream.selectors.asking import Question
from valuestream.selectors.compare_asking import read_sides
from valuestream.selectors.comparing import COMPARED, ComparedPlace, Comparison, Figure, compare_map
from valuestream.selectors.maps import get_map_for

_PAIR = {"left": "110000.00", "right": "2180000.00", "change": "2070000.00"}
_PLAIN = {"left": 3.0, "right": 28.0, "change": 25.0}
_PAIRS = {
    name: _PAIR if name in ("value_held", "value_waiting", "idle_cost", "delay_cost_rate") else _PLAIN
    for name in COMPARED
}
EXAMPLE: dict[str, Any] = {
    "left": {"as_of": "2026-08-25T22:00:00Z", "filter": ""},
    "right": {"as_of": "2026-11-23T09:00:00Z", "filter": ""},
    "window_days": 90,
    "clock": "24x7",
    "most_changed": 4,
    "stages": [{"id": 4, "name": "Review", "figures": _PAIRS}],
    "total": {"id": None, "name": "The stream", "figures": _PAIRS},
}


class SideSerializer(serializers.Serializer[Any]):
    """What one side is of."""

    as_of = serializers.DateTimeField()
    filter = serializers.CharField(allow_blank=True)


class ComparedPlaceSerializer(serializers.Serializer[Any]):
    """A stage, or the stream: by metric `left`, `right` and `change` (right less left), null where not known."""

    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    figures = serializers.DictField(
        child=serializers.DictField(), help_text=f"By metric: {', '.join(COMPARED)}. Money is text, durations seconds."
    )


class MapComparisonSerializer(serializers.Serializer[Any]):
    """Two questions about a map, side by side."""

    left = SideSerializer()
    right = SideSerializer()
    window_days = serializers.IntegerField()
    clock = serializers.ChoiceField(choices=Clock.choices())
    most_changed = serializers.IntegerField(allow_null=True, help_text="The stage whose value held differs most.")
    stages = ComparedPlaceSerializer(many=True)
    total = ComparedPlaceSerializer()


def _side(name: str, what: str) -> list[OpenApiParameter]:
    return [
        OpenApiParameter(f"{name}as_of", OpenApiTypes.STR, description=f"{what}: an instant or a day; now without it."),
        OpenApiParameter(f"{name}filter", OpenApiTypes.STR, description=f"{what}: of which stories; all without it."),
    ]


class MapComparison(APIView):
    """Two questions about one map."""

    @describe(
        "maps_compare",
        "Compare two dates or two choices of stories",
        parameters=[
            *_side("", "The left side"),
            *_side("with_", "The right side"),
            OpenApiParameter("window_days", OpenApiTypes.INT, description="Of both sides; 90 without it."),
            OpenApiParameter("clock", OpenApiTypes.STR, enum=[clock.value for clock in Clock]),
        ],
        answer=MapComparisonSerializer,
        example=EXAMPLE,
    )
    def get(self, request: Request, map_id: int) -> Response:
        """Return figures of both sides for each stage and the stream, and what the right has more.

        Both sides go by the map as it is drawn now.
        """
        found = get_map_for(user=user_of(request), map_id=map_id, action=Action.VIEW)
        now = utc_now()
        left, right = read_sides(
            values=request.query_params.dict(), workspace=found.workspace, now=now, user_id=user_of(request).pk
        )
        told = compare_map(map=found, left=left, right=right, now=now)
        side = {
            name: {"as_of": (asked.as_of or now).isoformat().replace("+00:00", "Z"), "filter": asked.filter_text}
            for name, asked in (("left", left), ("right", right))
        }
        return Response({**side, **_answer(told, left)})


def _answer(told: Comparison, asked: Question) -> dict[str, Any]:
    most = told.most_changed
    return {
        "window_days": asked.window_days,
        "clock": asked.clock.value,
        "most_changed": None if most is None else most.id,
        "stages": [_place(stage) for stage in told.stages],
        "total": _place(told.total),
    }


def _place(place: ComparedPlace) -> dict[str, Any]:
    figures = {
        name: {"left": _told(pair.left), "right": _told(pair.right), "change": _told(pair.change)}
        for name, pair in place.pairs.items()
    }
    return {"id": place.id, "name": place.name, "figures": figures}


def _told(figure: Figure | None) -> str | float | None:
    if figure is None:
        return None
    return f"{figure:.2f}" if isinstance(figure, Decimal) else float(figure)
