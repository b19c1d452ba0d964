"""Rows whose foreign keys the database does not check go with what they belong to (docs/adr/0006)."""

from pathlib import Path

import pytest

from accounts.models import Workspace
from planner.models import State, Story, StoryEvent
from planner.services.states import delete_state
from tests.factories import NOW, actor_of, make_workspace, state_named
from tests.integrations.imports import do_import
from tests.integrations.jira_files import change, history, issue, move, write_json
from valuestream.models import DailyFlow, StorySpan, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = make_workspace()
    assigned = change("assignee", (None, None), ("ada", "Ada Byron"))
    moves = (
        history(10, "2026-02-02T10:00:00Z", move("1", "3"), assigned),
        history(11, "2026-02-03T10:00:00Z", move("3", "6")),
    )
    do_import(made, write_json(tmp_path / "a.json", [issue(1, *moves, now_in="6")]))
    return made


def test_stories_and_then_their_workspace_leave_nothing_behind(workspace: Workspace) -> None:
    kinds = (StoryEvent, Visit, StorySpan, DailyFlow)
    assert all(kind.objects.filter(workspace=workspace).exists() for kind in kinds)
    Story.objects.filter(workspace=workspace).delete()
    workspace.delete()
    assert not any(kind.objects.exists() for kind in kinds)


def test_a_state_takes_the_visits_to_it_along(workspace: Workspace) -> None:
    gone = state_named(workspace, "In progress")
    assert Visit.objects.filter(state=gone).exists()
    delete_state(state=gone, actor=actor_of(workspace), now=NOW, move_to=state_named(workspace, "Done"))
    assert not Visit.objects.exclude(state__in=State.objects.all()).exists()
