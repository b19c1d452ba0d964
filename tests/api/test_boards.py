"""Kanban boards over HTTP: kept, counted, listed by column, moved and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Workspace
from planner.models import State, Story, StoryEvent
from planner.services.stories import delete_story
from tests.api.conftest import Caller
from tests.factories import NOW, actor_of, make_stories


@pytest.fixture
def board(owner: Caller) -> dict[str, Any]:
    made: dict[str, Any] = owner.post("/boards/", {"name": "Flow", "card_fields": ["points"]})
    return made


def states(workspace: Workspace) -> list[str]:
    ids = State.objects.filter(workspace=workspace).order_by("position").values_list("pk", flat=True)
    return [str(pk) for pk in ids]


def test_a_board_is_kept_read_changed_and_deleted(owner: Caller, board: dict[str, Any], workspace: Workspace) -> None:
    make_stories(workspace, 3, points=2)
    path, first = f"/boards/{board['id']}/", states(workspace)[0]
    detail = owner.get(path)
    assert next((each["number"], each["points"]) for each in detail["counts"]) == (3, "6.00")
    changed = owner.patch(path, {"columns": [{"value": first, "is_hidden": True}], "version": 1})
    assert (changed["version"], changed["columns"][0]["is_hidden"]) == (2, True)
    assert owner.get(path)["off_board"][0]["number"] == 3
    assert owner.patch(path, {"name": "Late", "version": 1}, status=409)["code"] == "stale_version"
    assert [each["name"] for each in owner.get("/boards/")["results"]] == ["Flow"]
    owner.delete(path)
    owner.get(path, status=404)


def test_what_is_wrong_is_named_with_its_place(owner: Caller, board: dict[str, Any]) -> None:
    path = f"/boards/{board['id']}/"
    refused = owner.patch(path, {"columns": [{"value": "1", "wip_limit": 0}]}, status=400)
    assert "A limit of 0 would let no card in" in refused["errors"]["columns[0].wip_limit"][0]
    for given, field in (({"column_field": "points"}, "column_field"), ({"filter_text": "points is x"}, "filter_text")):
        assert field in owner.patch(path, given, status=400)["errors"], given


def test_cards_are_listed_by_column_a_page_at_a_time(
    owner: Caller, board: dict[str, Any], workspace: Workspace
) -> None:
    stories = make_stories(workspace, 5, points=3)
    page = owner.get(f"/boards/{board['id']}/cards/?column={states(workspace)[0]}&limit=3")
    assert [row["id"] for row in page["results"]] == [story.pk for story in stories[:3]]
    assert page["results"][0]["values"] == {"points": "3"}
    rest = owner.get(page["next"])
    assert ([row["id"] for row in rest["results"]], rest["next"]) == ([story.pk for story in stories[3:]], None)
    owner.get(f"/boards/{board['id']}/cards/?column=99999", status=404)


def test_a_card_is_moved_between_others_and_back(owner: Caller, board: dict[str, Any], workspace: Workspace) -> None:
    one, two = make_stories(workspace, 2)
    first, second, *_ = states(workspace)
    path = f"/boards/{board['id']}/move/"
    sent = {"id": two.pk, "column": second, "was_column": first, "version": 1, "before": one.pk}
    moved = owner.post(path, sent, status=200)
    assert (moved["changed"], moved["column"], moved["name"]) == (True, second, two.key)
    assert list(Story.objects.order_by("rank").values_list("pk", flat=True)) == [two.pk, one.pk]
    assert owner.post(path, sent, status=409)["code"] == "stale_version"
    undone = owner.post(f"{path}undo/", {"undo_token": moved["undo_token"]}, status=200)
    assert undone == {"changed": True}
    assert list(Story.objects.order_by("rank").values_list("pk", flat=True)) == [one.pk, two.pk]
    owner.post(path, {**sent, "after": one.pk}, status=400)
    delete_story(story=two, actor=actor_of(workspace), now=NOW)
    owner.post(path, sent, status=404)


def test_limits_answer_with_codes(owner: Caller, board: dict[str, Any], workspace: Workspace) -> None:
    one, two = make_stories(workspace, 2)
    second = states(workspace)[1]
    path, move = f"/boards/{board['id']}/", f"/boards/{board['id']}/move/"
    owner.patch(path, {"columns": [{"value": second, "wip_limit": 1, "wip_rule": "REASON"}]})
    owner.post(move, {"id": one.pk, "column": second}, status=200)
    assert owner.post(move, {"id": two.pk, "column": second}, status=409)["code"] == "wip_reason"
    owner.patch(path, {"columns": [{"value": second, "wip_limit": 1, "wip_rule": "BLOCK"}]})
    assert owner.post(move, {"id": two.pk, "column": second, "reason": "x"}, status=409)["code"] == "wip_limit"
    owner.patch(path, {"columns": [{"value": second, "wip_limit": 1, "wip_rule": "REASON"}]})
    moved = owner.post(move, {"id": two.pk, "column": second, "reason": "Storm"}, status=200)
    assert "its limit is 1" in moved["warnings"][0]
    assert StoryEvent.objects.get(field="wip").to_value == "Storm"


def test_a_member_who_may_not_rank_is_refused_an_order(
    owner: Caller, member: Caller, board: dict[str, Any], workspace: Workspace
) -> None:
    one, two = make_stories(workspace, 2)
    path = f"/boards/{board['id']}/"
    member.get(path, status=404)
    owner.patch(path, {"is_shared": True})
    second = states(workspace)[1]
    member.post(f"{path}move/", {"id": two.pk, "column": second, "before": one.pk}, status=403)
    assert member.post(f"{path}move/", {"id": two.pk, "column": second}, status=200)["changed"]
