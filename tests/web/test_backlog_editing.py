"""Moving stories on the backlog page, and editing them in place."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Workspace
from accounts.policies import Role
from planner.models import Story
from tests.factories import (
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
    return make_workspace("MILL")


def manual_order(workspace: Workspace) -> list[str]:
    return list(Story.objects.filter(workspace=workspace).order_by("rank").values_list("title", flat=True))


def events_of(response: Any) -> dict[str, Any]:
    events: dict[str, Any] = json.loads(response.headers["HX-Trigger"])
    return events


def move(client: Client, story: Story, **anchor: str) -> Any:
    return client.post(reverse("story-move", args=[story.workspace.key, story.key]), anchor)


# Moving


@pytest.mark.parametrize(
    ("anchor", "order"),
    [
        ({"after": 2}, ["Story 2", "Story 3", "Story 1"]),
        ({"before": 2}, ["Story 2", "Story 1", "Story 3"]),
        ({"to": "bottom"}, ["Story 2", "Story 3", "Story 1"]),
        ({"position": "2"}, ["Story 2", "Story 1", "Story 3"]),
        ({"where": "bottom", "after": "ignored"}, ["Story 2", "Story 3", "Story 1"]),
    ],
)
def test_a_story_goes_where_it_is_told(
    reader: Client, workspace: Workspace, anchor: dict[str, Any], order: list[str]
) -> None:
    stories = make_stories(workspace, 3)
    keys = {name: stories[value].key if isinstance(value, int) else value for name, value in anchor.items()}
    assert move(reader, stories[0], **keys).status_code == 204
    assert manual_order(workspace) == order


def test_posting_what_undo_holds_puts_a_story_back(reader: Client, workspace: Workspace) -> None:
    stories = make_stories(workspace, 3)
    undo = events_of(move(reader, stories[1], to="top"))["toast"]["undo"]
    reader.post(undo["url"], undo["values"])
    assert manual_order(workspace) == ["Story 1", "Story 2", "Story 3"]


def test_undo_of_the_first_story_is_the_top(reader: Client, workspace: Workspace) -> None:
    stories = make_stories(workspace, 3)
    assert events_of(move(reader, stories[0], to="bottom"))["toast"]["undo"]["values"] == {"to": "top"}


@pytest.mark.parametrize(
    ("anchor", "field"),
    [
        ({}, "after"),
        ({"to": "top", "position": "1"}, "to"),
        ({"position": "0"}, "position"),
        ({"position": "many"}, "position"),
        ({"after": "NO-1"}, "after"),
        ({"to": "sideways"}, "to"),
    ],
)
def test_a_move_to_nowhere_names_the_field(
    reader: Client, workspace: Workspace, anchor: dict[str, str], field: str
) -> None:
    stories = make_stories(workspace, 2)
    response = reader.post(
        reverse("story-move", args=[workspace.key, stories[0].key]), anchor, headers={"Accept": "application/json"}
    )
    assert response.status_code == 400
    assert field in response.json()["errors"]
    assert manual_order(workspace) == ["Story 1", "Story 2"]


def test_an_anchor_in_another_workspace_is_unknown(reader: Client, workspace: Workspace) -> None:
    story, foreign = make_story(workspace), make_story(make_workspace())
    assert move(reader, story, after=foreign.key).status_code == 400


def test_a_capability_moves_as_one_block(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    make_stories(workspace, 2)
    make_story(workspace, "A", capability=capability)
    make_story(workspace, "B", capability=capability)
    url = reverse("capability-move", args=[workspace.key, capability.key])
    undo = events_of(reader.post(url, {"to": "top"}))["toast"]["undo"]
    assert manual_order(workspace) == ["A", "B", "Story 1", "Story 2"]
    reader.post(undo["url"], undo["values"])
    assert manual_order(workspace) == ["Story 1", "Story 2", "A", "B"]


def test_a_block_with_other_work_inside_offers_no_undo_that_would_lie(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    make_story(workspace, "A", capability=capability)
    make_story(workspace, "between")
    make_story(workspace, "B", capability=capability)
    url = reverse("capability-move", args=[workspace.key, capability.key])
    assert "undo" not in events_of(reader.post(url, {"to": "top"}))["toast"]


# Editing


def edit(client: Client, story: Story, **values: str) -> Any:
    return client.post(
        reverse("story-edit", args=[story.workspace.key, story.key]), values, headers={"HX-Request": "true"}
    )


def test_points_are_edited_in_place(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    assert edit(reader, story, points="8", version="1").status_code == 204
    story.refresh_from_db()
    assert story.points == 8


def test_no_points_is_not_estimated_and_not_zero(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace, points="5")
    edit(reader, story, points=" ")
    story.refresh_from_db()
    assert story.points is None


@pytest.mark.parametrize("points", ["-1", "NaN", "Infinity", "many", "1e9", "0.001"])
def test_refused_points_come_back_at_their_field(reader: Client, workspace: Workspace, points: str) -> None:
    story = make_story(workspace, points="5")
    response = edit(reader, story, points=points)
    assert response.status_code == 400
    assert 'data-field="points"' in response.content.decode()
    story.refresh_from_db()
    assert story.points == 5


def test_a_stale_version_is_a_conflict(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    edit(reader, story, points="3", version="1")
    assert edit(reader, story, points="5", version="1").status_code == 409


def test_a_state_is_chosen_and_can_be_taken_back(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    url = reverse("story-transition", args=[workspace.key, story.key])
    response = reader.post(url, {"state": str(state_named(workspace, "Review").pk)})
    story.refresh_from_db()
    assert story.state.name == "Review"
    undo = events_of(response)["toast"]["undo"]
    reader.post(undo["url"], undo["values"])
    story.refresh_from_db()
    assert story.state.name == "Idea"


@pytest.mark.parametrize("state", ["", "x", "0", "9" * 25])
def test_an_unknown_state_is_refused(reader: Client, workspace: Workspace, state: str) -> None:
    story = make_story(workspace)
    response = reader.post(reverse("story-transition", args=[workspace.key, story.key]), {"state": state})
    assert response.status_code == 400


def test_a_row_that_changed_is_drawn_again(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace, "Pay by card", points="5")
    html = reader.get(reverse("backlog-rows", args=[workspace.key]), {"stories": str(story.pk)}).content.decode()
    assert f'id="story-{story.pk}"' in html


def test_a_row_that_is_done_is_not_drawn_again(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace, state=state_named(workspace, "Done"))
    url = reverse("backlog-rows", args=[workspace.key])
    assert reader.get(url, {"stories": str(story.pk)}).content.strip() == b""


def test_rows_of_another_workspace_are_not_shown(reader: Client, workspace: Workspace) -> None:
    foreign = make_story(make_workspace(), "Secret")
    url = reverse("backlog-rows", args=[workspace.key])
    assert b"Secret" not in reader.get(url, {"stories": str(foreign.pk)}).content


# Who may


def test_a_viewer_may_not_move_or_edit(client: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    client.force_login(make_member(workspace, Role.VIEWER))
    assert move(client, story, to="top").status_code == 403
    assert edit(client, story, points="3").status_code == 403


def test_a_move_is_a_post(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    assert reader.get(reverse("capability-move", args=[workspace.key, capability.key])).status_code == 405
