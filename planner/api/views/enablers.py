"""What holds up most, over HTTP."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import workspace_of
from common.api.describing import WORKSPACE, describe
from common.clock import utc_now
from planner.api import examples
from planner.api.serializers.plan import EnablerSerializer
from planner.selectors.dependency_graph import critical_enablers


class EnablerList(APIView):
    """The critical enablers of a workspace."""

    @describe(
        "dependencies_enablers",
        "List what holds up most",
        answer=EnablerSerializer(many=True),
        parameters=[WORKSPACE],
        example=examples.ENABLER,
    )
    def get(self, request: Request) -> Response:
        """Return the ten stories that other units wait for at the highest price.

        `waiting`: the cost of delay a week of those units. `worth`: what the total cost of delay of the
        money-optimal order falls by if the story took no work. Both are derived: an enabler has no value of its own.
        """
        found = critical_enablers(workspace=workspace_of(request), now=utc_now())
        return Response(EnablerSerializer(found, many=True).data)
