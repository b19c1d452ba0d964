"""The addresses of the pages of a story, of a capability, of a workspace's home, and of a job."""

from django.urls import URLPattern, URLResolver, path

from planner.web.views.applications import application, application_evidence, applications
from planner.web.views.capabilities import (
    capability,
    capability_delete,
    capability_part,
    capability_story,
    capability_update,
)
from planner.web.views.dependencies import dependency_add, dependency_remove
from planner.web.views.estimates import (
    capability_estimate,
    capability_estimate_preview,
    story_estimate,
    story_estimate_preview,
)
from planner.web.views.feedback import feedback_add, feedback_inbox, feedback_vet
from planner.web.views.fields import (
    field_archive,
    field_edit,
    field_move,
    field_restore,
    fields,
    formula_try,
)
from planner.web.views.graph import dependencies, enablers
from planner.web.views.home import home_events, workspace_home
from planner.web.views.jobs import job, job_cancel
from planner.web.views.own_fields import capability_fields, story_fields
from planner.web.views.stories import (
    story,
    story_blocked,
    story_criterion,
    story_delete,
    story_history,
    story_part,
    story_update,
)
from planner.web.views.tasks import task_add, task_delete, task_update
from planner.web.views.wishes import capability_scores, capability_wishes, story_scores, story_wishes

HOME = "w/<str:workspace>/"
STORY = f"{HOME}stories/<str:key>/"
CAPABILITY = f"{HOME}capabilities/<str:key>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(HOME, workspace_home, name="workspace-home"),
    path(f"{HOME}events/", home_events, name="home-events"),
    path(f"{HOME}jobs/<int:job>/", job, name="job"),
    path(f"{HOME}jobs/<int:job>/cancel/", job_cancel, name="job-cancel"),
    path(STORY, story, name="story"),
    path(f"{STORY}parts/<str:part>/", story_part, name="story-part"),
    path(f"{STORY}history/", story_history, name="story-history"),
    path(f"{STORY}update/", story_update, name="story-update"),
    path(f"{STORY}criterion/", story_criterion, name="story-criterion"),
    path(f"{STORY}blocked/", story_blocked, name="story-blocked"),
    path(f"{STORY}delete/", story_delete, name="story-delete"),
    path(f"{STORY}tasks/", task_add, name="task-add"),
    path(f"{STORY}dependencies/", dependency_add, name="dependency-add"),
    path(f"{STORY}dependencies/<int:dependency>/remove/", dependency_remove, name="dependency-remove"),
    path(f"{STORY}estimate/", story_estimate, name="story-estimate"),
    path(f"{STORY}estimate/preview/", story_estimate_preview, name="story-estimate-preview"),
    path(f"{HOME}tasks/<int:task>/", task_update, name="task-update"),
    path(f"{HOME}tasks/<int:task>/delete/", task_delete, name="task-delete"),
    path(f"{STORY}wishes/", story_wishes, name="story-wishes"),
    path(f"{STORY}scores/", story_scores, name="story-scores"),
    path(f"{CAPABILITY}wishes/", capability_wishes, name="capability-wishes"),
    path(f"{CAPABILITY}scores/", capability_scores, name="capability-scores"),
    path(f"{HOME}dependencies/", dependencies, name="dependencies"),
    path(f"{HOME}dependencies/enablers/", enablers, name="enablers"),
    path(f"{HOME}feedback/", feedback_inbox, name="feedback-inbox"),
    path(f"{HOME}feedback/add/", feedback_add, name="feedback-add"),
    path(f"{HOME}feedback/<int:feedback>/vet/", feedback_vet, name="feedback-vet"),
    path(f"{HOME}applications/", applications, name="applications"),
    path(f"{HOME}applications/<str:application>/", application, name="application"),
    path(f"{HOME}applications/<str:application>/evidence/", application_evidence, name="application-evidence"),
    path(f"{HOME}fields/", fields, name="fields"),
    path(f"{HOME}fields/try/", formula_try, name="formula-try"),
    path(f"{HOME}fields/<int:field>/", field_edit, name="field-edit"),
    path(f"{HOME}fields/<int:field>/archive/", field_archive, name="field-archive"),
    path(f"{HOME}fields/<int:field>/restore/", field_restore, name="field-restore"),
    path(f"{HOME}fields/<int:field>/move/", field_move, name="field-move"),
    path(f"{STORY}fields/", story_fields, name="story-fields"),
    path(f"{CAPABILITY}fields/", capability_fields, name="capability-fields"),
    path(CAPABILITY, capability, name="capability"),
    path(f"{CAPABILITY}parts/<str:part>/", capability_part, name="capability-part"),
    path(f"{CAPABILITY}update/", capability_update, name="capability-update"),
    path(f"{CAPABILITY}delete/", capability_delete, name="capability-delete"),
    path(f"{CAPABILITY}stories/<str:story>/", capability_story, name="capability-story"),
    path(f"{CAPABILITY}estimate/", capability_estimate, name="capability-estimate"),
    path(f"{CAPABILITY}estimate/preview/", capability_estimate_preview, name="capability-estimate-preview"),
]
