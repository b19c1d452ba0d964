"""Pins over HTTP: list, pin, read, lift."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, read_body
from common.api.describing import WORKSPACE, describe, id_filter
from common.api.queries import read_ids
from common.clock import utc_now
from common.errors import InvalidInput
from planner.api import examples
from planner.api.actors import actor_of
from planner.api.serializers.proposals import NewPin, PinPriceSerializer, PinSerializer, PlannedPin
from planner.api.views.listing import WorkspaceList
from planner.domain.vocabulary import PinKind
from planner.models import Pin, Story
from planner.selectors.fetch import get_pin_for
from planner.selectors.pins import list_pins
from planner.services.pin_checks import PinWish
from planner.services.pin_prices import preview_pin
from planner.services.pins import lift_pin, pin_unit, restore_pin
from planner.services.units import Unit


class PinList(WorkspaceList[Pin]):
    """The pins of a workspace."""

    serializer_class = PinSerializer

    @describe(
        "pins_list",
        "List pins",
        parameters=[WORKSPACE, id_filter("capability", "capability"), id_filter("story", "story")],
        example=examples.PIN,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return all pins. Those that count have no `lifted_at`, and their last day `expires_on` is not over."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Pin]:
        """Return the pins that pass the filters."""
        pins = list_pins(workspace_id=workspace.pk).filter(**read_ids(self.request, ["capability", "story"]))
        return pins.select_related("capability", "story", "other_capability", "other_story")

    @describe(
        "pins_create",
        "Pin a unit",
        body=NewPin,
        answer=PinSerializer,
        status=201,
        body_example={
            "capability": 7,
            "kind": "PLACE",
            "place": 6,
            "reason": "Promised to Nordlake Foods for the June visit",
            "expires_on": "2026-07-10",
        },
        example=examples.PIN,
    )
    def post(self, request: Request) -> Response:
        """Hold a unit at a place, or before or after another, until the end of a day.

        A pin that can't be held together with another is refused (409) and the pair is named. Its `price` is
        computed shortly after; `POST /api/v1/pins/price/` tells it beforehand.
        """
        body = body_of(request)
        workspace = take_workspace(request, body, Action.RANK)
        fields = read_body(body=body, shape=NewPin, workspace_id=workspace.pk)
        unit, other = _take_units(fields)
        now = utc_now()
        try:
            pin = pin_unit(workspace=workspace, unit=unit, other=other, actor=actor_of(request), now=now, **fields)
        except InvalidInput as refused:
            raise _in_fields(refused, unit, other) from None
        return Response(PinSerializer(pin).data, status=201)


class PinPreview(APIView):
    """The price of a pin that is not made yet."""

    @describe(
        "pins_price",
        "Tell what a pin would cost",
        body=PlannedPin,
        answer=PinPriceSerializer,
        body_example={"capability": 7, "kind": "PLACE", "place": 6},
        example={"price": "2100.00"},
    )
    def post(self, request: Request) -> Response:
        """Return what a pin would add to the total cost of delay of the best order; nothing is pinned.

        Refused as pinning would be. Null above 20,000 open stories: then it is computed after pinning.
        """
        body = body_of(request)
        workspace = take_workspace(request, body, Action.RANK)
        fields = read_body(body=body, shape=PlannedPin, workspace_id=workspace.pk)
        unit, other = _take_units(fields)
        wish = PinWish(unit, PinKind(fields["kind"]), fields.get("place"), other)
        try:
            price = preview_pin(workspace=workspace, wish=wish, now=utc_now())
        except InvalidInput as refused:
            raise _in_fields(refused, unit, other) from None
        return Response(PinPriceSerializer({"price": price}).data)


def _take_units(fields: dict[str, Any]) -> tuple[Unit, Unit | None]:
    """The unit to pin and the one it is held against, taken out of the fields."""
    unit = _take_unit(fields, "capability", "story")
    if unit is None:
        raise InvalidInput("Say what to pin: one of capability and story.", field="capability")
    return unit, _take_unit(fields, "other_capability", "other_story")


def _in_fields(refused: InvalidInput, unit: Unit, other: Unit | None) -> InvalidInput:
    """The refusal with the names that this API has for the two units."""
    names = {
        "unit": "story" if isinstance(unit, Story) else "capability",
        "other": "other_story" if isinstance(other, Story) else "other_capability",
    }
    errors = {names.get(name, name): texts for name, texts in refused.errors.items()}
    return InvalidInput(refused.message, code=refused.code, field_errors=errors)


def _take_unit(fields: dict[str, Any], capability: str, story: str) -> Unit | None:
    """Take the one unit that is named out of the fields; None where none is."""
    named: list[Unit] = [thing for name in (capability, story) if (thing := fields.pop(name, None)) is not None]
    if len(named) > 1:
        raise InvalidInput(f"Name one unit: {capability} or {story}, not both.", field=capability)
    return named[0] if named else None


class PinDetail(APIView):
    """One pin."""

    @describe("pins_retrieve", "Read a pin", answer=PinSerializer, example=examples.PIN)
    def get(self, request: Request, pin_id: int) -> Response:
        """Return a pin with what it costs."""
        return Response(PinSerializer(get_pin_for(user=user_of(request), pin_id=pin_id, action=Action.VIEW)).data)

    @describe("pins_destroy", "Lift a pin", status=204)
    def delete(self, request: Request, pin_id: int) -> Response:
        """Lift a pin; it stays in the list with who lifted it. `POST .../restore/` takes that back."""
        pin = get_pin_for(user=user_of(request), pin_id=pin_id, action=Action.RANK)
        lift_pin(pin=pin, actor=actor_of(request), now=utc_now())
        return Response(status=204)


class PinRestore(APIView):
    """Taking the lifting of a pin back."""

    @describe("pins_restore", "Pin again what was lifted", answer=PinSerializer, example=examples.PIN)
    def post(self, request: Request, pin_id: int) -> Response:
        """Let a lifted pin count again, with its author, reason and last day.

        409 where it was not lifted, or another pin excludes it by now; 400 where its last day is over.
        """
        pin = get_pin_for(user=user_of(request), pin_id=pin_id, action=Action.RANK)
        if body_of(request):
            raise InvalidInput("Send no fields: this call takes none.", field="body")
        return Response(PinSerializer(restore_pin(pin=pin, actor=actor_of(request), now=utc_now())).data)
