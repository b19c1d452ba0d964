"""What each lens costs, and two of them compared, over HTTP."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import workspace_of
from common.api.describing import WORKSPACE, describe
from common.api.queries import read_word
from common.clock import utc_now
from planner.api import examples
from planner.api.serializers.lenses import ComparisonSerializer, PriceListSerializer
from planner.domain.vocabulary import Lens
from planner.selectors.lenses import DEFAULT_WEEKS, compare_lenses, price_list, ranking_summary

ALL = [lens.value for lens in Lens]
FIRST = OpenApiParameter("first", OpenApiTypes.STR, enum=ALL, description="The first lens; money without it.")
SECOND = OpenApiParameter("second", OpenApiTypes.STR, enum=ALL, description="The second lens; manual without it.")
WEEKS = OpenApiParameter("weeks", OpenApiTypes.INT, description=f"Over so many weeks; {DEFAULT_WEEKS} without it.")
SUMMARY = (
    "lower_bound",
    "frozen_cost",
    "pins_cost",
    "points_per_week",
    "is_assumed",
    "valued_units",
    "unvalued_units",
    "total_points",
    "computed_at",
)


class LensPrices(APIView):
    """The price list of all lenses."""

    @describe(
        "lenses_list",
        "Price every lens",
        answer=PriceListSerializer,
        parameters=[WORKSPACE],
        example=examples.PRICE_LIST,
    )
    def get(self, request: Request) -> Response:
        """Return what the order of each lens costs, and the bound that no order can undercut.

        All figures are of one instance: the valued units with work left, their stories and what those need, the
        running sprint's first. What nobody valued is counted and left out. Computed by a job after each change.
        """
        workspace = workspace_of(request)
        summary = ranking_summary(workspace=workspace)
        told = {name: getattr(summary, name, None) for name in SUMMARY}
        return Response(PriceListSerializer({**told, "lenses": price_list(workspace=workspace)}).data)


class LensComparison(APIView):
    """Two lenses side by side."""

    @describe(
        "lenses_compare",
        "Compare two lenses",
        answer=ComparisonSerializer,
        parameters=[WORKSPACE, FIRST, SECOND, WEEKS],
        example=examples.LENS_COMPARISON,
    )
    def get(self, request: Request) -> Response:
        """Return value live over effort and money earned by week of all lenses, and what the first one gains.

        The gain's interval holds 80 % of draws from the ranges that people gave. Weeks are 1 to 520.
        """
        comparison = compare_lenses(
            workspace=workspace_of(request),
            first=Lens(read_word(request, "first", ALL) or Lens.MONEY),
            second=Lens(read_word(request, "second", ALL) or Lens.MANUAL),
            weeks=_weeks(request),
            now=utc_now(),
        )
        return Response(ComparisonSerializer(comparison).data)


def _weeks(request: Request) -> int:
    """How many weeks; what is no whole number counts as none, which the comparison refuses in its own words."""
    text = request.query_params.get("weeks", "") or str(DEFAULT_WEEKS)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
