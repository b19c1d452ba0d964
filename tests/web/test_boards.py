"""The pages of Kanban boards: the list, a board, its cards as one scrolls, moves, settings."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Workspace
from accounts.policies import Role
from planner.domain.vocabulary import ItemKind
from planner.models import Board, BoardColumn, State, Story
from planner.selectors.boards import BoardDraft, ColumnDraft
from planner.services.boards import create_board
from planner.services.stories import delete_story
from planner.services.workspaces import find_or_create_person
from tests.factories import NOW, actor_of, make_member, make_stories, make_story, make_workspace, owner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("KAN")


def url(name: str, workspace: Workspace, *arguments: object) -> str:
    return reverse(name, args=[workspace.key, *arguments])


def make_board(workspace: Workspace, name: str = "Flow", **fields: Any) -> Board:
    is_shared = fields.pop("is_shared", False)
    draft = BoardDraft(name, **fields)
    return create_board(workspace=workspace, owner=owner_of(workspace), draft=draft, is_shared=is_shared, now=NOW)


def states(workspace: Workspace) -> list[State]:
    return list(State.objects.filter(workspace=workspace).order_by("position"))


def told(response: Any) -> dict[str, Any]:
    """The toast that an answer asks for."""
    toast: dict[str, Any] = json.loads(response["HX-Trigger"])["toast"]
    return toast


def test_an_empty_list_teaches_and_offers_the_first_board(reader: Client, workspace: Workspace) -> None:
    page = reader.get(url("boards", workspace)).content.decode()
    assert "No boards yet" in page
    assert url("board-new", workspace) in page


def test_a_board_is_made_listed_opened_and_deleted_with_undo(reader: Client, workspace: Workspace) -> None:
    sent = {"name": "Flow", "item": "STORY", "column_field": "state", "lane_field": "", "filter_text": ""}
    made = reader.post(url("board-new", workspace), sent)
    board = Board.objects.get()
    assert (made.status_code, made["Location"]) == (302, url("board", workspace, board.pk))
    assert "Stories by state" in reader.get(url("boards", workspace)).content.decode()
    page = reader.get(url("board", workspace, board.pk)).content.decode()
    assert "Nothing is on this board yet" in page
    gone = reader.post(url("board-delete", workspace, board.pk))
    assert not Board.objects.exists()
    back = reader.post(told(gone)["undo"]["url"], told(gone)["undo"]["values"])
    assert back.content.decode() == url("board", workspace, Board.objects.get().pk)


def test_a_board_shows_counts_limits_and_what_is_not_on_it(reader: Client, workspace: Workspace) -> None:
    first, second, *_ = states(workspace)
    make_stories(workspace, 3, points=2)
    board = make_board(
        workspace,
        columns=[ColumnDraft(str(first.pk), wip_limit=2), ColumnDraft(str(second.pk), is_hidden=True)],
        card_fields=["points", "state"],
    )
    make_story(workspace, state=second)
    page = reader.get(url("board", workspace, board.pk)).content.decode()
    assert "1 over its limit" in page
    assert f"1 not on this board: 1 {second.name} is hidden." in page
    assert "6 points" in page
    assert page.count("data-card=") == 3


def test_cards_follow_as_one_scrolls(reader: Client, workspace: Workspace) -> None:
    stories = make_stories(workspace, 65)
    board = make_board(workspace)
    page = reader.get(url("board", workspace, board.pk)).content.decode()
    assert (page.count("data-card="), "and 35 more" in page) == (30, True)
    cursor = page.split('data-more="')[1].split('"')[0]
    column = str(stories[0].state_id)
    rows = reader.get(url("board-cards", workspace, board.pk), {"column": column, "cursor": cursor}).content.decode()
    assert f'data-card="{stories[30].pk}"' in rows
    assert reader.get(url("board-cards", workspace, board.pk), {"column": column, "cursor": "x"}).status_code == 400
    assert reader.get(url("board-cards", workspace, board.pk), {"column": "77777"}).status_code == 404
    fresh = reader.get(url("board-fresh", workspace, board.pk), {"more": f"{column}~~60"}).content.decode()
    assert fresh.count("data-card=") == 60


def test_a_page_asks_as_much_for_many_cards_as_for_few(reader: Client, workspace: Workspace) -> None:
    board = make_board(workspace, lane_field="assignee")
    make_stories(workspace, 3)
    few = _asked(reader, url("board", workspace, board.pk))
    make_stories(workspace, 90)
    assert _asked(reader, url("board", workspace, board.pk)) == few
    assert few <= 24


def _asked(reader: Client, address: str) -> int:
    reader.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert reader.get(address).status_code == 200
    return len(asked)


def test_a_move_answers_with_its_undo(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    first, second, *_ = states(workspace)
    board = make_board(workspace)
    move = url("board-move", workspace, board.pk)
    done = reader.post(move, {"id": story.pk, "column": second.pk, "was_column": first.pk})
    assert done.json() == {"changed": True, "warnings": []}
    assert told(done)["message"] == f"{story.key} is in {second.name}."
    undone = reader.post(told(done)["undo"]["url"], told(done)["undo"]["values"])
    assert undone.json() == {"changed": True}
    assert Story.objects.get().state == first


def test_what_stands_in_the_way_of_a_move_is_a_problem_with_its_code(reader: Client, workspace: Workspace) -> None:
    first, second, third, *_ = states(workspace)
    board = make_board(workspace, columns=[ColumnDraft(str(second.pk), wip_limit=1, wip_rule="REASON")])
    move = url("board-move", workspace, board.pk)
    one, other = make_stories(workspace, 2)
    reader.post(move, {"id": one.pk, "column": second.pk})
    sent = {"id": other.pk, "column": second.pk, "was_column": first.pk}
    asked = reader.post(move, sent, headers={"Accept": "application/json"})
    assert (asked.status_code, asked.json()["code"]) == (409, "wip_reason")
    assert reader.post(move, {**sent, "reason": "Urgent"}).status_code == 200
    stale = reader.post(move, {**sent, "column": third.pk}, headers={"Accept": "application/json"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    delete_story(story=one, actor=actor_of(workspace), now=NOW)
    gone = reader.post(move, {"id": one.pk, "column": first.pk}, headers={"Accept": "application/json"})
    assert (gone.status_code, "deleted by somebody" in gone.json()["detail"]) == (404, True)
    assert reader.post(move, {"column": first.pk}).status_code == 400


def test_who_may_not_rank_moves_a_card_without_its_place(client: Client, workspace: Workspace) -> None:
    stories = make_stories(workspace, 2)
    board = make_board(workspace, is_shared=True)
    client.force_login(make_member(workspace, Role.MEMBER))
    second = states(workspace)[1]
    sent = {"id": stories[1].pk, "column": second.pk, "before": stories[0].pk}
    assert client.post(url("board-move", workspace, board.pk), sent).json()["changed"]
    ranked = Story.objects.order_by("rank").values_list("pk", flat=True)
    assert list(ranked) == [story.pk for story in stories]


def test_a_viewer_sees_a_board_and_moves_nothing(client: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    board = make_board(workspace, is_shared=True)
    client.force_login(make_member(workspace, Role.VIEWER))
    page = client.get(url("board", workspace, board.pk)).content.decode()
    assert "you see it and move nothing" in page
    assert "data-can-move" not in page
    sent = {"id": story.pk, "column": states(workspace)[1].pk}
    assert client.post(url("board-move", workspace, board.pk), sent).status_code == 403


def test_columns_are_arranged_merged_hidden_and_limited(reader: Client, workspace: Workspace) -> None:
    first, second, third, *_ = states(workspace)
    dana = find_or_create_person(workspace=workspace, name="Dana")
    board = make_board(workspace, lane_field="assignee")
    dialog = reader.get(url("board-columns", workspace, board.pk)).content.decode()
    assert f'name="limit-{first.pk}"' in dialog
    sent = {
        "version": 1,
        "value": [third.pk, second.pk, first.pk],
        f"shown-{third.pk}": "1",
        f"label-{third.pk}": "Doing",
        f"limit-{third.pk}": "3",
        f"rule-{third.pk}": "BLOCK",
        f"into-{second.pk}": third.pk,
        "lane": [dana.pk],
        f"lane-{dana.pk}": "2",
        "lane_rule": "REASON",
    }
    assert reader.post(url("board-columns", workspace, board.pk), sent).status_code == 302
    kept = list(BoardColumn.objects.values_list("value", "label", "also", "wip_limit", "wip_rule", "is_hidden"))
    assert kept == [
        (str(third.pk), "Doing", [str(second.pk)], 3, "BLOCK", False),
        (str(first.pk), "", [], None, "WARN", True),
    ]
    board.refresh_from_db()
    assert (board.lane_limits, board.lane_rule) == ({str(dana.pk): 2}, "REASON")
    refused = reader.post(
        url("board-columns", workspace, board.pk),
        {**sent, "version": 2, f"limit-{third.pk}": "0"},
        headers={"Accept": "application/json"},
    )
    assert refused.status_code == 400
    assert "A limit of 0" in refused.json()["errors"]["columns[0].wip_limit"][0]


@pytest.mark.parametrize("item", list(ItemKind))
def test_every_kind_of_card_has_its_dialog_and_board(reader: Client, workspace: Workspace, item: ItemKind) -> None:
    assert "On the cards" in reader.get(url("board-new", workspace), {"item": item.value}).content.decode()
    column = "application" if item is ItemKind.CAPABILITY else "state"
    board = make_board(workspace, item=item, column_field=column)
    assert reader.get(url("board", workspace, board.pk)).status_code == 200
    assert 'name="column_field"' in reader.get(url("board-edit", workspace, board.pk)).content.decode()
