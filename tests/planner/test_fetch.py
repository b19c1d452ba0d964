"""The doors: an outsider finds nothing, a member without the right is told so."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User, Workspace
from accounts.policies import Action, Role
from common.errors import NotAuthorised, NotFound
from planner.selectors import fetch
from planner.services.dependencies import add_dependency
from planner.services.sprints import create_sprint
from planner.services.tasks import create_task
from planner.services.teams import create_team
from tests.factories import (
    NOW,
    actor_of,
    make_capability,
    make_member,
    make_stories,
    make_user,
    make_workspace,
    owner_of,
    state_named,
)

pytestmark = pytest.mark.django_db
Door = Callable[[User, Action], Any]


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("FET")


@pytest.fixture(
    params=[
        "story",
        "story by key",
        "capability",
        "capability by key",
        "application",
        "application by key",
        "team",
        "sprint",
        "task",
        "dependency",
        "state",
    ]
)
def door(request: pytest.FixtureRequest, workspace: Workspace) -> Door:
    how: dict[str, Any] = {"actor": actor_of(workspace), "now": NOW}
    capability = make_capability(workspace)
    one, two = make_stories(workspace, 2)
    keyed = {"workspace": workspace.key}
    doors: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
        "story": (fetch.get_story_for, {"story_id": one.pk}),
        "story by key": (fetch.get_story_for, {"key": one.key, **keyed}),
        "capability": (fetch.get_capability_for, {"capability_id": capability.pk}),
        "capability by key": (fetch.get_capability_for, {"key": capability.key, **keyed}),
        "application": (fetch.get_application_for, {"application_id": capability.application_id}),
        "application by key": (fetch.get_application_for, {"key": capability.application.key, **keyed}),
        "team": (fetch.get_team_for, {"team_id": create_team(workspace=workspace, name="Blue", **how).pk}),
        "sprint": (fetch.get_sprint_for, {"sprint_id": create_sprint(workspace=workspace, name="One", **how).pk}),
        "task": (fetch.get_task_for, {"task_id": create_task(story=one, title="Do", **how).pk}),
        "dependency": (
            fetch.get_dependency_for,
            {"dependency_id": add_dependency(predecessor=one, successor=two, **how).pk},
        ),
        "state": (fetch.get_state_for, {"state_id": state_named(workspace, "Done").pk}),
    }
    get, which = doors[request.param]
    return lambda user, action: get(user=user, action=action, **which)


def test_who_may_gets_it(door: Door, workspace: Workspace) -> None:
    assert door(owner_of(workspace), Action.EDIT_PLAN).pk


def test_an_outsider_finds_nothing(door: Door) -> None:
    make_workspace("OTH", owner=(outsider := make_user()))
    with pytest.raises(NotFound):
        door(outsider, Action.VIEW)


def test_a_viewer_may_look_but_not_edit(door: Door, workspace: Workspace) -> None:
    viewer = make_member(workspace, Role.VIEWER)
    assert door(viewer, Action.VIEW).pk
    with pytest.raises(NotAuthorised):
        door(viewer, Action.EDIT_STORY)


@pytest.mark.parametrize("story_id", [0, -1, 999_999_999, 2**70])
def test_an_unknown_id_is_not_found(workspace: Workspace, story_id: int) -> None:
    with pytest.raises(NotFound):
        fetch.get_story_for(user=owner_of(workspace), story_id=story_id, action=Action.VIEW)


def test_a_key_is_looked_for_in_its_workspace_only(workspace: Workspace) -> None:
    [story] = make_stories(make_workspace("OTH", owner=owner_of(workspace)), 1)
    with pytest.raises(NotFound):
        fetch.get_story_for(user=owner_of(workspace), key=story.key, workspace=workspace, action=Action.VIEW)
