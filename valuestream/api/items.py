"""The work in progress of a map over HTTP."""

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
from common.api.queries import read_flag, read_id, read_word
from common.clock import utc_now
from valuestream.domain.vocabulary import Clock
from valuestream.selectors.asking import read_question
from valuestream.selectors.drawings import map_asked
from valuestream.selectors.evidence import Place
from valuestream.selectors.maps import get_map_for
from valuestream.selectors.open_items import PAGE, OpenItem, Order, list_open_items

EXAMPLE: dict[str, Any] = {
    "count": 29,
    "value": "2180000.00",
    "lost_so_far": "48210.50",
    "next": "1795430400000000_1210050_76",
    "results": [
        {
            "story_id": 76,
            "key": "BRD-76",
            "title": "Measure with the gate's camera",
            "stage": "Review",
            "block": "Awaiting review",
            "entered_at": "2026-11-02T09:15:00Z",
            "age_seconds": 1814400.0,
            "waiting": True,
            "blocked": False,
            "person": "Elif Kaya",
            "value": "224000.00",
            "cost_of_delay": "4033.50",
            "lost_so_far": "12100.50",
        }
    ],
}


def _money(**more: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=None, decimal_places=2, read_only=True, **more)


class OpenItemSerializer(serializers.Serializer[OpenItem]):
    """An open item: where it is, since when, and what it holds and costs there."""

    story_id = serializers.IntegerField(source="story.pk", read_only=True)
    key = serializers.CharField(source="story.key", read_only=True)
    title = serializers.CharField(source="story.title", read_only=True)
    stage = serializers.CharField(read_only=True)
    block = serializers.CharField(read_only=True)
    entered_at = serializers.DateTimeField(read_only=True, help_text="Into the place asked about.")
    age_seconds = serializers.FloatField(read_only=True, help_text="There, on the clock asked for.")
    waiting = serializers.BooleanField(source="is_waiting", read_only=True)
    blocked = serializers.BooleanField(source="is_blocked", read_only=True)
    person = serializers.CharField(read_only=True, help_text="Who was assigned at the instant; empty: nobody.")
    value = _money(allow_null=True)
    cost_of_delay = _money(allow_null=True, help_text="A week.")
    lost_so_far = _money(allow_null=True, help_text="Cost of delay x age there.")


class OpenItemsSerializer(serializers.Serializer[Any]):
    """A page of open items. Sums are over all of them, and leave out what nobody has valued."""

    count = serializers.IntegerField(source="counted", read_only=True)
    value = _money()
    lost_so_far = _money()
    next = serializers.CharField(source="next_after", read_only=True, allow_blank=True, help_text="For `after`.")
    results = OpenItemSerializer(source="rows", many=True, read_only=True)


class MapItems(APIView):
    """The items in progress of one map."""

    @describe(
        "maps_items",
        "List the work in progress",
        parameters=[
            OpenApiParameter("stage", OpenApiTypes.INT, description="Of this stage only (its id)."),
            OpenApiParameter("block", OpenApiTypes.INT, description="Of this block only (its id)."),
            OpenApiParameter("waiting", OpenApiTypes.BOOL, description="Only those that wait."),
            OpenApiParameter("order", OpenApiTypes.STR, enum=list(Order), description="Most first; `lost` without it."),
            OpenApiParameter("after", OpenApiTypes.STR, description=f"`next` of the page before; {PAGE} a page."),
            OpenApiParameter("as_of", OpenApiTypes.STR, description="An instant or a day; now without it."),
            OpenApiParameter("filter", OpenApiTypes.STR, description="Of which stories, in the language of panels."),
            OpenApiParameter("clock", OpenApiTypes.STR, enum=[clock.value for clock in Clock]),
        ],
        answer=OpenItemsSerializer,
        example=EXAMPLE,
    )
    def get(self, request: Request, map_id: int) -> Response:
        """Return the items open in the stream, a stage or a block, those that have lost most there first.

        Items nobody has valued come last. All pages are of the instant of the first one.
        """
        found = get_map_for(user=user_of(request), map_id=map_id, action=Action.VIEW)
        asked, now = request.query_params, utc_now()
        question = read_question(
            workspace=found.workspace,
            as_of=asked.get("as_of", ""),
            window_days="",
            clock=asked.get("clock", ""),
            now=now,
            filter_text=asked.get("filter", ""),
            user_id=user_of(request).pk,
            drawn=asked.get("drawn", ""),
        )
        items = list_open_items(
            map=map_asked(map=found, asked=question),
            now=now,
            asked=question,
            place=Place(read_id(request, "stage"), read_id(request, "block")),
            order=Order(read_word(request, "order", list(Order)) or Order.LOST),
            only_waiting=bool(read_flag(request, "waiting")),
            after=asked.get("after", ""),
        )
        return Response(OpenItemsSerializer(items).data)
