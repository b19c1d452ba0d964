"""The addresses of the planner web."""

from django.urls import URLPattern, URLResolver, path

from planner.web import (
    board_urls,
    page_urls,
    panel_urls,
    planning_urls,
    proposal_urls,
    sprint_urls,
    team_urls,
    wall_urls,
)
from planner.web.talk_urls import urlpatterns as talk_urlpatterns
from planner.web.views.adding import capability_add, story_add
from planner.web.views.backlog import (
    backlog,
    backlog_rows,
    backlog_sprint_line,
    backlog_strip,
    backlog_summary,
    backlog_view_tabs,
    find,
)
from planner.web.views.bulk import (
    stories_bulk_edit,
    stories_bulk_edit_dialog,
    stories_bulk_move,
    stories_bulk_move_dialog,
    stories_bulk_move_undo,
    stories_bulk_sum,
    stories_bulk_undo,
)
from planner.web.views.editing import story_edit, story_transition
from planner.web.views.evidence import capability_evidence, story_evidence
from planner.web.views.exporting import backlog_export
from planner.web.views.filtering import backlog_filters
from planner.web.views.lenses import lenses, lenses_evidence, lenses_table
from planner.web.views.moving import capability_move, story_move
from planner.web.views.places import move_price, place_why
from planner.web.views.valuing import capability_value, story_value
from planner.web.views.views import view_delete, view_edit, view_save
from planner.web.views.workspaces import workspace_new

BACKLOG = "w/<str:workspace>/backlog/"
STORY = "w/<str:workspace>/stories/<str:key>/"
CAPABILITY = "w/<str:workspace>/capabilities/<str:key>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("workspaces/new/", workspace_new, name="workspace-new"),
    path(BACKLOG, backlog, name="backlog"),
    path(f"{BACKLOG}rows/", backlog_rows, name="backlog-rows"),
    path(f"{BACKLOG}summary/", backlog_summary, name="backlog-summary"),
    path(f"{BACKLOG}strip/", backlog_strip, name="backlog-strip"),
    path(f"{BACKLOG}sprint-lines/<int:number>/", backlog_sprint_line, name="backlog-sprint-line"),
    path(f"{BACKLOG}why/", place_why, name="place-why"),
    path(f"{BACKLOG}move-price/", move_price, name="move-price"),
    path(f"{BACKLOG}filters/", backlog_filters, name="backlog-filters"),
    path(f"{BACKLOG}export.<str:kind>", backlog_export, name="backlog-export"),
    path(f"{BACKLOG}views/tabs/", backlog_view_tabs, name="backlog-view-tabs"),
    path(f"{BACKLOG}views/", view_save, name="view-save"),
    path(f"{BACKLOG}views/<int:view>/", view_edit, name="view-edit"),
    path(f"{BACKLOG}views/<int:view>/delete/", view_delete, name="view-delete"),
    path(f"{BACKLOG}add-story/", story_add, name="story-add"),
    path(f"{BACKLOG}add-capability/", capability_add, name="capability-add"),
    path(f"{BACKLOG}bulk/", stories_bulk_edit, name="stories-bulk-edit"),
    path(f"{BACKLOG}bulk/dialog/", stories_bulk_edit_dialog, name="stories-bulk-edit-dialog"),
    path(f"{BACKLOG}bulk/undo/", stories_bulk_undo, name="stories-bulk-undo"),
    path(f"{BACKLOG}bulk/sum/", stories_bulk_sum, name="stories-bulk-sum"),
    path(f"{BACKLOG}bulk-move/", stories_bulk_move, name="stories-bulk-move"),
    path(f"{BACKLOG}bulk-move/dialog/", stories_bulk_move_dialog, name="stories-bulk-move-dialog"),
    path(f"{BACKLOG}bulk-move/undo/", stories_bulk_move_undo, name="stories-bulk-move-undo"),
    path("w/<str:workspace>/lenses/", lenses, name="lenses"),
    path("w/<str:workspace>/lenses/evidence/", lenses_evidence, name="lenses-evidence"),
    path("w/<str:workspace>/lenses/table.csv", lenses_table, name="lenses-table"),
    path("w/<str:workspace>/find/", find, name="find"),
    path(f"{STORY}move/", story_move, name="story-move"),
    path(f"{STORY}edit/", story_edit, name="story-edit"),
    path(f"{STORY}transition/", story_transition, name="story-transition"),
    path(f"{STORY}value/", story_value, name="story-value"),
    path(f"{STORY}evidence/", story_evidence, name="story-evidence"),
    path(f"{CAPABILITY}move/", capability_move, name="capability-move"),
    path(f"{CAPABILITY}value/", capability_value, name="capability-value"),
    path(f"{CAPABILITY}evidence/", capability_evidence, name="capability-evidence"),
    *page_urls.urlpatterns,
    *talk_urlpatterns,
    *proposal_urls.urlpatterns,
    *wall_urls.urlpatterns,
    *panel_urls.urlpatterns,
    *board_urls.urlpatterns,
    *planning_urls.urlpatterns,
    *sprint_urls.urlpatterns,
    *team_urls.urlpatterns,
]
