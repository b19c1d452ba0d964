"""Many stories at once over HTTP: what pages post."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Workspace
from accounts.policies import Role
from planner.models import Story
from tests.factories import (
    give_value,
    make_capability,
    make_member,
    make_stories,
    make_story,
    make_workspace,
    state_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("BLK")


def ids_of(stories: list[Story]) -> str:
    return ",".join(str(story.pk) for story in stories)


def post(reader: Client, workspace: Workspace, name: str, **values: Any) -> Any:
    return reader.post(reverse(name, args=[workspace.key]), values)


def told(response: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(response.headers["HX-Trigger"])
    return told


def order(workspace: Workspace) -> list[str]:
    titles = Story.objects.filter(workspace=workspace).order_by("rank").values_list("title", flat=True)
    return [title.removeprefix("Story ") for title in titles]


def test_a_field_of_many_is_set_and_taken_back(reader: Client, workspace: Workspace) -> None:
    stories = make_stories(workspace, 3)
    response = post(reader, workspace, "stories-bulk-edit", ids=ids_of(stories), field="points", value="5")
    assert response.status_code == 204
    assert Story.objects.filter(points=5).count() == 3
    toast = told(response)["toast"]
    assert toast["message"] == "3 stories changed."
    undone = reader.post(toast["undo"]["url"], toast["undo"]["values"])
    assert told(undone)["toast"]["message"] == "3 stories put back."
    assert Story.objects.filter(points=None).count() == 3


def test_the_dialog_sets_what_is_ticked(reader: Client, workspace: Workspace) -> None:
    stories = make_stories(workspace, 2)
    state = state_named(workspace, "Review")
    values = {"ids": ids_of(stories), "set_state": "1", "state": state.pk, "points": "9", "set_blocked": "1"}
    post(reader, workspace, "stories-bulk-edit", **values, blocked="true", reason="No key")
    story = Story.objects.get(pk=stories[0].pk)
    assert (story.state, story.points, story.blocked_reason) == (state, None, "No key")


def test_capabilities_stand_for_their_open_stories(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    inside, done = make_story(workspace, capability=capability), make_story(workspace, capability=capability)
    Story.objects.filter(pk=done.pk).update(category="DONE", state=state_named(workspace, "Done"))
    make_story(workspace)
    post(reader, workspace, "stories-bulk-edit", capabilities=str(capability.pk), field="kind", value="BUG")
    assert list(Story.objects.filter(kind="BUG")) == [inside]


def test_a_block_moves_and_goes_back(reader: Client, workspace: Workspace) -> None:
    stories = make_stories(workspace, 5)
    response = post(reader, workspace, "stories-bulk-move", ids=ids_of([stories[2], stories[4]]), position="2")
    assert told(response)["toast"]["message"] == "2 stories moved to position 2."
    assert order(workspace) == ["1", "3", "5", "2", "4"]
    undo = told(response)["toast"]["undo"]
    reader.post(undo["url"], undo["values"])
    assert order(workspace) == ["1", "2", "3", "4", "5"]


def test_what_cannot_be_is_told_at_its_field(reader: Client, workspace: Workspace) -> None:
    ids = ids_of(make_stories(workspace, 2))
    for values, field in (
        ({"ids": "1,x", "field": "points", "value": "3"}, "ids"),
        ({"ids": ids, "field": "points", "value": "many"}, "points"),
        ({"ids": ids, "field": "title", "value": "Same"}, "title"),
        ({"ids": ids}, "changes"),
        ({"field": "points", "value": "3"}, "stories"),
        ({"ids": ids, "field": "team", "value": "999"}, "team"),
        ({"ids": ids, "field": "capability", "value": "NO-1"}, "capability"),
    ):
        response = reader.post(
            reverse("stories-bulk-edit", args=[workspace.key]), values, headers={"HX-Request": "true"}
        )
        assert response.status_code == 400, values
        assert field in response.content.decode(), values


def test_the_dialogs_tell_how_many(reader: Client, workspace: Workspace) -> None:
    ids = ids_of(make_stories(workspace, 3))
    for name in ("stories-bulk-edit-dialog", "stories-bulk-move-dialog"):
        assert "3 stories" in post(reader, workspace, name, ids=ids).content.decode()
    one = post(reader, workspace, "stories-bulk-edit-dialog", ids=ids, field="points")
    assert 'name="points"' in one.content.decode()
    assert 'name="state"' not in one.content.decode()


def test_a_list_too_long_is_refused_rather_than_cut_off(reader: Client, workspace: Workspace) -> None:
    make_stories(workspace, 1)
    ids = ",".join(["123456789012345678"] * 2_000)
    response = post(reader, workspace, "stories-bulk-edit", ids=ids, field="points", value="3")
    assert response.status_code == 400
    assert "at most 500" in response.content.decode()


def test_a_selection_is_summed_by_unit(reader: Client, workspace: Workspace) -> None:
    give_value(capability := make_capability(workspace), 100)
    stories = [make_story(workspace, capability=capability, points="3") for _ in range(2)] + [make_story(workspace)]
    html = post(reader, workspace, "stories-bulk-sum", ids=ids_of(stories)).content.decode()
    assert "$100" in html
    assert "6</span> points, 1 without points, 1 not valued" in html


def test_one_point_is_a_point(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace, points="1")
    html = post(reader, workspace, "stories-bulk-sum", ids=str(story.pk)).content.decode()
    assert "1</span> point, 1 not valued" in html


def test_a_viewer_may_neither_edit_nor_move(client: Client, workspace: Workspace) -> None:
    client.force_login(make_member(workspace, Role.VIEWER))
    ids = ids_of(make_stories(workspace, 2))
    assert post(client, workspace, "stories-bulk-edit", ids=ids, field="points", value="3").status_code == 403
    assert post(client, workspace, "stories-bulk-move", ids=ids, to="top").status_code == 403
