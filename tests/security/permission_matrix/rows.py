"""Who may do what at every address: one row for each (URL name, method).

A row's `needs` is the action that its policy asks for (accounts.policies). From it follow the answers
for all roles: members whose role allows the action get in, other members get 403, outsiders 404,
anonymous callers 401 (API) or the sign-in page (pages).

To add an address: add its row. A method without a row must answer 405.
"""

from __future__ import annotations

from typing import NamedTuple

from accounts.policies import Action


class SignedIn:
    """Whoever has an account."""


class Public:
    """Everybody."""


class Row(NamedTuple):
    """One method of one address."""

    name: str
    method: str
    needs: type[SignedIn | Public] | Action


def rows(name: str, **needs: type[SignedIn | Public] | Action) -> list[Row]:
    """The rows of one address: `rows("api-story", get=Action.VIEW, patch=Action.EDIT_STORY)`."""
    return [Row(name, method, need) for method, need in needs.items()]


VIEW = Action.VIEW

PROGRAM = [
    *rows("healthz", get=Public),
    *rows("readyz", get=Public),
]

API = [
    *rows("api-root", get=Public),
    *rows("api-docs", get=Public),
    *rows("api-schema", get=Public),
    *rows("api-workspaces", get=SignedIn, post=SignedIn),
    *rows("api-workspace", get=VIEW, patch=Action.MANAGE_WORKSPACE),
    *rows("api-members", get=VIEW),
    *rows("api-member", get=VIEW, patch=Action.MANAGE_PEOPLE, delete=Action.MANAGE_PEOPLE),
    *rows("api-invitations", get=Action.MANAGE_PEOPLE, post=Action.MANAGE_PEOPLE),
    *rows("api-invitation", delete=Action.MANAGE_PEOPLE),
    *rows("api-jobs", get=VIEW),
    *rows("api-job", get=VIEW),
    *rows("api-job-cancel", post=Action.IMPORT),
    *rows("api-applications", get=VIEW, post=Action.EDIT_PLAN),
    *rows("api-application", get=VIEW, patch=Action.EDIT_PLAN, delete=Action.EDIT_PLAN),
    *rows("api-capabilities", get=VIEW, post=Action.EDIT_PLAN),
    *rows("api-capability", get=VIEW, patch=Action.EDIT_PLAN, delete=Action.EDIT_PLAN),
    *rows("api-application-value", get=VIEW),
    *rows("api-capability-sensitivity", get=VIEW),
    *rows("api-capability-estimates", get=VIEW, post=Action.EDIT_VALUE),
    *rows("api-stories", get=VIEW, post=Action.EDIT_STORY),
    *rows("api-story-bulk", post=Action.EDIT_STORY, patch=Action.EDIT_STORY),
    *rows("api-story-bulk-undo", post=Action.EDIT_STORY),
    *rows("api-story-bulk-move", post=Action.RANK),
    *rows("api-story-bulk-move-undo", post=Action.RANK),
    *rows("api-views", get=VIEW, post=VIEW),
    *rows("api-view", get=VIEW, patch=Action.EDIT_PLAN, delete=Action.EDIT_PLAN),
    *rows("api-story", get=VIEW, patch=Action.EDIT_STORY, delete=Action.EDIT_STORY),
    *rows("api-story-move", post=Action.RANK),
    *rows("api-story-transition", post=Action.TRANSITION),
    *rows("api-story-block", post=Action.EDIT_STORY),
    *rows("api-story-estimates", get=VIEW, post=Action.EDIT_VALUE),
    *rows("api-backlog", get=VIEW),
    *rows("api-lenses", get=VIEW),
    *rows("api-lens-compare", get=VIEW),
    *rows("api-events", get=VIEW),
    *rows("api-tasks", get=VIEW, post=Action.EDIT_STORY),
    *rows("api-task-bulk", patch=Action.EDIT_STORY),
    *rows("api-task-move", post=Action.EDIT_STORY),
    *rows("api-task-block", post=Action.EDIT_STORY),
    *rows("api-wall", get=VIEW),
    *rows("api-task", get=VIEW, patch=Action.EDIT_STORY, delete=Action.EDIT_STORY),
    *rows("api-dependencies", get=VIEW, post=Action.EDIT_STORY),
    *rows("api-enablers", get=VIEW),
    *rows("api-dependency", get=VIEW, delete=Action.EDIT_STORY),
    *rows("api-capability-scores", get=VIEW, patch=Action.RANK),
    *rows("api-story-scores", get=VIEW, patch=Action.RANK),
    *rows("api-votes", get=VIEW, post=Action.VOTE),
    *rows("api-feedback-list", get=VIEW, post=Action.VOTE),
    *rows("api-feedback", get=VIEW, patch=Action.RANK, delete=Action.RANK),
    *rows("api-feedback-link", post=Action.RANK),
    *rows("api-feedback-dismiss", post=Action.RANK),
    *rows("api-feedback-reopen", post=Action.RANK),
    *rows("api-proposals", get=VIEW, post=Action.RANK),
    *rows("api-proposal", get=VIEW),
    *rows("api-proposal-accept", post=Action.RANK),
    *rows("api-proposal-undo", post=Action.RANK),
    *rows("api-proposal-discard", post=Action.RANK),
    *rows("api-pins", get=VIEW, post=Action.RANK),
    *rows("api-pins-price", post=Action.RANK),
    *rows("api-pin", get=VIEW, delete=Action.RANK),
    *rows("api-pin-restore", post=Action.RANK),
    *rows("api-people", get=VIEW, post=Action.EDIT_PLAN),
    *rows("api-teams", get=VIEW, post=Action.EDIT_PLAN),
    *rows("api-team", get=VIEW, patch=Action.EDIT_PLAN, delete=Action.EDIT_PLAN),
    *rows("api-sprints", get=VIEW, post=Action.EDIT_SPRINT),
    *rows("api-sprint", get=VIEW, patch=Action.EDIT_SPRINT, delete=Action.EDIT_SPRINT),
    *rows("api-sprint-start", post=Action.EDIT_SPRINT),
    *rows("api-sprint-entries", get=VIEW),
    *rows("api-sprint-complete", post=Action.EDIT_SPRINT),
    *rows("api-fields", get=VIEW, post=Action.EDIT_WORKFLOW),
    *rows("api-fields-reorder", post=Action.EDIT_WORKFLOW),
    *rows("api-field", get=VIEW, patch=Action.EDIT_WORKFLOW, delete=Action.EDIT_WORKFLOW),
    *rows("api-field-restore", post=Action.EDIT_WORKFLOW),
    *rows("api-story-fields", get=VIEW, patch=Action.EDIT_STORY),
    *rows("api-capability-fields", get=VIEW, patch=Action.EDIT_PLAN),
    *rows("api-states", get=VIEW, post=Action.EDIT_WORKFLOW),
    *rows("api-states-reorder", post=Action.EDIT_WORKFLOW),
    *rows("api-state", get=VIEW, patch=Action.EDIT_WORKFLOW, delete=Action.EDIT_WORKFLOW),
    *rows("api-maps", get=VIEW),
    *rows("api-map", get=VIEW, patch=Action.EDIT_MAP),
    *rows("api-map-metrics", get=VIEW),
    *rows("api-imports", get=VIEW, post=Action.IMPORT),
    *rows("api-import", get=VIEW),
    *rows("api-import-refusals", get=VIEW),
]

ACCOUNTS = [
    *rows("live", get=VIEW),
    *rows("live-poll", get=VIEW),
    *rows("home", get=SignedIn),
    *rows("sign-in", get=Public, post=Public),
    *rows("sign-out", post=Public),
    *rows("password-reset", get=Public, post=Public),
    *rows("password-reset-sent", get=Public),
    *rows("password-reset-confirm", get=Public, post=Public),
    *rows("account", get=SignedIn, post=SignedIn),
    *rows("password-change", get=SignedIn, post=SignedIn),
    *rows("token-create", post=SignedIn),
    *rows("token-revoke", post=SignedIn),
    *rows("invitation", get=Public, post=Public),
    *rows("people", get=VIEW),
    *rows("person-invite", post=Action.MANAGE_PEOPLE),
    *rows("member-role", post=Action.MANAGE_PEOPLE),
    *rows("member-remove", post=Action.MANAGE_PEOPLE),
    *rows("invitation-revoke", post=Action.MANAGE_PEOPLE),
    *rows("settings", get=VIEW, post=Action.MANAGE_WORKSPACE),
    *rows("workspace-new", get=SignedIn, post=SignedIn),
]

PLANNER = [
    *rows("workspace-home", get=VIEW),
    *rows("backlog", get=VIEW),
    *rows("backlog-rows", get=VIEW),
    *rows("backlog-summary", get=VIEW),
    *rows("backlog-strip", get=VIEW),
    *rows("place-why", get=VIEW),
    *rows("move-price", post=VIEW),
    *rows("backlog-filters", get=VIEW),
    *rows("backlog-sprint-line", get=VIEW),
    *rows("backlog-export", get=VIEW),
    *rows("backlog-view-tabs", get=VIEW),
    *rows("view-save", get=VIEW, post=VIEW),
    *rows("view-edit", get=Action.EDIT_PLAN, post=Action.EDIT_PLAN),
    *rows("view-delete", post=Action.EDIT_PLAN),
    *rows("stories-bulk-edit", post=Action.EDIT_STORY),
    *rows("stories-bulk-edit-dialog", post=Action.EDIT_STORY),
    *rows("stories-bulk-undo", post=Action.EDIT_STORY),
    *rows("stories-bulk-sum", post=VIEW),
    *rows("stories-bulk-move", post=Action.RANK),
    *rows("stories-bulk-move-dialog", post=Action.RANK),
    *rows("stories-bulk-move-undo", post=Action.RANK),
    *rows("lenses", get=VIEW),
    *rows("lenses-evidence", get=VIEW),
    *rows("lenses-table", get=VIEW),
    *rows("home-events", get=VIEW),
    *rows("find", get=VIEW),
    *rows("job", get=VIEW),
    *rows("job-cancel", post=Action.IMPORT),
    *rows("story-add", get=Action.EDIT_STORY, post=Action.EDIT_STORY),
    *rows("capability-add", get=Action.EDIT_PLAN, post=Action.EDIT_PLAN),
    *rows("story", get=VIEW),
    *rows("story-part", get=VIEW),
    *rows("story-history", get=VIEW),
    *rows("story-update", post=Action.EDIT_STORY),
    *rows("story-criterion", post=Action.EDIT_STORY),
    *rows("story-blocked", post=Action.EDIT_STORY),
    *rows("story-delete", post=Action.EDIT_STORY),
    *rows("story-move", get=Action.RANK, post=Action.RANK),
    *rows("story-edit", get=Action.EDIT_STORY, post=Action.EDIT_STORY),
    *rows("story-transition", post=Action.TRANSITION),
    *rows("wall", get=VIEW),
    *rows("wall-fresh", get=VIEW),
    *rows("wall-task-add", post=Action.EDIT_STORY),
    *rows("wall-task", post=Action.EDIT_STORY),
    *rows("wall-task-block", get=Action.EDIT_STORY, post=Action.EDIT_STORY),
    *rows("wall-task-delete", post=Action.EDIT_STORY),
    *rows("wall-task-since", get=VIEW),
    *rows("wall-story", post=Action.TRANSITION),
    *rows("wall-story-block", get=Action.EDIT_STORY, post=Action.EDIT_STORY),
    *rows("wall-story-since", get=VIEW),
    *rows("work", get=VIEW),
    *rows("work-default", get=VIEW),
    *rows("work-layout", get=VIEW),
    *rows("work-layout-save", get=VIEW, post=VIEW),
    *rows("work-layout-restore", post=VIEW),
    *rows("work-layout-edit", get=Action.EDIT_PLAN, post=Action.EDIT_PLAN),
    *rows("work-layout-delete", post=Action.EDIT_PLAN),
    *rows("work-check", post=VIEW),
    *rows("work-complete", post=VIEW),
    *rows("work-preview", post=VIEW),
    *rows("work-order", post=Action.RANK),
    *rows("work-undo", post=Action.EDIT_STORY),
    *rows("work-panel-add", get=VIEW, post=VIEW),
    *rows("work-panel", get=VIEW, post=Action.EDIT_PLAN),
    *rows("work-fresh", get=VIEW),
    *rows("work-drop", post=Action.EDIT_STORY),
    *rows("work-panel-move", post=Action.EDIT_PLAN),
    *rows("work-panel-delete", post=Action.EDIT_PLAN),
    *rows("work-panel-restore", post=Action.EDIT_PLAN),
    *rows("story-value", get=Action.EDIT_VALUE, post=Action.EDIT_VALUE),
    *rows("story-estimate", get=Action.EDIT_VALUE, post=Action.EDIT_VALUE),
    *rows("story-estimate-preview", post=Action.EDIT_VALUE),
    *rows("story-evidence", get=VIEW),
    *rows("task-add", post=Action.EDIT_STORY),
    *rows("task-update", post=Action.EDIT_STORY),
    *rows("task-delete", post=Action.EDIT_STORY),
    *rows("dependency-add", post=Action.EDIT_STORY),
    *rows("dependency-remove", post=Action.EDIT_STORY),
    *rows("story-wishes", get=VIEW, post=Action.VOTE),
    *rows("story-scores", get=Action.RANK, post=Action.RANK),
    *rows("capability-wishes", get=VIEW, post=Action.VOTE),
    *rows("capability-scores", get=Action.RANK, post=Action.RANK),
    *rows("dependencies", get=VIEW, post=Action.EDIT_STORY),
    *rows("enablers", get=VIEW),
    *rows("feedback-inbox", get=VIEW, post=Action.VOTE),
    *rows("feedback-add", get=Action.VOTE),
    *rows("feedback-vet", post=Action.RANK),
    *rows("applications", get=VIEW),
    *rows("application", get=VIEW),
    *rows("application-evidence", get=VIEW),
    *rows("fields", get=VIEW, post=Action.EDIT_WORKFLOW),
    *rows("formula-try", get=Action.EDIT_WORKFLOW),
    *rows("field-edit", get=Action.EDIT_WORKFLOW, post=Action.EDIT_WORKFLOW),
    *rows("field-archive", post=Action.EDIT_WORKFLOW),
    *rows("field-restore", post=Action.EDIT_WORKFLOW),
    *rows("field-move", post=Action.EDIT_WORKFLOW),
    *rows("story-fields", get=VIEW, post=Action.EDIT_STORY),
    *rows("capability-fields", get=VIEW, post=Action.EDIT_PLAN),
    *rows("teams", get=VIEW, post=Action.EDIT_PLAN),
    *rows("team", post=Action.EDIT_PLAN),
    *rows("capability", get=VIEW),
    *rows("capability-part", get=VIEW),
    *rows("capability-update", post=Action.EDIT_PLAN),
    *rows("capability-delete", post=Action.EDIT_PLAN),
    *rows("capability-story", post=Action.EDIT_STORY),
    *rows("capability-estimate", get=Action.EDIT_VALUE, post=Action.EDIT_VALUE),
    *rows("capability-estimate-preview", post=Action.EDIT_VALUE),
    *rows("capability-move", post=Action.RANK),
    *rows("capability-value", get=Action.EDIT_VALUE, post=Action.EDIT_VALUE),
    *rows("capability-evidence", get=VIEW),
    *rows("proposals", get=VIEW, post=Action.RANK),
    *rows("proposal", get=VIEW),
    *rows("proposal-price", post=VIEW),
    *rows("proposal-accept", post=Action.RANK),
    *rows("proposal-undo", post=Action.RANK),
    *rows("proposal-discard", post=Action.RANK),
    *rows("proposal-replay", get=VIEW),
    *rows("pins", get=VIEW, post=Action.RANK),
    *rows("pins-price", get=Action.RANK),
    *rows("pin-lift", post=Action.RANK),
    *rows("pin-restore", post=Action.RANK),
    *rows("capability-pin", get=Action.RANK, post=Action.RANK),
    *rows("story-pin", get=Action.RANK, post=Action.RANK),
]

VALUESTREAM = [
    *rows("maps", get=VIEW),
    *rows("map", get=VIEW),
    *rows("map-summary", get=VIEW),
    *rows("map-picture", get=VIEW),
    *rows("map-history", get=VIEW),
    *rows("map-evidence", get=VIEW),
    *rows("map-export", get=VIEW),
    *rows("story-flow", get=VIEW),
]

INTEGRATIONS = [
    *rows("imports", get=VIEW, post=Action.IMPORT),
    *rows("import-rows", get=VIEW),
    *rows("import", get=VIEW),
    *rows("import-status", get=VIEW),
    *rows("import-cancel", post=Action.IMPORT),
    *rows("import-refusals", get=VIEW),
]

MATRIX = [*PROGRAM, *API, *ACCOUNTS, *PLANNER, *VALUESTREAM, *INTEGRATIONS]

# Streams over a database connection of its own, which sees nothing of a test's transaction.
TESTED_ELSEWHERE = {"live": "tests/common/test_live.py"}
