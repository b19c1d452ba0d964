"""The addresses of the work manager."""

from django.urls import URLPattern, URLResolver, path

from planner.web.views.panel_layouts import (
    layout_delete,
    layout_edit,
    layout_restore,
    layout_save,
    panel_add,
    panel_delete,
    panel_edit,
    panel_move,
    panel_restore,
)
from planner.web.views.panel_moves import work_drop, work_order, work_preview, work_undo
from planner.web.views.panels import work, work_check, work_complete, work_default, work_fresh, work_layout

HOME = "w/<str:workspace>/"
WORK = f"{HOME}work/"
LAYOUT = f"{WORK}<int:layout>/"
PANEL = f"{WORK}panels/<str:panel>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(WORK, work, name="work"),
    path(f"{WORK}default/", work_default, name="work-default"),
    path(LAYOUT, work_layout, name="work-layout"),
    path(f"{WORK}save/", layout_save, name="work-layout-save"),
    path(f"{WORK}restore/", layout_restore, name="work-layout-restore"),
    path(f"{LAYOUT}edit/", layout_edit, name="work-layout-edit"),
    path(f"{LAYOUT}delete/", layout_delete, name="work-layout-delete"),
    path(f"{LAYOUT}restore/", panel_restore, name="work-panel-restore"),
    path(f"{WORK}check/", work_check, name="work-check"),
    path(f"{WORK}complete/", work_complete, name="work-complete"),
    path(f"{WORK}preview/", work_preview, name="work-preview"),
    path(f"{WORK}order/", work_order, name="work-order"),
    path(f"{WORK}undo/", work_undo, name="work-undo"),
    path(f"{WORK}panels/", panel_add, name="work-panel-add"),
    path(PANEL, panel_edit, name="work-panel"),
    path(f"{PANEL}fresh/", work_fresh, name="work-fresh"),
    path(f"{PANEL}drop/", work_drop, name="work-drop"),
    path(f"{PANEL}move/", panel_move, name="work-panel-move"),
    path(f"{PANEL}delete/", panel_delete, name="work-panel-delete"),
]
