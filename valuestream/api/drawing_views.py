"""Drawing maps over HTTP: make and delete them, draw them anew, and go back to an earlier drawing."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of
from accounts.policies import Action
from common.api.bodies import body_of, check_body, take_version
from common.api.describing import describe
from common.clock import utc_now
from common.errors import InvalidInput, NotFound
from valuestream.api import drawing_examples as examples
from valuestream.api.drawing_serializers import DrawingSerializer, MapVersionSerializer, NewMap, RestoreSerializer
from valuestream.domain.drawing import to_json
from valuestream.models import Map, MapVersion
from valuestream.selectors.drawings import drawing_of, list_versions
from valuestream.selectors.maps import get_map_for
from valuestream.services.drawings import draw_map, restore_version
from valuestream.services.map_making import create_map


def make_map(request: Request) -> Map:
    """Make the map that a request's body describes."""
    body = body_of(request)
    place = take_workspace(request, body, Action.EDIT_MAP)
    asked = check_body(body=body, shape=NewMap)
    like = None
    if (copy_of := asked.get("copy_of")) is not None:
        like = get_map_for(user=user_of(request), map_id=min(copy_of, 2**63 - 1), action=Action.VIEW)
        if like.workspace_id != place.pk:
            raise InvalidInput("Copy a map of the same workspace.", field="copy_of")
    return create_map(
        workspace=place,
        name=asked["name"],
        template_key=asked.get("template", ""),
        like=like,
        field_key=asked.get("field", ""),
        actor_id=user_of(request).pk,
        now=utc_now(),
    )


class MapDrawing(APIView):
    """How one map is drawn."""

    @describe("maps_drawing", "Read how a map is drawn", answer=DrawingSerializer, example=examples.DRAWING)
    def get(self, request: Request, map_id: int) -> Response:
        """Return a map's stages, blocks and mapping as one object, which PUT takes back."""
        return Response(_drawn(get_map_for(user=user_of(request), map_id=map_id, action=Action.VIEW)))

    @describe(
        "maps_drawing_update",
        "Draw a map anew",
        body=DrawingSerializer,
        answer=DrawingSerializer,
        body_example={**examples.DRAWING, "reason": "Review is one team's work now"},
        example={**examples.DRAWING, "version": 4},
    )
    def put(self, request: Request, map_id: int) -> Response:
        """Draw a map as the body says, all of it: parts whose id is named are kept, what is not named is gone.

        The earlier drawing stays as a version: what is asked about the past is told as the map was drawn then. 409 when
        somebody drew it since the version sent. Alerts of a stage that is gone are gone with it.
        """
        found = get_map_for(user=user_of(request), map_id=map_id, action=Action.EDIT_MAP)
        body = body_of(request)
        version, reason = take_version(body), body.pop("reason", "")
        if version is None:
            raise InvalidInput("Send the version you read, a whole number.", field="version")
        if not isinstance(reason, str):
            raise InvalidInput("Say the reason in words.", field="reason")
        _known_fields(body)
        user, now = user_of(request), utc_now()
        return Response(
            _drawn(draw_map(map=found, sent=body, version=version, actor_id=user.pk, now=now, reason=reason))
        )


def _known_fields(body: dict[str, Any]) -> None:
    known = ("version", "reason", "wait_rule", "filter", "stages")
    unknown = {name: ["Remove this field; known are: " + ", ".join(known) + "."] for name in body if name not in known}
    if unknown:
        raise InvalidInput(field_errors=unknown)


def _drawn(map_: Map) -> dict[str, Any]:
    return {"version": map_.version, **to_json(drawing_of(map=map_))}


class MapVersionList(ListAPIView[MapVersion]):
    """The drawings a map has had."""

    serializer_class = MapVersionSerializer
    newest_first = True

    @describe("maps_versions_list", "List a map's versions", example=examples.VERSION)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return how a map was drawn and from when on, the newest first; none while nobody has changed it."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[MapVersion]:
        """The versions of the map asked for."""
        if getattr(self, "swagger_fake_view", False):
            return MapVersion.objects.none()
        found = get_map_for(user=user_of(self.request), map_id=self.kwargs["map_id"], action=Action.VIEW)
        return list_versions(map=found).order_by("pk")


class MapVersionRestore(APIView):
    """Going back to an earlier drawing."""

    @describe(
        "maps_versions_restore",
        "Go back to a version",
        body=RestoreSerializer,
        answer=DrawingSerializer,
        body_example={"version": 3},
        example={**examples.DRAWING, "version": 4},
    )
    def post(self, request: Request, map_id: int, number: int) -> Response:
        """Draw a map as an earlier version drew it; that is a version of its own, so nothing is lost."""
        found = get_map_for(user=user_of(request), map_id=map_id, action=Action.EDIT_MAP)
        if number >= 2**31:
            raise NotFound("The map has no such version.")
        asked = check_body(body=body_of(request), shape=RestoreSerializer)
        drawn = restore_version(
            map=found, number=number, version=asked["version"], actor_id=user_of(request).pk, now=utc_now()
        )
        return Response(_drawn(drawn))
