"""What value models mean, over HTTP: the sums of an application, the sensitivity of a capability."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import user_of
from accounts.policies import Action
from common.api.describing import describe
from common.clock import utc_now
from common.errors import Conflict
from planner.api import examples
from planner.api.serializers.values import ApplicationValueSerializer, SensitivitySerializer
from planner.selectors.application_values import application_value
from planner.selectors.capabilities import list_estimates
from planner.selectors.fetch import get_application_for, get_capability_for
from planner.selectors.returns import present_model
from planner.selectors.sensitivity import sensitivity_of


class ApplicationValueView(APIView):
    """The sums of one application."""

    @describe(
        "applications_value",
        "Read what an application is worth",
        answer=ApplicationValueSerializer,
        example=examples.APPLICATION_VALUE,
    )
    def get(self, request: Request, application_id: int) -> Response:
        """Return sums over its unfinished work and that of the applications within it; unvalued work is counted."""
        found = get_application_for(user=user_of(request), application_id=application_id, action=Action.VIEW)
        return Response(ApplicationValueSerializer(application_value(application=found, now=utc_now())).data)


class CapabilitySensitivity(APIView):
    """What would move one capability."""

    @describe(
        "capabilities_sensitivity",
        "Read what would move a capability",
        answer=SensitivitySerializer,
        example=examples.SENSITIVITY,
    )
    def get(self, request: Request, capability_id: int) -> Response:
        """Return which input of the newest estimate moves its place most, and what knowing more is worth.

        409 while it has no place in the money-optimal order: unvalued, finished, or not computed yet.
        """
        found = get_capability_for(user=user_of(request), capability_id=capability_id, action=Action.VIEW)
        model = present_model(list(list_estimates(capability=found)[:1]))
        if model is None:
            raise Conflict(f"{found.key} has no value model yet: estimate it first.", code="unvalued")
        sensitivity = sensitivity_of(workspace=found.workspace, unit_id=found.pk, model=model, now=utc_now())
        if sensitivity is None:
            message = f"{found.key} has no place in the money-optimal order: nothing is left to do, or try again later."
            raise Conflict(message, code="no_place")
        return Response(SensitivitySerializer(sensitivity).data)
