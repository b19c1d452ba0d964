"""The work manager over HTTP: layouts, panels, what a filter lists, and dropping items on a panel."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of, workspace_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, check_body, take_version
from common.api.describing import WORKSPACE, describe, id_filter
from common.api.queries import read_id
from common.clock import utc_now
from planner.api import panel_examples as examples
from planner.api.actors import actor_of
from planner.api.serializers.panels import (
    LayoutChange,
    LayoutSerializer,
    NewLayout,
    NewPanel,
    PanelChange,
    PanelDetailSerializer,
    PanelSerializer,
)
from planner.api.views.listing import WorkspaceList
from planner.domain.vocabulary import ItemKind
from planner.models import Panel, PanelLayout
from planner.selectors.item_filters import context_of, read_item_filter
from planner.selectors.panels import (
    check_sharing,
    default_panels,
    draft_of,
    get_layout_for,
    get_panel_for,
    list_layouts,
)
from planner.selectors.panels_fields import panel_fields
from planner.selectors.panels_rows import sum_items
from planner.services.panels import (
    add_panel,
    create_layout,
    delete_layout,
    delete_panel,
    update_layout,
    update_panel,
)


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
