"""What panels and filters list over HTTP, and dropping items on a panel."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import user_of, workspace_of
from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import require
from common.api.bodies import body_of, check_body
from common.api.describing import WORKSPACE, describe
from common.api.paging import next_url, read_limit
from common.api.queries import read_text, read_word
from common.clock import utc_now
from planner.api import panel_examples as examples
from planner.api.actors import actor_of
from planner.api.serializers.panels import (
    DropAnswer,
    DropUndo,
    DropUndone,
    ItemDrop,
    ListedItemSerializer,
)
from planner.domain.vocabulary import ItemKind
from planner.selectors.item_filters import context_of, require_item_filter
from planner.selectors.item_values import Shown, shown_values
from planner.selectors.panels import (
    get_panel_for,
)
from planner.selectors.panels_fields import columns_of, panel_fields
from planner.selectors.panels_rows import list_items
from planner.services.panel_drops import drop_items, undo_drop

ITEMS = [kind.value for kind in ItemKind]
ITEM = OpenApiParameter("item", OpenApiTypes.STR, enum=ITEMS, description="What to list; stories without it.")
TEXT = OpenApiParameter("filter", OpenApiTypes.STR, description='As in a panel: state is "Ready" and points > 3.')
SORT = OpenApiParameter("sort", OpenApiTypes.STR, description="A field key, - before it downwards; rank without it.")
COLUMNS = OpenApiParameter("columns", OpenApiTypes.STR, description="Keys of fields with commas between them.")
NEEDS = {
    ItemKind.STORY: Action.EDIT_STORY,
    ItemKind.TASK: Action.EDIT_STORY,
    ItemKind.CAPABILITY: Action.EDIT_PLAN,
}


class PanelItems(GenericAPIView[Any]):
    """What a panel lists."""

    @describe(
        "panels_items", "List a panel's items", answer=ListedItemSerializer(many=True), example=examples.LISTED_ITEM
    )
    def get(self, request: Request, panel_id: int) -> Response:
        """Return the panel's items in its order with its columns, a page at a time."""
        user = user_of(request)
        panel = get_panel_for(user=user, panel_id=panel_id)
        return _list(
            request,
            workspace=panel.layout.workspace,
            user=user,
            item=ItemKind(panel.item),
            text=panel.filter_text,
            sort=panel.sort,
            columns=list(panel.columns),
        )


class ItemList(GenericAPIView[Any]):
    """What any filter lists."""

    @describe(
        "items_list",
        "List items by a filter",
        answer=ListedItemSerializer(many=True),
        parameters=[WORKSPACE, ITEM, TEXT, SORT, COLUMNS],
        example=examples.LISTED_ITEM,
    )
    def get(self, request: Request) -> Response:
        """Return stories, tasks or capabilities that pass a filter, a page at a time."""
        asked = request.query_params
        return _list(
            request,
            workspace=workspace_of(request),
            user=user_of(request),
            item=ItemKind(read_word(request, "item", ITEMS) or ItemKind.STORY),
            text=asked.get("filter", ""),
            sort=read_text(request, "sort") or "",
            columns=[key for key in asked.get("columns", "").split(",") if key][:50],
        )


def _list(
    request: Request, *, workspace: Workspace, user: User, item: ItemKind, text: str, sort: str, columns: list[str]
) -> Response:
    now = utc_now()
    fields = panel_fields(workspace=workspace, item=item)
    context = context_of(workspace=workspace, now=now, user_id=user.pk)
    where = require_item_filter(text=text, fields=fields, context=context, field="filter").where
    cursor = request.query_params.get("cursor", "")
    page = list_items(
        workspace=workspace, item=item, where=where, fields=fields, sort=sort, cursor=cursor, limit=read_limit(request)
    )
    shown = shown_values(workspace=workspace, item=item, rows=page.rows, now=now) if page.rows else {}
    keys = [column.key for column in columns_of(columns=columns, item=item, fields=fields)]
    rows = [
        {
            "id": row.pk,
            "key": getattr(row, "key", ""),
            "title": row.title,
            "values": {key: shown[row.pk].get(key, Shown("")).text for key in keys},
        }
        for row in page.rows
    ]
    return Response({"next": next_url(request, page.next_cursor), "results": rows})


class PanelDrop(APIView):
    """Dropping items on a panel."""

    @describe(
        "panels_drop",
        "Drop items on a panel",
        body=ItemDrop,
        answer=DropAnswer,
        body_example={"items": [41, 42]},
        example=examples.PANEL_DROP,
    )
    def post(self, request: Request, panel_id: int) -> Response:
        """Set what the items need to match the panel's filter: all of them or none; what can't be set is told."""
        user, now = user_of(request), utc_now()
        panel = get_panel_for(user=user, panel_id=panel_id)
        workspace, item = panel.layout.workspace, ItemKind(panel.item)
        require(user=user, workspace_id=workspace.pk, action=NEEDS[item], what="item")
        result = drop_items(
            workspace=workspace,
            item=item,
            ids=check_body(body=body_of(request), shape=ItemDrop)["items"],
            filter_text=panel.filter_text,
            fields=panel_fields(workspace=workspace, item=item),
            context=context_of(workspace=workspace, now=now, user_id=user.pk),
            actor=actor_of(request),
            now=now,
        )
        told = {
            "changed": result.changed,
            "untouched": result.untouched,
            "sets": [{"field": field, "value": value} for field, value in result.words],
            "left": result.left,
            "undo_token": result.undo_token,
        }
        return Response(DropAnswer(told).data)


class PanelDropUndo(APIView):
    """Taking a drop back."""

    @describe(
        "panels_drop_undo",
        "Take a drop back",
        body=DropUndo,
        answer=DropUndone,
        body_example={"undo_token": "b7c1…"},
        example={"changed": 2},
    )
    def post(self, request: Request, panel_id: int) -> Response:
        """Give items back what a drop on this panel set; what somebody changed since stays."""
        user = user_of(request)
        panel = get_panel_for(user=user, panel_id=panel_id)
        workspace = panel.layout.workspace
        require(user=user, workspace_id=workspace.pk, action=NEEDS[ItemKind(panel.item)], what="item")
        token = check_body(body=body_of(request), shape=DropUndo)["undo_token"]
        changed = undo_drop(workspace=workspace, token=token, actor=actor_of(request), now=utc_now())
        return Response(DropUndone({"changed": changed}).data)
