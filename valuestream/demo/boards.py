"""Boards that the ferry company shares: the flow of stories, people's work, risks, and tasks under way."""

from datetime import datetime

from accounts.models import User, Workspace
from planner.domain.vocabulary import ItemKind, StateCategory, WipRule
from planner.models import CustomField, State
from planner.selectors.boards import BoardDraft, ColumnDraft
from planner.services.boards import create_board

OPEN = "category is any of (To do, In progress)"
MOST_AT_ONCE = 12


def add_boards(*, workspace: Workspace, owner: User, now: datetime) -> None:
    """Share four boards with everybody in the workspace."""
    for draft in (_flow(workspace), _people(workspace), _risks(workspace), _tasks()):
        if draft is not None:
            create_board(workspace=workspace, owner=owner, draft=draft, is_shared=True, now=now)


def _flow(workspace: Workspace) -> BoardDraft:
    """Stories by state: done and cancelled ones are off the board, each working state has a limit."""
    columns = []
    for state in State.objects.filter(workspace=workspace).order_by("position"):
        is_working = state.category == StateCategory.IN_PROGRESS.value
        columns.append(
            ColumnDraft(
                str(state.pk),
                wip_limit=MOST_AT_ONCE if is_working else None,
                wip_rule=WipRule.REASON.value,
                is_hidden=state.category == StateCategory.CANCELLED.value,
            )
        )
    return BoardDraft(
        "Flow of stories",
        columns=columns,
        card_fields=["points", "cost_of_delay", "state_age", "assignee"],
        colour_field="team",
    )


def _people(workspace: Workspace) -> BoardDraft:
    """What is being worked on, by person: only the states of work in progress are columns."""
    others = State.objects.filter(workspace=workspace).exclude(category=StateCategory.IN_PROGRESS.value)
    return BoardDraft(
        "Who works on what",
        columns=[ColumnDraft(str(state.pk), is_hidden=True) for state in others],
        column_field="state",
        lane_field="assignee",
        filter_text="category is In progress",
        card_fields=["points", "cost_of_delay", "state_age"],
        colour_field="team",
    )


def _risks(workspace: Workspace) -> BoardDraft | None:
    """Open stories by the choice field Risk, where the workspace has it."""
    risk = CustomField.objects.filter(workspace=workspace, item=ItemKind.STORY.value, key="risk").first()
    if risk is None:
        return None
    return BoardDraft(
        "Risks",
        column_field=risk.key,
        filter_text=OPEN,
        card_fields=["points", "cost_of_delay", "state", "assignee"],
        colour_field=risk.key,
    )


def _tasks() -> BoardDraft:
    return BoardDraft(
        "Tasks of the sprint",
        ItemKind.TASK,
        "state",
        lane_field="assignee",
        filter_text="sprint is my team's current sprint",
        card_fields=["story", "hours_left"],
    )
