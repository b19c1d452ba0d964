"""Layouts, panels, items and drops over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Workspace
from planner.models import Story
from tests.api.conftest import Caller
from tests.factories import make_stories


@pytest.fixture
def layout(owner: Caller, workspace: Workspace) -> dict[str, Any]:
    made: dict[str, Any] = owner.post("/layouts/", {"name": "Refinement"})
    return made


def add(owner: Caller, layout: dict[str, Any], **given: Any) -> dict[str, Any]:
    made: dict[str, Any] = owner.post("/panels/", {"layout": layout["id"], "title": "P", **given})
    return made


def test_a_layout_is_kept_changed_copied_and_deleted(owner: Caller, layout: dict[str, Any]) -> None:
    assert [panel["title"] for panel in layout["panels"]] == ["Backlog", "Ready", "Current sprint", "Next sprint"]
    path = f"/layouts/{layout['id']}/"
    changed = owner.patch(path, {"is_shared": True, "version": 1})
    assert (changed["is_shared"], changed["version"]) == (True, 2)
    assert owner.patch(path, {"name": "Late", "version": 1}, status=409)["code"] == "stale_version"
    copy = owner.post("/layouts/", {"name": "Copy", "copy_of": layout["id"]})
    assert len(copy["panels"]) == 4
    owner.delete(path)
    assert [each["name"] for each in owner.get("/layouts/")["results"]] == ["Copy"]


def test_a_panel_is_added_changed_read_and_removed(owner: Caller, layout: dict[str, Any]) -> None:
    panel = add(owner, layout, filter_text="blocked", sort="-points", columns=["team"])
    path = f"/panels/{panel['id']}/"
    changed = owner.patch(path, {"filter_text": "not blocked"})
    assert (changed["filter_text"], changed["sort"]) == ("not blocked", "-points")
    detail = owner.get(path)
    assert (detail["totals"]["number"], detail["problem"]) == (0, "")
    owner.delete(path)
    assert len(owner.get(f"/panels/?layout={layout['id']}")["results"]) == 4
    owner.get(path, status=404)


def test_what_is_wrong_is_named_with_its_place(owner: Caller, layout: dict[str, Any]) -> None:
    for given, field in (({"filter_text": "points is many"}, "filter_text"), ({"sort": "nothing"}, "sort")):
        problem = owner.post("/panels/", {"layout": layout["id"], "title": "P", **given}, status=400)
        assert field in problem["errors"], given
    bad = owner.get("/items/?filter=points is many", status=400)
    assert "line 1, character 11" in bad["errors"]["filter"][0]


def test_items_are_listed_by_filter_and_by_panel(owner: Caller, workspace: Workspace, layout: dict[str, Any]) -> None:
    stories = make_stories(workspace, 3)
    Story.objects.filter(pk=stories[0].pk).update(points=8)
    page = owner.get("/items/?item=STORY&filter=points > 3&sort=-points&columns=points,team")
    assert [(row["key"], row["values"]) for row in page["results"]] == [
        (stories[0].key, {"points": "8", "team": ""}),
    ]
    panel = add(owner, layout, filter_text="points is unknown")
    first = owner.get(f"/panels/{panel['id']}/items/?limit=1")
    assert [row["id"] for row in first["results"]] == [stories[1].pk]
    rest = owner.get(first["next"])
    assert ([row["id"] for row in rest["results"]], rest["next"]) == ([stories[2].pk], None)


def test_a_drop_answers_what_was_set_and_what_not(
    owner: Caller, member: Caller, workspace: Workspace, layout: dict[str, Any]
) -> None:
    stories = make_stories(workspace, 2)
    panel = add(owner, layout, filter_text="blocked and points > 3")
    path = f"/panels/{panel['id']}/drop/"
    told = owner.post(path, {"items": [story.pk for story in stories]}, status=200)
    assert (told["changed"], told["sets"]) == (2, [{"field": "Blocked", "value": "yes"}])
    assert [left["id"] for left in told["left"]] == [story.pk for story in stories]
    assert told["undo_token"]
    owner.post(path, {"items": [999_999]}, status=404)
    owner.post(path, {"items": []}, status=400)
    member.post(path, {"items": [stories[0].pk]}, status=404)


def test_a_drop_is_taken_back_by_its_token(
    owner: Caller, member: Caller, workspace: Workspace, layout: dict[str, Any]
) -> None:
    stories = make_stories(workspace, 2)
    panel = add(owner, layout, filter_text="points is 3")
    dropped = owner.post(f"/panels/{panel['id']}/drop/", {"items": [story.pk for story in stories]}, status=200)
    path, token = f"/panels/{panel['id']}/drop/undo/", {"undo_token": dropped["undo_token"]}
    member.post(path, token, status=404)
    assert owner.post(path, token, status=200) == {"changed": 2}
    assert set(Story.objects.values_list("points", flat=True)) == {None}
    owner.post(path, {"undo_token": "nonsense"}, status=400)
    owner.post(path, {}, status=400)
