"""Panels of the work manager that the ferry company shares: one row for refining, one for whoever works."""

from datetime import datetime

from accounts.models import User, Workspace
from planner.domain.vocabulary import ItemKind
from planner.selectors.panels import PanelDraft
from planner.services.panels import create_layout

OPEN = "category is any of (To do, In progress)"
LAYOUTS = {
    "Refinement": (
        PanelDraft(
            "Not estimated yet",
            f"points is unknown and {OPEN}",
            columns=["cost_of_delay", "application", "age"],
            width=320,
        ),
        PanelDraft(
            "Risky", f"risk is High and not blocked and {OPEN}", columns=["points", "cost_of_delay", "risk"], width=320
        ),
        PanelDraft("Ready", "state is Ready", columns=["points", "cost_of_delay", "team"], width=320),
        PanelDraft("Next sprint", "sprint is my team's next sprint", columns=["points", "cost_of_delay"], width=320),
        PanelDraft(
            "Worth most a week",
            "valued and not done",
            ItemKind.CAPABILITY,
            sort="-cost_of_delay",
            columns=["points", "cost_of_delay", "due"],
            width=320,
        ),
    ),
    "Unblocking": (
        PanelDraft(
            "Blocked",
            f"blocked and {OPEN}",
            sort="-state_age",
            columns=["state_age", "cost_of_delay", "blocked_reason", "assignee"],
            width=400,
        ),
        PanelDraft(
            "Nobody has it",
            "assignee is empty and category is In progress",
            columns=["points", "cost_of_delay"],
            width=320,
        ),
        PanelDraft("Tasks under way", "state is In progress", ItemKind.TASK, width=320),
    ),
}


def add_layouts(*, workspace: Workspace, owner: User, now: datetime) -> None:
    """Share both layouts with everybody in the workspace."""
    for name, panels in LAYOUTS.items():
        create_layout(workspace=workspace, owner=owner, name=name, panels=panels, is_shared=True, now=now)
