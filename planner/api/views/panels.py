"""The work manager over HTTP: layouts, panels, what a filter lists, and dropping items on a panel."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of, workspace_of
from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import require
from common.api.bodies import body_of, check_body, take_version
from common.api.describing import WORKSPACE, describe, id_filter
from common.api.paging import next_url, read_limit
from common.api.queries import read_id, read_text, read_word
from common.clock import utc_now
from planner.api import examples
from planner.api.actors import actor_of
from planner.api.serializers.panels import (
    DropAnswer,
    ItemDrop,
    LayoutChange,
    LayoutSerializer,
    ListedItemSerializer,
    NewLayout,
    NewPanel,
    PanelChange,
    PanelDetailSerializer,
    PanelSerializer,
)
from planner.api.views.listing import WorkspaceList
from planner.domain.vocabulary import ItemKind
from planner.models import Panel, PanelLayout
from planner.selectors.item_filters import context_of, read_item_filter, require_item_filter
from planner.selectors.item_values import Shown, shown_values
from planner.selectors.panels import (
    check_sharing,
    default_panels,
    draft_of,
    get_layout_for,
    get_panel_for,
    list_layouts,
)
from planner.selectors.panels_fields import columns_of, panel_fields
from planner.selectors.panels_rows import list_items, sum_items
from planner.services.panel_drops import drop_items
from planner.services.panels import (
    add_panel,
    create_layout,
    delete_layout,
    delete_panel,
    update_layout,
    update_panel,
)

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


class LayoutList(WorkspaceList[PanelLayout]):
    """The layouts that the caller sees."""

    serializer_class = LayoutSerializer

    @describe("layouts_list", "List layouts", parameters=[WORKSPACE], example=examples.LAYOUT)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the caller's own layouts with their panels, and those that others share."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[PanelLayout]:
        """Return the layouts of the workspace that the caller sees."""
        return list_layouts(workspace=workspace, user=user_of(self.request)).prefetch_related("panels")

    @describe(
        "layouts_create",
        "Keep a layout",
        body=NewLayout,
        answer=LayoutSerializer,
        status=201,
        body_example={"name": "Refinement", "is_shared": True},
        example=examples.LAYOUT,
    )
    def post(self, request: Request) -> Response:
        """Keep a layout of the caller's own. To share it takes the right to edit the plan."""
        body, user = body_of(request), user_of(request)
        workspace = take_workspace(request, body, Action.VIEW)
        fields = check_body(body=body, shape=NewLayout)
        is_shared = fields.get("is_shared", False)
        check_sharing(user=user, workspace_id=workspace.pk, is_shared=is_shared)
        source = get_layout_for(user=user, layout_id=fields["copy_of"]) if "copy_of" in fields else None
        panels = [draft_of(panel) for panel in source.panels.all()] if source else default_panels(workspace=workspace)
        layout = create_layout(
            workspace=workspace, owner=user, name=fields["name"], panels=panels, is_shared=is_shared, now=utc_now()
        )
        return Response(LayoutSerializer(layout).data, status=201)


class LayoutDetail(APIView):
    """One layout."""

    @describe("layouts_retrieve", "Read a layout", answer=LayoutSerializer, example=examples.LAYOUT)
    def get(self, request: Request, layout_id: int) -> Response:
        """Return a layout with its panels from left to right."""
        return Response(LayoutSerializer(get_layout_for(user=user_of(request), layout_id=layout_id)).data)

    @describe(
        "layouts_partial_update",
        "Change a layout",
        body=LayoutChange,
        answer=LayoutSerializer,
        body_example={"name": "Planning", "version": 3},
        example=examples.LAYOUT,
    )
    def patch(self, request: Request, layout_id: int) -> Response:
        """Rename or share it. Others' shared layouts take the right to edit the plan."""
        user = user_of(request)
        layout = get_layout_for(user=user, layout_id=layout_id, is_changed=True)
        fields = check_body(body=body_of(request), shape=LayoutChange)
        version = take_version(fields)
        check_sharing(user=user, workspace_id=layout.workspace_id, is_shared=fields.get("is_shared"), layout=layout)
        changed = update_layout(layout=layout, changes=fields, actor=actor_of(request), now=utc_now(), version=version)
        return Response(LayoutSerializer(changed).data)

    @describe("layouts_destroy", "Delete a layout", status=204)
    def delete(self, request: Request, layout_id: int) -> Response:
        """Delete it; the work it showed stays."""
        layout = get_layout_for(user=user_of(request), layout_id=layout_id, is_changed=True)
        delete_layout(layout=layout, actor=actor_of(request), now=utc_now())
        return Response(status=204)


class PanelList(WorkspaceList[Panel]):
    """The panels of the layouts that the caller sees."""

    serializer_class = PanelSerializer

    @describe(
        "panels_list", "List panels", parameters=[WORKSPACE, id_filter("layout", "layout")], example=examples.PANEL
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return panels by id; `position` is their order in the layout."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Panel]:
        """Return the panels of the layout asked for, or of all that the caller sees."""
        panels = Panel.objects.filter(layout__in=list_layouts(workspace=workspace, user=user_of(self.request)))
        layout = read_id(self.request, "layout")
        return panels if layout is None else panels.filter(layout=layout)

    @describe(
        "panels_create",
        "Add a panel",
        body=NewPanel,
        answer=PanelSerializer,
        status=201,
        body_example={"layout": 2, "title": "Blocked", "filter_text": "blocked", "sort": "-points"},
        example=examples.PANEL,
    )
    def post(self, request: Request) -> Response:
        """Add a panel at the right end of a layout. A filter that can't be used is refused with its place."""
        body = body_of(request)
        if "layout" not in body:
            workspace_of(request)
        fields = check_body(body=body, shape=NewPanel)
        layout = get_layout_for(user=user_of(request), layout_id=fields.pop("layout"), is_changed=True)
        version = take_version(fields)
        panel = add_panel(layout=layout, values=fields, actor=actor_of(request), now=utc_now(), version=version)
        return Response(PanelSerializer(panel).data, status=201)


class PanelDetail(APIView):
    """One panel."""

    @describe("panels_retrieve", "Read a panel", answer=PanelDetailSerializer, example=examples.PANEL_DETAIL)
    def get(self, request: Request, panel_id: int) -> Response:
        """Return the panel and what everything it lists comes to."""
        user = user_of(request)
        panel = get_panel_for(user=user, panel_id=panel_id)
        workspace, item = panel.layout.workspace, ItemKind(panel.item)
        read = read_item_filter(
            text=panel.filter_text,
            fields=panel_fields(workspace=workspace, item=item),
            context=context_of(workspace=workspace, now=utc_now(), user_id=user.pk),
        )
        totals: Any = sum_items(workspace=workspace, item=item, where=read.where)
        panel.totals, panel.problem = totals, read.problem  # type: ignore[attr-defined]
        return Response(PanelDetailSerializer(panel).data)

    @describe(
        "panels_partial_update",
        "Change a panel",
        body=PanelChange,
        answer=PanelSerializer,
        body_example={"filter_text": "assignee is me and not blocked", "version": 3},
        example=examples.PANEL,
    )
    def patch(self, request: Request, panel_id: int) -> Response:
        """Change what is named; `version` is the layout's."""
        panel = get_panel_for(user=user_of(request), panel_id=panel_id, is_changed=True)
        fields = check_body(body=body_of(request), shape=PanelChange)
        version = take_version(fields)
        changed = update_panel(panel=panel, changes=fields, actor=actor_of(request), now=utc_now(), version=version)
        return Response(PanelSerializer(changed).data)

    @describe("panels_destroy", "Remove a panel", status=204)
    def delete(self, request: Request, panel_id: int) -> Response:
        """Take it out of its layout; what it listed stays."""
        panel = get_panel_for(user=user_of(request), panel_id=panel_id, is_changed=True)
        delete_panel(panel=panel, actor=actor_of(request), now=utc_now())
        return Response(status=204)


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
