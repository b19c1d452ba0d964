"""The addresses of the planner in the REST API."""

from django.urls import URLPattern, URLResolver, path

from planner.api import plan_urls, talk_urls
from planner.api.views.backlog import BacklogView, EventList
from planner.api.views.board_cards import BoardCards, BoardMoves, BoardMoveUndo
from planner.api.views.boards import BoardDetail, BoardList
from planner.api.views.bulk import StoryBulkMove, StoryBulkMoveUndo, StoryBulkUndo
from planner.api.views.capabilities import (
    ApplicationDetail,
    ApplicationList,
    CapabilityDetail,
    CapabilityEstimates,
    CapabilityList,
    StoryEstimates,
)
from planner.api.views.enablers import EnablerList
from planner.api.views.fields import (
    CapabilityFields,
    FieldDetail,
    FieldList,
    FieldReorder,
    FieldRestore,
    StoryFields,
)
from planner.api.views.lenses import LensComparison, LensPrices
from planner.api.views.panel_items import ItemList, PanelDrop, PanelDropUndo, PanelItems
from planner.api.views.panels import LayoutDetail, LayoutList, PanelDetail, PanelList
from planner.api.views.pins import PinDetail, PinList, PinPreview, PinRestore
from planner.api.views.proposals import (
    ProposalAccept,
    ProposalDetail,
    ProposalDiscard,
    ProposalList,
    ProposalUndo,
)
from planner.api.views.saved_views import ViewDetail, ViewList
from planner.api.views.sprints import (
    SprintBurnDown,
    SprintComplete,
    SprintDetail,
    SprintEntries,
    SprintList,
    SprintReopen,
    SprintReportView,
    SprintSeries,
    SprintStart,
)
from planner.api.views.states import StateDetail, StateList, StateReorder
from planner.api.views.stories import (
    StoryBlock,
    StoryBulk,
    StoryDetail,
    StoryList,
    StoryMove,
    StoryTransition,
)
from planner.api.views.tasks import (
    DependencyDetail,
    DependencyList,
    TaskBlock,
    TaskBulkChange,
    TaskDetail,
    TaskList,
    TaskPlace,
)
from planner.api.views.team_capacity import TeamCapacityView, TeamVelocityView
from planner.api.views.team_people import LeaveDetail, LeaveList, MemberDetail, MemberList, PersonDetail
from planner.api.views.teams import PersonList, TeamDetail, TeamList
from planner.api.views.values import ApplicationValueView, CapabilitySensitivity
from planner.api.views.wall import WallView
from planner.api.views.wishes import (
    CapabilityScores,
    FeedbackDetail,
    FeedbackDismissing,
    FeedbackLinking,
    FeedbackList,
    FeedbackReopen,
    StoryScores,
    VoteList,
)
from planner.api.views.workspaces import WorkspaceList

urlpatterns: list[URLPattern | URLResolver] = [
    path("workspaces/", WorkspaceList.as_view(), name="api-workspaces"),
    path("applications/", ApplicationList.as_view(), name="api-applications"),
    path("applications/<int:application_id>/", ApplicationDetail.as_view(), name="api-application"),
    path("applications/<int:application_id>/value/", ApplicationValueView.as_view(), name="api-application-value"),
    path("capabilities/", CapabilityList.as_view(), name="api-capabilities"),
    path("capabilities/<int:capability_id>/", CapabilityDetail.as_view(), name="api-capability"),
    path("capabilities/<int:capability_id>/estimates/", CapabilityEstimates.as_view(), name="api-capability-estimates"),
    path(
        "capabilities/<int:capability_id>/sensitivity/",
        CapabilitySensitivity.as_view(),
        name="api-capability-sensitivity",
    ),
    path("stories/", StoryList.as_view(), name="api-stories"),
    path("stories/bulk/", StoryBulk.as_view(), name="api-story-bulk"),
    path("stories/bulk/undo/", StoryBulkUndo.as_view(), name="api-story-bulk-undo"),
    path("stories/bulk/move/", StoryBulkMove.as_view(), name="api-story-bulk-move"),
    path("stories/bulk/move/undo/", StoryBulkMoveUndo.as_view(), name="api-story-bulk-move-undo"),
    path("stories/<int:story_id>/", StoryDetail.as_view(), name="api-story"),
    path("stories/<int:story_id>/move/", StoryMove.as_view(), name="api-story-move"),
    path("stories/<int:story_id>/transition/", StoryTransition.as_view(), name="api-story-transition"),
    path("stories/<int:story_id>/block/", StoryBlock.as_view(), name="api-story-block"),
    path("stories/<int:story_id>/estimates/", StoryEstimates.as_view(), name="api-story-estimates"),
    path("stories/<int:story_id>/fields/", StoryFields.as_view(), name="api-story-fields"),
    path("capabilities/<int:capability_id>/fields/", CapabilityFields.as_view(), name="api-capability-fields"),
    path("fields/", FieldList.as_view(), name="api-fields"),
    path("fields/reorder/", FieldReorder.as_view(), name="api-fields-reorder"),
    path("fields/<int:field_id>/", FieldDetail.as_view(), name="api-field"),
    path("fields/<int:field_id>/restore/", FieldRestore.as_view(), name="api-field-restore"),
    path("backlog/", BacklogView.as_view(), name="api-backlog"),
    path("lenses/", LensPrices.as_view(), name="api-lenses"),
    path("lenses/compare/", LensComparison.as_view(), name="api-lens-compare"),
    path("views/", ViewList.as_view(), name="api-views"),
    path("views/<int:view_id>/", ViewDetail.as_view(), name="api-view"),
    path("events/", EventList.as_view(), name="api-events"),
    path("tasks/", TaskList.as_view(), name="api-tasks"),
    path("tasks/<int:task_id>/", TaskDetail.as_view(), name="api-task"),
    path("tasks/bulk/", TaskBulkChange.as_view(), name="api-task-bulk"),
    path("tasks/<int:task_id>/move/", TaskPlace.as_view(), name="api-task-move"),
    path("tasks/<int:task_id>/block/", TaskBlock.as_view(), name="api-task-block"),
    path("wall/", WallView.as_view(), name="api-wall"),
    path("dependencies/", DependencyList.as_view(), name="api-dependencies"),
    path("dependencies/enablers/", EnablerList.as_view(), name="api-enablers"),
    path("dependencies/<int:dependency_id>/", DependencyDetail.as_view(), name="api-dependency"),
    path("capabilities/<int:capability_id>/scores/", CapabilityScores.as_view(), name="api-capability-scores"),
    path("stories/<int:story_id>/scores/", StoryScores.as_view(), name="api-story-scores"),
    path("votes/", VoteList.as_view(), name="api-votes"),
    path("feedback/", FeedbackList.as_view(), name="api-feedback-list"),
    path("feedback/<int:feedback_id>/", FeedbackDetail.as_view(), name="api-feedback"),
    path("feedback/<int:feedback_id>/link/", FeedbackLinking.as_view(), name="api-feedback-link"),
    path("feedback/<int:feedback_id>/dismiss/", FeedbackDismissing.as_view(), name="api-feedback-dismiss"),
    path("feedback/<int:feedback_id>/reopen/", FeedbackReopen.as_view(), name="api-feedback-reopen"),
    path("people/", PersonList.as_view(), name="api-people"),
    path("people/<int:person_id>/", PersonDetail.as_view(), name="api-person"),
    path("leaves/", LeaveList.as_view(), name="api-leaves"),
    path("leaves/<int:leave_id>/", LeaveDetail.as_view(), name="api-leave"),
    path("teams/", TeamList.as_view(), name="api-teams"),
    path("teams/<int:team_id>/", TeamDetail.as_view(), name="api-team"),
    path("teams/<int:team_id>/members/", MemberList.as_view(), name="api-team-members"),
    path("teams/<int:team_id>/members/<int:member_id>/", MemberDetail.as_view(), name="api-team-member"),
    path("teams/<int:team_id>/capacity/", TeamCapacityView.as_view(), name="api-team-capacity"),
    path("teams/<int:team_id>/velocity/", TeamVelocityView.as_view(), name="api-team-velocity"),
    path("sprints/", SprintList.as_view(), name="api-sprints"),
    path("sprints/next/", SprintSeries.as_view(), name="api-sprints-next"),
    path("sprints/<int:sprint_id>/", SprintDetail.as_view(), name="api-sprint"),
    path("sprints/<int:sprint_id>/start/", SprintStart.as_view(), name="api-sprint-start"),
    path("sprints/<int:sprint_id>/reopen/", SprintReopen.as_view(), name="api-sprint-reopen"),
    path("sprints/<int:sprint_id>/burn-down/", SprintBurnDown.as_view(), name="api-sprint-burn-down"),
    path("sprints/<int:sprint_id>/report/", SprintReportView.as_view(), name="api-sprint-report"),
    path("sprints/<int:sprint_id>/entries/", SprintEntries.as_view(), name="api-sprint-entries"),
    path("sprints/<int:sprint_id>/complete/", SprintComplete.as_view(), name="api-sprint-complete"),
    path("states/", StateList.as_view(), name="api-states"),
    path("states/reorder/", StateReorder.as_view(), name="api-states-reorder"),
    path("states/<int:state_id>/", StateDetail.as_view(), name="api-state"),
    path("proposals/", ProposalList.as_view(), name="api-proposals"),
    path("proposals/<int:proposal_id>/", ProposalDetail.as_view(), name="api-proposal"),
    path("proposals/<int:proposal_id>/accept/", ProposalAccept.as_view(), name="api-proposal-accept"),
    path("proposals/<int:proposal_id>/undo/", ProposalUndo.as_view(), name="api-proposal-undo"),
    path("proposals/<int:proposal_id>/discard/", ProposalDiscard.as_view(), name="api-proposal-discard"),
    path("pins/", PinList.as_view(), name="api-pins"),
    path("pins/price/", PinPreview.as_view(), name="api-pins-price"),
    path("pins/<int:pin_id>/", PinDetail.as_view(), name="api-pin"),
    path("pins/<int:pin_id>/restore/", PinRestore.as_view(), name="api-pin-restore"),
    path("layouts/", LayoutList.as_view(), name="api-layouts"),
    path("layouts/<int:layout_id>/", LayoutDetail.as_view(), name="api-layout"),
    path("panels/", PanelList.as_view(), name="api-panels"),
    path("panels/<int:panel_id>/", PanelDetail.as_view(), name="api-panel"),
    path("panels/<int:panel_id>/items/", PanelItems.as_view(), name="api-panel-items"),
    path("panels/<int:panel_id>/drop/", PanelDrop.as_view(), name="api-panel-drop"),
    path("panels/<int:panel_id>/drop/undo/", PanelDropUndo.as_view(), name="api-panel-drop-undo"),
    path("boards/", BoardList.as_view(), name="api-boards"),
    path("boards/<int:board_id>/", BoardDetail.as_view(), name="api-board"),
    path("boards/<int:board_id>/cards/", BoardCards.as_view(), name="api-board-cards"),
    path("boards/<int:board_id>/move/", BoardMoves.as_view(), name="api-board-move"),
    path("boards/<int:board_id>/move/undo/", BoardMoveUndo.as_view(), name="api-board-move-undo"),
    path("items/", ItemList.as_view(), name="api-items"),
    *plan_urls.urlpatterns,
    *talk_urls.urlpatterns,
]
