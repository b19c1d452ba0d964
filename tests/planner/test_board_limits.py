"""Kanban boards: limits on what is in progress, and boards kept, shared, changed and brought back."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Workspace
from accounts.policies import Role
from common.errors import Conflict, InvalidInput, NotAuthorised, NotFound
from planner.domain.vocabulary import ItemKind
from planner.models import Board, Person, Story, StoryEvent
from planner.selectors.boards import (
    ColumnDraft,
    check_sharing_board,
    draft_of_board,
    get_board_for,
    list_boards,
)
from planner.selectors.kanban_cards import first_cards, lanes_shown
from planner.services.boards import delete_board, restore_board, update_board
from planner.services.stories import transition_story
from planner.services.workspaces import find_or_create_person
from tests.factories import (
    NOW,
    actor_of,
    make_member,
    make_stories,
    make_story,
    make_workspace,
    owner_of,
)
from tests.planner.kanban import counts, drop, make_board, numbers, state_id, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("KAN")


# ---- limits ----


def limited(workspace: Workspace, rule: str, limit: int = 1, **fields: Any) -> Board:
    column = ColumnDraft(state_id(workspace, 1), wip_limit=limit, wip_rule=rule)
    return make_board(workspace, columns=[column], **fields)


def fill(board: Board, number: int) -> None:
    for story in make_stories(board.workspace, number):
        transition_story(story=story, state=states(board.workspace)[1], actor=actor_of(board.workspace), now=NOW)


def test_a_limit_warns(workspace: Workspace) -> None:
    board = limited(workspace, "WARN")
    fill(board, 1)
    done = drop(board, make_story(workspace), state_id(workspace, 1))
    assert done.changed
    assert "would have 2 stories, its limit is 1" in done.warnings[0]


def test_a_limit_asks_for_a_reason_and_keeps_it_in_the_history(workspace: Workspace) -> None:
    board = limited(workspace, "REASON")
    fill(board, 1)
    story = make_story(workspace)
    with pytest.raises(Conflict) as asked:
        drop(board, story, state_id(workspace, 1))
    assert asked.value.code == "wip_reason"
    drop(board, story, state_id(workspace, 1), reason="The ferry is down")
    event = StoryEvent.objects.get(story=story, field="wip")
    assert (event.to_value, "its limit is 1" in event.from_value) == ("The ferry is down", True)


def test_a_limit_refuses_and_lets_cards_within_the_column_move(workspace: Workspace) -> None:
    board = limited(workspace, "BLOCK")
    fill(board, 1)
    story = make_story(workspace)
    with pytest.raises(Conflict, match="lets no more in") as refused:
        drop(board, story, state_id(workspace, 1), reason="Please")
    assert refused.value.code == "wip_limit"
    inside = Story.objects.get(state=states(workspace)[1])
    assert drop(board, inside, state_id(workspace, 1), beside=story.pk, is_before=False).changed


def test_a_lane_is_limited_to_its_cards_in_progress(workspace: Workspace) -> None:
    dana = find_or_create_person(workspace=workspace, name="Dana")
    working = next(state for state in states(workspace) if state.category == "IN_PROGRESS")
    board = make_board(workspace, lane_field="assignee", lane_limits={str(dana.pk): 1}, lane_rule="BLOCK")
    first, second = make_stories(workspace, 2, assignee=dana)
    drop(board, first, str(working.pk))
    with pytest.raises(Conflict, match="The lane Dana would have 2 stories"):
        drop(board, second, str(working.pk))
    assert counts(board).lanes_in_progress[str(dana.pk)] == 1


@pytest.mark.parametrize("limit", [0, -1, "many", True, 10_001])
def test_a_limit_that_can_be_none_is_refused_with_what_to_do(workspace: Workspace, limit: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        limited(workspace, "WARN", limit)
    assert list(refused.value.errors) == ["columns[0].wip_limit"]
    if limit == 0:
        assert "leave it empty for no limit" in refused.value.errors["columns[0].wip_limit"][0]


def test_capabilities_have_no_history_for_a_reason(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput, match="no history"):
        make_board(workspace, item=ItemKind.CAPABILITY, column_field="application", lane_rule="REASON")


# ---- kept, shared, deleted ----


def test_what_a_board_cant_have_is_named(workspace: Workspace) -> None:
    for given, field in (
        ({"column_field": "points"}, "column_field"),
        ({"lane_field": "state"}, "lane_field"),
        ({"lane_field": "title"}, "lane_field"),
        ({"filter_text": "points is many"}, "filter_text"),
        ({"card_fields": ["nothing"]}, "card_fields"),
        ({"colour_field": "nothing"}, "colour_field"),
        ({"columns": [ColumnDraft("1"), ColumnDraft("2", also=["1"])]}, "columns[1].value"),
    ):
        with pytest.raises(InvalidInput) as refused:
            make_board(workspace, **given)
        assert field in refused.value.errors, given


def test_a_board_is_changed_at_its_version_and_forgets_columns_of_another_field(workspace: Workspace) -> None:
    board = limited(workspace, "WARN")
    changed = update_board(
        board=board, changes={"column_field": "assignee"}, actor=actor_of(workspace), now=NOW, version=1
    )
    assert (changed.version, board.columns.count()) == (2, 0)
    with pytest.raises(Conflict) as old:
        update_board(board=board, changes={"name": "Late"}, actor=actor_of(workspace), now=NOW, version=1)
    assert old.value.code == "stale_version"


def test_a_deleted_board_comes_back_with_its_columns(workspace: Workspace) -> None:
    board = limited(workspace, "BLOCK", is_shared=True)
    kept = draft_of_board(board)
    token = delete_board(board=board, actor=actor_of(workspace), now=NOW)
    assert not Board.objects.exists()
    back = restore_board(workspace=workspace, token=token, user=owner_of(workspace), now=NOW)
    assert (draft_of_board(back), back.is_shared) == (kept, True)
    with pytest.raises(InvalidInput):
        restore_board(workspace=make_workspace("OTH"), token=token, user=owner_of(workspace), now=NOW)


def test_others_see_shared_boards_only(workspace: Workspace) -> None:
    member = make_member(workspace, Role.MEMBER)
    own, shared = make_board(workspace, "Own"), make_board(workspace, "Shared", is_shared=True)
    assert [board.name for board in list_boards(workspace=workspace, user=member)] == ["Shared"]
    assert get_board_for(user=member, board_id=shared.pk) == shared
    with pytest.raises(NotFound):
        get_board_for(user=member, board_id=own.pk)
    with pytest.raises(NotAuthorised):
        get_board_for(user=member, board_id=shared.pk, is_changed=True)
    with pytest.raises(NotAuthorised):
        check_sharing_board(user=member, workspace_id=workspace.pk, is_shared=True)


def test_columns_by_person_follow_the_people(workspace: Workspace) -> None:
    find_or_create_person(workspace=workspace, name="Dana")
    make_stories(workspace, 2)
    assert numbers(make_board(workspace, column_field="assignee")) == {"No assignee": 2}
    assert Person.objects.filter(workspace=workspace, name="Dana").exists()


def test_a_workspace_without_cards_has_columns(workspace: Workspace) -> None:
    counted = counts(make_board(workspace))
    assert (counted.number, counted.off_number, len(counted.shape.columns)) == (0, 0, len(states(workspace)))
    assert first_cards(counts=counted, lanes=lanes_shown(counts=counted)).pages == {}
    assert counted.shape.columns[0].label == states(workspace)[0].name
