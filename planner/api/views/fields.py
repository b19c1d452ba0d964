"""Custom fields over HTTP: the fields of a workspace, and their values on stories and capabilities."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, check_body, read_body, take_version
from common.api.describing import WORKSPACE, describe
from common.clock import utc_now
from planner.api import field_examples
from planner.api.actors import actor_of
from planner.api.serializers.fields import (
    FieldChange,
    FieldOrder,
    FieldSerializer,
    FieldValuesChange,
    NewField,
    ShownFieldSerializer,
)
from planner.api.views.listing import WorkspaceList
from planner.domain.vocabulary import ItemKind
from planner.models import Capability, CustomField, Story
from planner.selectors.custom_fields import get_field_for, list_fields
from planner.selectors.fetch import get_capability_for, get_story_for
from planner.selectors.own_fields import own_fields_of
from planner.services.custom_fields import archive_field, create_field, reorder_fields, restore_field, update_field
from planner.services.field_options import OptionDraft
from planner.services.field_values import set_capability_fields, set_story_fields_of_own

ITEM = OpenApiParameter("item", OpenApiTypes.STR, enum=["STORY", "CAPABILITY"], description="Only those of these.")
ARCHIVED = OpenApiParameter("archived", OpenApiTypes.BOOL, description="Those that were taken away instead.")


class FieldList(WorkspaceList[CustomField]):
    """The custom fields of a workspace."""

    serializer_class = FieldSerializer

    @describe(
        "fields_list", "List custom fields", parameters=[WORKSPACE, ITEM, ARCHIVED], example=field_examples.CUSTOM_FIELD
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the custom fields with their options, by id; `position` is their order."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[CustomField]:
        """Return the workspace's fields."""
        asked = self.request.query_params
        is_archived = asked.get("archived", "").casefold() in ("1", "true", "yes")
        return list_fields(workspace_id=workspace.pk, item=asked.get("item") or None, is_archived=is_archived)

    @describe(
        "fields_create",
        "Add a custom field",
        body=NewField,
        answer=FieldSerializer,
        status=201,
        body_example={
            "item": "STORY",
            "name": "Risk",
            "kind": "CHOICE",
            "options": [{"label": "High", "tone": "red"}, {"label": "Low"}],
        },
        example=field_examples.CUSTOM_FIELD,
    )
    def post(self, request: Request) -> Response:
        """Add a field to stories or capabilities. A formula that can't be read is refused with the place of it."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_WORKFLOW)
        fields = read_body(body=body, shape=NewField, workspace_id=workspace.pk)
        options = _drafts(fields.pop("options", None)) or []
        field = create_field(workspace=workspace, options=options, actor=actor_of(request), now=utc_now(), **fields)
        return Response(FieldSerializer(field).data, status=201)


class FieldReorder(APIView):
    """The order of the fields."""

    @describe(
        "fields_reorder",
        "Reorder custom fields",
        body=FieldOrder,
        answer=FieldSerializer(many=True),
        body_example={"item": "STORY", "keys": ["risk", "users"]},
    )
    def post(self, request: Request) -> Response:
        """Put the fields of stories, or of capabilities, into this order: every one of them, each once."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_WORKFLOW)
        fields = check_body(body=body, shape=FieldOrder)
        fields.pop("workspace", None)
        reorder_fields(workspace=workspace, actor=actor_of(request), now=utc_now(), **fields)
        return Response(FieldSerializer(list_fields(workspace_id=workspace.pk, item=fields["item"]), many=True).data)


class FieldDetail(APIView):
    """One field."""

    @describe("fields_retrieve", "Read a custom field", answer=FieldSerializer, example=field_examples.CUSTOM_FIELD)
    def get(self, request: Request, field_id: int) -> Response:
        """Return a field, taken away or not."""
        field = get_field_for(user=user_of(request), field_id=field_id, action=Action.VIEW)
        return Response(FieldSerializer(field).data)

    @describe(
        "fields_partial_update",
        "Change a custom field",
        body=FieldChange,
        answer=FieldSerializer,
        body_example={"name": "Risk to users", "version": 1},
        example=field_examples.CUSTOM_FIELD,
    )
    def patch(self, request: Request, field_id: int) -> Response:
        """Change name, unit, formula or the whole list of options. Values keep their options when those are renamed."""
        field = get_field_for(user=user_of(request), field_id=field_id, action=Action.EDIT_WORKFLOW)
        changes = read_body(body=body_of(request), shape=FieldChange, workspace_id=field.workspace_id)
        version = take_version(changes)
        if "options" in changes:
            changes["options"] = _drafts(changes["options"])
        update_field(field=field, changes=changes, version=version, actor=actor_of(request), now=utc_now())
        fresh = get_field_for(user=user_of(request), field_id=field_id, action=Action.VIEW)
        return Response(FieldSerializer(fresh).data)

    @describe("fields_destroy", "Take a custom field away", status=204)
    def delete(self, request: Request, field_id: int) -> Response:
        """Take a field away. Its values are kept and come back with it; a formula that goes by it forbids it."""
        field = get_field_for(user=user_of(request), field_id=field_id, action=Action.EDIT_WORKFLOW)
        archive_field(field=field, actor=actor_of(request), now=utc_now())
        return Response(status=204)


class FieldRestore(APIView):
    """A field that was taken away."""

    @describe(
        "fields_restore", "Bring a custom field back", answer=FieldSerializer, example=field_examples.CUSTOM_FIELD
    )
    def post(self, request: Request, field_id: int) -> Response:
        """Bring a field back with the values it had."""
        field = get_field_for(user=user_of(request), field_id=field_id, action=Action.EDIT_WORKFLOW)
        restore_field(field=field, actor=actor_of(request), now=utc_now())
        fresh = get_field_for(user=user_of(request), field_id=field_id, action=Action.VIEW)
        return Response(FieldSerializer(fresh).data)


class StoryFields(APIView):
    """The custom fields of one story."""

    @describe(
        "fields_of_story",
        "Read a story's custom fields",
        answer=ShownFieldSerializer(many=True),
        example=field_examples.SHOWN_FIELD,
    )
    def get(self, request: Request, story_id: int) -> Response:
        """Return each field with its value; formulas are worked out now."""
        return _told(get_story_for(user=user_of(request), story_id=story_id, action=Action.VIEW))

    @describe(
        "fields_set_of_story",
        "Set a story's custom fields",
        body=FieldValuesChange,
        answer=ShownFieldSerializer(many=True),
        body_example={"values": {"risk": "High", "users": 1200, "customer": None}},
        example=field_examples.SHOWN_FIELD,
    )
    def patch(self, request: Request, story_id: int) -> Response:
        """Set fields by key: all of them or none. Each change is told in the story's log."""
        story = get_story_for(user=user_of(request), story_id=story_id, action=Action.EDIT_STORY)
        values = check_body(body=body_of(request), shape=FieldValuesChange)["values"]
        set_story_fields_of_own(
            workspace=story.workspace, story_ids=[story.pk], values=values, actor=actor_of(request), now=utc_now()
        )
        return _told(story)


class CapabilityFields(APIView):
    """The custom fields of one capability."""

    @describe(
        "fields_of_capability",
        "Read a capability's custom fields",
        answer=ShownFieldSerializer(many=True),
        example=field_examples.SHOWN_FIELD,
    )
    def get(self, request: Request, capability_id: int) -> Response:
        """Return each field with its value; formulas are worked out now."""
        return _told(get_capability_for(user=user_of(request), capability_id=capability_id, action=Action.VIEW))

    @describe(
        "fields_set_of_capability",
        "Set a capability's custom fields",
        body=FieldValuesChange,
        answer=ShownFieldSerializer(many=True),
        body_example={"values": {"tier": 2}},
        example=field_examples.SHOWN_FIELD,
    )
    def patch(self, request: Request, capability_id: int) -> Response:
        """Set fields by key: all of them or none."""
        capability = get_capability_for(user=user_of(request), capability_id=capability_id, action=Action.EDIT_PLAN)
        values = check_body(body=body_of(request), shape=FieldValuesChange)["values"]
        set_capability_fields(capability=capability, values=values, actor=actor_of(request), now=utc_now())
        return _told(capability)


def _told(thing: Story | Capability) -> Response:
    item = ItemKind.STORY if isinstance(thing, Story) else ItemKind.CAPABILITY
    shown = own_fields_of(workspace=thing.workspace, item=item, item_id=thing.pk, now=utc_now())
    return Response(ShownFieldSerializer(shown, many=True).data)


def _drafts(given: Sequence[Any] | None) -> list[OptionDraft] | None:
    """The options of a body, checked for their shape here; the service checks the rest."""
    if given is None:
        return None
    shape = FieldChange(data={"options": given}, partial=True)
    shape.is_valid(raise_exception=True)
    return [
        OptionDraft(label=option["label"], id=option.get("id"), tone=option.get("tone", ""))
        for option in shape.validated_data["options"]
    ]
