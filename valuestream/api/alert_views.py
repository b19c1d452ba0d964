"""Alerts of a map over HTTP: watch a figure, change, mute, try out, delete, and what fired."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import user_of
from accounts.policies import Action
from common.api.bodies import body_of, take_version
from common.api.describing import describe
from common.api.queries import read_id
from common.clock import utc_now
from valuestream.api import alert_examples as examples
from valuestream.api.alert_serializers import (
    AlertChange,
    AlertDraft,
    AlertSerializer,
    FiringSerializer,
    TestSentSerializer,
)
from valuestream.models import Alert, AlertFiring
from valuestream.selectors.alerts import get_alert_for, list_firings, query_alerts
from valuestream.selectors.maps import get_map_for
from valuestream.services.alert_deliveries import send_test
from valuestream.services.alerts import create_alert, delete_alert, update_alert


class AlertList(ListAPIView[Alert]):
    """The alerts of a map."""

    serializer_class = AlertSerializer

    @describe("maps_alerts_list", "List a map's alerts", example=examples.ALERT)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the alerts of a map with their present figures."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Alert]:
        """The alerts of the map asked for."""
        if getattr(self, "swagger_fake_view", False):
            return Alert.objects.none()
        return query_alerts(
            map=get_map_for(user=user_of(self.request), map_id=self.kwargs["map_id"], action=Action.VIEW)
        )

    def get_serializer_context(self) -> dict[str, Any]:
        """Who reads: what is secret is told to editors only."""
        is_schema = getattr(self, "swagger_fake_view", False)
        return {**super().get_serializer_context(), "user": None if is_schema else user_of(self.request)}

    @describe(
        "maps_alerts_create",
        "Watch a figure",
        body=AlertDraft,
        answer=AlertSerializer,
        status=201,
        body_example={"metric": "value_waiting", "stage": 4, "threshold": "350000", "by_email": True},
        example=examples.ALERT,
    )
    def post(self, request: Request, map_id: int) -> Response:
        """Watch a figure of a stage or of the stream: it fires once when crossed, again only after it recovered."""
        found = get_map_for(user=user_of(request), map_id=map_id, action=Action.EDIT_MAP)
        alert = create_alert(
            map=found, values=body_of(request), actor=user_of(request), now=utc_now(), origin=_origin(request)
        )
        return Response(_told(alert, request), status=201)


class AlertDetail(APIView):
    """One alert."""

    @describe("maps_alerts_retrieve", "Read an alert", answer=AlertSerializer, example=examples.ALERT)
    def get(self, request: Request, map_id: int, alert_id: int) -> Response:
        """Return an alert; its `version` goes with the next change."""
        return Response(_told(_fetch(request, map_id, alert_id, Action.VIEW), request))

    @describe(
        "maps_alerts_partial_update",
        "Change or mute an alert",
        body=AlertChange,
        answer=AlertSerializer,
        body_example={"is_muted": True, "version": 1},
        example=examples.ALERT,
    )
    def patch(self, request: Request, map_id: int, alert_id: int) -> Response:
        """Change what is named; with another figure, place or threshold it starts anew and may fire again."""
        found = _fetch(request, map_id, alert_id)
        values: dict[str, Any] = body_of(request)
        version = take_version(values)
        alert = update_alert(
            alert=found, values=values, actor=user_of(request), now=utc_now(), version=version, origin=_origin(request)
        )
        return Response(_told(alert, request))

    @describe("maps_alerts_destroy", "Delete an alert", status=204)
    def delete(self, request: Request, map_id: int, alert_id: int) -> Response:
        """Delete an alert with the history of what fired."""
        delete_alert(alert=_fetch(request, map_id, alert_id), actor=user_of(request), now=utc_now())
        return Response(status=204)


class AlertTest(APIView):
    """Trying an alert out."""

    @describe("maps_alerts_test", "Send a test", answer=TestSentSerializer, status=202, example={"sent": 3})
    def post(self, request: Request, map_id: int, alert_id: int) -> Response:
        """Send what a firing looks like: to your inbox, to you by e-mail where the alert does, and to its webhook."""
        sent = send_test(alert=_fetch(request, map_id, alert_id), user=user_of(request), now=utc_now())
        return Response({"sent": sent}, status=202)


class FiringList(ListAPIView[AlertFiring]):
    """What fired on a map."""

    serializer_class = FiringSerializer
    newest_first = True

    @describe(
        "maps_alert_firings_list",
        "List what fired",
        parameters=[OpenApiParameter("alert", OpenApiTypes.INT, description="Only of this alert (its id).")],
        example=examples.FIRING,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return every time an alert of the map fired, the newest first, with the items that caused it."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[AlertFiring]:
        """The firings of the map asked for."""
        if getattr(self, "swagger_fake_view", False):
            return AlertFiring.objects.none()
        found = get_map_for(user=user_of(self.request), map_id=self.kwargs["map_id"], action=Action.VIEW)
        return list_firings(map=found, alert_id=read_id(self.request, "alert"))


def _fetch(request: Request, map_id: int, alert_id: int, action: Action = Action.EDIT_MAP) -> Alert:
    return get_alert_for(user=user_of(request), map_id=map_id, alert_id=alert_id, action=action)


def _told(alert: Alert, request: Request) -> dict[str, Any]:
    return AlertSerializer(alert, context={"user": user_of(request)}).data


def _origin(request: Request) -> str:
    return request.build_absolute_uri("/").rstrip("/")
